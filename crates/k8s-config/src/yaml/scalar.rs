//! What an unquoted word means: Go's rules (`go.yaml.in/yaml/v2`), which are those of YAML 1.1 with few exceptions.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use granit_parser::{ScalarStyle, Tag};

use super::{Value, YamlErrorKind};

/// As Go's `base64.StdEncoding`: padding is required, stray bits in the last character are not an error.
const GO_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Bytes of base64 text; line ends inside are skipped, as Go does.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return GO_BASE64.decode(text.replace(['\r', '\n'], "")).ok();
    }
    GO_BASE64.decode(text).ok()
}

/// A number, printed as Go's `encoding/json` prints it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i128),
    Float(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(int) => int.fmt(f),
            Self::Float(float) if *float == 0.0 || (1e-6..1e21).contains(&float.abs()) => {
                float.fmt(f)
            }
            Self::Float(float) => {
                let text = format!("{float:e}");
                let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                match exponent.strip_prefix('-') {
                    Some(exponent) => write!(f, "{digits}e-{exponent}"),
                    None => write!(f, "{digits}e+{exponent}"),
                }
            }
        }
    }
}

pub(crate) const fn is_plain(style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::Plain)
}

pub(crate) fn resolve<'a>(
    text: Cow<'a, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<Value<'a>, YamlErrorKind> {
    let suffix = match tag {
        None if is_plain(style) => return plain(text),
        None => return Ok(Value::Text(text)),
        Some(tag) => tag.suffix_in_namespace("tag:yaml.org,2002:"),
    };
    let value = match suffix.as_deref() {
        Some("str") | None => return Ok(Value::Text(text)),
        Some("binary") => {
            let bytes = decode_base64(&text).ok_or(YamlErrorKind::BadTaggedScalar)?;
            let text = String::from_utf8(bytes).map_err(|_| YamlErrorKind::BadTaggedScalar)?;
            return Ok(Value::Text(text.into()));
        }
        Some(_) => plain(text)?,
    };
    match (suffix.as_deref(), &value) {
        (Some("null"), Value::Null)
        | (Some("bool"), Value::Bool(_))
        | (Some("int"), Value::Number(Number::Int(_)))
        | (Some("float"), Value::Number(_))
        | (Some("timestamp"), Value::Text(_)) => Ok(value),
        _ => Err(YamlErrorKind::BadTaggedScalar),
    }
}

pub(super) fn plain(text: Cow<'_, str>) -> Result<Value<'_>, YamlErrorKind> {
    Ok(match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF"
        | "-.inf" | "-.Inf" | "-.INF" => return Err(YamlErrorKind::InfiniteNumber),
        word => match number(word) {
            Some(number) => Value::Number(number),
            None => Value::Text(text),
        },
    })
}

fn number(word: &str) -> Option<Number> {
    let first = *word.as_bytes().first()?;
    if first == b'.' {
        return float(word);
    }
    if !first.is_ascii_digit() && first != b'+' && first != b'-' {
        return None;
    }
    let word = if word.contains('_') {
        Cow::Owned(word.replace('_', ""))
    } else {
        Cow::Borrowed(word)
    };
    int(&word).map(Number::Int).or_else(|| float(&word))
}

/// As `strconv.ParseInt(word, 0, 64)`, then `ParseUint`: `0x`, `0o`, `0b`, and a leading zero means octal.
fn int(word: &str) -> Option<i128> {
    let (sign, digits) = match word.as_bytes().first()? {
        b'-' => (-1, &word[1..]),
        b'+' => (1, &word[1..]),
        _ => (1, word),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    if !digits.bytes().all(|digit| digit.is_ascii_alphanumeric()) {
        return None;
    }
    let int = sign * i128::from(u64::from_str_radix(digits, radix).ok()?);
    let unsigned = word.as_bytes()[0].is_ascii_digit();
    let fits = int >= i128::from(i64::MIN) && (unsigned || int <= i128::from(i64::MAX));
    fits.then_some(int)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and small enough for 64 bits.
fn float(word: &str) -> Option<Number> {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let shape = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_shape = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    if !shape || !exponent_shape {
        return None;
    }
    let float: f64 = word.parse().ok()?;
    float.is_finite().then_some(Number::Float(float))
}

/// What ends a line in YAML.
pub(super) const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What may stand unescaped, to Go: nothing beyond the basic plane.
pub(super) const fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}')
}

/// What stands after the backslash for a character that double quotes cannot hold.
pub(super) fn escape(c: char) -> Option<String> {
    let code = u32::from(c);
    Some(match c {
        '\0' => "0".to_owned(),
        '\u{7}' => "a".to_owned(),
        '\u{8}' => "b".to_owned(),
        '\t' => "t".to_owned(),
        '\n' => "n".to_owned(),
        '\u{b}' => "v".to_owned(),
        '\u{c}' => "f".to_owned(),
        '\r' => "r".to_owned(),
        '\u{1b}' => "e".to_owned(),
        '"' | '\\' => c.to_string(),
        '\u{85}' => "N".to_owned(),
        '\u{2028}' => "L".to_owned(),
        '\u{2029}' => "P".to_owned(),
        c if is_printable(c) => return None,
        _ if code <= 0xFF => format!("x{code:02X}"),
        _ if code <= 0xFFFF => format!("u{code:04X}"),
        _ => format!("U{code:08X}"),
    })
}
