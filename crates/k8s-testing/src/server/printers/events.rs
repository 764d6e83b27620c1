//! Events: when they were seen, about what, by whom.

use serde_json::Value;

use super::cell::Cell::{Made, Text};
use super::cell::{Cell, NAME, number, since, text};

pub(super) const CELLS: &[Cell] = &[
    Made(|event, now| last_seen(event, now).into()),
    Text("/type"),
    Text("/reason"),
    Made(|event, _| object(event).into()),
    Text("/involvedObject/fieldPath"),
    Made(|event, _| source(event).into()),
    Made(|event, _| text(event, "/message").trim().into()),
    Made(|event, now| first_seen(event, now).into()),
    Made(|event, _| count(event).into()),
    NAME,
];

fn first_seen(event: &Value, now: i64) -> String {
    if text(event, "/firstTimestamp").is_empty() {
        return since(event, "/eventTime", now);
    }
    since(event, "/firstTimestamp", now)
}

fn last_seen(event: &Value, now: i64) -> String {
    if event["series"].is_object() {
        return since(event, "/series/lastObservedTime", now);
    }
    if text(event, "/lastTimestamp").is_empty() {
        return first_seen(event, now);
    }
    since(event, "/lastTimestamp", now)
}

fn object(event: &Value) -> String {
    let kind = text(event, "/involvedObject/kind").to_lowercase();
    match text(event, "/involvedObject/name") {
        "" => kind,
        name => format!("{kind}/{name}"),
    }
}

/// A component and where it runs; of events in the newer form, the controller that reports them.
fn source(event: &Value) -> String {
    let first = |places: [&str; 2]| {
        let mut texts = places.into_iter().map(|place| text(event, place));
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    };
    let component = first(["/source/component", "/reportingComponent"]);
    match first(["/source/host", "/reportingInstance"]) {
        "" => component.to_owned(),
        instance => format!("{component}, {instance}"),
    }
}

fn count(event: &Value) -> i64 {
    if event["series"].is_object() {
        return number(event, "/series/count");
    }
    // An event that was seen once need not count.
    number(event, "/count").max(1)
}
