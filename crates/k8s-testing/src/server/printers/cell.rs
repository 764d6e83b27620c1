//! How a cell is made of an object.

use serde_json::{Value, json};

use k8s_api_core::{MicroTime, human_duration};

use crate::server::labels;
pub(super) use crate::server::object::text;

/// A way to make a cell; places are JSON pointers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell {
    /// A text, empty where there is none.
    Text(&'static str),
    /// A text, or what stands for it.
    TextOr(&'static str, &'static str),
    /// A whole number, 0 where there is none.
    Number(&'static str),
    /// A value of any type, or what stands for it.
    ValueOr(&'static str, &'static str),
    /// Yes or no, or what is meant when nothing is said.
    Bool(&'static str, bool),
    /// Lists and maps: how many items they have together.
    Count(&'static [&'static str]),
    /// Two numbers: how many of how many.
    Share(&'static str, &'static str),
    /// How long ago a time was.
    Age(&'static str),
    /// Of each item of a list one text, behind each other.
    Each(&'static str, &'static str),
    /// The same, with what stands for a list of none.
    EachOr(&'static str, &'static str, &'static str),
    /// Labels, `<none>` where there are none.
    Labels(&'static str),
    /// A selector, `<none>` where it has no terms.
    Selector(&'static str),
    /// A rule of its own.
    Made(fn(&Value, i64) -> Value),
}

/// What nearly every table begins and ends with.
pub(super) const NAME: Cell = Cell::Text("/metadata/name");
pub(super) const AGE: Cell = Cell::Age("/metadata/creationTimestamp");

impl Cell {
    /// The cell of an object at a time, in seconds since 1970.
    pub(super) fn of(self, object: &Value, now: i64) -> Value {
        match self {
            Self::Text(place) => text(object, place).into(),
            Self::TextOr(place, other) => text_or(object, place, other).into(),
            Self::Number(place) => number(object, place).into(),
            Self::ValueOr(place, other) => found(object, place)
                .cloned()
                .unwrap_or_else(|| other.into()),
            Self::Bool(place, other) => object
                .pointer(place)
                .and_then(Value::as_bool)
                .unwrap_or(other)
                .into(),
            Self::Count(places) => {
                let counts = places.iter().map(|place| count(object, place));
                counts.sum::<usize>().into()
            }
            Self::Share(part, whole) => {
                let (part, whole) = (number(object, part), number(object, whole));
                format!("{part}/{whole}").into()
            }
            Self::Age(place) => since(object, place, now).into(),
            Self::Each(list, place) => each(object, list, place).join(",").into(),
            Self::EachOr(list, place, other) => {
                let texts = each(object, list, place);
                if texts.is_empty() {
                    return other.into();
                }
                texts.join(",").into()
            }
            Self::Labels(place) => or_none(labels::text(at(object, place))).into(),
            Self::Selector(place) => or_none(labels::selector(at(object, place))).into(),
            Self::Made(make) => make(object, now),
        }
    }
}

/// What stands at a place, `null` where nothing does.
pub(super) fn at<'a>(object: &'a Value, place: &str) -> &'a Value {
    static NOTHING: Value = Value::Null;
    object.pointer(place).unwrap_or(&NOTHING)
}

/// A text or number as text, or what stands for it.
pub(super) fn text_or(object: &Value, place: &str, other: &str) -> String {
    match found(object, place) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => other.to_owned(),
    }
}

pub(super) fn number(object: &Value, place: &str) -> i64 {
    at(object, place).as_i64().unwrap_or(0)
}

/// The items of a list.
pub(super) fn items<'a>(object: &'a Value, place: &str) -> &'a [Value] {
    at(object, place).as_array().map_or(&[], Vec::as_slice)
}

/// How long ago a time was, as people say it.
pub(super) fn since(object: &Value, place: &str, now: i64) -> String {
    match seconds(object, place) {
        Some(time) => human_duration(now - time),
        None => "<unknown>".to_owned(),
    }
}

/// A time in seconds since 1970, without what it has behind the point.
pub(super) fn seconds(object: &Value, place: &str) -> Option<i64> {
    let time: MicroTime = text(object, place).parse().ok()?;
    Some(time.unix_microseconds().div_euclid(1_000_000))
}

/// Whether a condition of this type is true.
pub(super) fn is_true(object: &Value, condition: &str) -> bool {
    status_of(object, condition).is_some_and(|status| status == "True")
}

/// The status of the first condition of this type.
pub(super) fn status_of<'a>(object: &'a Value, condition: &str) -> Option<&'a str> {
    let conditions = items(object, "/status/conditions").iter();
    let mut of_type = conditions.filter(|found| found["type"] == condition);
    of_type.next()?["status"].as_str()
}

/// The first few of a list, and how many more there are.
pub(super) fn first_of(texts: &[String], most: usize, separator: &str) -> String {
    let first = texts[..texts.len().min(most)].join(separator);
    match texts.len().saturating_sub(most) {
        0 => first,
        more => format!("{first} + {more} more..."),
    }
}

pub(super) fn or_none(text: String) -> String {
    if text.is_empty() {
        return "<none>".to_owned();
    }
    text
}

fn found<'a>(object: &'a Value, place: &str) -> Option<&'a Value> {
    object.pointer(place).filter(|value| !value.is_null())
}

fn count(object: &Value, place: &str) -> usize {
    match at(object, place) {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    }
}

fn each(object: &Value, list: &str, place: &str) -> Vec<String> {
    let items = items(object, list).iter();
    items.map(|item| text(item, place).to_owned()).collect()
}

/// A number where there is one, a text where there is none.
pub(super) fn part_or(object: &Value, part: &str, place: &str, other: &str) -> Value {
    if at(object, part).is_null() {
        return other.into();
    }
    json!(number(object, place))
}
