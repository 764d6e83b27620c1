//! Request paths, selectors and quantities, read as Kubernetes' own libraries read them.
//!
//! The tables are what those libraries answered, with their version; `cargo xtask golden` asks them again.

use std::collections::BTreeMap;
use std::fmt::Display;

use http::{Method, Uri};
use k8s_api_core::Quantity;
use k8s_api_core::request_info::RequestInfo;
use k8s_api_core::selector::{FieldSelector, LabelSelector, Operator};
use serde_json::{Value, json};

const REQUESTS: &str = include_str!("golden/request_info.json");
const QUANTITIES: &str = include_str!("golden/quantity.json");
const SELECTORS: &str = include_str!("golden/selectors.json");

type Set = BTreeMap<String, String>;

/// The rows of one part of a table.
fn rows(table: &str, part: &str) -> Vec<Value> {
    let table: Value = serde_json::from_str(table).expect("a table is JSON");
    table[part].as_array().expect("a part is a list").clone()
}

/// Answers every row and shows all that differ.
fn check(rows: &[Value], least: usize, answer: impl Fn(&Value) -> Value) {
    assert!(rows.len() >= least, "{} rows", rows.len());
    let differ: Vec<String> = rows
        .iter()
        .map(|row| (row, answer(row)))
        .filter(|(row, answer)| *row != answer)
        .map(|(row, answer)| format!("Go   {row}\nours {answer}"))
        .collect();
    assert!(
        differ.is_empty(),
        "{} of {} rows:\n{}",
        differ.len(),
        rows.len(),
        differ.join("\n")
    );
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().expect("a text")
}

/// Puts what is there into a row; the tables leave out what is empty.
fn put(row: &mut Value, key: &str, value: impl Into<Value>) {
    let value = value.into();
    let empty = [json!(""), json!(false), json!([])];
    if !empty.contains(&value) {
        row[key] = value;
    }
}

// === requests

#[test]
fn reads_requests_as_the_api_server_does() {
    check(&rows(REQUESTS, "requests"), 60, request);
}

fn request(row: &Value) -> Value {
    let (method, target) = (text(row, "method"), text(row, "target"));
    let mut answer = json!({"method": method, "target": target});
    let Some(info) = read(method, target) else {
        // Go's text is about its URL parser; that it is refused is what counts.
        answer["refused"] = row["refused"].clone();
        return answer;
    };
    let info = match info {
        Ok(info) => info,
        Err(error) => {
            answer["error"] = error.into();
            return with_what_go_knew(answer, row);
        }
    };
    put(&mut answer, "isResourceRequest", info.is_resource_request());
    for (key, value) in [
        ("path", info.path()),
        ("verb", info.verb()),
        ("apiPrefix", info.api_prefix()),
        ("apiGroup", info.api_group()),
        ("apiVersion", info.api_version()),
        ("namespace", info.namespace()),
        ("resource", info.resource()),
        ("subresource", info.subresource()),
        ("name", info.name()),
        ("fieldSelector", info.field_selector()),
        ("labelSelector", info.label_selector()),
    ] {
        put(&mut answer, key, value);
    }
    put(&mut answer, "parts", info.parts().collect::<Vec<_>>());
    answer
}

/// `None` when no request can be made of it at all.
fn read(method: &str, target: &str) -> Option<Result<RequestInfo, String>> {
    let method: Method = method.parse().ok()?;
    let uri: Uri = target.parse().ok()?;
    uri.path_and_query()?;
    match RequestInfo::parse(&method, uri.path(), uri.query()) {
        Err(error) if !error.to_string().contains("unable to determine") => None,
        read => Some(read.map_err(|error| error.to_string())),
    }
}

/// Beside an error Go hands out what it knew by then; ours has the error alone.
fn with_what_go_knew(mut answer: Value, row: &Value) -> Value {
    for (key, value) in row.as_object().expect("a row is an object") {
        if !["method", "target", "error", "refused"].contains(&key.as_str()) {
            answer[key] = value.clone();
        }
    }
    answer
}

// === selectors

#[test]
fn reads_prints_and_matches_label_selectors_as_apimachinery_does() {
    let sets = sets("labelSets");
    check(&rows(SELECTORS, "labelSelectors"), 80, |row| {
        let input = text(row, "input");
        let selector = match LabelSelector::parse(input) {
            Ok(selector) => selector,
            Err(error) => return refused(input, &error),
        };
        let requirements = selector.requirements().iter().map(|requirement| {
            let operator = operator(requirement.operator());
            let mut answer = json!({"key": requirement.key(), "operator": operator});
            put(&mut answer, "values", requirement.values().to_vec());
            answer
        });
        let matches = |set: &Set| selector.matches(set);
        read_as(input, &selector, requirements.collect(), &sets, matches)
    });
}

#[test]
fn reads_prints_and_matches_field_selectors_as_apimachinery_does() {
    let sets = sets("fieldSets");
    check(&rows(SELECTORS, "fieldSelectors"), 40, |row| {
        let input = text(row, "input");
        let selector = match FieldSelector::parse(input) {
            Ok(selector) => selector,
            Err(error) => return refused(input, &error),
        };
        let requirements = selector.terms().iter().map(|term| {
            let operator = if term.is_equality() { "=" } else { "!=" };
            json!({"key": term.field(), "operator": operator, "values": [term.value()]})
        });
        let matches = |set: &Set| selector.matches(set);
        read_as(input, &selector, requirements.collect(), &sets, matches)
    });
}

/// Go's name; a new operator is none of them and differs.
fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::DoesNotExist => "!",
        Operator::DoubleEquals => "==",
        Operator::Equals => "=",
        Operator::Exists => "exists",
        Operator::GreaterThan => "gt",
        Operator::In => "in",
        Operator::LessThan => "lt",
        Operator::NotEquals => "!=",
        Operator::NotIn => "notin",
        _ => "unknown",
    }
}

fn sets(part: &str) -> Vec<Set> {
    let rows = rows(SELECTORS, part).into_iter();
    rows.map(|set| serde_json::from_value(set).expect("a set of texts"))
        .collect()
}

fn refused(input: &str, error: &dyn Display) -> Value {
    json!({"input": input, "error": error.to_string()})
}

fn read_as(
    input: &str,
    selector: &dyn Display,
    requirements: Vec<Value>,
    sets: &[Set],
    matches: impl Fn(&Set) -> bool,
) -> Value {
    let mut answer = json!({"input": input, "prints": selector.to_string()});
    put(&mut answer, "requirements", requirements);
    let matching = sets.iter().enumerate().filter(|(_, set)| matches(set));
    put(
        &mut answer,
        "matches",
        matching.map(|(at, _)| at).collect::<Vec<_>>(),
    );
    answer
}

// === quantities

#[test]
fn reads_and_prints_quantities_as_apimachinery_does() {
    check(&rows(QUANTITIES, "readings"), 150, |row| {
        let input = text(row, "input");
        let quantity: Quantity = match input.parse() {
            Ok(quantity) => quantity,
            Err(error) => return refused(input, &error),
        };
        let mut answer = json!({"input": input, "canonical": quantity.canonical()});
        // Go's answers wrap around for large amounts; the table has none for these.
        if row.get("value").is_some() {
            let whole = |value: Option<i128>| value.and_then(|value| i64::try_from(value).ok());
            answer["value"] = whole(quantity.value()).into();
            answer["milli"] = whole(quantity.milli_value()).into();
        }
        answer
    });
}

#[test]
fn compares_and_adds_quantities_as_apimachinery_does() {
    check(&rows(QUANTITIES, "pairs"), 400, |row| {
        let [a, b] = ["a", "b"].map(|key| quantity(text(row, key)));
        json!({
            "a": a.to_string(),
            "b": b.to_string(),
            "compares": a.cmp(&b) as i8,
            "sum": a.checked_add(&b).map(|sum| sum.to_string()),
            "difference": a.checked_sub(&b).map(|difference| difference.to_string()),
        })
    });
}

fn quantity(text: &str) -> Quantity {
    text.parse().expect("a quantity")
}
