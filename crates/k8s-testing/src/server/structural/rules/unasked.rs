//! Without an evaluator: no rule is asked, all are told of.

use serde_json::Value;

use super::{Additional, Answers, Rule, Schema, untold};

const WHY: &str = "the server was built without k8s-testing's feature \"cel\"";

/// What rules say of an object, with the one that it replaces.
pub(crate) fn ask(schema: &Schema, _objects: (&Value, Option<&Value>)) -> Answers {
    let mut found = Vec::new();
    walk(schema, "", &mut found);
    Answers {
        faults: Vec::new(),
        warnings: untold::warning(&found, WHY).into_iter().collect(),
    }
}

/// Whether a rule speaks of old values, as far as one can tell; or what is wrong with its words.
pub(crate) fn reads_old(_rule: &str) -> Result<Option<bool>, String> {
    Ok(None)
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
        let told = |schema: Value| ask(&Schema::read(&schema), (&json!({}), None)).warnings;
        assert!(told(json!({"type": "object"})).is_empty());
        let rule = |text: &str| json!([{"rule": text}]);
        let schema = json!({"type": "object", "x-kubernetes-validations": rule("true"), "properties": {
            "l": {"type": "array", "items": {"type": "string", "x-kubernetes-validations": rule("self != ''")}},
        }});
        assert_eq!(
            told(schema),
            [
                "2 rules of x-kubernetes-validations not evaluated, for the server was built without k8s-testing's \
                 feature \"cel\": self: true; l[*]: self != ''"
            ]
        );
    }
}
