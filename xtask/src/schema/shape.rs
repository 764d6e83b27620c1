//! Types, from OpenAPI v3 to what the table keeps: fields, what they hold, how lists and maps are merged.

use serde_json::{Map, Value, json};

const PREFIX: &str = "#/components/schemas/";

/// The type of a kind.
pub(super) fn of_kind(schemas: &Value, group: &str, version: &str, kind: &Value) -> Option<String> {
    let wanted = json!({"group": group, "version": version, "kind": kind});
    let schemas = schemas.as_object()?;
    let is_it = |schema: &Value| {
        let kinds = schema["x-kubernetes-group-version-kind"].as_array();
        kinds.is_some_and(|kinds| kinds.contains(&wanted))
    };
    let (name, _) = schemas.iter().find(|(_, schema)| is_it(schema))?;
    Some(name.clone())
}

/// What is sent beside objects: refusals, lists' metadata, the documents of discovery.
const META: [&str; 5] = [
    "APIGroupList",
    "APIResourceList",
    "APIVersions",
    "ListMeta",
    "Status",
];

/// Adds those of the meta types that these schemas have.
pub(super) fn collect_meta(schemas: &Value, types: &mut Map<String, Value>) {
    for name in META {
        let name = format!("io.k8s.apimachinery.pkg.apis.meta.v1.{name}");
        if schemas.get(&name).is_some() {
            collect(schemas, &name, types);
        }
    }
}

/// Adds a type and all that it is made of.
pub(super) fn collect(schemas: &Value, name: &str, types: &mut Map<String, Value>) {
    if types.contains_key(name) {
        return;
    }
    let schema = &schemas[name];
    let mut fields = Map::new();
    types.insert(name.to_owned(), Value::Null);
    for (field, property) in schema["properties"].as_object().into_iter().flatten() {
        fields.insert(field.clone(), holds(schemas, property, types));
    }
    let mut shape = json!({});
    if fields.is_empty() {
        // A name for something plain, as Quantity or Time.
        shape["plain"] = holds(schemas, schema, types);
    } else {
        shape["fields"] = fields.into();
    }
    for (from, to) in [
        ("required", "required"),
        ("x-kubernetes-map-type", "mapType"),
    ] {
        if let Some(value) = schema.get(from) {
            shape[to] = value.clone();
        }
    }
    types.insert(name.to_owned(), shape);
}

/// What a field holds: `ref`, `list`, `map` or `type`, with `default` and what merging needs.
fn holds(schemas: &Value, property: &Value, types: &mut Map<String, Value>) -> Value {
    let mut holds = json!({});
    let reference = property
        .get("$ref")
        .or_else(|| property["allOf"][0].get("$ref"));
    if let Some(name) = reference.and_then(Value::as_str) {
        let name = name.trim_start_matches(PREFIX);
        collect(schemas, name, types);
        holds["ref"] = name.into();
    } else if property["type"] == "array" {
        holds["list"] = self::holds(schemas, &property["items"], types);
    } else if let Some(values) = property.get("additionalProperties") {
        holds["map"] = self::holds(schemas, values, types);
    } else {
        for name in ["type", "format"] {
            if let Some(value) = property.get(name) {
                holds[name] = value.clone();
            }
        }
    }
    for (from, to) in [
        ("default", "default"),
        ("x-kubernetes-patch-strategy", "patchStrategy"),
        ("x-kubernetes-patch-merge-key", "mergeKey"),
        ("x-kubernetes-list-type", "listType"),
        ("x-kubernetes-list-map-keys", "listKeys"),
        ("x-kubernetes-map-type", "mapType"),
    ] {
        if let Some(value) = property.get(from) {
            holds[to] = value.clone();
        }
    }
    holds
}
