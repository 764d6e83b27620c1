//! Structural schemas: what a custom resource may hold, read from its definition.
//!
//! ```text
//! openAPIV3Schema ▸ Schema ─┬─ prune ▸ default        an object as it is read, from a client or from the store
//!                           ├─ metadata               of the resources that stand in it
//!                           ├─ values ▸ lists ▸ rules  what is refused of it
//!                           └─ types                  how it is applied
//! ```
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apiserver/schema` (v0.36).

mod defaulting;
mod lists;
mod metadata;
mod pattern;
mod pruning;
mod rules;
mod typing;
mod values;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use self::defaulting::default;
pub(crate) use self::lists::repetitions;
pub(crate) use self::metadata::{coerce, faults as metadata_faults};
pub(crate) use self::pattern::Pattern;
pub(crate) use self::pruning::{fit, prune};
pub(crate) use self::rules::{Rule, ask, blocked, reads_old};
pub(crate) use self::typing::typed;
pub(crate) use self::values::faults as value_faults;

/// What a value may be. What was read from a schema that the server took needs no further check.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema {
    /// `object`, `array`, `string`, `integer`, `number`, `boolean`; empty: any.
    pub(crate) type_name: String,
    pub(crate) format: String,
    pub(crate) nullable: bool,
    pub(crate) default: Option<Value>,
    pub(crate) properties: BTreeMap<String, Self>,
    pub(crate) additional: Additional,
    pub(crate) items: Option<Box<Self>>,
    /// Whether fields stay that it does not know.
    pub(crate) preserves: bool,
    /// Whether it is an object of the API, with metadata of its own.
    pub(crate) is_resource: bool,
    pub(crate) is_int_or_string: bool,
    pub(crate) list: Listing,
    /// Whether a map is merged as one value.
    pub(crate) is_atomic: bool,
    pub(crate) bounds: Bounds,
    pub(crate) rules: Vec<Rule>,
}

/// What a map holds besides its known fields.
#[derive(Clone, Debug, Default)]
pub(crate) enum Additional {
    #[default]
    Unsaid,
    Never,
    Any,
    Like(Box<Schema>),
}

/// What a list is to whoever applies one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum Listing {
    #[default]
    Atomic,
    Set,
    /// Items are known by these fields.
    Map(Vec<String>),
}

/// Conditions on a value; in `allOf` and the like stand schemas of which only these count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) required: Vec<String>,
    pub(crate) allowed: Vec<Value>,
    pub(crate) minimum: Option<f64>,
    pub(crate) maximum: Option<f64>,
    pub(crate) is_above: bool,
    pub(crate) is_below: bool,
    pub(crate) multiple_of: Option<f64>,
    pub(crate) length: Span,
    pub(crate) items: Span,
    pub(crate) properties: Span,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) all_of: Vec<Schema>,
    pub(crate) any_of: Vec<Schema>,
    pub(crate) one_of: Vec<Schema>,
    pub(crate) not: Option<Box<Schema>>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
}

impl Schema {
    /// Reads an `openAPIV3Schema`; what it does not know, it passes over.
    pub(crate) fn read(told: &Value) -> Self {
        let flag = |name: &str| told[name] == true;
        let properties = told["properties"].as_object().into_iter().flatten();
        Self {
            type_name: text(&told["type"]),
            format: text(&told["format"]),
            nullable: flag("nullable"),
            default: told
                .get("default")
                .filter(|value| !value.is_null())
                .cloned(),
            properties: properties
                .map(|(name, schema)| (name.clone(), Self::read(schema)))
                .collect(),
            additional: Additional::read(&told["additionalProperties"]),
            items: boxed(&told["items"]),
            preserves: flag("x-kubernetes-preserve-unknown-fields"),
            is_resource: flag("x-kubernetes-embedded-resource"),
            is_int_or_string: flag("x-kubernetes-int-or-string"),
            list: match told["x-kubernetes-list-type"].as_str() {
                Some("map") => Listing::Map(texts(&told["x-kubernetes-list-map-keys"])),
                Some("set") => Listing::Set,
                _ => Listing::Atomic,
            },
            is_atomic: told["x-kubernetes-map-type"] == "atomic",
            bounds: Bounds::read(told),
            rules: rules::read(&told["x-kubernetes-validations"]),
        }
    }

    /// What an item of a list was before: known by its keys only.
    fn before<'a>(&self, item: &Value, old: Option<&'a Value>) -> Option<&'a Value> {
        let Listing::Map(keys) = &self.list else {
            return None;
        };
        let same = |other: &&Value| keys.iter().all(|key| other.get(key) == item.get(key));
        old?.as_array()?.iter().find(same)
    }

    /// The schema of a field; `None`: nothing is said of it.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        match (self.properties.get(name), &self.additional) {
            (Some(known), _) => Some(known),
            (None, Additional::Like(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The same, of an object of the API: which `kind`, `apiVersion` and `metadata` belong to.
    pub(crate) fn at_root(mut self) -> Self {
        self.is_resource = true;
        self
    }
}

impl Additional {
    fn read(told: &Value) -> Self {
        match told {
            Value::Bool(true) => Self::Any,
            Value::Bool(false) => Self::Never,
            Value::Object(_) => Self::Like(Box::new(Schema::read(told))),
            _ => Self::Unsaid,
        }
    }
}

impl Bounds {
    fn read(told: &Value) -> Self {
        let span = |of: &str| Span {
            least: told[format!("min{of}")].as_u64(),
            most: told[format!("max{of}")].as_u64(),
        };
        let all = |name: &str| -> Vec<Schema> {
            let schemas = told[name].as_array().into_iter().flatten();
            schemas.map(Schema::read).collect()
        };
        Self {
            required: texts(&told["required"]),
            allowed: told["enum"].as_array().cloned().unwrap_or_default(),
            minimum: told["minimum"].as_f64(),
            maximum: told["maximum"].as_f64(),
            is_above: told["exclusiveMinimum"] == true,
            is_below: told["exclusiveMaximum"] == true,
            multiple_of: told["multipleOf"].as_f64(),
            length: span("Length"),
            items: span("Items"),
            properties: span("Properties"),
            pattern: told["pattern"]
                .as_str()
                .filter(|pattern| !pattern.is_empty())
                .map(Pattern::new),
            all_of: all("allOf"),
            any_of: all("anyOf"),
            one_of: all("oneOf"),
            not: boxed(&told["not"]),
        }
    }
}

fn boxed(told: &Value) -> Option<Box<Schema>> {
    told.is_object().then(|| Box::new(Schema::read(told)))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// The path of a field below `at`.
fn below(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}
