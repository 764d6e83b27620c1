//! Objects of any type, by chance.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::server::types::{Is, Node, Scalar, Types};

/// How deep samples go.
const DEEPEST: usize = 14;
/// How deep schemas in schemas lie, of which each may hold a dozen.
const DEEPEST_SCHEMA: usize = 8;

/// A maker of samples.
pub(super) struct Sample<'a> {
    types: &'a Types,
    rng: &'a mut Rng,
    depth: usize,
}

impl<'a> Sample<'a> {
    pub(super) fn new(types: &'a Types, rng: &'a mut Rng) -> Self {
        Self {
            types,
            rng,
            depth: 0,
        }
    }

    /// A value of this type, with some of its fields.
    pub(super) fn of(&mut self, node: &Node) -> Value {
        self.depth += 1;
        let value = match &node.is {
            Is::Struct { number, .. } => self.fields(*number),
            Is::List { item, .. } => {
                let items = 1..=self.rng.usize(1..3);
                items.map(|_| self.of(item)).collect()
            }
            Is::Map { item, .. } => {
                let keys = ["", "a", "b.example.org/c"].into_iter();
                let keys: Vec<&str> = keys.filter(|_| self.rng.bool()).collect();
                let entries = keys.into_iter().map(|key| (key.to_owned(), self.of(item)));
                entries.collect::<Map<String, Value>>().into()
            }
            Is::Scalar(kind) => self.scalar(*kind),
            Is::Any | Is::Deduced => self.any(&node.go),
        };
        self.depth -= 1;
        value
    }

    fn fields(&mut self, number: usize) -> Value {
        let mut object = Map::new();
        for (name, field) in &self.types.get(number).fields {
            let deepest = if self.is_schema(number) {
                DEEPEST_SCHEMA
            } else {
                DEEPEST
            };
            let here = self.depth < deepest && self.rng.u8(0..4) > 0;
            // What has no number is not sent: the kind of what is inside another object.
            if here && !matches!(name.as_str(), "kind" | "apiVersion") || self.is_sent(number, name)
            {
                object.insert(name.clone(), self.of(&field.holds));
            }
        }
        object.into()
    }

    fn is_schema(&self, number: usize) -> bool {
        self.types.get(number).name == "JSONSchemaProps"
    }

    /// Whether a field called `kind` or `apiVersion` is one like others.
    fn is_sent(&self, number: usize, name: &str) -> bool {
        use crate::server::types::Slot;
        let slots = self.types.get(number).message.slots.values();
        matches!(name, "kind" | "apiVersion")
            && slots
                .into_iter()
                .any(|slot| matches!(slot, Slot::Field { name: known, .. } if known == name))
    }

    fn scalar(&mut self, kind: Scalar) -> Value {
        let is_number = self.rng.bool();
        let number = self.rng.i64(..);
        let mut one_of = |texts: &[&str]| Value::from(texts[self.rng.usize(..texts.len())]);
        match kind {
            Scalar::Bool => is_number.into(),
            Scalar::Bytes => one_of(&["", "AA==", "aGVsbG8="]),
            Scalar::Float => [json!(1.5), json!(-2)][usize::from(is_number)].clone(),
            Scalar::Int32 => (number as i32).into(),
            Scalar::Int64 => number.into(),
            Scalar::IntOrString if is_number => (number as i32).into(),
            Scalar::IntOrString => one_of(&["", "25%", "http"]),
            Scalar::MicroTime => {
                one_of(&["2026-01-02T03:04:05.000006Z", "1969-12-31T23:59:59.999999Z"])
            }
            Scalar::Quantity => one_of(&["0", "1500m", "3Gi", "-2"]),
            Scalar::Text => one_of(&["", "x", "line\nline", "é\u{1f600}"]),
            Scalar::Time => one_of(&["2026-01-02T03:04:05Z", "1900-01-01T00:00:00Z"]),
        }
    }

    /// A schema, as it is written; schemas in schemas end early.
    fn schema(&mut self, node: &Node) -> Value {
        if self.depth > DEEPEST_SCHEMA {
            return json!({});
        }
        let sample = self.of(node);
        crate::server::decode::written(self.types, node, sample)
    }

    fn any(&mut self, go: &str) -> Value {
        let schema = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
        let schema = self.types.named(schema).unwrap();
        match go.rsplit('.').next().unwrap() {
            "JSONSchemaPropsOrBool" if self.rng.bool() => self.rng.bool().into(),
            "JSONSchemaPropsOrStringArray" if self.rng.bool() => json!(["a", ""]),
            "JSONSchemaPropsOrArray" if self.rng.bool() => json!([self.schema(&schema), {}]),
            name if name.starts_with("JSONSchemaProps") => self.schema(&schema),
            "CustomResourceSubresourceStatus" => json!({}),
            "JSON" => json!([1, {"a": null}]),
            _ => json!({"f:a": {".": {}}, "n": [1.5, "x", true]}),
        }
    }
}
