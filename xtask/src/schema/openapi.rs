//! OpenAPI v3: every document, with each value that stands in them more than once kept once.
//!
//! ```text
//! documents ▸ values by their text ─┬▸ pool: [value, …]
//!                                   └▸ documents: {path: value}, where a number n means pool[n]
//! ```
//!
//! Documents repeat themselves hundreds of times (parameters, answers, the schemas of metadata), so they become a sixth of
//! their length before they are compressed. A number that is one is written `{"": n}`; values in the pool refer to
//! earlier ones only.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::ask::Server;
use crate::Error;

/// Values of which shorter texts would cost more to be referred to.
const SHORTEST: usize = 12;

/// Every document of the server, packed.
pub(super) fn all(server: &Server) -> Result<Value, Error> {
    let index = server.get("/openapi/v3")?;
    let mut documents = Map::new();
    for path in index["paths"].as_object().into_iter().flat_map(Map::keys) {
        documents.insert(path.clone(), server.get(&format!("/openapi/v3/{path}"))?);
    }
    Ok(pack(&documents.into()))
}

fn pack(documents: &Value) -> Value {
    let mut packer = Packer::default();
    packer.count(documents);
    let documents = packer.inside(documents);
    json!({"documents": documents, "pool": packer.pool})
}

#[derive(Default)]
struct Packer {
    /// How often each value was met, by its text.
    met: BTreeMap<String, usize>,
    kept: BTreeMap<String, usize>,
    pool: Vec<Value>,
}

impl Packer {
    fn count(&mut self, value: &Value) {
        if !is_made_of_others(value) {
            return;
        }
        let met = self.met.entry(value.to_string()).or_insert(0);
        *met += 1;
        // What is inside of a value that was met before is inside of the pool.
        if *met > 1 {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.count(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.count(field)),
            _ => {}
        }
    }

    fn packed(&mut self, value: &Value) -> Value {
        if !is_made_of_others(value) {
            return self.inside(value);
        }
        let text = value.to_string();
        let repeats = self.met.get(&text).is_some_and(|met| *met > 1);
        if !repeats || text.len() <= SHORTEST {
            return self.inside(value);
        }
        if let Some(number) = self.kept.get(&text) {
            return (*number).into();
        }
        let inside = self.inside(value);
        let number = self.pool.len();
        self.pool.push(inside);
        self.kept.insert(text, number);
        number.into()
    }

    fn inside(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.packed(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, field)| (name.clone(), self.packed(field)));
                Value::Object(fields.collect())
            }
            Value::Number(_) => json!({"": value}),
            other => other.clone(),
        }
    }
}

fn is_made_of_others(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_kept_once() {
        let schema = json!({"type": "string", "maxLength": 7});
        let twice = json!({"of": schema, "list": [schema]});
        let packed = pack(&json!({"a": twice, "b": twice, "c": schema, "n": 3}));
        let wanted = json!({
            "documents": {"a": 1, "b": 1, "c": 0, "n": {"": 3}},
            "pool": [{"type": "string", "maxLength": {"": 7}}, {"of": 0, "list": [0]}],
        });
        assert_eq!(packed, wanted);
    }
}
