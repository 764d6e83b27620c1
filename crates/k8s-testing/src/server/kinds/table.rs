//! The table's file, read: inflated and parsed at the first use.

use std::io::{BufRead as _, BufReader};

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Kind, Lack, Naming, Subresource};

static FILE: &[u8] = include_bytes!("../schema/table.json.gz");

/// One line of the file, read: kinds stand in line 0, types in line 1, columns in line 2.
pub(crate) fn line<T: DeserializeOwned>(number: usize) -> T {
    let mut lines = BufReader::new(GzDecoder::new(FILE)).lines();
    let line = lines.nth(number).and_then(Result::ok);
    let line = line.expect("the file is what `cargo xtask schema` wrote");
    serde_json::from_str(&line).expect("the file is what was written")
}

/// Every kind in the file, but for those that are another face of one before.
pub(super) fn kinds() -> Vec<Kind> {
    let table: Value = line(0);
    let kinds = table["kinds"].as_array().into_iter().flatten();
    kinds
        .filter(|kind| kind["converted"] != true)
        .map(kind)
        .collect()
}

fn kind(entry: &Value) -> Kind {
    let (group, resource) = (text(&entry["group"]), text(&entry["name"]));
    let subresources = entry["subresources"].as_array().into_iter().flatten();
    let required = entry["required"].as_array().into_iter().flatten();
    let storage = if group.is_empty() {
        resource.clone()
    } else {
        format!("{resource}.{group}")
    };
    let mut zero = entry["zero"].clone();
    if !zero.is_object() {
        zero = json!({"metadata": {}});
    }
    Kind {
        version: text(&entry["version"]),
        singular: text(&entry["singularName"]),
        kind: text(&entry["kind"]),
        list_kind: format!("{}List", text(&entry["kind"])),
        namespaced: entry["namespaced"] == true,
        verbs: texts(&entry["verbs"]),
        short_names: texts(&entry["shortNames"]),
        categories: texts(&entry["categories"]),
        storage_hash: entry["storageVersionHash"].as_str().map(str::to_owned),
        subresources: subresources.filter_map(subresource).collect(),
        selectable: selectable(&entry["selectable"]),
        naming: match entry["names"].as_str() {
            Some("address") => Naming::Address,
            Some("label") => Naming::Label,
            Some("label1035") => Naming::Label1035,
            Some("segment") => Naming::Segment,
            _ => Naming::Subdomain,
        },
        deletes_to_object: entry["deletesToObject"] == true,
        creates_on_update: entry["createsOnUpdate"] == true,
        unconditional: entry["unconditional"] != false,
        counts_generations: entry["generation"].is_number(),
        defaults: entry["defaults"].clone(),
        first_status: entry.get("firstStatus").cloned(),
        required: required.map(lack).collect(),
        zero,
        type_name: text(&entry["type"]),
        resets: resets(&entry["resets"]),
        storage: storage.into(),
        custom: None,
        group,
        resource,
    }
}

fn subresource(entry: &Value) -> Option<Subresource> {
    let name = text(&entry["name"]);
    let group_version = entry
        .get("group")
        .map(|group| (text(group), text(&entry["version"])));
    super::SUBRESOURCES.contains(&&*name).then(|| Subresource {
        kind: text(&entry["kind"]),
        group_version,
        verbs: texts(&entry["verbs"]),
        name,
    })
}

fn resets(paths: &Value) -> Vec<(String, Vec<String>)> {
    let parts = paths.as_object().into_iter().flatten();
    parts
        .map(|(part, paths)| (part.clone(), texts(paths)))
        .collect()
}

fn selectable(fields: &Value) -> Vec<(String, String)> {
    let fields = fields.as_object().into_iter().flatten();
    fields
        .map(|(field, holds)| (field.clone(), text(holds)))
        .collect()
}

fn lack(cause: &Value) -> Lack {
    Lack {
        reason: text(&cause["reason"]),
        says: text(&cause["message"]),
        field: text(&cause["field"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
