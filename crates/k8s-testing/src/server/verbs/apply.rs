//! Apply: a manager says all that it wants of an object, which comes about if it is not there.

use std::sync::MutexGuard;

use http::{Response, StatusCode};
use k8s_api_core::status::StatusCause;
use serde_json::{Map, Value};

use super::create::{self, in_namespace};
use super::options::{FieldValidation, in_yaml};
use super::update::{self, By, Change, Part};
use super::{Ask, WriteOptions};
use crate::body::Body;
use crate::server::authorize::Attributes;
use crate::server::decode;
use crate::server::managed::{Applied, Applying, Tracking, Unapplied};
use crate::server::status::{Answered, Refusal};
use crate::server::store::Store;
use crate::server::{defaults, object, yaml};

pub(super) fn answer(
    ask: &Ask<'_>,
    part: Part,
    options: &WriteOptions,
) -> Answered<Response<Body>> {
    let tracking = Tracking::of(ask.kind, part.name());
    let tracking = tracking.ok_or_else(Refusal::method_not_allowed)?;
    let (wanted, repeated) = read(ask)?;
    let store = ask.state.store();
    let old = store.get(ask.kind, ask.namespace(), ask.name());
    if old.is_none() && part != Part::Whole {
        return Err(ask.not_found(ask.name()));
    }
    let live = match &old {
        Some(old) => Value::clone(old),
        None => tracking.empty(),
    };
    let now = ask.state.clock.timestamp();
    let asked = Applying {
        wanted: &wanted,
        manager: &options.manager,
        force: options.force,
        now: &now,
    };
    let applied = tracking.apply(&live, asked).map_err(unapplied)?;
    let mut new = match applied {
        Applied::Unchanged(new) => new,
        Applied::Changed(new) => converted(ask, &tracking, &wanted, new)?,
    };
    check_repetitions(ask, options, &repeated)?;
    if old.is_none() && !object::uid(&new).is_empty() {
        return Err(uid_of_none(ask, &new));
    }
    in_namespace(ask.namespace(), &mut new)?;
    update::check_name(ask, &new)?;
    match old {
        Some(old) => update::write(ask, store, &old, new, Change::new(part, By::Apply, options)),
        None => create(ask, store, new, options),
    }
}

/// What is wanted, and which keys stand there twice; an empty body says nothing.
fn read(ask: &Ask<'_>) -> Answered<(Value, Vec<String>)> {
    let refuse = |says: &str| Refusal::bad_request(format!("error decoding YAML: {says}"));
    let read = yaml::read(ask.body)
        .map_err(|says| refuse(&format!("error converting YAML to JSON: {says}")))?;
    match read.document.to_value() {
        Value::Null => Ok((Map::new().into(), read.repeated)),
        wanted @ Value::Object(_) => Ok((wanted, read.repeated)),
        other => Err(refuse(&format!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value of type \
             map[string]interface {{}}",
            decode::type_name(&other)
        ))),
    }
}

/// The merged object, as its type writes it.
fn converted(
    ask: &Ask<'_>,
    tracking: &Tracking<'_>,
    wanted: &Value,
    new: Value,
) -> Answered<Value> {
    let api_version = ask.kind.api_version();
    let read = decode::converted(ask.kind.wanted(&api_version), new).map_err(|says| {
        let which = tracking.described(wanted);
        let (_, kind) = which.split_once("; ").unwrap_or_default();
        let says = format!(
            "failed to convert new object ({which}) to proper version: unable to convert unstructured object to {kind}: {says}"
        );
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says)
    })?;
    let mut new = read.object;
    defaults::declared(ask.kind, &mut new);
    Ok(new)
}

/// What stands twice in the body is found last, by a second and stricter reading.
fn check_repetitions(ask: &Ask<'_>, options: &WriteOptions, repeated: &[String]) -> Answered<()> {
    match options.validation {
        FieldValidation::Strict if !repeated.is_empty() => Err(Refusal::bad_request(format!(
            "error strict decoding YAML: error converting YAML to JSON: {}",
            in_yaml(repeated)
        ))),
        FieldValidation::Warn => {
            repeated.iter().for_each(|line| ask.warn(line));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// An apply may create, for whoever may.
fn create(
    ask: &Ask<'_>,
    store: MutexGuard<'_, Store>,
    new: Value,
    options: &WriteOptions,
) -> Answered<Response<Body>> {
    let creates = Attributes {
        verb: "create".to_owned(),
        ..Attributes::from(ask.info)
    };
    // Roles are read in the store.
    drop(store);
    ask.state.authorize(ask.user, &creates)?;
    create::finish(ask, ask.state.store(), new, options.dry_run)
}

fn uid_of_none(ask: &Ask<'_>, new: &Value) -> Refusal {
    let why = format!(
        "uid mismatch: the provided object specified uid {}, and no existing object was found",
        object::uid(new)
    );
    Refusal::conflict(&ask.kind.group, &ask.kind.resource, ask.name(), &why)
}

fn unapplied(why: Unapplied) -> Refusal {
    match why {
        Unapplied::BadRequest(says) => Refusal::bad_request(says),
        Unapplied::Internal(says) => Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says),
        Unapplied::Conflicts(all) => {
            let cause = |(manager, path): &(String, String)| {
                StatusCause::new(
                    "FieldManagerConflict",
                    format!("conflict with {manager}"),
                    path,
                )
            };
            let causes = all.iter().map(cause).collect();
            let refusal = Refusal::new(StatusCode::CONFLICT, "Conflict", conflicts(&all));
            refusal.detail("", "", "").causes(causes)
        }
    }
}

fn conflicts(all: &[(String, String)]) -> String {
    if let [(manager, path)] = all {
        return format!("Apply failed with 1 conflict: conflict with {manager}: {path}");
    }
    let mut lines = Vec::new();
    let mut last = "";
    for (manager, path) in all {
        if manager != last {
            lines.push(format!("conflicts with {manager}:"));
            last = manager;
        }
        lines.push(format!("- {path}"));
    }
    format!(
        "Apply failed with {} conflicts: {}",
        all.len(),
        lines.join("\n")
    )
}
