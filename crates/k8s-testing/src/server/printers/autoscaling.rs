//! Autoscalers: what they aim at, and where they are.

use serde_json::Value;

use super::cell::Cell::{Made, Number, TextOr};
use super::cell::{AGE, Cell, NAME, at, first_of, items, text, text_or};

/// How many aims are told.
const MOST: usize = 2;
const UNKNOWN: &str = "<unknown>";

pub(super) const CELLS: &[Cell] = &[
    NAME,
    Made(|scaler, _| {
        let target = at(scaler, "/spec/scaleTargetRef");
        format!("{}/{}", text(target, "/kind"), text(target, "/name")).into()
    }),
    Made(|scaler, _| metrics(scaler).into()),
    TextOr("/spec/minReplicas", "<unset>"),
    Number("/spec/maxReplicas"),
    Number("/status/currentReplicas"),
    AGE,
];

fn metrics(scaler: &Value) -> String {
    let wanted = items(scaler, "/spec/metrics");
    if wanted.is_empty() {
        return "<none>".to_owned();
    }
    let now = items(scaler, "/status/currentMetrics");
    let told = wanted.iter().enumerate();
    let told: Vec<String> = told
        .map(|(index, wanted)| metric(wanted, now.get(index).unwrap_or(&Value::Null)))
        .collect();
    first_of(&told, MOST, ", ")
}

/// One aim: what is now, and what shall be.
fn metric(wanted: &Value, now: &Value) -> String {
    let (of, resource) = match text(wanted, "/type") {
        "External" => ("/external", false),
        "Pods" => ("/pods", false),
        "Object" => ("/object", false),
        "Resource" => ("/resource", true),
        "ContainerResource" => ("/containerResource", true),
        _ => return "<unknown type>".to_owned(),
    };
    let wanted = at(wanted, of);
    let target = |field: &str| text_or(at(wanted, "/target"), field, "");
    let current = |field: &str| text_or(at(now, of), &format!("/current{field}"), UNKNOWN);
    let average = target("/averageValue");
    if resource {
        let name = text(wanted, "/name");
        if !average.is_empty() {
            return format!("{name}: {}/{average}", current("/averageValue"));
        }
        let percent = |value: String, other: &str| match value.as_str() {
            "" | UNKNOWN => other.to_owned(),
            number => format!("{number}%"),
        };
        let wanted = percent(target("/averageUtilization"), "<auto>");
        return format!(
            "{name}: {}/{wanted}",
            percent(current("/averageUtilization"), UNKNOWN)
        );
    }
    match average.as_str() {
        "" => format!("{}/{}", current("/value"), target("/value")),
        average if of == "/pods" => format!("{}/{average}", current("/averageValue")),
        average => format!("{}/{average} (avg)", current("/averageValue")),
    }
}
