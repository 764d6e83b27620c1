//! Reading a quantity: sign, digits, suffix, by the rules of apimachinery's `ParseQuantity`.

use std::fmt;

use super::{Amount, Format, NANO};

/// A text that is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseQuantityError {
    why: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Format,
    Numeric,
    Suffix,
    Range,
}

/// A quantity's text in parts.
struct Parts<'a> {
    negative: bool,
    /// Digits before and after the point.
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

/// What a suffix multiplies with.
enum Factor {
    Ten(i32),
    Two(u32),
}

pub(super) fn parse(text: &str) -> Result<(Amount, Format), ParseQuantityError> {
    let parts = split(text)?;
    let (factor, format) = factor(parts.suffix)?;
    let digits = || parts.whole.bytes().chain(parts.fraction.bytes());
    let mut value = 0_i128;
    for digit in digits() {
        let shifted = value.checked_mul(10);
        value = shifted
            .and_then(|value| value.checked_add(i128::from(digit - b'0')))
            .ok_or(Fault::Range)?;
    }
    let places = i32::try_from(parts.fraction.len()).map_err(|_| Fault::Range)?;
    let mut scale = -places;
    match factor {
        Factor::Ten(exponent) => scale = scale.checked_add(exponent).ok_or(Fault::Range)?,
        Factor::Two(exponent) => value = value.checked_mul(1 << exponent).ok_or(Fault::Range)?,
    }
    if scale < NANO && digits().next().is_none() {
        return Err(Fault::Numeric.into());
    }
    let (amount, format) = bounded(Amount::new(value, scale), format)?;
    let value = if parts.negative {
        -amount.value
    } else {
        amount.value
    };
    Ok((Amount::new(value, amount.scale), format))
}

/// Rounds up to a billionth, cuts binary amounts off at the top, and writes binary fractions as decimals.
fn bounded(amount: Amount, format: Format) -> Result<(Amount, Format), ParseQuantityError> {
    const MAX: Amount = Amount {
        value: i64::MAX as i128,
        scale: 0,
    };
    const ONE: Amount = Amount { value: 1, scale: 0 };
    let mut amount = amount;
    if amount.scale < NANO {
        let nanos = amount.at_scale(NANO).ok_or(Fault::Range)?;
        amount = Amount::new(nanos, NANO);
    }
    if format == Format::BinarySi {
        amount = amount.min(MAX);
        if amount < ONE && amount.value > 0 {
            return Ok((amount, Format::DecimalSi));
        }
    }
    Ok((amount, format))
}

fn split(text: &str) -> Result<Parts<'_>, ParseQuantityError> {
    if text.is_empty() {
        return Err(Fault::Format.into());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = digits(unsigned);
    let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), digits);
    let letters = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let exponent = letters.strip_prefix(['+', '-']).unwrap_or(letters);
    if !digits(exponent).1.is_empty() {
        return Err(Fault::Format.into());
    }
    Ok(Parts {
        negative: text.starts_with('-'),
        whole,
        fraction,
        suffix,
    })
}

/// The digits at the front, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

fn factor(suffix: &str) -> Result<(Factor, Format), ParseQuantityError> {
    if let Some((exponent, _)) = super::print::DECIMAL.iter().find(|(_, s)| *s == suffix) {
        return Ok((Factor::Ten(*exponent), Format::DecimalSi));
    }
    if let Some((exponent, _)) = super::print::BINARY.iter().find(|(_, s)| *s == suffix) {
        return Ok((Factor::Two(*exponent), Format::BinarySi));
    }
    let exponent = suffix.strip_prefix(['e', 'E']).ok_or(Fault::Suffix)?;
    let exponent: i64 = exponent.parse().map_err(|_| Fault::Suffix)?;
    let exponent = i32::try_from(exponent).map_err(|_| Fault::Range)?;
    Ok((Factor::Ten(exponent), Format::DecimalExponent))
}

// === impl ParseQuantityError ===

impl From<Fault> for ParseQuantityError {
    fn from(why: Fault) -> Self {
        Self { why }
    }
}

/// Kubernetes' own words, where it refuses too.
impl fmt::Display for ParseQuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.why {
            Fault::Format => {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            Fault::Numeric => "unable to parse numeric part of quantity",
            Fault::Suffix => "unable to parse quantity's suffix",
            Fault::Range => "a quantity of more than 38 digits",
        })
    }
}

impl std::error::Error for ParseQuantityError {}
