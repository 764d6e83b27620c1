//! A float as Go prints it.

/// From this exponent on, `%v` writes one.
const SHORTEST_LARGE: i32 = 6;

/// `%v`.
pub(super) fn shortest(value: f64) -> String {
    let (sign, digits, exponent) = match parts(value) {
        Ok(parts) => parts,
        Err(special) => return special.to_owned(),
    };
    if (-4..SHORTEST_LARGE).contains(&exponent) {
        return format!("{value}");
    }
    scientific(sign, &digits, exponent, 2)
}

/// As `encoding/json` writes it: an exponent below 1e-6 and from 1e21 on, with no leading zero.
pub(super) fn json(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format!("{value}");
    }
    match parts(value) {
        Ok((sign, digits, exponent)) => {
            let width = if exponent < 0 { 1 } else { 2 };
            scientific(sign, &digits, exponent, width)
        }
        Err(special) => special.to_owned(),
    }
}

/// Sign, significant digits and exponent, of the shortest text that reads back as the same number.
fn parts(value: f64) -> Result<(&'static str, String, i32), &'static str> {
    if value.is_nan() {
        return Err("NaN");
    }
    if value.is_infinite() {
        return Err(if value > 0.0 { "+Inf" } else { "-Inf" });
    }
    let text = format!("{:e}", value.abs());
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let sign = if value.is_sign_negative() { "-" } else { "" };
    Ok((sign, digits.to_owned(), exponent.parse().unwrap_or(0)))
}

fn scientific(sign: &str, digits: &str, exponent: i32, width: usize) -> String {
    let mark = if exponent < 0 { '-' } else { '+' };
    let exponent = exponent.unsigned_abs();
    format!("{sign}{digits}e{mark}{exponent:0width$}")
}
