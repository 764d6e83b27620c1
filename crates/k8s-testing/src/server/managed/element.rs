//! One step of a path: a field, an item by its key, an item by its value.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Map, Value};

/// A step down from an object, a map or a list.
#[derive(Clone, Debug)]
pub(crate) enum Element {
    Field(String),
    /// The item whose fields are these, by name.
    Key(Vec<(String, Value)>),
    /// The item that is this.
    Value(Value),
    Index(i64),
}

pub(crate) type Path = Vec<Element>;

impl Element {
    pub(crate) fn field(name: impl Into<String>) -> Self {
        Self::Field(name.into())
    }

    /// Reads `f:NAME`, `k:{…}`, `v:…` or `i:…`; other letters are of a later version, and passed over.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, ()> {
        let (letter, rest) = text.split_once(':').ok_or(())?;
        match letter {
            "f" => Ok(Some(Self::field(rest))),
            "v" => Ok(Some(Self::Value(serde_json::from_str(rest).map_err(drop)?))),
            "i" => Ok(Some(Self::Index(rest.parse().map_err(drop)?))),
            "k" => {
                let key: Map<String, Value> = serde_json::from_str(rest).map_err(drop)?;
                let mut key: Vec<(String, Value)> = key.into_iter().collect();
                key.sort_by(|(a, _), (b, _)| a.cmp(b));
                Ok(Some(Self::Key(key)))
            }
            _ => Ok(None),
        }
    }

    /// The same, written.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Value(value) => format!("v:{value}"),
            Self::Index(index) => format!("i:{index}"),
            Self::Key(key) => {
                let fields = key.iter();
                let fields: Vec<String> = fields
                    .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
                    .collect();
                format!("k:{{{}}}", fields.join(","))
            }
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Field(_) => 0,
            Self::Key(_) => 1,
            Self::Value(_) => 2,
            Self::Index(_) => 3,
        }
    }
}

impl Ord for Element {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Field(a), Self::Field(b)) => a.cmp(b),
            (Self::Key(a), Self::Key(b)) => keys(a, b),
            (Self::Value(a), Self::Value(b)) => compare(a, b),
            (Self::Index(a), Self::Index(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Element {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Element {}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Value(value) => write!(f, "[={value}]"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(key) => {
                let fields: Vec<String> = key.iter().map(|(n, v)| format!("{n}={v}")).collect();
                write!(f, "[{}]", fields.join(","))
            }
        }
    }
}

/// `.spec.ports[port=80,protocol="TCP"].name`.
pub(crate) fn shown(path: &[Element]) -> String {
    path.iter().map(Element::to_string).collect()
}

fn keys(a: &[(String, Value)], b: &[(String, Value)]) -> Ordering {
    let fields = a.iter().zip(b);
    let mut fields = fields.map(|((a, x), (b, y))| a.cmp(b).then_with(|| compare(x, y)));
    let first = fields.find(|order| order.is_ne());
    first.unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Values in the order of structured-merge-diff: numbers, texts, flags, lists, maps, null.
fn compare(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Bool(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => {
                let of = |number: &serde_json::Number| number.as_f64().unwrap_or_default();
                of(a).total_cmp(&of(b))
            }
        },
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Array(a), Value::Array(b)) => {
            let mut items = a.iter().zip(b).map(|(a, b)| compare(a, b));
            let first = items.find(|order| order.is_ne());
            first.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Value::Object(a), Value::Object(b)) => {
            let mut fields = a.iter().zip(b);
            let first = fields.find_map(|((a, x), (b, y))| {
                let order = a.cmp(b).then_with(|| compare(x, y));
                order.is_ne().then_some(order)
            });
            first.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_written_as_they_were_read() {
        for text in [
            "f:spec",
            "f:a/b:c",
            r#"k:{"port":80,"protocol":"TCP"}"#,
            r#"v:"a""#,
            "v:1",
            "i:3",
        ] {
            let element = Element::parse(text).unwrap().unwrap();
            assert_eq!(element.to_text(), text);
        }
        assert_eq!(Element::parse("x:later"), Ok(None));
        assert_eq!(Element::parse("none"), Err(()));
    }

    #[test]
    fn paths_are_shown_as_conflicts_name_them() {
        let path = [
            Element::field("spec"),
            Element::Key(vec![
                ("port".to_owned(), json!(80)),
                ("protocol".to_owned(), json!("TCP")),
            ]),
            Element::Value(json!("x")),
        ];
        assert_eq!(shown(&path), r#".spec[port=80,protocol="TCP"][="x"]"#);
    }
}
