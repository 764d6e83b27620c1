//! Pruning: what a schema does not know goes, unless it says that it stays.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apiserver/schema/pruning/algorithm.go` (v0.36).

use serde_json::Value;

use super::defaulting::drop_nulls;
use super::{Additional, Schema};

const META: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Takes out of an object what its schema does not know; the paths of what went, in their order.
pub(crate) fn prune(object: &mut Value, schema: &Schema) -> Vec<String> {
    let mut pruning = Pruning {
        path: String::new(),
        gone: Vec::new(),
    };
    pruning.value(object, Some(schema));
    pruning.gone.sort_unstable();
    pruning.gone
}

/// Leaves of an object what its schema knows, and no null that it does not allow; the paths of what was not known.
pub(crate) fn fit(object: &mut Value, schema: &Schema) -> Vec<String> {
    let gone = prune(object, schema);
    drop_nulls(object, schema);
    gone
}

struct Pruning {
    path: String,
    gone: Vec<String>,
}

impl Pruning {
    /// Of a value that nothing is said of, every field goes.
    fn value(&mut self, value: &mut Value, schema: Option<&Schema>) {
        match value {
            Value::Object(fields) => {
                let keeps = schema.is_some_and(|schema| schema.preserves);
                let names: Vec<String> = fields.keys().cloned().collect();
                for name in names {
                    let is_meta = META.contains(&&*name);
                    if is_meta && schema.is_some_and(|schema| schema.is_resource) {
                        continue;
                    }
                    let inner = schema.and_then(|schema| schema.properties.get(&name));
                    let additional = schema.map(|schema| &schema.additional);
                    let length = self.step(&name);
                    match (inner, additional, fields.get_mut(&name)) {
                        (Some(inner), _, Some(field)) => self.value(field, Some(inner)),
                        (_, Some(Additional::Like(inner)), Some(field)) => {
                            self.value(field, Some(inner))
                        }
                        (_, Some(Additional::Any | Additional::Never), Some(field)) => {
                            self.value(field, None);
                        }
                        _ if keeps => {}
                        _ => {
                            if !is_meta || length > 0 {
                                self.gone.push(self.path.clone());
                            }
                            fields.remove(&name);
                        }
                    }
                    self.path.truncate(length);
                }
            }
            Value::Array(items) => {
                let keeps = schema.is_some_and(|schema| schema.preserves);
                let inner = schema.and_then(|schema| schema.items.as_deref());
                if keeps && inner.is_none() {
                    return;
                }
                for (index, item) in items.iter_mut().enumerate() {
                    let length = self.path.len();
                    self.path.push_str(&format!("[{index}]"));
                    self.value(item, inner);
                    self.path.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// Goes down to a field; says how long the path was before.
    fn step(&mut self, name: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        length
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(schema: Value, mut object: Value, pruned: Value, gone: &[&str]) {
        let told = prune(&mut object, &Schema::read(&schema));
        assert_eq!(object, pruned);
        assert_eq!(told, gone);
    }

    #[test]
    fn what_is_not_known_goes() {
        let schema = json!({"type": "object", "properties": {
            "a": {"type": "object", "properties": {"b": {"type": "string"}}},
            "l": {"type": "array", "items": {"type": "object", "properties": {"k": {"type": "string"}}}},
        }});
        check(
            schema,
            json!({"a": {"b": "x", "c": 1}, "l": [{"k": "y"}, {"z": 1}], "d": {}}),
            json!({"a": {"b": "x"}, "l": [{"k": "y"}, {}]}),
            &["a.c", "d", "l[1].z"],
        );
    }

    #[test]
    fn what_is_to_stay_stays_but_for_what_is_known_below() {
        let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {
            "known": {"type": "object"},
        }});
        check(
            schema,
            json!({"other": {"x": [1]}, "known": {"y": 1}}),
            json!({"other": {"x": [1]}, "known": {}}),
            &["known.y"],
        );
    }

    #[test]
    fn maps_keep_every_key_and_prune_their_values() {
        let schema = json!({"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {"type": "string"}}}});
        check(
            schema,
            json!({"k": {"a": "x", "b": "y"}}),
            json!({"k": {"a": "x"}}),
            &["k.b"],
        );
    }

    #[test]
    fn a_resource_keeps_what_every_object_has() {
        let schema = json!({"type": "object", "x-kubernetes-embedded-resource": true, "properties": {"spec": {"type": "object"}}});
        check(
            schema,
            json!({"kind": "A", "apiVersion": "v1", "metadata": {"name": "x"}, "status": {}}),
            json!({"kind": "A", "apiVersion": "v1", "metadata": {"name": "x"}}),
            &["status"],
        );
    }
}
