//! Every row of the table that client-go and kubectl's printer wrote.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows functions marked as tests, not what they call"
)]

use k8s_jsonpath::{Template, failure, relaxed};
use serde_json::Value;

const TABLE: &str = include_str!("golden/jsonpath.json");

fn table() -> Value {
    serde_json::from_str(TABLE).unwrap()
}

fn rows<'a>(table: &'a Value, part: &str) -> &'a [Value] {
    table[part].as_array().unwrap()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn data<'a>(table: &'a Value, name: &str) -> &'a Value {
    let named = |row: &&Value| text(row, "name") == name;
    &rows(table, "data").iter().find(named).unwrap()["json"]
}

/// What is to be printed, or what is to be complained of.
fn expected(answer: &Value) -> Result<&str, &str> {
    match answer["output"].as_str() {
        Some(output) => Ok(output),
        None => Err(answer["parse"]
            .as_str()
            .unwrap_or_else(|| text(answer, "error"))),
    }
}

fn fill(template: &str, data: &Value, allow: bool) -> Result<String, String> {
    let template = Template::parse(template).map_err(|error| error.to_string())?;
    let output = template.allow_missing_keys(allow).execute(data);
    output
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .map_err(|error| error.to_string())
}

/// What kubectl does with the value of `-o`.
fn print(format: &str, data: &Value, allow: bool) -> Result<String, String> {
    let (name, text) = format.split_once('=').unwrap();
    if text.is_empty() {
        return Err("template format specified but no template given".to_owned());
    }
    let template = Template::parse(text)
        .map_err(|error| format!("error parsing jsonpath {text}, {error}"))?
        .allow_missing_keys(allow)
        .as_json(name == "jsonpath-as-json");
    match template.execute(data) {
        Ok(bytes) => Ok(String::from_utf8(bytes).unwrap()),
        Err(error) => Err(failure(text, data, &error)),
    }
}

#[test]
fn fills_every_template_as_client_go_does() {
    let table = table();
    let rows = rows(&table, "filled");
    assert!(rows.len() >= 400, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let template = text(row, "template");
        for (name, allow) in [("strict", false), ("allowed", true)] {
            let got = fill(template, data(&table, text(row, "data")), allow);
            let got = got.as_deref().map_err(String::as_str);
            if got != expected(&row[name]) {
                wrong.push(format!("{row}\n  {name}: {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn prints_and_complains_as_kubectl_does() {
    let table = table();
    for row in rows(&table, "printed") {
        let allow = row["strict"] == false;
        let got = print(text(row, "format"), data(&table, text(row, "data")), allow);
        let got = got.as_deref().map_err(String::as_str);
        assert_eq!(got, expected(row), "{row}");
    }
}

#[test]
fn forgives_paths_as_kubectl_does() {
    let table = table();
    for row in rows(&table, "relaxed") {
        let got = relaxed(text(row, "path")).map_err(|error| error.to_string());
        let expected = match row["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(text(row, "template").to_owned()),
        };
        assert_eq!(got, expected, "{row}");
    }
}

#[test]
fn a_template_fills_itself_again() {
    let table = table();
    let template = r#"{range .items[*]}{.metadata.name}{"\n"}{end}{.kind}"#;
    let template = Template::parse(template).unwrap();
    let first = template.execute(data(&table, "pods")).unwrap();
    assert_eq!(template.execute(data(&table, "pods")).unwrap(), first);
    assert!(first.ends_with(b"\nList"), "{first:?}");
}
