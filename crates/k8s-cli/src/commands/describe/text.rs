//! The lines about an object, cells apart by tabs. Follows `describe.go` of kubectl.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

use crate::commands::apply::LAST_APPLIED;

/// Longer annotations go on lines of their own, and end there.
const LONGEST_ANNOTATION: usize = 140;
/// Says again what stands below.
const ACCOUNT_TOKEN: &str = "kubernetes.io/service-account-token";

pub(super) fn secret(object: &Value) -> String {
    let mut text = head(object);
    let kind = object["type"].as_str().unwrap_or_default();
    let _ = write!(text, "\nType:\t{kind}\n\nData\n====\n");
    for (key, value) in object["data"].as_object().into_iter().flatten() {
        let bytes = value
            .as_str()
            .and_then(|text| BASE64_STANDARD.decode(text).ok());
        let bytes = bytes.unwrap_or_default();
        if key == "token" && kind == ACCOUNT_TOKEN {
            let _ = writeln!(text, "{key}:\t{}", String::from_utf8_lossy(&bytes));
        } else {
            let _ = writeln!(text, "{key}:\t{} bytes", bytes.len());
        }
    }
    text
}

pub(super) fn service_account(object: &Value) -> String {
    let mut text = head(object);
    let secrets = object["imagePullSecrets"].as_array();
    let names = secrets.into_iter().flatten();
    let names: Vec<&str> = names.filter_map(|secret| secret["name"].as_str()).collect();
    let mut title = "Image pull secrets:";
    for name in &names {
        let _ = writeln!(text, "{title}\t{name}");
        title = "                   ";
    }
    if names.is_empty() {
        let _ = writeln!(text, "{title}\t<none>");
    }
    text
}

fn head(object: &Value) -> String {
    let metadata = &object["metadata"];
    let word = |field: &str| metadata[field].as_str().unwrap_or_default();
    let mut text = format!(
        "Name:\t{}\nNamespace:\t{}\n",
        word("name"),
        word("namespace")
    );
    map("Labels", metadata["labels"].as_object(), label, &mut text);
    map(
        "Annotations",
        metadata["annotations"].as_object(),
        annotation,
        &mut text,
    );
    text
}

type Entry = fn(&str, &str) -> Option<String>;

/// A title, and an entry a line.
fn map(title: &str, map: Option<&Map<String, Value>>, entry: Entry, text: &mut String) {
    let entries = map.into_iter().flatten();
    let entries = entries.filter_map(|(key, value)| entry(key, value.as_str()?));
    let mut first = format!("{title}:");
    for entry in entries {
        let _ = writeln!(text, "{first}\t{entry}");
        first.clear();
    }
    if !first.is_empty() {
        let _ = writeln!(text, "{first}\t<none>");
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "annotations may be left out, labels are not"
)]
fn label(key: &str, value: &str) -> Option<String> {
    Some(format!("{key}={value}"))
}

fn annotation(key: &str, value: &str) -> Option<String> {
    if key == LAST_APPLIED {
        return None;
    }
    let value = value.strip_suffix('\n').unwrap_or(value);
    if value.len() + key.len() + 2 <= LONGEST_ANNOTATION && !value.contains('\n') {
        return Some(format!("{key}: {value}"));
    }
    let lines = value
        .split('\n')
        .map(|line| format!("\n\t  {}", shorten(line)));
    Some(format!("{key}:{}", lines.collect::<String>()))
}

fn shorten(line: &str) -> String {
    let longest = LONGEST_ANNOTATION - 2;
    if line.len() <= longest {
        return line.to_owned();
    }
    let end = (0..=longest).rev().find(|end| line.is_char_boundary(*end));
    format!("{}...", &line[..end.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::columns;

    #[test]
    fn shows_what_a_secret_has_and_no_value_but_the_token() {
        let object = json!({
            "metadata": {"name": "a", "namespace": "n", "annotations": {"x": "y", "z": "1\n2"}},
            "type": ACCOUNT_TOKEN,
            "data": {"ca.crt": "YWJj", "token": "dA=="},
        });
        assert_eq!(
            columns::tabbed(&secret(&object)),
            "Name:         a\nNamespace:    n\nLabels:       <none>\nAnnotations:  x: y\n              z:\n                1\n                2\n\nType:  kubernetes.io/service-account-token\n\nData\n====\nca.crt:  3 bytes\ntoken:   t\n"
        );
        let opaque =
            json!({"metadata": {"name": "b"}, "type": "Opaque", "data": {"token": "dA=="}});
        assert!(secret(&opaque).ends_with("token:\t1 bytes\n"));
    }

    #[test]
    fn shows_image_pull_secrets_below_each_other() {
        let object =
            json!({"metadata": {"name": "a"}, "imagePullSecrets": [{"name": "b"}, {"name": "c"}]});
        let text = columns::tabbed(&service_account(&object));
        assert!(
            text.ends_with("Image pull secrets:  b\n                     c\n"),
            "{text}"
        );
    }

    #[test]
    fn long_annotations_end() {
        let long = "x".repeat(200);
        let said = annotation("k", &long).unwrap();
        assert_eq!(said.len(), "k:\n\t  ".len() + 138 + 3);
        assert_eq!(annotation(LAST_APPLIED, "x"), None);
    }
}
