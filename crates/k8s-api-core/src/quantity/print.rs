//! Writing a quantity canonically: no fraction, the largest suffix that loses nothing.

use super::{Amount, Format};

/// Powers of ten that have a suffix.
pub(super) const DECIMAL: [(i32, &str); 10] = [
    (-9, "n"),
    (-6, "u"),
    (-3, "m"),
    (0, ""),
    (3, "k"),
    (6, "M"),
    (9, "G"),
    (12, "T"),
    (15, "P"),
    (18, "E"),
];

/// Powers of two that have a suffix.
pub(super) const BINARY: [(u32, &str); 6] = [
    (10, "Ki"),
    (20, "Mi"),
    (30, "Gi"),
    (40, "Ti"),
    (50, "Pi"),
    (60, "Ei"),
];

pub(super) fn canonical(amount: Amount, format: Format) -> String {
    if amount.value == 0 {
        return "0".to_owned();
    }
    match format {
        Format::BinarySi => binary(amount).unwrap_or_else(|| decimal(amount)),
        Format::DecimalSi => decimal(amount),
        Format::DecimalExponent => exponent(amount),
    }
}

/// `None` for what binary suffixes do not suit: less than 1024, or a fraction.
fn binary(amount: Amount) -> Option<String> {
    let whole = (amount.scale >= 0).then(|| amount.at_scale(0)).flatten()?;
    if whole.unsigned_abs() < 1024 {
        return None;
    }
    let fits = |power: &&(u32, &str)| whole % (1 << power.0) == 0;
    Some(match BINARY.iter().rev().find(fits) {
        Some((power, suffix)) => format!("{}{suffix}", whole >> power),
        None => whole.to_string(),
    })
}

fn decimal(amount: Amount) -> String {
    let below = |power: &&(i32, &str)| power.0 <= amount.scale;
    match DECIMAL.iter().rev().find(below) {
        Some((power, suffix)) => format!("{}{suffix}", digits(amount, *power)),
        None => exponent(amount),
    }
}

fn exponent(amount: Amount) -> String {
    let power = amount.scale - amount.scale.rem_euclid(3);
    match power {
        0 => digits(amount, 0),
        _ => format!("{}e{power}", digits(amount, power)),
    }
}

/// The amount in units of 10^`power`, which is not above its scale.
fn digits(amount: Amount, power: i32) -> String {
    let zeros = usize::try_from(amount.scale - power).unwrap_or_default();
    format!("{}{}", amount.value, "0".repeat(zeros))
}
