//! The subresource `eviction`: a pod is deleted, unless a disruption budget forbids it.
//!
//! Follows k8s.io/kubernetes `pkg/registry/core/pod/storage/eviction.go` (v1.36).

use std::sync::Arc;

use http::{Response, StatusCode};
use k8s_api_core::selector::LabelSelector;
use k8s_api_core::status::StatusCause;
use serde_json::{Value, json};

use super::delete::{self, Options};
use super::{Ask, WriteOptions};
use crate::body::Body;
use crate::server::answer::{self, Shape};
use crate::server::decode::Wanted;
use crate::server::kinds::{self, Kind};
use crate::server::status::{Answered, Refusal};
use crate::server::store::Store;
use crate::server::stored::Stored;
use crate::server::{decode, labels, object, types};

const EVICTION: Wanted<'_> = Wanted {
    kind: "Eviction",
    api_version: "policy/v1",
    type_name: "io.k8s.api.policy.v1.Eviction",
    custom: None,
};

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    let media = ask.media()?;
    let sent = ask.sent()?;
    let options = WriteOptions::read(ask, "CreateOptions")?;
    let decoded = decode::typed(EVICTION, sent)?;
    let eviction = options.accept(ask, decoded, |says| {
        let says = format!("Eviction in version \"v1\" cannot be handled as a Eviction: {says}");
        Refusal::bad_request(says)
    })?;
    if object::name(&eviction) != ask.name() {
        let says = "name in URL does not match name in Eviction object";
        return Err(Refusal::bad_request(says));
    }
    let deletion = Options::of(ask.kind, &eviction["deleteOptions"], options.dry_run)?;
    let mut store = ask.state.store();
    let pod = store.get(ask.kind, ask.namespace(), ask.name());
    let pod = pod.ok_or_else(|| ask.not_found(ask.name()))?;
    deletion.check(ask, &pod)?;
    permitted(ask, &mut store, &pod, deletion.dry_run)?;
    delete::evicted(ask, store, &deletion, &pod)?;
    let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"});
    let (code, shape) = (StatusCode::CREATED, Shape::Object(types::STATUS));
    Ok(answer::document(code, media.format, shape, &status))
}

/// Asks the budget of a pod, if it has one, and takes one disruption from it.
fn permitted(ask: &Ask<'_>, store: &mut Store, pod: &Value, dry_run: bool) -> Answered<()> {
    let phase = object::text(pod, "/status/phase");
    if matches!(phase, "Failed" | "Pending" | "Succeeded") || object::is_being_deleted(pod) {
        return Ok(());
    }
    let Some(kind) = kinds::find("policy", "v1", "poddisruptionbudgets") else {
        return Ok(());
    };
    let budgets = budgets(kind, store, pod);
    let budget = match budgets.as_slice() {
        [] => return Ok(()),
        [budget] => budget,
        _ => {
            let says = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
            return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says));
        }
    };
    if !is_ready(pod) && spares_unready(budget) {
        return Ok(());
    }
    check(budget)?;
    if !dry_run {
        let mut less = Value::clone(budget);
        let left = number(budget, "disruptionsAllowed") - 1;
        less["status"]["disruptionsAllowed"] = left.into();
        less["status"]["disruptedPods"][object::name(pod)] = ask.state.clock.timestamp().into();
        store.put(kind, ask.namespace(), object::name(budget), less);
    }
    Ok(())
}

/// The budgets whose selector fits a pod.
fn budgets(kind: &Kind, store: &Store, pod: &Value) -> Vec<Arc<Stored>> {
    let pods = object::labels(pod);
    let fits = |budget: &Value| {
        let selector = &budget["spec"]["selector"];
        let terms = LabelSelector::parse(&labels::selector(selector));
        selector.is_object() && terms.is_ok_and(|terms| terms.matches(&pods))
    };
    let namespace = object::namespace(pod);
    store
        .list(kind, namespace, store.revision(), (None, 0), fits)
        .objects
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let mut ready = conditions.filter(|condition| condition["type"] == "Ready");
    ready.any(|condition| condition["status"] == "True")
}

/// Whether a budget lets pods go that are not ready.
fn spares_unready(budget: &Value) -> bool {
    let wanted = number(budget, "desiredHealthy");
    budget["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
        || wanted > 0 && number(budget, "currentHealthy") >= wanted
}

/// Refuses what a budget does not allow.
fn check(budget: &Value) -> Answered<()> {
    let name = object::name(budget);
    let generation = budget["metadata"]["generation"].as_i64().unwrap_or(0);
    if number(budget, "observedGeneration") < generation {
        let says = format!("The disruption budget {name} is still being processed by the server.");
        return Err(too_many(says).retry_after(10));
    }
    if number(budget, "disruptionsAllowed") > 0 {
        return Ok(());
    }
    let (wanted, healthy) = (
        number(budget, "desiredHealthy"),
        number(budget, "currentHealthy"),
    );
    let conditions = budget["status"]["conditions"].as_array();
    let mut denied = conditions.into_iter().flatten().filter(|condition| {
        condition["type"] == "DisruptionAllowed" && condition["status"] == "False"
    });
    let denied = denied.next().map(|condition| {
        let text = |field: &str| condition[field].as_str().unwrap_or_default();
        (text("reason"), text("message"))
    });
    let denied = denied.filter(|(_, message)| !message.is_empty());
    let cannot = format!("The disruption budget {name} does not allow evicting pods currently");
    Err(too_many(match denied {
        Some(("SyncFailed", message)) => format!("{cannot} because it failed sync: {message}"),
        _ if healthy <= wanted => format!(
            "The disruption budget {name} needs {wanted} healthy pods and has {healthy} currently"
        ),
        Some((reason, message)) => format!("{cannot} ({reason}): {message}"),
        None => cannot,
    }))
}

fn too_many(why: String) -> Refusal {
    let says = "Cannot evict pod as it would violate the pod's disruption budget.";
    let cause = StatusCause::new("DisruptionBudget", why, "");
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", says).causes(vec![cause])
}

fn number(budget: &Value, field: &str) -> i64 {
    budget["status"][field].as_i64().unwrap_or(0)
}
