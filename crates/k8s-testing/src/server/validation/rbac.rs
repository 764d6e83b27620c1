//! Roles and bindings. Follows k8s.io/kubernetes `pkg/apis/rbac/validation/validation.go` (v1.36).

use k8s_api_core::selector::syntax;
use serde_json::{Value, json};

use crate::server::object;
use crate::server::rbac::GROUP;
use crate::server::status::FieldFault;

/// What is wrong with a role or binding.
pub(super) fn faults(resource: &str, new: &Value) -> Vec<FieldFault> {
    match resource {
        "roles" => rules(new, true),
        "clusterroles" => [rules(new, false), aggregation(&new["aggregationRule"])].concat(),
        "rolebindings" => binding(new, &["Role", "ClusterRole"]),
        _ => binding(new, &["ClusterRole"]),
    }
}

/// Whom a binding binds may change, to what does not.
pub(super) fn update(resource: &str, new: &Value, old: &Value) -> Vec<FieldFault> {
    if resource.ends_with("roles") || new["roleRef"] == old["roleRef"] {
        return Vec::new();
    }
    let part = |name: &str| object::text(&new["roleRef"], name).to_owned();
    let shown =
        json!({"APIGroup": part("/apiGroup"), "Kind": part("/kind"), "Name": part("/name")});
    vec![FieldFault::invalid(
        "roleRef",
        &shown,
        "cannot change roleRef",
    )]
}

fn rules(new: &Value, namespaced: bool) -> Vec<FieldFault> {
    let rules = new["rules"].as_array().into_iter().flatten();
    rules
        .enumerate()
        .flat_map(|(index, rule)| self::rule(&format!("rules[{index}]"), rule, namespaced))
        .collect()
}

fn rule(at: &str, rule: &Value, namespaced: bool) -> Vec<FieldFault> {
    let empty = |field: &str| rule[field].as_array().is_none_or(Vec::is_empty);
    let mut faults = Vec::new();
    let mut required = |field: &str, says: &str| {
        if empty(field) {
            faults.push(FieldFault::required(format!("{at}.{field}"), says));
        }
    };
    required("verbs", "verbs must contain at least one value");
    if empty("nonResourceURLs") {
        required(
            "apiGroups",
            "resource rules must supply at least one api group",
        );
        required(
            "resources",
            "resource rules must supply at least one resource",
        );
        return faults;
    }
    let mut refuse = |says: &str| {
        let field = format!("{at}.nonResourceURLs");
        faults.push(FieldFault::invalid(field, &rule["nonResourceURLs"], says));
    };
    if namespaced {
        refuse("namespaced rules cannot apply to non-resource URLs");
    }
    if ["apiGroups", "resources", "resourceNames"]
        .iter()
        .any(|field| !empty(field))
    {
        refuse("rules cannot apply to both regular resources and non-resource URLs");
    }
    faults
}

fn aggregation(rule: &Value) -> Vec<FieldFault> {
    let at = "aggregationRule.clusterRoleSelectors";
    if rule.is_null() {
        return Vec::new();
    }
    let selectors = rule["clusterRoleSelectors"].as_array().map(Vec::as_slice);
    if selectors.unwrap_or_default().is_empty() {
        let says = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        return vec![FieldFault::required(at, says)];
    }
    let selectors = selectors.into_iter().flatten().enumerate();
    selectors
        .flat_map(|(index, selector)| self::selector(&format!("{at}[{index}]"), selector))
        .collect()
}

/// A selector whose operators are none chooses nothing, and is refused twice.
fn selector(at: &str, selector: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let expressions = selector["matchExpressions"]
        .as_array()
        .into_iter()
        .flatten();
    for (index, expression) in expressions.enumerate() {
        let operator = object::text(expression, "/operator");
        if !matches!(operator, "In" | "NotIn" | "Exists" | "DoesNotExist") {
            let field = format!("{at}.matchExpressions[{index}].operator");
            faults.push(FieldFault::invalid(
                field,
                &operator.into(),
                "not a valid selector operator",
            ));
        }
    }
    if !faults.is_empty() {
        faults.push(FieldFault::invalid(
            at,
            &Value::Null,
            "invalid label selector.",
        ));
    }
    faults
}

fn binding(new: &Value, kinds: &[&str]) -> Vec<FieldFault> {
    let reference = &new["roleRef"];
    let mut faults = Vec::new();
    let group = object::text(reference, "/apiGroup");
    if group != GROUP {
        faults.push(FieldFault::unsupported(
            "roleRef.apiGroup",
            &group.into(),
            &[GROUP],
        ));
    }
    let kind = object::text(reference, "/kind");
    if !kinds.contains(&kind) {
        faults.push(FieldFault::unsupported("roleRef.kind", &kind.into(), kinds));
    }
    let name = object::text(reference, "/name");
    if name.is_empty() {
        faults.push(FieldFault::required("roleRef.name", ""));
    } else {
        faults.extend(segment("roleRef.name", name));
    }
    let subjects = new["subjects"].as_array().into_iter().flatten();
    for (index, subject) in subjects.enumerate() {
        faults.extend(self::subject(
            &format!("subjects[{index}]"),
            subject,
            kinds.len() > 1,
        ));
    }
    faults
}

fn segment(field: &str, name: &str) -> Vec<FieldFault> {
    let says = super::segment(name).into_iter();
    says.map(|says| FieldFault::invalid(field, &name.into(), &says))
        .collect()
}

fn subject(at: &str, subject: &Value, namespaced: bool) -> Vec<FieldFault> {
    let text = |name: &str| object::text(subject, name);
    let (kind, name, group) = (text("/kind"), text("/name"), text("/apiGroup"));
    let mut faults = Vec::new();
    if name.is_empty() {
        faults.push(FieldFault::required(format!("{at}.name"), ""));
    }
    match kind {
        "ServiceAccount" => {
            if !name.is_empty() {
                let says = syntax::dns_subdomain(name).into_iter();
                let field = format!("{at}.name");
                faults.extend(says.map(|says| FieldFault::invalid(&*field, &name.into(), &says)));
            }
            if !group.is_empty() {
                faults.push(FieldFault::unsupported(
                    format!("{at}.apiGroup"),
                    &group.into(),
                    &[""],
                ));
            }
            if !namespaced && text("/namespace").is_empty() {
                faults.push(FieldFault::required(format!("{at}.namespace"), ""));
            }
        }
        "User" | "Group" if group != GROUP => {
            faults.push(FieldFault::unsupported(
                format!("{at}.apiGroup"),
                &group.into(),
                &[GROUP],
            ));
        }
        "User" | "Group" => {}
        other => {
            let known = ["ServiceAccount", "User", "Group"];
            faults.push(FieldFault::unsupported(
                format!("{at}.kind"),
                &other.into(),
                &known,
            ));
        }
    }
    faults
}
