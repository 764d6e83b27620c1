//! Roles in YAML, as a person would write them.

use std::fmt::Write as _;

use super::role::{Role, Rule};

/// The roles as YAML documents for `kubectl apply`. Texts stand in quotes: in JSON's way, which is YAML's as well.
pub fn yaml(roles: &[Role]) -> String {
    let documents: Vec<_> = roles.iter().map(document).collect();
    documents.join("---\n")
}

fn document(role: &Role) -> String {
    let mut text = format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: {}\nmetadata:\n  name: {}\n",
        role.kind(),
        quoted(&role.name)
    );
    if let Some(namespace) = &role.namespace {
        line(&mut text, "  namespace", &quoted(namespace));
    }
    text.push_str("rules:\n");
    for rule in &role.rules {
        text.push_str(&of_rule(rule));
    }
    text
}

fn of_rule(rule: &Rule) -> String {
    let fields = [
        ("apiGroups", &rule.api_groups),
        ("resources", &rule.resources),
        ("resourceNames", &rule.resource_names),
        ("nonResourceURLs", &rule.non_resource_urls),
        ("verbs", &rule.verbs),
    ];
    let mut text = String::new();
    for (name, values) in fields.into_iter().filter(|(_, values)| !values.is_empty()) {
        let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
        let dash = if text.is_empty() { "-" } else { " " };
        line(
            &mut text,
            &format!("{dash} {name}"),
            &format!("[{}]", values.join(", ")),
        );
    }
    text
}

fn line(text: &mut String, name: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{name}: {value}");
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
