//! What whoever writes a definition should know of it.

use serde_json::Value;

/// Formats of texts that the server knows, without their dashes.
const FORMATS: [&str; 26] = [
    "bsonobjectid",
    "byte",
    "cidr",
    "creditcard",
    "date",
    "datetime",
    "duration",
    "email",
    "hexcolor",
    "hostname",
    "ipv4",
    "ipv6",
    "isbn",
    "isbn10",
    "isbn13",
    "k8slongname",
    "k8sshortname",
    "mac",
    "password",
    "rgbcolor",
    "ssn",
    "uri",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
];

/// Formats that nobody knows, unless the definition had them before.
pub(crate) fn warnings(new: &Value, old: Option<&Value>) -> Vec<String> {
    let known = old.map(formats).unwrap_or_default();
    let all = formats(new).into_iter();
    all.filter(|format| !known.contains(format))
        .map(|format| format!("unrecognized format {format:?}"))
        .collect()
}

/// Formats of a definition's schemas that nobody knows.
fn formats(definition: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let versions = definition["spec"]["versions"].as_array();
    for version in versions.into_iter().flatten() {
        walk(&version["schema"]["openAPIV3Schema"], &mut found);
    }
    found
}

fn walk(schema: &Value, found: &mut Vec<String>) {
    let format = schema["format"].as_str().unwrap_or_default();
    if !format.is_empty() && !is_known(schema["type"].as_str().unwrap_or_default(), format) {
        found.push(format.to_owned());
    }
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.for_each(|(_, inner)| walk(inner, found));
    for name in ["items", "additionalProperties", "not"] {
        if schema[name].is_object() {
            walk(&schema[name], found);
        }
    }
    for name in ["allOf", "anyOf", "oneOf"] {
        let all = schema[name].as_array().into_iter().flatten();
        all.for_each(|inner| walk(inner, found));
    }
}

fn is_known(type_name: &str, format: &str) -> bool {
    match type_name {
        "" | "string" => FORMATS.contains(&&*format.replace('-', "")),
        "integer" => ["int32", "int64"].contains(&format),
        "number" => ["float", "double"].contains(&format),
        _ => false,
    }
}
