//! What a word without quotes means: Go's rules (go.yaml.in/yaml/v2 `resolve.go`), YAML 1.1 with few exceptions.

use serde_json::{Number, Value};

use crate::server::golang;

/// What an unquoted word means.
pub(super) fn meaning(word: &str) -> Value {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            true.into()
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            false.into()
        }
        word => number(word).map_or_else(|| word.into(), Value::Number),
    }
}

/// Whether a word, unquoted, would be taken for something else than itself, by Go or by readers of old.
pub(super) fn means_another(word: &str) -> bool {
    let numeric =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | ':' | '-' | '+' | 'T' | 'Z');
    let begins = word.trim_start_matches(['-', '+', '.']);
    let is_like_a_number =
        begins.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(numeric);
    let is_time_or_sixties = is_like_a_number && (word.contains(':') || dashes(word) == 2);
    !meaning(word).is_string() || is_time_or_sixties || is_infinite(word)
}

fn dashes(word: &str) -> usize {
    word.split('T')
        .next()
        .unwrap_or_default()
        .matches('-')
        .count()
}

/// Numbers that JSON does not have.
pub(super) fn is_infinite(word: &str) -> bool {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(word, ".nan" | ".NaN" | ".NAN")
}

fn number(word: &str) -> Option<Number> {
    if !word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let word = word.replace('_', "");
    int(&word).or_else(|| float(&word))
}

/// As `strconv.ParseInt(word, 0, 64)`, then `ParseUint`: a leading zero means octal.
fn int(word: &str) -> Option<Number> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.split_at_checked(2) {
        Some(("0x", digits)) => (16, digits),
        Some(("0o", digits)) => (8, digits),
        Some(("0b", digits)) => (2, digits),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0_i64.checked_sub_unsigned(size).map(Number::from);
    }
    let is_signed = word.starts_with('+');
    (!is_signed || i64::try_from(size).is_ok()).then(|| size.into())
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`; a whole one is printed without a fraction.
fn float(word: &str) -> Option<Number> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+');
    let has_digit = word.contains(|c: char| c.is_ascii_digit());
    if !has_digit || !word.chars().all(is_part) {
        return None;
    }
    golang::number(word.parse().ok()?)
}
