//! A schema as a type that applies go by: which lists have keys, which maps are one value.
//!
//! Follows k8s.io/kube-openapi `pkg/schemaconv` over the documents that kube-apiserver publishes of a definition.

use std::collections::BTreeMap;

use super::{Additional, Listing, Schema};
use crate::server::types::{
    self, Field, Is, Listed, Message, Node, Omitted, Scalar, Strategy, Struct, Types,
};

/// Types with that of an object of this schema.
pub(crate) fn typed(schema: &Schema) -> (Types, Node) {
    let mut types = Types::default();
    let metadata = types.adopt(types::built_in(), types::METADATA);
    let mut typing = Typing {
        types,
        metadata: metadata.unwrap_or_else(|| node(Is::Deduced)),
    };
    let root = typing.node(schema);
    (typing.types, root)
}

struct Typing {
    types: Types,
    metadata: Node,
}

impl Typing {
    fn node(&mut self, schema: &Schema) -> Node {
        if schema.is_int_or_string {
            return node(Is::Scalar(Scalar::IntOrString));
        }
        let is = match &*schema.type_name {
            "object" => self.object(schema),
            "array" => match &schema.items {
                Some(item) => Is::List {
                    item: Box::new(self.node(item)),
                    as_: match &schema.list {
                        Listing::Atomic => Listed::Atomic,
                        Listing::Set => Listed::Set,
                        Listing::Map(keys) => Listed::Map(keys.clone()),
                    },
                },
                None => Is::Any,
            },
            "boolean" => Is::Scalar(Scalar::Bool),
            "integer" => Is::Scalar(Scalar::Int64),
            "number" => Is::Scalar(Scalar::Float),
            "string" => Is::Scalar(Scalar::Text),
            _ => Is::Deduced,
        };
        node(is)
    }

    fn object(&mut self, schema: &Schema) -> Is {
        let atomic = schema.is_atomic;
        if !schema.is_resource && schema.properties.is_empty() {
            match &schema.additional {
                Additional::Like(item) => {
                    let item = Box::new(self.node(item));
                    return Is::Map { item, atomic };
                }
                _ if schema.preserves && atomic => return Is::Any,
                _ if schema.preserves => return Is::Deduced,
                _ => {}
            }
        }
        let known = schema.properties.iter();
        let mut fields: BTreeMap<String, Field> = known
            .map(|(name, inner)| {
                let holds = self.node(inner);
                (name.clone(), field(holds, inner.default.clone()))
            })
            .collect();
        if schema.is_resource {
            for name in ["apiVersion", "kind"] {
                fields.insert(name.to_owned(), field(node(Is::Scalar(Scalar::Text)), None));
            }
            fields.insert("metadata".to_owned(), field(self.metadata.clone(), None));
        }
        let others = schema.preserves.then(|| node(Is::Deduced));
        let number = self.types.add(Struct {
            name: String::new(),
            fields,
            others,
            atomic: false,
            message: Message::default(),
        });
        Is::Struct { number, atomic }
    }
}

const fn node(is: Is) -> Node {
    Node {
        go: String::new(),
        pointer: true,
        is,
    }
}

fn field(holds: Node, default: Option<serde_json::Value>) -> Field {
    Field {
        holds,
        omitted: Omitted::Never,
        inside: Vec::new(),
        default,
        strategy: Strategy::default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_have_the_keys_that_the_schema_says() {
        let schema = Schema::read(&json!({"type": "object", "properties": {
            "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                "items": {"type": "object", "properties": {"k": {"type": "string"}}}},
            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        }}));
        let (types, root) = typed(&schema.at_root());
        let Is::Struct { number, .. } = root.is else {
            panic!("{root:?}")
        };
        let fields = &types.get(number).fields;
        assert!(
            matches!(&fields["items"].holds.is, Is::List { as_: Listed::Map(keys), .. } if keys == &["k"])
        );
        assert!(matches!(fields["free"].holds.is, Is::Deduced));
        assert!(matches!(fields["metadata"].holds.is, Is::Struct { .. }));
    }
}
