//! A case: one object, and what several managers do with it in turn.

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::{Value, json};

use super::bodies;

/// A kind of object.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Kind {
    ConfigMap,
    Ingress,
    NetworkPolicy,
    Pod,
    PodTemplate,
    Secret,
    Service,
}

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) what: What,
    pub(super) method: &'static str,
    /// The subresource, with its slash.
    pub(super) part: &'static str,
    pub(super) media_type: &'static str,
    pub(super) query: String,
    pub(super) agent: &'static str,
    pub(super) body: Value,
}

/// What a step does.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum What {
    Apply,
    Merge,
    Replace,
    Status,
    Strategic,
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) kind: Kind,
    pub(super) steps: Vec<Step>,
    collection: String,
    name: String,
}

const KINDS: [Kind; 10] = [
    Kind::ConfigMap,
    Kind::Ingress,
    Kind::NetworkPolicy,
    Kind::Pod,
    Kind::Pod,
    Kind::PodTemplate,
    Kind::PodTemplate,
    Kind::PodTemplate,
    Kind::Secret,
    Kind::Service,
];
const MANAGERS: [&str; 4] = ["one", "two", "three", "kubectl"];

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Ingress => "Ingress",
            Self::NetworkPolicy => "NetworkPolicy",
            Self::Pod => "Pod",
            Self::PodTemplate => "PodTemplate",
            Self::Secret => "Secret",
            Self::Service => "Service",
        }
    }

    pub(super) fn api_version(self) -> &'static str {
        match self {
            Self::Ingress | Self::NetworkPolicy => "networking.k8s.io/v1",
            _ => "v1",
        }
    }

    fn resource(self) -> &'static str {
        match self {
            Self::ConfigMap => "configmaps",
            Self::Ingress => "ingresses",
            Self::NetworkPolicy => "networkpolicies",
            Self::Pod => "pods",
            Self::PodTemplate => "podtemplates",
            Self::Secret => "secrets",
            Self::Service => "services",
        }
    }
}

impl Case {
    /// The case of this number: the same for the same seed.
    pub(super) fn make(seed: u64, number: u64, namespace: &str) -> Self {
        let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let kind = KINDS[rng.usize(..KINDS.len())];
        let name = format!("c{number}");
        let root = match kind.api_version() {
            "v1" => "/api/v1".to_owned(),
            other => format!("/apis/{other}"),
        };
        let mut steps = vec![first(&mut rng, kind, &name)];
        for _ in 0..rng.usize(2..7) {
            steps.push(next(&mut rng, kind, &name));
        }
        Self {
            kind,
            steps,
            collection: format!("{root}/namespaces/{namespace}/{}", kind.resource()),
            name,
        }
    }

    pub(super) fn path(&self, part: &str) -> String {
        format!("{}/{}{part}", self.collection, self.name)
    }

    /// The steps until one, to be read.
    pub(super) fn shown(&self, last: usize) -> String {
        let mut shown = String::new();
        for step in &self.steps[..=last] {
            let (what, part, query, body) = (step.what, step.part, &step.query, &step.body);
            let _ = writeln!(
                shown,
                "  {what:?} {}{part}?{query} {body}",
                self.kind.name()
            );
        }
        shown
    }
}

/// Objects come about by an apply.
fn first(rng: &mut Rng, kind: Kind, name: &str) -> Step {
    let body = bodies::whole(rng, kind, name);
    apply(rng, body)
}

fn next(rng: &mut Rng, kind: Kind, name: &str) -> Step {
    match rng.u32(..100) {
        0..45 => {
            let body = bodies::whole(rng, kind, name);
            apply(rng, body)
        }
        45..75 => {
            let body = bodies::strategic(rng, kind);
            patch(
                rng,
                What::Strategic,
                "application/strategic-merge-patch+json",
                body,
            )
        }
        75..85 => {
            let body = bodies::merge(rng, kind, name);
            patch(rng, What::Merge, "application/merge-patch+json", body)
        }
        // A pod's spec as it was sent is not the one that is there.
        85.. if kind == Kind::Pod => status(rng, kind, name),
        _ => {
            let body = bodies::whole(rng, kind, name);
            Step {
                method: "PUT",
                ..patch(rng, What::Replace, "application/json", body)
            }
        }
    }
}

fn apply(rng: &mut Rng, mut body: Value) -> Step {
    let manager = MANAGERS[rng.usize(..MANAGERS.len())];
    let mut query = format!("fieldManager={manager}");
    if rng.u32(..100) < 35 {
        query.push_str("&force=true");
    }
    options(rng, &mut query);
    // Behind an unknown field, the server looks at the others or does not, as chance has it.
    if body.get("odd").is_none() && rng.u32(..100) < 4 {
        body["metadata"]["labels"]["odd"] = 5.into();
    }
    Step {
        what: What::Apply,
        method: "PATCH",
        part: "",
        media_type: "application/apply-patch+yaml",
        query,
        agent: "applies/1",
        body,
    }
}

/// A status, applied or patched.
fn status(rng: &mut Rng, kind: Kind, name: &str) -> Step {
    let status = bodies::status(rng);
    let step = if rng.bool() {
        let metadata = json!({"name": name, "labels": bodies::labels(rng)});
        let body = json!({
            "apiVersion": kind.api_version(), "kind": kind.name(), "metadata": metadata, "status": status,
        });
        apply(rng, body)
    } else {
        let body = json!({"status": status});
        patch(
            rng,
            What::Strategic,
            "application/strategic-merge-patch+json",
            body,
        )
    };
    Step {
        what: What::Status,
        part: "/status",
        ..step
    }
}

fn patch(rng: &mut Rng, what: What, media_type: &'static str, body: Value) -> Step {
    let mut query = String::new();
    if rng.bool() {
        let manager = MANAGERS[rng.usize(..MANAGERS.len())];
        query = format!("fieldManager={manager}");
    }
    options(rng, &mut query);
    Step {
        what,
        method: "PATCH",
        part: "",
        media_type,
        query,
        agent: ["robot/1", "kubectl/1", "one/2 (x)"][rng.usize(..3)],
        body,
    }
}

fn options(rng: &mut Rng, query: &mut String) {
    if rng.u32(..100) < 8 {
        query.push_str("&dryRun=All");
    }
    match rng.u32(..100) {
        0..6 => query.push_str("&fieldValidation=Strict"),
        6..12 => query.push_str("&fieldValidation=Ignore"),
        _ => {}
    }
}
