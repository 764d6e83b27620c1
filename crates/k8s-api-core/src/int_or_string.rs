//! A number or a name, as ports and percentages are written.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An integer or a text (`intstr.IntOrString`): a port by number or name, a count or a percentage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "its name says what it is")]
pub enum IntOrString {
    /// `80`, `3`.
    Int(i32),
    /// `http`, `25%`.
    String(String),
}

impl IntOrString {
    /// The count that this is of `total`: itself, or a percentage with a fraction rounded up or down
    /// (`intstr.GetScaledValueFromIntOrPercent`). `None` for a text that is no percentage.
    pub fn scaled(&self, total: i32, round_up: bool) -> Option<i32> {
        let text = match self {
            Self::Int(count) => return Some(*count),
            Self::String(text) => text,
        };
        let percent: i32 = text.strip_suffix('%')?.parse().ok()?;
        let product = i64::from(percent) * i64::from(total);
        let up = i64::from(round_up && product.rem_euclid(100) != 0);
        // Fractions below zero are rounded down too, as in Go's floor and ceil.
        i32::try_from(product.div_euclid(100) + up).ok()
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::String(text) => f.pad(text),
        }
    }
}

impl From<i32> for IntOrString {
    fn from(number: i32) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for IntOrString {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for IntOrString {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn travels_through_json() {
        for (json, expected) in [
            ("80", 80.into()),
            ("\"http\"", "http".into()),
            ("\"80\"", "80".into()),
        ] {
            let read: IntOrString = serde_json::from_str(json).unwrap();
            assert_eq!(read, expected);
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
        assert!(serde_json::from_str::<IntOrString>("4294967296").is_err());
        assert!(serde_json::from_str::<IntOrString>("null").is_err());
    }

    #[test]
    fn percentages_are_of_a_total() {
        let check = |value: &str, up, expected| {
            assert_eq!(IntOrString::from(value).scaled(10, up), expected, "{value}");
        };
        check("25%", true, Some(3));
        check("25%", false, Some(2));
        check("100%", true, Some(10));
        check("25", true, None);
        check("x%", true, None);
        assert_eq!(IntOrString::from(7).scaled(10, true), Some(7));
        assert_eq!(
            IntOrString::from("2147483647%").scaled(i32::MAX, true),
            None
        );
    }
}
