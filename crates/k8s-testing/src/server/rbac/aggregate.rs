//! The controller of cluster roles that are made of others, chosen by their labels.
//!
//! Follows k8s.io/kubernetes `pkg/controller/clusterroleaggregation` (v1.36).

use k8s_api_core::selector::{LabelSelector, Operator, Requirement};
use serde_json::Value;

use super::kind;
use crate::server::object;
use crate::server::store::Store;

/// Writes the rules of every aggregated role whose parts have changed.
pub(crate) fn aggregate(store: &mut Store) {
    let kind = kind("clusterroles");
    // A role may be made of one that is made of others: until nothing changes, but not for ever.
    for _ in 0..8 {
        let all = store
            .list(kind, "", store.revision(), (None, 0), |_| true)
            .objects;
        let mut changed = false;
        for role in &all {
            let Some(selectors) = selectors(role) else {
                continue;
            };
            let mut rules: Vec<Value> = Vec::new();
            let parts = all
                .iter()
                .filter(|part| object::name(part) != object::name(role));
            for part in
                parts.filter(|part| selectors.iter().any(|s| s.matches(&object::labels(part))))
            {
                for rule in part["rules"].as_array().into_iter().flatten() {
                    if !rules.contains(rule) {
                        rules.push(rule.clone());
                    }
                }
            }
            let rules = if rules.is_empty() {
                Value::Null
            } else {
                rules.into()
            };
            if role["rules"] != rules {
                let mut new = Value::clone(role);
                new["rules"] = rules;
                store.put(kind, "", object::name(role), new);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The selectors of a role that is made of others; one that cannot be read chooses nothing.
fn selectors(role: &Value) -> Option<Vec<LabelSelector>> {
    let selectors = role
        .pointer("/aggregationRule/clusterRoleSelectors")?
        .as_array()?;
    Some(selectors.iter().filter_map(read).collect())
}

/// A `LabelSelector` of `meta/v1`.
fn read(selector: &Value) -> Option<LabelSelector> {
    let labels = selector["matchLabels"].as_object().into_iter().flatten();
    let mut all = labels
        .map(|(key, value)| Requirement::new(key.as_str(), Operator::Equals, value.as_str()))
        .collect::<Result<Vec<_>, _>>()
        .ok()?;
    for expression in selector["matchExpressions"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let operator = match object::text(expression, "/operator") {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            _ => Operator::DoesNotExist,
        };
        let values = expression["values"].as_array().into_iter().flatten();
        let values = values.filter_map(Value::as_str);
        all.push(Requirement::new(object::text(expression, "/key"), operator, values).ok()?);
    }
    Some(all.into_iter().collect())
}
