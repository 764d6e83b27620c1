//! OpenAPI v3: every document, with each value that stands in them more than once kept once.
//!
//! ```text
//! documents ▸ values by their text ─┬▸ pool: [value, …]
//!                                   └▸ documents: {path: value}, where a number n means pool[n]
//! ```
//!
//! One more, `custom`, is what a real server told of two kinds of custom resources with made-up names: the form of the
//! documents of all such kinds.
//!
//! Documents repeat themselves hundreds of times (parameters, answers, the schemas of metadata), so they become a sixth of
//! their length before they are compressed. A number that is one is written `{"": n}`; values in the pool refer to
//! earlier ones only.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::ask::Server;
use crate::Error;

/// The group of made-up kinds.
const GROUP: &str = "zzgroup.zzexample";
/// Values of which shorter texts would cost more to be referred to.
const SHORTEST: usize = 12;

/// Every document of the server, packed.
pub(super) fn all(server: &Server) -> Result<Value, Error> {
    let index = server.get("/openapi/v3")?;
    let mut documents = Map::new();
    for path in index["paths"].as_object().into_iter().flat_map(Map::keys) {
        documents.insert(path.clone(), server.get(&format!("/openapi/v3/{path}"))?);
    }
    documents.insert("custom".to_owned(), custom(server)?);
    Ok(pack(&documents.into()))
}

/// The document of kinds that definitions bring: one in namespaces, one in none.
fn custom(server: &Server) -> Result<Value, Error> {
    const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    let kinds = [
        ("zzplurals", "Zzkind", "Namespaced"),
        ("zzwholes", "Zzwhole", "Cluster"),
    ];
    let path = format!("apis/{GROUP}/v9");
    for (plural, kind, scope) in kinds {
        server.send("POST", DEFINITIONS, &definition(plural, kind, scope))?;
    }
    let told = told(server, &path, kinds.map(|(plural, ..)| plural));
    for (plural, ..) in kinds {
        let path = format!("{DEFINITIONS}/{plural}.{GROUP}");
        server.send("DELETE", &path, &Value::Null)?;
    }
    told
}

fn definition(plural: &str, kind: &str, scope: &str) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{GROUP}")},
        "spec": {
            "group": GROUP,
            "scope": scope,
            "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind},
            "versions": [{
                "name": "v9",
                "served": true,
                "storage": true,
                "subresources": {
                    "status": {},
                    "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"},
                },
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {"type": "object", "properties": {"replicas": {"type": "integer"}}},
                    "status": {"type": "object", "properties": {"replicas": {"type": "integer"}}},
                }}},
            }],
        },
    })
}

/// The document, once it has both kinds: a server takes its time.
fn told(server: &Server, path: &str, plurals: [&str; 2]) -> Result<Value, Error> {
    for _ in 0..200 {
        if let Ok(document) = server.get(&format!("/openapi/v3/{path}")) {
            let has = |plural: &&str| document["paths"].get(format!("/{path}/{plural}")).is_some();
            if plurals.iter().all(has) {
                return Ok(document);
            }
        }
        sleep(Duration::from_millis(100));
    }
    Err(format!("{path} does not come").into())
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
