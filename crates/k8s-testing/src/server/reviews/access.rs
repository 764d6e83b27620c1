//! Questions about rights: may somebody do this, and what may I do at all.
//!
//! Follows k8s.io/kubernetes `pkg/registry/authorization` and `pkg/apis/authorization/validation` (v1.36).

use serde_json::{Map, Value, json};

use crate::server::authorize::{Attributes, Decision};
use crate::server::object;
use crate::server::rbac::{Rbac, Rule, told};
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::user::User;
use crate::server::verbs::Ask;

/// The status of a SubjectAccessReview, of oneself, in one namespace, or of anybody.
pub(super) fn access(ask: &Ask<'_>, review: &Value) -> Answered<Value> {
    let faults = faults(ask, review);
    if !faults.is_empty() {
        return Err(Refusal::invalid(&ask.kind.group, "", "", &faults));
    }
    let spec = &review["spec"];
    let user = if is_own(ask) {
        ask.user.clone()
    } else {
        subject(spec)
    };
    let asked = attributes(spec);
    let verdict = ask.state.decide(&ask.state.store(), &user, &asked);
    let mut status = json!({"allowed": verdict.allows()});
    if matches!(verdict.decision, Decision::Deny(_)) {
        status["denied"] = true.into();
    }
    if !verdict.reason.is_empty() {
        status["reason"] = verdict.reason.into();
    }
    Ok(status)
}

/// The status of a SelfSubjectRulesReview: what roles allow in a namespace. Grants of this server stand at the end.
pub(super) fn rules(ask: &Ask<'_>, review: &Value) -> Answered<Value> {
    let namespace = object::text(review, "/spec/namespace");
    if namespace.is_empty() {
        return Err(Refusal::bad_request("no namespace on request"));
    }
    let store = ask.state.store();
    let (mut rules, missing) = Rbac::of(&store).rules_for(ask.user, namespace);
    drop(store);
    rules.extend(ask.state.grants.rules_for(ask.user, namespace));
    let of = |about_paths: bool| -> Vec<Value> {
        let wanted = rules
            .iter()
            .filter(|rule| rule.paths.is_empty() != about_paths);
        wanted.map(Rule::to_json).collect()
    };
    let mut status = json!({
        "resourceRules": of(false),
        "nonResourceRules": of(true),
        "incomplete": false,
    });
    if !missing.is_empty() {
        status["evaluationError"] = told(&missing).into();
    }
    Ok(status)
}

fn is_own(ask: &Ask<'_>) -> bool {
    ask.kind.resource == "selfsubjectaccessreviews"
}

fn faults(ask: &Ask<'_>, review: &Value) -> Vec<FieldFault> {
    let spec = &review["spec"];
    let local = ask.kind.resource == "localsubjectaccessreviews";
    let (resource, path) = (
        spec.get("resourceAttributes"),
        spec.get("nonResourceAttributes"),
    );
    let shown = |path: &Value| json!({"Path": object::text(path, "/path"), "Verb": object::text(path, "/verb")});
    let mut faults = Vec::new();
    let mut invalid = |field: &str, value: Value, says: &str| {
        faults.push(FieldFault::invalid(field, &value, says));
    };
    match (resource, path) {
        (Some(_), Some(path)) => {
            let says = "cannot be specified in combination with resourceAttributes";
            invalid("spec.nonResourceAttributes", shown(path), says);
        }
        (None, None) => {
            let says =
                "exactly one of nonResourceAttributes or resourceAttributes must be specified";
            invalid("spec.resourceAttributes", Value::Null, says);
        }
        _ => {}
    }
    if !is_own(ask) && subject(spec).is_nobody() {
        invalid(
            "spec.user",
            "".into(),
            "at least one of user or group must be specified",
        );
    }
    let metadata = review["metadata"].as_object().into_iter().flatten();
    let metadata: Map<String, Value> = metadata
        .filter(|(name, _)| !(local && *name == "namespace"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    // Who asks is recorded before.
    if metadata.keys().any(|name| name != "managedFields") {
        let says = if local {
            "must be empty except for namespace"
        } else {
            "must be empty"
        };
        invalid("metadata", metadata.into(), says);
    }
    if local {
        let namespace = resource.map_or("", |resource| object::text(resource, "/namespace"));
        if resource.is_some() && namespace != ask.info.namespace() {
            let says = "must match metadata.namespace";
            invalid("spec.resourceAttributes.namespace", namespace.into(), says);
        }
        if let Some(path) = path {
            let says = "disallowed on this kind of request";
            invalid("spec.nonResourceAttributes", shown(path), says);
        }
    }
    faults
}

/// The user that a review is about.
fn subject(spec: &Value) -> User {
    let texts = |list: &Value| -> Vec<String> {
        let list = list.as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let extra = spec["extra"].as_object().into_iter().flatten();
    User {
        name: object::text(spec, "/user").to_owned(),
        uid: object::text(spec, "/uid").to_owned(),
        groups: texts(&spec["groups"]),
        extra: extra
            .map(|(key, values)| (key.clone(), texts(values)))
            .collect(),
    }
}

fn attributes(spec: &Value) -> Attributes {
    if let Some(path) = spec.get("nonResourceAttributes") {
        return Attributes {
            verb: object::text(path, "/verb").to_owned(),
            path: object::text(path, "/path").to_owned(),
            ..Attributes::default()
        };
    }
    let text = |name: &str| object::text(&spec["resourceAttributes"], name).to_owned();
    Attributes {
        subresource: text("/subresource"),
        namespace: text("/namespace"),
        ..Attributes::on(
            &text("/verb"),
            &text("/group"),
            &text("/resource"),
            &text("/name"),
        )
    }
}

impl User {
    fn is_nobody(&self) -> bool {
        self.name.is_empty() && self.groups.is_empty()
    }
}
