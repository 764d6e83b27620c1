//! Workloads and what limits them.

use k8s_api_core::human_duration;
use serde_json::Value;

use super::cell::{at, is_true, items, number, seconds, since, text, text_or};
use crate::server::labels;

/// A deployment's selector, for which nothing stands when it has no terms.
pub(super) fn selector(deployment: &Value, _: i64) -> Value {
    labels::selector(at(deployment, "/spec/selector")).into()
}

pub(super) fn controller(revision: &Value, _: i64) -> Value {
    let owners = items(revision, "/metadata/ownerReferences").iter();
    let mut controllers = owners.filter(|owner| owner["controller"] == true);
    let Some(owner) = controllers.next() else {
        return "<none>".into();
    };
    let kind = text(owner, "/kind");
    let of_group = match text(owner, "/apiVersion").split_once('/') {
        Some((group, _)) => format!("{kind}.{group}"),
        None => kind.to_owned(),
    };
    format!("{}/{}", of_group.to_lowercase(), text(owner, "/name")).into()
}

pub(super) fn suspended(job: &Value, _: i64) -> Value {
    match job["spec"]["suspend"].as_bool() {
        Some(true) => "True".into(),
        Some(false) => "False".into(),
        None => "<unset>".into(),
    }
}

pub(super) fn last_schedule(job: &Value, now: i64) -> Value {
    const PLACE: &str = "/status/lastScheduleTime";
    if text(job, PLACE).is_empty() {
        return "<none>".into();
    }
    since(job, PLACE, now).into()
}

pub(super) fn job(job: &Value, _: i64) -> Value {
    let has = |condition: &&str| is_true(job, condition);
    let goes = !text(job, "/metadata/deletionTimestamp").is_empty();
    let ended = ["Complete", "Failed"].into_iter().find(has);
    let later = ["Suspended", "FailureTarget", "SuccessCriteriaMet"];
    ended
        .or_else(|| goes.then_some("Terminating"))
        .or_else(|| later.into_iter().find(has))
        .unwrap_or("Running")
        .into()
}

pub(super) fn completions(job: &Value, _: i64) -> Value {
    let succeeded = number(job, "/status/succeeded");
    if let Some(wanted) = job["spec"]["completions"].as_i64() {
        return format!("{succeeded}/{wanted}").into();
    }
    match number(job, "/spec/parallelism") {
        at_once @ 2.. => format!("{succeeded}/1 of {at_once}").into(),
        _ => format!("{succeeded}/1").into(),
    }
}

pub(super) fn duration(job: &Value, now: i64) -> Value {
    let Some(began) = seconds(job, "/status/startTime") else {
        return "".into();
    };
    let ended = seconds(job, "/status/completionTime").unwrap_or(now);
    human_duration(ended - began).into()
}

pub(super) fn requests(quota: &Value, _: i64) -> Value {
    used(quota, false).into()
}

pub(super) fn limits(quota: &Value, _: i64) -> Value {
    used(quota, true).into()
}

/// How much is used of what a quota has, of limits or of the rest.
fn used(quota: &Value, limits: bool) -> String {
    let hard = at(quota, "/status/hard").as_object();
    let hard = hard.into_iter().flatten();
    let pairs = hard.filter(|(name, _)| name.starts_with("limits.") == limits);
    let pairs: Vec<String> = pairs
        .map(|(name, hard)| {
            let used = quota["status"]["used"].get(name);
            let used = used.map_or_else(|| "0".to_owned(), |used| text_or(used, "", "0"));
            format!("{name}: {used}/{}", text_or(hard, "", "0"))
        })
        .collect();
    pairs.join(", ")
}

/// The name of something that may be the default of its kind.
pub(super) fn name_of_class(class: &Value, annotations: &[&str]) -> String {
    let name = text(class, "/metadata/name");
    let mut annotations = annotations.iter();
    if annotations.any(|annotation| class["metadata"]["annotations"][*annotation] == "true") {
        return format!("{name} (default)");
    }
    name.to_owned()
}
