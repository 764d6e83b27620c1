//! Types as the table's file has them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Field, Is, Listed, METADATA, Message, Node, Omitted, PARTIAL, Scalar, Strategy, Struct, Types,
};
use crate::server::kinds;

/// Reads the file's types.
pub(super) fn read() -> Types {
    let told: BTreeMap<String, Value> = kinds::line(1);
    let structs = told
        .iter()
        .filter(|(_, shape)| shape.get("plain").is_none());
    let names = structs.clone().enumerate();
    let names: BTreeMap<String, usize> = names
        .map(|(number, (name, _))| (name.clone(), number))
        .collect();
    let reader = Reader {
        told: &told,
        names: &names,
    };
    let structs = structs
        .map(|(name, shape)| reader.of_struct(name, shape))
        .collect();
    let mut types = Types { structs, names };
    add_partial(&mut types);
    types
}

/// Adds what no server tells of, for it has no kind of its own: an object's metadata alone.
fn add_partial(types: &mut Types) {
    let Some(holds) = types.named(METADATA) else {
        return;
    };
    let metadata = Field {
        holds,
        omitted: Omitted::Never,
        inside: Vec::new(),
        default: None,
        strategy: Strategy::default(),
    };
    types.names.insert(PARTIAL.to_owned(), types.structs.len());
    types.structs.push(Struct {
        name: "PartialObjectMetadata".to_owned(),
        fields: [("metadata".to_owned(), metadata)].into(),
        others: None,
        atomic: false,
        message: Message::of(&[(1, "metadata")]),
    });
}

struct Reader<'a> {
    told: &'a BTreeMap<String, Value>,
    names: &'a BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn of_struct(&self, name: &str, shape: &Value) -> Struct {
        let fields = shape["fields"].as_object().into_iter().flatten();
        let required = shape["required"].as_array();
        let is_required = |name: &String| required.is_some_and(|all| all.iter().any(|r| r == name));
        let mut message = Message::default();
        for (field, holds) in fields.clone() {
            message.add(field, holds, &texts(&holds["in"]));
        }
        Struct {
            message,
            name: name.rsplit('.').next().unwrap_or_default().to_owned(),
            fields: fields
                .map(|(field, holds)| {
                    let read = self.field(holds, shape.get("go").is_some(), is_required(field));
                    (field.clone(), read)
                })
                .collect(),
            others: None,
            atomic: shape["mapType"] == "atomic",
        }
    }

    /// A field; of a struct that Go did not tell about, only what is required is always written.
    fn field(&self, holds: &Value, told: bool, required: bool) -> Field {
        let omitted = match holds["omit"].as_str() {
            Some("zero") => Omitted::WhenZero,
            Some(_) => Omitted::WhenEmpty,
            None if told || required => Omitted::Never,
            None => Omitted::WhenEmpty,
        };
        let strategies = holds["patchStrategy"].as_str().unwrap_or_default();
        let has = |wanted: &str| strategies.split(',').any(|strategy| strategy == wanted);
        Field {
            holds: self.node(holds),
            omitted,
            inside: texts(&holds["in"]),
            default: holds.get("default").cloned(),
            strategy: Strategy {
                merges: has("merge"),
                replaces: has("replace"),
                key: holds["mergeKey"].as_str().map(str::to_owned),
            },
        }
    }

    fn node(&self, holds: &Value) -> Node {
        let (is, go) = self.is(holds);
        Node {
            go: holds["go"].as_str().map_or(go, str::to_owned),
            pointer: holds["pointer"] == true,
            is,
        }
    }

    fn is(&self, holds: &Value) -> (Is, String) {
        if let Some(name) = holds["ref"].as_str() {
            return self.named(name, holds);
        }
        if let Some(item) = holds.get("list") {
            let item = Box::new(self.node(item));
            let go = format!("[]{}", item.go);
            let as_ = listed(holds);
            return (Is::List { item, as_ }, go);
        }
        if let Some(item) = holds.get("map") {
            let item = Box::new(self.node(item));
            let go = format!("map[string]{}", item.go);
            let atomic = holds["mapType"] == "atomic";
            return (Is::Map { item, atomic }, go);
        }
        plain(holds)
    }

    /// A struct, or one of the names that plain values have.
    fn named(&self, name: &str, holds: &Value) -> (Is, String) {
        let short = name.rsplit('.').next().unwrap_or_default();
        let go = format!("v1.{short}");
        if let Some(number) = self.names.get(name) {
            let atomic = holds["mapType"] == "atomic" || self.told[name]["mapType"] == "atomic";
            let number = *number;
            return (Is::Struct { number, atomic }, go);
        }
        match short {
            "IntOrString" => (Is::Scalar(Scalar::IntOrString), go),
            "MicroTime" => (Is::Scalar(Scalar::MicroTime), go),
            "Quantity" => (Is::Scalar(Scalar::Quantity), go),
            "Time" => (Is::Scalar(Scalar::Time), go),
            _ => (Is::Any, go),
        }
    }
}

/// A list's kind; without a word of its own, it follows how strategic merge patches have it.
fn listed(holds: &Value) -> Listed {
    let merges = holds["patchStrategy"]
        .as_str()
        .is_some_and(|strategy| strategy.split(',').any(|s| s == "merge"));
    match holds["listType"].as_str() {
        Some("map") => Listed::Map(texts(&holds["listKeys"])),
        Some("set") => Listed::Set,
        None if merges => match holds["mergeKey"].as_str() {
            Some(key) => Listed::Map(vec![key.to_owned()]),
            None => Listed::Set,
        },
        _ => Listed::Atomic,
    }
}

fn plain(holds: &Value) -> (Is, String) {
    let scalar = match (holds["type"].as_str(), holds["format"].as_str()) {
        (Some("boolean"), _) => Scalar::Bool,
        (Some("integer"), Some("int64")) => Scalar::Int64,
        (Some("integer"), _) => Scalar::Int32,
        (Some("number"), _) => Scalar::Float,
        (Some("string"), Some("byte")) => Scalar::Bytes,
        (Some("string"), _) => Scalar::Text,
        _ => return (Is::Any, "interface {}".to_owned()),
    };
    let go = match scalar {
        Scalar::Bool => "bool",
        Scalar::Bytes => "[]uint8",
        Scalar::Float => "float64",
        Scalar::Int32 => "int32",
        Scalar::Int64 => "int64",
        _ => "string",
    };
    (Is::Scalar(scalar), go.to_owned())
}

fn texts(value: &Value) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    values
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
