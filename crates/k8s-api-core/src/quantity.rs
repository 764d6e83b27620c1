//! An amount of a resource as the API writes it: `500m`, `1.5Gi`, `12e6`.

mod parse;
mod print;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use self::parse::ParseQuantityError;

/// A fixed-point number with a suffix (`resource.Quantity`): the spelling is kept, comparing goes by amount.
///
/// Follows k8s.io/apimachinery `pkg/api/resource` (v0.36): what is finer than a billionth is rounded up, and binary
/// amounts end at 2⁶³ − 1. Unlike there, an amount has at most 38 digits, and none loses its exponent in print.
///
/// ```
/// use k8s_api_core::Quantity;
///
/// let limit: Quantity = "1500Mi".parse()?;
/// let used: Quantity = "1.5Gi".parse()?;
/// assert!(limit < used);
/// assert_eq!((used.to_string(), used.canonical()), ("1.5Gi".to_owned(), "1536Mi".to_owned()));
/// assert_eq!(used.value(), Some(1536 << 20));
/// # Ok::<(), k8s_api_core::ParseQuantityError>(())
/// ```
#[derive(Clone)]
pub struct Quantity {
    amount: Amount,
    format: Format,
    text: Box<str>,
}

/// `value` × 10^`scale`, without zeros at the end of `value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Amount {
    value: i128,
    scale: i32,
}

/// How an amount is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `12M`.
    DecimalSi,
    /// `12e6`.
    DecimalExponent,
    /// `12Mi`.
    BinarySi,
}

/// The finest scale: a billionth.
const NANO: i32 = -9;

// === impl Quantity ===

impl Quantity {
    /// The amount as a whole number, a fraction rounded away from zero; `None` beyond 38 digits.
    pub fn value(&self) -> Option<i128> {
        self.amount.at_scale(0)
    }

    /// The amount in thousandths, a fraction rounded away from zero; `None` beyond 38 digits.
    pub fn milli_value(&self) -> Option<i128> {
        self.amount.at_scale(-3)
    }

    /// The nearest floating-point number.
    pub fn to_f64(&self) -> f64 {
        let Amount { value, scale } = self.amount;
        // The standard library's reading of decimals is exact; this text is always one.
        format!("{value}e{scale}").parse().unwrap_or(f64::NAN)
    }

    /// Whether the amount is zero.
    pub fn is_zero(&self) -> bool {
        self.amount.value == 0
    }

    /// The one spelling that API servers write for this amount and kind of suffix: `1000m` is `1`.
    pub fn canonical(&self) -> String {
        print::canonical(self.amount, self.format)
    }

    /// The sum, spelled canonically in this one's kind of suffix (the other's, if this one is zero); `None` beyond
    /// 38 digits.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        let amount = self.amount.checked_add(other.amount)?;
        let format = if self.is_zero() {
            other.format
        } else {
            self.format
        };
        Some(Self::canonically(amount, format))
    }

    /// The difference, spelled as in [`checked_add`](Self::checked_add); `None` beyond 38 digits.
    #[must_use]
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        let mut other = other.clone();
        other.amount.value = other.amount.value.checked_neg()?;
        self.checked_add(&other)
    }

    fn canonically(amount: Amount, format: Format) -> Self {
        Self {
            text: print::canonical(amount, format).into(),
            amount,
            format,
        }
    }
}

/// A whole number, without suffix.
impl From<i64> for Quantity {
    fn from(value: i64) -> Self {
        let amount = Amount::new(value.into(), 0);
        Self {
            amount,
            format: Format::DecimalSi,
            text: value.to_string().into(),
        }
    }
}

/// Zero.
impl Default for Quantity {
    fn default() -> Self {
        Self::from(0)
    }
}

/// Prints the spelling that was read.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Quantity").field(&self.text).finish()
    }
}

impl FromStr for Quantity {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let (amount, format) = parse::parse(text)?;
        Ok(Self {
            amount,
            format,
            text: text.into(),
        })
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.amount == other.amount
    }
}

impl Eq for Quantity {}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.amount.hash(state);
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.amount.cmp(&other.amount)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Quantity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
                text.trim().parse().map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Quantity, E> {
                Ok(value.into())
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Quantity, E> {
                self.visit_str(&value.to_string())
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Quantity, E> {
                self.visit_str(&value.to_string())
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

// === impl Amount ===

impl Amount {
    fn new(mut value: i128, mut scale: i32) -> Self {
        if value == 0 {
            return Self { value, scale: 0 };
        }
        while value % 10 == 0 && scale < i32::MAX {
            value /= 10;
            scale += 1;
        }
        Self { value, scale }
    }

    /// In units of 10^`scale`, rounded away from zero.
    fn at_scale(self, scale: i32) -> Option<i128> {
        let up = i64::from(self.scale) - i64::from(scale);
        if self.value == 0 {
            return Some(0);
        }
        let power = u32::try_from(up.unsigned_abs())
            .ok()
            .and_then(|n| 10_i128.checked_pow(n));
        if up >= 0 {
            return self.value.checked_mul(power?);
        }
        let Some(power) = power else {
            return Some(self.value.signum());
        };
        let rest = i128::from(self.value % power != 0);
        Some(self.value / power + rest * self.value.signum())
    }

    fn checked_add(self, other: Self) -> Option<Self> {
        if self.value == 0 || other.value == 0 {
            return Some(if self.value == 0 { other } else { self });
        }
        let scale = self.scale.min(other.scale);
        let value = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Some(Self::new(value, scale))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = self.value.signum();
        let by_sign = sign.cmp(&other.value.signum());
        if by_sign.is_ne() || sign == 0 {
            return by_sign;
        }
        let scale = self.scale.min(other.scale);
        match (self.at_scale(scale), other.at_scale(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // The one that cannot be written at the finer scale is the larger in magnitude.
            (None, _) => sign.cmp(&0),
            (_, None) => 0.cmp(&sign),
        }
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn keeps_its_spelling_through_json() {
        for text in ["1000m", "1.50Gi", "+1", "1e3", "0.5", "00"] {
            let json = format!("\"{text}\"");
            let read: Quantity = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
        for (json, text) in [("7", "7"), ("1.5", "1.5"), ("-2", "-2"), ("\" 3 \"", "3")] {
            let read: Quantity = serde_json::from_str(json).unwrap();
            assert_eq!(read.to_string(), text);
        }
        assert!(serde_json::from_str::<Quantity>("true").is_err());
    }

    #[test]
    fn compares_by_amount_whatever_the_scales() {
        assert_eq!(quantity("1000m"), quantity("1"));
        assert!(quantity("1e1000") > quantity("1e999"));
        assert!(quantity("-1e1000") < quantity("-9e999"));
        assert!(quantity("1n") < quantity("1e300") && quantity("-1e300") < quantity("1n"));
        assert_eq!(quantity("1e1000").checked_add(&quantity("1")), None);
    }

    #[test]
    fn large_amounts_do_not_lose_their_exponent_in_print() {
        // resource.MustParse("1000E") prints as 1: there is no suffix for 10^21.
        assert_eq!(quantity("1000E").canonical(), "1000E");
        assert_eq!(quantity("1e21").canonical(), "1e21");
        let huge = quantity("8Ei").checked_add(&quantity("8Ei")).unwrap();
        assert_eq!(huge.canonical(), "18446744073709551614");
    }
}
