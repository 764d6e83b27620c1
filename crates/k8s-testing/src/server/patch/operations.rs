//! JSON patch: operations on places in a document.

use serde_json::{Map, Value};

use super::Inapplicable;
use crate::server::decode::Document;

/// One operation, as sent: what is wrong with it shows when it is applied.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    op: String,
    path: Option<String>,
    from: Option<String>,
    value: Value,
}

type Done<T = ()> = Result<T, Inapplicable>;

impl Operation {
    pub(super) fn read(sent: &Value) -> Self {
        let text = |name: &str| sent[name].as_str().map(str::to_owned);
        Self {
            op: text("op").unwrap_or_default(),
            path: text("path"),
            from: text("from"),
            // An absent value is null.
            value: sent.get("value").cloned().unwrap_or_default(),
        }
    }

    pub(super) fn apply(&self, document: &mut Value) -> Done {
        let path = self.path.as_deref().ok_or(Inapplicable)?;
        match self.op.as_str() {
            "add" => Place::find(document, path)?.add(self.value.clone()),
            "remove" => Place::find(document, path)?.remove().map(drop),
            "replace" if path.is_empty() => {
                if !(self.value.is_object() || self.value.is_array()) {
                    return Err(Inapplicable);
                }
                *document = self.value.clone();
                Ok(())
            }
            "replace" => Place::find(document, path)?.replace(self.value.clone()),
            "move" => {
                let from = self.from.as_deref().ok_or(Inapplicable)?;
                let value = Place::find(document, from)?.remove()?;
                Place::find(document, path)?.add(value)
            }
            "copy" => {
                let from = self.from.as_deref().ok_or(Inapplicable)?;
                let value = Place::find(document, from)?.get()?;
                Place::find(document, path)?.add(value)
            }
            "test" if path.is_empty() => same(document, &self.value),
            "test" => same(&Place::find(document, path)?.get()?, &self.value),
            _ => Err(Inapplicable),
        }
    }
}

/// Unknown and repeated fields of operations, in the server's words.
pub(super) fn strict(document: &Document) -> Vec<String> {
    let Document::List(operations) = document else {
        return Vec::new();
    };
    let mut complaints: Vec<String> = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let Document::Fields(fields) = operation else {
            continue;
        };
        for (at, (name, _)) in fields.iter().enumerate() {
            let what = if !["op", "path", "from", "value"].contains(&name.as_str()) {
                "unknown"
            } else if fields[..at].iter().any(|(other, _)| other == name) {
                "duplicate"
            } else {
                continue;
            };
            complaints.push(format!("json patch {what} field \"[{index}].{name}\""));
        }
    }
    complaints.dedup();
    complaints
}

fn same(found: &Value, wanted: &Value) -> Done {
    if found == wanted {
        Ok(())
    } else {
        Err(Inapplicable)
    }
}

/// A place in a map or a list: there, or where something can be put.
enum Place<'a> {
    Field(&'a mut Map<String, Value>, String),
    Item(&'a mut Vec<Value>, String),
}

impl<'a> Place<'a> {
    /// Goes down to what holds the place. What stands before the first slash is not looked at, as in Go.
    fn find(document: &'a mut Value, path: &str) -> Done<Self> {
        let parts: Vec<String> = path.split('/').skip(1).map(unescape).collect();
        let (key, parts) = parts.split_last().ok_or(Inapplicable)?;
        let mut at = document;
        for part in parts {
            at = match at {
                Value::Object(fields) => fields.get_mut(part).ok_or(Inapplicable)?,
                Value::Array(items) => {
                    let index = index(part, items.len())?;
                    items.get_mut(index).ok_or(Inapplicable)?
                }
                _ => return Err(Inapplicable),
            };
        }
        match at {
            Value::Object(fields) => Ok(Self::Field(fields, key.clone())),
            Value::Array(items) => Ok(Self::Item(items, key.clone())),
            _ => Err(Inapplicable),
        }
    }

    /// A field that is not there is null.
    fn get(self) -> Done<Value> {
        match self {
            Self::Field(fields, key) => Ok(fields.get(&key).cloned().unwrap_or_default()),
            Self::Item(items, key) => {
                let index = index(&key, items.len())?;
                items.get(index).cloned().ok_or(Inapplicable)
            }
        }
    }

    fn add(self, value: Value) -> Done {
        match self {
            Self::Field(fields, key) => {
                fields.insert(key, value);
            }
            Self::Item(items, key) if key == "-" => items.push(value),
            Self::Item(items, key) => {
                let index = index(&key, items.len() + 1)?;
                items.insert(index, value);
            }
        }
        Ok(())
    }

    /// A field that is not there is made.
    fn replace(self, value: Value) -> Done {
        match self {
            Self::Field(fields, key) => {
                fields.insert(key, value);
            }
            Self::Item(items, key) => {
                let index = index(&key, items.len())?;
                items[index] = value;
            }
        }
        Ok(())
    }

    fn remove(self) -> Done<Value> {
        match self {
            Self::Field(fields, key) => fields.remove(&key).ok_or(Inapplicable),
            Self::Item(items, key) => Ok(items.remove(index(&key, items.len())?)),
        }
    }
}

/// An index below `length`; negative ones count from the end.
fn index(key: &str, length: usize) -> Done<usize> {
    let index: i64 = key.parse().map_err(|_| Inapplicable)?;
    let length = i64::try_from(length).map_err(|_| Inapplicable)?;
    let index = if index < 0 { index + length } else { index };
    if (0..length).contains(&index) {
        usize::try_from(index).map_err(|_| Inapplicable)
    } else {
        Err(Inapplicable)
    }
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Document, operations, and what comes out; nothing when they cannot be applied.
    type Row = (&'static str, &'static str, &'static str);

    const AS_THE_RFC: [Row; 14] = [
        (
            r#"{"a":1}"#,
            r#"[{"op":"add","path":"/b","value":2}]"#,
            r#"{"a":1,"b":2}"#,
        ),
        (
            r#"{"a":[1]}"#,
            r#"[{"op":"add","path":"/a/0","value":0}]"#,
            r#"{"a":[0,1]}"#,
        ),
        (
            r#"{"a":[1]}"#,
            r#"[{"op":"add","path":"/a/-","value":2}]"#,
            r#"{"a":[1,2]}"#,
        ),
        (
            r#"{"a":1,"b":2}"#,
            r#"[{"op":"remove","path":"/b"}]"#,
            r#"{"a":1}"#,
        ),
        (
            r#"{"a":{"x":1}}"#,
            r#"[{"op":"move","from":"/a/x","path":"/y"}]"#,
            r#"{"a":{},"y":1}"#,
        ),
        (
            r#"{"a":[1,2]}"#,
            r#"[{"op":"copy","from":"/a/1","path":"/b"}]"#,
            r#"{"a":[1,2],"b":2}"#,
        ),
        (
            r#"{"a/b":1}"#,
            r#"[{"op":"test","path":"/a~1b","value":1}]"#,
            r#"{"a/b":1}"#,
        ),
        (r#"{"m~n":1}"#, r#"[{"op":"remove","path":"/m~0n"}]"#, "{}"),
        (r#"{"a":1}"#, r#"[{"op":"test","path":"/a","value":2}]"#, ""),
        (r#"{"a":1}"#, r#"[{"op":"remove","path":"/b"}]"#, ""),
        (
            r#"{"a":1}"#,
            r#"[{"op":"add","path":"/b/c","value":1}]"#,
            "",
        ),
        (
            r#"{"a":[1]}"#,
            r#"[{"op":"add","path":"/a/2","value":1}]"#,
            "",
        ),
        (
            r#"{"a":[1]}"#,
            r#"[{"op":"add","path":"/a/x","value":1}]"#,
            "",
        ),
        (r#"{"a":1}"#, r#"[{"op":"jump","path":"/a"}]"#, ""),
    ];

    const AS_GO: [Row; 11] = [
        (
            r#"{"a":[1,2]}"#,
            r#"[{"op":"add","path":"/a/-1","value":3}]"#,
            r#"{"a":[1,2,3]}"#,
        ),
        (
            r#"{"a":[1,2]}"#,
            r#"[{"op":"remove","path":"/a/-1"}]"#,
            r#"{"a":[1]}"#,
        ),
        (
            r#"{"a":[1,2]}"#,
            r#"[{"op":"replace","path":"/a/-3","value":0}]"#,
            "",
        ),
        (
            "{}",
            r#"[{"op":"replace","path":"/a","value":1}]"#,
            r#"{"a":1}"#,
        ),
        ("{}", r#"[{"op":"test","path":"/a","value":null}]"#, "{}"),
        ("{}", r#"[{"op":"test","path":"/a"}]"#, "{}"),
        ("{}", r#"[{"op":"add","path":"/a"}]"#, r#"{"a":null}"#),
        (
            "{}",
            r#"[{"op":"copy","from":"/x","path":"/a"}]"#,
            r#"{"a":null}"#,
        ),
        (
            r#"{"a":1}"#,
            r#"[{"op":"replace","path":"","value":{"b":2}}]"#,
            r#"{"b":2}"#,
        ),
        (r#"{"a":1}"#, r#"[{"op":"remove","path":""}]"#, ""),
        (
            r#"{"a":1}"#,
            r#"[{"op":"test","path":"/a","value":1.0}]"#,
            "",
        ),
    ];

    fn check((document, operations, expected): Row) {
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let (mut new, list) = (read(document), read(operations));
        let mut list = list.as_array().expect("a list").iter();
        let done = list.try_for_each(|one| Operation::read(one).apply(&mut new));
        let got = done.map_or_else(|_| String::new(), |()| new.to_string());
        assert_eq!(got, expected, "{operations} of {document}");
    }

    #[test]
    fn does_what_the_rfc_says() {
        AS_THE_RFC.into_iter().for_each(check);
    }

    #[test]
    fn does_what_gos_library_does_beyond_it() {
        AS_GO.into_iter().for_each(check);
    }
}
