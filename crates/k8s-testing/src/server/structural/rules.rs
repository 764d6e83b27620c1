//! Rules in the Common Expression Language that stand in a schema.

use serde_json::Value;

use super::{Additional, Schema};

/// So many rules are told of by name, and so many characters of each.
const MOST: usize = 5;
const LONGEST: usize = 80;

/// One entry of `x-kubernetes-validations`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rule {
    pub(crate) rule: String,
}

pub(super) fn read(told: &Value) -> Vec<Rule> {
    let rules = told.as_array().into_iter().flatten();
    let text = |rule: &Value, name: &str| rule[name].as_str().unwrap_or_default().to_owned();
    rules
        .map(|rule| Rule {
            rule: text(rule, "rule"),
        })
        .collect()
}

/// What a client is told whose object was not asked the rules of its schema; `None`: there are none.
pub(crate) fn unasked(schema: &Schema) -> Option<String> {
    let mut found = Vec::new();
    walk(schema, "", &mut found);
    let shown = found.iter().take(MOST).map(|(at, rule)| {
        let begin: String = rule.rule.trim().chars().take(LONGEST).collect();
        format!("{at}: {begin}")
    });
    let shown: Vec<String> = shown.collect();
    let more = found.len() - shown.len();
    let more = if more > 0 {
        format!("; and {more} more")
    } else {
        String::new()
    };
    (!shown.is_empty()).then(|| {
        let rules = if found.len() == 1 { "rule" } else { "rules" };
        format!(
            "{} {rules} of x-kubernetes-validations not evaluated, for the server was built without k8s-testing's feature \
             \"cel\": {}{more}",
            found.len(),
            shown.join("; ")
        )
    })
}

/// Rules with the place of what they are about.
fn walk<'a>(schema: &'a Schema, at: &str, found: &mut Vec<(String, &'a Rule)>) {
    let place = if at.is_empty() { "self" } else { at };
    found.extend(schema.rules.iter().map(|rule| (place.to_owned(), rule)));
    for (name, inner) in &schema.properties {
        let dot = if at.is_empty() { "" } else { "." };
        walk(inner, &format!("{at}{dot}{name}"), found);
    }
    if let Additional::Like(inner) = &schema.additional {
        walk(inner, &format!("{at}[*]"), found);
    }
    if let Some(inner) = &schema.items {
        walk(inner, &format!("{at}[*]"), found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_that_are_not_asked_are_told_of() {
        assert_eq!(unasked(&Schema::read(&json!({"type": "object"}))), None);
        let rule = |text: &str| json!([{"rule": text}]);
        let schema = Schema::read(
            &json!({"type": "object", "x-kubernetes-validations": rule("true"), "properties": {
                "l": {"type": "array", "items": {"type": "string", "x-kubernetes-validations": rule("self != ''")}},
            }}),
        );
        assert_eq!(
            unasked(&schema).unwrap(),
            "2 rules of x-kubernetes-validations not evaluated, for the server was built without k8s-testing's feature \
             \"cel\": self: true; l[*]: self != ''"
        );
    }
}
