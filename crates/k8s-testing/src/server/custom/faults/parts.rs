//! Parts of a definition's versions: scale, columns, fields to choose by, the end of a version, conversion.

use serde_json::Value;

use super::text;
use crate::server::status::FieldFault;
use crate::server::structural::Schema;

const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
const FORMATS: [&str; 8] = [
    "byte",
    "date",
    "date-time",
    "double",
    "float",
    "int32",
    "int64",
    "password",
];

pub(super) fn scale(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    if !told.is_object() {
        return;
    }
    for (field, root) in [
        ("specReplicasPath", ".spec."),
        ("statusReplicasPath", ".status."),
    ] {
        let (path, at) = (text(&told[field]), format!("{at}.{field}"));
        if path.is_empty() {
            faults.push(FieldFault::required(at, ""));
        } else if let Some(fault) = simple_path(path, &at) {
            faults.push(fault);
        } else if !path.starts_with(root) {
            let says = format!("should be a json path under {}", root.trim_end_matches('.'));
            faults.push(FieldFault::invalid(at, &path.into(), &says));
        }
    }
    let path = text(&told["labelSelectorPath"]);
    if path.is_empty() {
        return;
    }
    let at = format!("{at}.labelSelectorPath");
    match simple_path(path, &at) {
        Some(fault) => faults.push(fault),
        None if path.starts_with(".spec.") || path.starts_with(".status.") => {}
        None => {
            let says = "should be a json path under either .spec or .status";
            faults.push(FieldFault::invalid(at, &path.into(), says));
        }
    }
}

pub(super) fn column(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    if text(&told["name"]).is_empty() {
        faults.push(FieldFault::required(format!("{at}.name"), ""));
    }
    let one_of = |known: &[&str]| format!("must be one of {}", known.join(","));
    match text(&told["type"]) {
        "" => faults.push(FieldFault::required(format!("{at}.type"), &one_of(&TYPES))),
        known if TYPES.contains(&known) => {}
        other => faults.push(FieldFault::invalid(
            format!("{at}.type"),
            &other.into(),
            &one_of(&TYPES),
        )),
    }
    let format = text(&told["format"]);
    if !format.is_empty() && !FORMATS.contains(&format) {
        let says = one_of(&FORMATS);
        faults.push(FieldFault::invalid(
            format!("{at}.format"),
            &format.into(),
            &says,
        ));
    }
    match text(&told["jsonPath"]) {
        "" => faults.push(FieldFault::required(format!("{at}.JSONPath"), "")),
        path => faults.extend(simple_path(path, &format!("{at}.JSONPath"))),
    }
}

pub(super) fn selectable(told: &Value, schema: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    let Some(all) = told.as_array().filter(|all| !all.is_empty()) else {
        return;
    };
    let root = Schema::read(schema);
    let mut seen: Vec<&str> = Vec::new();
    for (index, field) in all.iter().enumerate() {
        let (path, at) = (text(&field["jsonPath"]), format!("{at}[{index}].jsonPath"));
        let value = Value::from(path);
        if path.is_empty() {
            faults.push(FieldFault::required(at, ""));
            continue;
        }
        let mut steps = path.trim_start_matches('.').split('.');
        let found = steps.try_fold(&root, |schema, step| schema.field(step));
        let Some(found) = found.filter(|_| path.starts_with('.')) else {
            let says = "is an invalid path: does not refer to a valid field";
            faults.push(FieldFault::invalid(at, &value, says));
            continue;
        };
        if !["string", "boolean", "integer"].contains(&&*found.type_name) {
            let says = "must point to a field of type string, boolean or integer. Enum string fields and strings with \
                        formats are allowed.";
            faults.push(FieldFault::invalid(at.clone(), &value, says));
        }
        if seen.contains(&path) {
            faults.push(FieldFault::duplicate(at, &value));
        }
        seen.push(path);
    }
}

fn simple_path(path: &str, at: &str) -> Option<FieldFault> {
    let says = "must be a simple json path starting with .";
    (!path.starts_with('.')).then(|| FieldFault::invalid(at, &path.into(), says))
}

pub(super) fn deprecation(at: &str, version: &Value) -> Vec<FieldFault> {
    let warning = &version["deprecationWarning"];
    let says = match warning.as_str() {
        Some(_) if version["deprecated"] != true => "can only be set for deprecated versions",
        Some("") => "must not be an empty string",
        Some(text) if text.len() > 256 => "must be <= 256 characters long",
        _ => return Vec::new(),
    };
    vec![FieldFault::invalid(
        format!("{at}.deprecationWarning"),
        warning,
        says,
    )]
}

pub(super) fn conversion(told: &Value) -> Vec<FieldFault> {
    match text(&told["strategy"]) {
        "None" => Vec::new(),
        "" => vec![FieldFault::required("spec.conversion.strategy", "")],
        "Webhook" if told["webhook"]["clientConfig"].is_object() => Vec::new(),
        "Webhook" => {
            let says = "required when strategy is set to Webhook";
            let versions = "spec.conversion.conversionReviewVersions";
            let mut faults = vec![FieldFault::required(
                "spec.conversion.webhookClientConfig",
                says,
            )];
            if !told["webhook"]["conversionReviewVersions"].is_array() {
                faults.push(FieldFault::required(versions, ""));
            }
            faults
        }
        other => vec![FieldFault::unsupported(
            "spec.conversion.strategy",
            &other.into(),
            &["None", "Webhook"],
        )],
    }
}
