//! Documents of kinds that definitions brought: the recorded one of made-up kinds, with names and schemas of their own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::file::Document;
use crate::server::kinds::{self, Kind, Kinds};
use crate::server::store::Store;

/// The group and version of the made-up kinds, in every way that they are written in.
const GROUP: &str = "zzgroup.zzexample";
const VERSION: &str = "v9";
/// Of the made-up kinds: the one in namespaces, and the one in none.
const IN_NAMESPACES: (&str, &str) = ("zzplurals", "Zzkind");
const IN_NONE: (&str, &str) = ("zzwholes", "Zzwhole");

/// Constant for the life of the process: what stands in the file.
static MADE_UP: LazyLock<Value> = LazyLock::new(|| {
    let recorded = super::DOCUMENTS.get(super::CUSTOM).map(Document::text);
    serde_json::from_slice(&recorded.unwrap_or_default()).expect("the file is what was written")
});

/// Those documents of custom kinds that are `wanted`, by their path below `/openapi/v3`.
pub(super) fn documents(
    kinds: &Kinds,
    store: &Store,
    wanted: impl Fn(&str) -> bool,
) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for kind in kinds.all().filter(|kind| !kind.is_built_in()) {
        let path = format!("apis/{}", kind.api_version());
        if !wanted(&path) {
            continue;
        }
        let document = found.entry(path).or_insert_with(empty);
        let mut own = of_kind(kind, schema(kind, store));
        for (place, part) in [("/paths", "paths"), ("/components/schemas", "schemas")] {
            let into = document.pointer_mut(place).and_then(Value::as_object_mut);
            if let (Some(into), Value::Object(part)) = (into, own[part].take()) {
                into.extend(part);
            }
        }
    }
    found
}

/// A document without paths, with the schemas that all custom kinds share.
fn empty() -> Value {
    let mut document = MADE_UP.clone();
    document["paths"] = json!({});
    let schemas = document.pointer_mut("/components/schemas");
    if let Some(schemas) = schemas.and_then(Value::as_object_mut) {
        schemas.retain(|name, _| !is_made_up(name) && !is_of_scales(name));
    }
    document
}

fn is_of_scales(name: &str) -> bool {
    name.starts_with("io.k8s.api.autoscaling.")
}

fn is_made_up(name: &str) -> bool {
    name.starts_with(&reversed(GROUP))
}

/// Paths and schemas of one kind.
fn of_kind(kind: &Kind, schema: Value) -> Value {
    let (plural, name) = if kind.namespaced {
        IN_NAMESPACES
    } else {
        IN_NONE
    };
    let has = |subresource: &str| kind.subresources.iter().any(|sub| sub.name == subresource);
    let paths = of_map(&MADE_UP["paths"], |path| {
        let subresource = path.rsplit_once("/{name}/").map_or("", |(_, sub)| sub);
        path.split('/').any(|part| part == plural) && (subresource.is_empty() || has(subresource))
    });
    let schemas = of_map(&MADE_UP["components"]["schemas"], |schema| {
        let of = schema.rsplit('.').next().unwrap_or_default();
        let is_own = is_made_up(schema) && of.strip_suffix("List").unwrap_or(of) == name;
        is_own || is_of_scales(schema) && has("scale")
    });
    let part = json!({"paths": paths, "schemas": schemas}).to_string();
    // Names of kinds need no escapes: what was JSON is JSON.
    let renamed = renamed(&part, kind, (plural, name));
    let mut own: Value = serde_json::from_str(&renamed).unwrap_or_default();
    let type_name = format!("{}.{}.{}", reversed(&kind.group), kind.version, kind.kind);
    if let Some(told) = own["schemas"].get_mut(&type_name) {
        *told = merged(schema, told);
    }
    own
}

fn of_map(map: &Value, keep: impl Fn(&str) -> bool) -> Map<String, Value> {
    let fields = map.as_object().into_iter().flatten();
    let kept = fields.filter(|(name, _)| keep(name));
    kept.map(|(name, field)| (name.clone(), field.clone()))
        .collect()
}

/// The same text about another kind. What begins with something shorter is looked for first.
fn renamed(text: &str, kind: &Kind, (plural, name): (&str, &str)) -> String {
    let (group, version) = (&kind.group, &kind.version);
    let title = |text: &str| {
        let mut rest = text.chars();
        let first = rest.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(rest).collect::<String>()
    };
    let camel = |group: &str| group.split('.').map(title).collect::<String>();
    let lower = |group: &str| match group.split_once('.') {
        Some((first, rest)) => format!("{first}{}", camel(rest)),
        None => group.to_owned(),
    };
    let mut pairs = vec![
        (
            format!("{}.{VERSION}.", reversed(GROUP)),
            format!("{}.{version}.", reversed(group)),
        ),
        (format!("{GROUP}/{VERSION}"), format!("{group}/{version}")),
        (
            format!("{}{}", camel(GROUP), title(VERSION)),
            format!("{}{}", camel(group), title(version)),
        ),
        (
            format!("{}_{VERSION}", lower(GROUP)),
            format!("{}_{version}", lower(group)),
        ),
    ];
    pairs.push((GROUP.to_owned(), group.clone()));
    pairs.push((format!("\"{VERSION}\""), format!("\"{version}\"")));
    pairs.push((format!("{name}List"), kind.list_kind.clone()));
    pairs.push((name.to_owned(), kind.kind.clone()));
    pairs.push((plural.to_owned(), kind.resource.clone()));
    pairs.iter().fold(text.to_owned(), |text, (from, to)| {
        text.replace(from.as_str(), to)
    })
}

/// A group with its parts the other way round.
fn reversed(group: &str) -> String {
    let parts: Vec<&str> = group.rsplit('.').collect();
    parts.join(".")
}

/// The schema in the definition of a kind, for the kind's version.
fn schema(kind: &Kind, store: &Store) -> Value {
    let definitions = kinds::built_in_at(crate::server::custom::STORAGE);
    let found = definitions.and_then(|kinds| store.get(kinds, "", &kind.storage));
    let versions = found
        .as_ref()
        .and_then(|found| found["spec"]["versions"].as_array());
    let mut versions = versions.into_iter().flatten();
    let of_kind = versions.find(|version| version["name"] == kind.version.as_str());
    let schema = of_kind.map(|version| version["schema"]["openAPIV3Schema"].clone());
    schema.unwrap_or_default()
}

/// A kind's own schema, with what every object has.
fn merged(own: Value, told: &Value) -> Value {
    const EVERY: [&str; 3] = ["apiVersion", "kind", "metadata"];
    if !own.is_object() {
        return told.clone();
    }
    let mut merged = own;
    let gvk = "x-kubernetes-group-version-kind";
    merged[gvk] = told[gvk].clone();
    if !merged["properties"].is_object() {
        merged["properties"] = json!({});
    }
    for name in EVERY {
        merged["properties"][name] = told["properties"][name].clone();
    }
    merged
}
