//! A definition, read from its object: what the server needs to know of it to serve its kinds.

use k8s_jsonpath::Template;
use serde_json::Value;

use super::scale::Paths;
use crate::server::object;
use crate::server::structural::{self, Schema};
use crate::server::types::{Node, Types};

const CREATED: &str = ".metadata.creationTimestamp";

/// An established definition.
#[derive(Debug)]
pub(crate) struct Definition {
    /// `widgets.example.com`.
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) names: Names,
    pub(crate) namespaced: bool,
    pub(crate) storage_version: String,
    pub(crate) versions: Vec<Version>,
    /// Whether it goes, and no new objects come about.
    pub(crate) is_terminating: bool,
    /// What all of this was read from.
    source: Source,
}

/// The names that were accepted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Names {
    pub(crate) plural: String,
    pub(crate) singular: String,
    pub(crate) kind: String,
    pub(crate) list_kind: String,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) name: String,
    pub(crate) served: bool,
    pub(crate) schema: Schema,
    pub(crate) types: (Types, Node),
    pub(crate) has_status: bool,
    pub(crate) scale: Option<Paths>,
    /// Fields by which objects can be chosen: `spec.colour`.
    pub(crate) selectable: Vec<String>,
    pub(crate) columns: Vec<Column>,
    /// What whoever uses a deprecated version is told.
    pub(crate) warning: Option<String>,
}

/// A column of the tables that kubectl prints.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// `boolean`, `date`, `integer`, `number` or `string`.
    pub(crate) type_name: String,
    pub(crate) format: String,
    pub(crate) description: String,
    /// 0: always shown; more: only in wide tables.
    pub(crate) priority: i64,
    /// `.spec.replicas`: a path below the object, without braces.
    pub(crate) json_path: String,
    /// Whether it stands for the columns that a definition does not have.
    pub(crate) is_implied: bool,
    template: Option<Template>,
}

#[derive(Debug, Eq, PartialEq)]
struct Source {
    uid: String,
    spec: Value,
    names: Value,
    is_terminating: bool,
}

impl Definition {
    /// Reads an object; `None`: it is not established.
    pub(crate) fn read(object: &Value) -> Option<Self> {
        if !has_condition(object, "Established") {
            return None;
        }
        let (spec, source) = (&object["spec"], Source::of(object));
        let told = spec["versions"].as_array().into_iter().flatten();
        let versions: Vec<Version> = told.map(|version| Version::read(spec, version)).collect();
        let storage = spec["versions"]
            .as_array()?
            .iter()
            .find(|version| version["storage"] == true)?;
        Some(Self {
            name: object::name(object).to_owned(),
            group: text(&spec["group"]),
            names: Names::read(&object["status"]["acceptedNames"]),
            namespaced: spec["scope"] == "Namespaced",
            storage_version: text(&storage["name"]),
            versions,
            is_terminating: source.is_terminating,
            source,
        })
    }

    /// Whether it would be read from an object just so.
    pub(crate) fn is_of(&self, object: &Value) -> bool {
        has_condition(object, "Established") && self.source == Source::of(object)
    }

    pub(crate) fn version(&self, name: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.name == name)
    }
}

impl Source {
    fn of(object: &Value) -> Self {
        Self {
            uid: object::uid(object).to_owned(),
            spec: object["spec"].clone(),
            names: object["status"]["acceptedNames"].clone(),
            is_terminating: has_condition(object, "Terminating"),
        }
    }
}

impl Names {
    pub(crate) fn read(names: &Value) -> Self {
        Self {
            plural: text(&names["plural"]),
            singular: text(&names["singular"]),
            kind: text(&names["kind"]),
            list_kind: text(&names["listKind"]),
            short_names: texts(&names["shortNames"]),
            categories: texts(&names["categories"]),
        }
    }
}

impl Version {
    fn read(spec: &Value, told: &Value) -> Self {
        let schema = Schema::read(&told["schema"]["openAPIV3Schema"]).at_root();
        let below = &told["subresources"];
        let columns = told["additionalPrinterColumns"].as_array();
        let fields = told["selectableFields"].as_array().into_iter().flatten();
        Self {
            name: text(&told["name"]),
            served: told["served"] == true,
            types: structural::typed(&schema),
            schema,
            has_status: below["status"].is_object(),
            scale: Paths::read(&below["scale"]),
            selectable: fields
                .filter_map(|field| field["jsonPath"].as_str())
                .map(|path| path.trim_start_matches('.').to_owned())
                .collect(),
            columns: columns.map_or_else(
                || vec![Column::age()],
                |all| all.iter().map(Column::read).collect(),
            ),
            warning: (told["deprecated"] == true).then(|| warning(spec, told)),
        }
    }
}

impl Column {
    fn read(told: &Value) -> Self {
        Self {
            name: text(&told["name"]),
            type_name: text(&told["type"]),
            format: text(&told["format"]),
            description: text(&told["description"]),
            priority: told["priority"].as_i64().unwrap_or(0),
            json_path: text(&told["jsonPath"]),
            is_implied: false,
            template: template(&text(&told["jsonPath"])),
        }
    }

    /// The first value that its path leads to.
    pub(crate) fn find(&self, object: &Value) -> Option<Value> {
        let found = self.template.as_ref()?.find(object).ok()?;
        Some(found.first()?.first()?.to_value())
    }

    /// What a definition without columns has.
    fn age() -> Self {
        Self {
            name: "Age".to_owned(),
            type_name: "date".to_owned(),
            format: String::new(),
            description: String::new(),
            priority: 0,
            json_path: CREATED.to_owned(),
            is_implied: true,
            template: template(CREATED),
        }
    }
}

fn template(path: &str) -> Option<Template> {
    let template = Template::parse(&format!("{{{path}}}")).ok()?;
    Some(template.allow_missing_keys(true))
}

/// The definition's own words, or that there is a newer version.
fn warning(spec: &Value, told: &Value) -> String {
    if let Some(own) = told["deprecationWarning"].as_str() {
        return own.to_owned();
    }
    let (group, kind) = (text(&spec["group"]), text(&spec["names"]["kind"]));
    let name = text(&told["name"]);
    let all = spec["versions"].as_array().into_iter().flatten();
    let living = all.filter(|version| version["served"] == true && version["deprecated"] != true);
    let mut newer: Vec<&str> = living
        .filter_map(|version| version["name"].as_str())
        .filter(|other| super::kinds::by_age(other, &name).is_lt())
        .collect();
    newer.sort_by(|a, b| super::kinds::by_age(a, b));
    let says = format!("{group}/{name} {kind} is deprecated");
    match newer.first() {
        Some(newest) => format!("{says}; use {group}/{newest} {kind}"),
        None => says,
    }
}

/// Whether a condition is true.
pub(super) fn has_condition(object: &Value, name: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|condition| condition["type"] == name && condition["status"] == "True")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
