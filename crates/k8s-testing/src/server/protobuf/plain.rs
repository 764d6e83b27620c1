//! Single values, among them those that Go's types write themselves: times, quantities, numbers that may be text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_api_core::{MicroTime, Time};
use serde_json::Value;

use super::wire::{self, Cursor, FIXED64, LENGTH, VARINT};
use crate::server::golang;
use crate::server::types::Scalar;

/// Seconds of the time that Go takes for none.
const NO_TIME: i64 = -62_135_596_800;

/// Writes a value as a field; of another JSON type than it should be, it is written as zero.
pub(super) fn put(out: &mut Vec<u8>, number: u32, kind: Scalar, value: &Value) {
    let text = value.as_str().unwrap_or_default();
    match kind {
        Scalar::Bool => wire::put_number(out, number, i64::from(value == true)),
        Scalar::Int32 | Scalar::Int64 => {
            wire::put_number(out, number, value.as_i64().unwrap_or(0));
        }
        Scalar::Float => {
            wire::put_tag(out, number, FIXED64);
            let bits = value.as_f64().unwrap_or(0.0).to_bits();
            out.extend_from_slice(&bits.to_le_bytes());
        }
        Scalar::Text => wire::put_bytes(out, number, text.as_bytes()),
        Scalar::Bytes => {
            wire::put_bytes(out, number, &STANDARD.decode(text).unwrap_or_default());
        }
        Scalar::IntOrString => wire::put_message(out, number, |out| int_or_string(out, value)),
        Scalar::Quantity => wire::put_message(out, number, |out| {
            let text = if text.is_empty() { "0" } else { text };
            wire::put_bytes(out, 1, text.as_bytes());
        }),
        Scalar::Time => {
            let time: Option<Time> = text.parse().ok();
            let seconds = time.map(|time| time.unix_seconds());
            put_time(out, number, seconds.map(|seconds| (seconds, 0)));
        }
        Scalar::MicroTime => {
            let time: Option<MicroTime> = text.parse().ok();
            let time = time.map(|time| time.unix_microseconds());
            put_time(out, number, time.map(of_microseconds));
        }
    }
}

fn of_microseconds(time: i64) -> (i64, i64) {
    (
        time.div_euclid(1_000_000),
        time.rem_euclid(1_000_000) * 1_000,
    )
}

/// Seconds and nanoseconds; no time is an empty message.
fn put_time(out: &mut Vec<u8>, number: u32, time: Option<(i64, i64)>) {
    wire::put_message(out, number, |out| {
        if let Some((seconds, nanos)) = time.filter(|time| *time != (NO_TIME, 0)) {
            wire::put_number(out, 1, seconds);
            wire::put_number(out, 2, nanos);
        }
    });
}

fn int_or_string(out: &mut Vec<u8>, value: &Value) {
    wire::put_number(out, 1, i64::from(value.is_string()));
    wire::put_number(out, 2, value.as_i64().unwrap_or(0));
    wire::put_bytes(out, 3, value.as_str().unwrap_or_default().as_bytes());
}

/// How a value of this kind is written.
pub(super) fn wire_of(kind: Scalar) -> u8 {
    match kind {
        Scalar::Bool | Scalar::Int32 | Scalar::Int64 => VARINT,
        Scalar::Float => FIXED64,
        _ => LENGTH,
    }
}

/// Reads a value whose wire type was looked at.
pub(super) fn read(kind: Scalar, cursor: &mut Cursor<'_>) -> Result<Value, String> {
    match kind {
        Scalar::Bool => Ok((cursor.varint()? != 0).into()),
        Scalar::Int32 => Ok(int32(cursor.varint()?).into()),
        Scalar::Int64 => Ok(cursor.varint()?.cast_signed().into()),
        Scalar::Float => Ok(float(f64::from_bits(cursor.fixed64()?))),
        Scalar::Text => Ok(text(cursor.bytes()?)),
        Scalar::Bytes => Ok(STANDARD.encode(cursor.bytes()?).into()),
        Scalar::IntOrString => read_int_or_string(cursor.bytes()?),
        Scalar::Quantity => read_quantity(cursor.bytes()?),
        Scalar::Time => match timestamp(cursor.bytes()?)? {
            Some((seconds, _)) => written(Time::from_unix_seconds(seconds)),
            None => Ok(Value::Null),
        },
        Scalar::MicroTime => match timestamp(cursor.bytes()?)? {
            Some((seconds, nanos)) => {
                let whole = seconds.checked_mul(1_000_000);
                let time = whole.and_then(|time| time.checked_add(i64::from(nanos / 1_000)));
                written(time.and_then(MicroTime::from_unix_microseconds))
            }
            None => Ok(Value::Null),
        },
    }
}

#[allow(clippy::cast_possible_truncation, reason = "Go cuts off, too")]
fn int32(value: u64) -> i32 {
    value as i32
}

pub(super) fn text(bytes: &[u8]) -> Value {
    String::from_utf8_lossy(bytes).into()
}

fn float(number: f64) -> Value {
    golang::number(number).map_or(Value::Null, Value::Number)
}

fn written(time: Option<impl ToString>) -> Result<Value, String> {
    let time = time.ok_or("Time.MarshalJSON: year outside of range [0,9999]")?;
    Ok(time.to_string().into())
}

/// Seconds and nanoseconds; `None` where Go has no time.
fn timestamp(bytes: &[u8]) -> Result<Option<(i64, i32)>, String> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let (mut seconds, mut nanos) = (0, 0);
    let mut cursor = Cursor::new(bytes);
    while let Some(tag) = cursor.tag("Timestamp")? {
        match tag.number {
            1 => {
                super::expect(tag, VARINT, "Seconds")?;
                seconds = cursor.varint()?.cast_signed();
            }
            2 => {
                super::expect(tag, VARINT, "Nanos")?;
                nanos = int32(cursor.varint()?);
            }
            _ => cursor.skip(tag)?,
        }
    }
    Ok((seconds != NO_TIME).then_some((seconds, nanos)))
}

fn read_int_or_string(bytes: &[u8]) -> Result<Value, String> {
    let (mut kind, mut number, mut said) = (0, 0, Value::from(""));
    let mut cursor = Cursor::new(bytes);
    while let Some(tag) = cursor.tag("IntOrString")? {
        match tag.number {
            1 => {
                super::expect(tag, VARINT, "Type")?;
                kind = cursor.varint()?;
            }
            2 => {
                super::expect(tag, VARINT, "IntVal")?;
                number = int32(cursor.varint()?);
            }
            3 => {
                super::expect(tag, LENGTH, "StrVal")?;
                said = text(cursor.bytes()?);
            }
            _ => cursor.skip(tag)?,
        }
    }
    match kind {
        0 => Ok(number.into()),
        1 => Ok(said),
        _ => Err("impossible IntOrString.Type".to_owned()),
    }
}

fn read_quantity(bytes: &[u8]) -> Result<Value, String> {
    let mut said = Value::from("0");
    let mut cursor = Cursor::new(bytes);
    while let Some(tag) = cursor.tag("Quantity")? {
        if tag.number == 1 {
            super::expect(tag, LENGTH, "String_")?;
            said = text(cursor.bytes()?);
        } else {
            cursor.skip(tag)?;
        }
    }
    Ok(said)
}
