//! What a template finds: a piece of the data, or of the template itself.

use serde_json::{Map, Value};

/// One finding, with the differences that Go's reflection makes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item<'a> {
    /// No value at all: data that is nothing, and an element `null` of a range.
    Absent,
    Null,
    Bool(bool),
    /// A whole number of the data that fits 64 bits; every other number is a float.
    Int(i64),
    /// A whole number of the template.
    Literal(i64),
    Float(f64),
    /// One byte of a text, which is what its members are.
    Byte(u8),
    Text(&'a [u8]),
    List(&'a [Value]),
    Map(&'a Map<String, Value>),
}

impl<'a> Item<'a> {
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(int) => Self::Int(int),
                None => Self::Float(number.as_f64().unwrap_or(f64::INFINITY)),
            },
            Value::String(text) => Self::Text(text.as_bytes()),
            Value::Array(values) => Self::List(values),
            Value::Object(map) => Self::Map(map),
        }
    }

    /// The data itself: `null` there is nothing at all.
    pub(crate) fn root(value: &'a Value) -> Self {
        Self::of(value).as_root()
    }

    pub(crate) fn as_root(self) -> Self {
        match self {
            Self::Null => Self::Absent,
            other => other,
        }
    }

    /// The name of its type in Go.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Absent | Self::Null => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int64",
            Self::Literal(_) => "int",
            Self::Float(_) => "float64",
            Self::Byte(_) => "uint8",
            Self::Text(_) => "string",
            Self::List(_) => "[]interface {}",
            Self::Map(_) => "map[string]interface {}",
        }
    }

    /// A value of its own, for those who go on without the data.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Absent | Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) | Self::Literal(value) => Value::from(value),
            Self::Float(value) => Value::from(value),
            Self::Byte(value) => Value::from(value),
            Self::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
            Self::List(values) => Value::Array(values.to_vec()),
            Self::Map(map) => Value::Object(map.clone()),
        }
    }
}
