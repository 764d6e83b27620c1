//! Single values, read as Go's types read them.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine as _};
use k8s_api_core::{MicroTime, Quantity, Time};
use serde_json::Value;

use super::document::Document;
use super::fault::Fault;
use crate::server::types::Scalar;

const QUANTITY: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/// Reads a value that is not null.
pub(super) fn read(scalar: Scalar, go: &str, document: &Document) -> Result<Value, Fault> {
    match (scalar, document) {
        (Scalar::Bool, Document::Bool(flag)) => Ok((*flag).into()),
        (Scalar::Text, Document::Text(text)) => Ok(text.as_str().into()),
        (Scalar::Bytes, Document::Text(text)) => bytes(text),
        (Scalar::Float, Document::Number(number)) => Ok(Value::Number(number.clone())),
        (Scalar::Int32 | Scalar::Int64, Document::Number(number)) => {
            let fits = |n: i64| scalar == Scalar::Int64 || i32::try_from(n).is_ok();
            match number.as_i64().filter(|n| fits(*n)) {
                Some(n) => Ok(n.into()),
                None => Err(Fault::mistyped(format!("number {number}"), go)),
            }
        }
        (Scalar::IntOrString, Document::Text(text)) => Ok(text.as_str().into()),
        (Scalar::IntOrString, other) => read(Scalar::Int32, "int32", other).map_err(Fault::at_once),
        (Scalar::Quantity, Document::Text(text)) => quantity(text),
        (Scalar::Quantity, Document::Number(number)) => quantity(&number.to_string()),
        (Scalar::Quantity, _) => Err(Fault::fatal(QUANTITY)),
        (Scalar::Time | Scalar::MicroTime, Document::Text(text)) => time(scalar, text),
        (Scalar::Time | Scalar::MicroTime, other) => {
            Err(Fault::mistyped(other.type_name(), "string").at_once())
        }
        (_, other) => Err(Fault::mistyped(other.type_name(), go)),
    }
}

/// What stands where nothing was said.
pub(super) fn zero(scalar: Scalar) -> Value {
    match scalar {
        Scalar::Bool => false.into(),
        Scalar::Text => "".into(),
        Scalar::Quantity => "0".into(),
        Scalar::Float | Scalar::Int32 | Scalar::Int64 | Scalar::IntOrString => 0.into(),
        Scalar::Bytes | Scalar::MicroTime | Scalar::Time => Value::Null,
    }
}

fn quantity(text: &str) -> Result<Value, Fault> {
    let read: Result<Quantity, _> = text.trim().parse();
    match read {
        Ok(amount) => Ok(amount.canonical().into()),
        Err(_) => Err(Fault::fatal(QUANTITY)),
    }
}

fn bytes(text: &str) -> Result<Value, Fault> {
    // Go passes over line ends.
    let packed: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let error = match STANDARD.decode(&packed) {
        Ok(bytes) => return Ok(STANDARD.encode(bytes).into()),
        Err(error) => error,
    };
    let at = match error {
        DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol { offset: at, .. } => at,
        DecodeError::InvalidLength(length) => length - length % 4,
        _ => packed.len(),
    };
    let says = format!("illegal base64 data at input byte {at}");
    Err(Fault::text(says))
}

fn time(scalar: Scalar, text: &str) -> Result<Value, Fault> {
    let (read, layout) = if scalar == Scalar::Time {
        let time = text.parse().map(|time: Time| time.to_string());
        (time.ok(), "2006-01-02T15:04:05Z07:00")
    } else {
        let time = text.parse().map(|time: MicroTime| time.to_string());
        (time.ok(), "2006-01-02T15:04:05.000000Z07:00")
    };
    read.map(Value::from)
        .ok_or_else(|| Fault::fatal(unparsed(text, layout)))
}

/// Where a text leaves the form of times: Go names the rest of both.
fn unparsed(text: &str, layout: &str) -> String {
    const PARTS: [(&str, usize); 11] = [
        ("2006", 4),
        ("-", 1),
        ("01", 2),
        ("-", 1),
        ("02", 2),
        ("T", 1),
        ("15", 2),
        (":", 1),
        ("04", 2),
        (":", 1),
        ("05", 2),
    ];
    let mut rest = text;
    for (part, length) in PARTS {
        let fits = match rest.get(..length) {
            Some(head) if part.starts_with(|c: char| c.is_ascii_digit()) => {
                head.bytes().all(|byte| byte.is_ascii_digit())
            }
            Some(head) => head == part,
            None => false,
        };
        if !fits {
            return format!(
                "parsing time {text:?} as {layout:?}: cannot parse {rest:?} as {part:?}"
            );
        }
        rest = &rest[length..];
    }
    format!("parsing time {text:?} as {layout:?}: cannot parse {rest:?} as \"Z07:00\"")
}
