//! `k8s wait`: until objects are as they should be.

mod condition;

use std::time::Duration;

use k8s_client::DynamicObject;
use k8s_client::watch::WatcherParams;
use tokio::time::{Instant, timeout_at};

use self::condition::Condition;
use super::select::{Selection, selectors};
use super::target::{self, Target};
use super::{deadline, manifest, written};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "wait",
    about: "Wait for a specific condition on one or many resources",
    long: "Wait for a specific condition on one or many resources.\n\n It watches the objects until each is as --for says, for --timeout at most.",
    usage: "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
    examples: "  # Wait for the pod \"busybox1\" to contain the status condition of type \"Ready\"\n  k8s wait --for=condition=Ready pod/busybox1\n  \n  # Wait for the pod \"busybox1\" to contain the status phase to be \"Running\"\n  k8s wait --for=jsonpath='{.status.phase}'=Running pod/busybox1\n  \n  # Wait for a Secret to get its token\n  k8s wait --for=jsonpath='{.data.token}' secret/default-token\n  \n  # Wait for the pod \"busybox1\" to be deleted, with a timeout of 60s\n  k8s wait --for=delete pod/busybox1 --timeout=60s",
    flags: &[
        Flag::new("all", Kind::Bool(false), "Select all resources in the namespace of the specified resource types"),
        Flag::new("all-namespaces", Kind::Bool(false), "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.").short('A'),
        print::ALLOW_MISSING,
        Flag::new("field-selector", Kind::Text(""), "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2)."),
        manifest::FILENAME,
        Flag::new("for", Kind::Repeated, "The condition to wait on: create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]. The default value of a condition is true. Several conditions are waited for one after the other; --for=create is always the first."),
        written::OUTPUT,
        manifest::RECURSIVE,
        Flag::new("selector", Kind::Text(""), "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2)").short('l'),
        print::SHOW_MANAGED,
        print::TEMPLATE,
        Flag::new("timeout", Kind::Duration("30s"), "The length of time to wait before giving up. Zero means check once and don't wait, negative means wait for a week."),
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let form = written::form(io, args)?;
        let conditions = Condition::all(&args.list("for"))?;
        let words = args.positional();
        if words.is_empty() && !manifest::is_given(args) {
            return Err(Failure::new(target::NONE_NAMED));
        }
        let session = Session::open(io, args)?;
        let limit = limit(args);
        let end = Instant::now() + limit;
        let create = conditions
            .iter()
            .any(|one| matches!(one, Condition::Created));
        let delete = conditions
            .iter()
            .any(|one| matches!(one, Condition::Deleted));
        let (targets, mut failures) = match manifest::is_given(args) {
            true => target::read(io, args, &session, &words).await?,
            false => {
                let selection = Selection::read(io, &session, args, &words).await?;
                if create {
                    some(&session, args, &selection, end).await?;
                }
                target::of(&session, args, &selection).await?
            }
        };
        if targets.is_empty() && failures.is_empty() && !delete {
            return Err(Failure::new("no matching resources found"));
        }
        for target in &targets {
            for condition in &conditions {
                let met = meet(io, &session, target, condition, (end, limit.is_zero())).await;
                match met {
                    Ok(Some(object)) => {
                        let object = serde_json::to_value(object).map_err(Failure::new)?;
                        print::outcome(io, args, form.as_ref(), object, "condition met")?;
                    }
                    Ok(None) => {}
                    Err(failure) => {
                        failures.push(failure);
                        break;
                    }
                }
            }
        }
        written::result(failures)
    })
}

fn limit(args: &Args) -> Duration {
    match args.text("timeout").starts_with('-') {
        true => deadline::A_WEEK,
        false => args.duration("timeout"),
    }
}

/// Waits until there is one object of a kind that is not named.
async fn some(
    session: &Session,
    args: &Args,
    selection: &Selection,
    end: Instant,
) -> Result<(), Failure> {
    for (place, names) in &selection.kinds {
        if !names.is_empty() {
            continue;
        }
        let mut params = WatcherParams::default();
        (params.label_selector, params.field_selector) = selectors(args);
        let api = place.api::<k8s_client::PartialObject>(&session.client);
        let mut watcher = api.watcher(&params);
        let first = condition::first(&mut watcher);
        let found = timeout_at(end, first).await;
        found.map_err(|_| in_vain())??;
    }
    Ok(())
}

fn in_vain() -> Failure {
    Failure::new("timed out waiting for the condition")
}

/// The object as it is when the condition is met; `None` when there was nothing to wait for.
async fn meet(
    io: &mut Io,
    session: &Session,
    target: &Target,
    condition: &Condition,
    (end, once): (Instant, bool),
) -> Result<Option<DynamicObject>, Failure> {
    let api = target.api::<DynamicObject>(&session.client);
    let name = &target.name;
    if matches!(condition, Condition::Created) {
        let found = api.wait_for(name, |object| object.is_some());
        return Ok(timeout_at(end, found).await.map_err(|_| in_vain())??);
    }
    let is_for_end = matches!(condition, Condition::Deleted);
    let now = match api.get(name).await {
        Err(error) if is_for_end && error.is_not_found() => return Ok(None),
        other => other?,
    };
    if is_for_end && !once {
        let gone = api.wait_deleted(name, now.metadata.uid.as_deref());
        deadline::until(io, end, target, gone).await??;
        return Ok(Some(now));
    }
    if condition.is_met(&now)? {
        return Ok(Some(now));
    }
    if once {
        let plural = &target.place.info.resource.plural;
        return Err(Failure::new(format!(
            "condition not met for {plural}/{name}"
        )));
    }
    let mut outcome = Ok(false);
    let met = api.wait_for(name, |object| {
        outcome = object.map_or(Ok(false), |object| condition.is_met(object));
        !matches!(outcome, Ok(false))
    });
    let found = deadline::until(io, end, target, met).await?;
    outcome?;
    Ok(found?)
}
