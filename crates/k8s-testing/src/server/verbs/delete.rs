//! Delete: one object, or all that selectors choose; at once, or after a grace period or finalizers.

use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{Ask, list};
use crate::body::Body;
use crate::clock::rfc3339;
use crate::server::answer::{self, Shape};
use crate::server::garbage::{FOREGROUND, ORPHAN};
use crate::server::kinds::Kind;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::store::{Page, Store};
use crate::server::stored::Stored;
use crate::server::{admission, custom, decode, object, types};

/// What a delete may ask for in its body, or in its query.
#[derive(Debug, Default)]
pub(super) struct Options {
    grace: Option<i64>,
    uid: Option<String>,
    resource_version: Option<String>,
    /// What becomes of dependents: the finalizer that sees to it; nothing for the background.
    finalizer: Option<&'static str>,
    pub(super) dry_run: bool,
}

/// What became of an object.
struct Deleted {
    object: Arc<Stored>,
    /// It is gone, rather than waiting for somebody.
    gone: bool,
}

pub(super) fn one(ask: &Ask<'_>) -> Answered<Response<Body>> {
    let media = ask.media()?;
    let options = Options::read(ask)?;
    let mut store = ask.state.store();
    let old = store.get(ask.kind, ask.namespace(), ask.name());
    admission::on_delete(ask.kind, ask.name())?;
    let old = old.ok_or_else(|| ask.not_found(ask.name()))?;
    options.check(ask, &old)?;
    let deleted = delete(&mut store, ask, &options, &old)?;
    drop(store);
    ask.state.after_delete(ask.kind, &deleted.object);
    if ask.kind.deletes_to_object || !deleted.gone {
        return ask.object(StatusCode::OK, &deleted.object);
    }
    let mut details =
        json!({"name": ask.name(), "kind": ask.kind.resource.as_str(), "uid": object::uid(&old)});
    if !ask.kind.group.is_empty() {
        details["group"] = ask.kind.group.as_str().into();
    }
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details,
    });
    let shape = Shape::Object(types::STATUS);
    Ok(answer::document(
        StatusCode::OK,
        media.format,
        shape,
        &status,
    ))
}

/// Deletes a pod that is evicted, and says so in its status where it stays for a while.
pub(super) fn evicted(
    ask: &Ask<'_>,
    mut store: MutexGuard<'_, Store>,
    options: &Options,
    pod: &Arc<Stored>,
) -> Answered<()> {
    let mut told = Value::clone(pod);
    if !options.dry_run {
        let now = ask.state.clock.timestamp();
        let conditions = object::field(&mut told, "status");
        let conditions = conditions.entry("conditions").or_insert_with(|| json!([]));
        if let Some(conditions) = conditions.as_array_mut() {
            conditions.retain(|condition| condition["type"] != "DisruptionTarget");
            conditions.push(json!({
                "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI",
                "message": "Eviction API: evicting", "lastProbeTime": null, "lastTransitionTime": now,
            }));
        }
    }
    let deleted = delete(&mut store, ask, options, &Arc::new(Stored::new(told)))?;
    drop(store);
    if !options.dry_run {
        ask.state.after_delete(ask.kind, &deleted.object);
    }
    Ok(())
}

pub(super) fn collection(ask: &Ask<'_>) -> Answered<Response<Body>> {
    let media = ask.media()?;
    let options = Options::read(ask)?;
    let mut store = ask.state.store();
    let chosen = list::objects(ask, &store)?;
    let mut page = Page::default();
    for old in &chosen {
        page.objects
            .push(delete(&mut store, ask, &options, old)?.object);
    }
    let revision = store.revision();
    drop(store);
    for deleted in &page.objects {
        ask.state.after_delete(ask.kind, deleted);
    }
    list::answered(ask, media, &page, revision)
}

fn delete(
    store: &mut Store,
    ask: &Ask<'_>,
    options: &Options,
    old: &Arc<Stored>,
) -> Answered<Deleted> {
    let (namespace, name) = (object::namespace(old), object::name(old));
    let grace = grace(ask.kind, options, old);
    let mut marked = Value::clone(old);
    if &*ask.kind.storage == custom::STORAGE && !object::is_being_deleted(old) {
        custom::mark(ask.state, &mut marked);
        return Ok(Deleted {
            object: if options.dry_run {
                Arc::new(Stored::new(marked))
            } else {
                store.put(ask.kind, namespace, name, marked)
            },
            gone: false,
        });
    }
    let held = hold(&mut marked, options.finalizer);
    let stamped = old["metadata"]["deletionGracePeriodSeconds"].as_i64();
    let is_namespace = ask.kind.core() == "namespaces";
    let waits = grace > 0 || is_namespace || held;
    let already = object::is_being_deleted(old)
        && (is_namespace || stamped.is_some_and(|stamped| grace >= stamped));
    if waits && already {
        let object = Arc::clone(old);
        return Ok(Deleted {
            object,
            gone: false,
        });
    }
    if waits || ask.kind.core() == "pods" {
        mark(&mut marked, is_namespace, grace, ask.state.clock.seconds());
        if let Some(generation) = marked["metadata"]["generation"].as_u64()
            && !object::is_being_deleted(old)
        {
            marked["metadata"]["generation"] = (generation + 1).into();
        }
    }
    let object = match (options.dry_run, waits) {
        (true, _) => Arc::new(Stored::new(marked)),
        (false, true) => store.put(ask.kind, namespace, name, marked),
        (false, false) => {
            store.remove(ask.kind, namespace, name);
            marked["metadata"]["resourceVersion"] = store.revision().to_string().into();
            Arc::new(Stored::new(marked))
        }
    };
    Ok(Deleted {
        object,
        gone: !waits,
    })
}

/// Puts the finalizer that sees to the dependents in the place of another such; whether any finalizer is left.
fn hold(marked: &mut Value, finalizer: Option<&'static str>) -> bool {
    let metadata = object::metadata(marked);
    let list = metadata.entry("finalizers").or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.retain(|name| name != FOREGROUND && name != ORPHAN);
        list.extend(finalizer.map(Value::from));
    }
    let held = object::has_finalizers(marked);
    if !held {
        object::metadata(marked).remove("finalizers");
    }
    held
}

/// Writes into an object that it goes, and when.
fn mark(object: &mut Value, is_namespace: bool, grace: i64, now: u64) {
    let at = now + u64::try_from(grace).unwrap_or(0);
    let metadata = object::metadata(object);
    metadata.insert("deletionTimestamp".to_owned(), rfc3339(at).into());
    if is_namespace {
        object::field(object, "status").insert("phase".to_owned(), "Terminating".into());
    } else {
        metadata.insert("deletionGracePeriodSeconds".to_owned(), grace.into());
    }
}

/// Seconds that an object is left: only a pod that was given to a node gets any.
fn grace(kind: &Kind, options: &Options, old: &Value) -> i64 {
    let scheduled = kind.core() == "pods" && !object::text(old, "/spec/nodeName").is_empty();
    let ended = matches!(object::text(old, "/status/phase"), "Succeeded" | "Failed");
    if !scheduled || ended {
        return 0;
    }
    let own = old["spec"]["terminationGracePeriodSeconds"].as_i64();
    let default = own.unwrap_or(Duration::from_secs(30).as_secs() as i64);
    options.grace.unwrap_or(default).max(0)
}

impl Options {
    fn read(ask: &Ask<'_>) -> Answered<Self> {
        if ask.body.is_empty() {
            let grace = ask
                .query
                .first("gracePeriodSeconds")
                .and_then(|seconds| seconds.parse().ok());
            let dry_run = ask.is_dry_run("DeleteOptions")?;
            let policy = ask.query.first("propagationPolicy");
            check_options(&json!({"propagationPolicy": policy}))?;
            return Ok(Self {
                grace,
                finalizer: finalizer(ask.kind, policy, None),
                dry_run,
                ..Self::default()
            });
        }
        let sent = decode::options(types::DELETE_OPTIONS, ask.sent()?)?;
        Self::of(ask.kind, &sent, false)
    }

    /// What a document of options asks for.
    pub(super) fn of(kind: &Kind, sent: &Value, dry_run: bool) -> Answered<Self> {
        check_options(sent)?;
        let precondition = |name: &str| sent["preconditions"][name].as_str().map(str::to_owned);
        Ok(Self {
            grace: sent["gracePeriodSeconds"].as_i64(),
            finalizer: finalizer(
                kind,
                sent["propagationPolicy"].as_str(),
                sent["orphanDependents"].as_bool(),
            ),
            uid: precondition("uid"),
            resource_version: precondition("resourceVersion"),
            dry_run: dry_run || sent["dryRun"].as_array().is_some_and(|dry| !dry.is_empty()),
        })
    }

    pub(super) fn check(&self, ask: &Ask<'_>, old: &Value) -> Answered<()> {
        let conflict = |what: &str, asked: &str, stored: &str, became: &str| {
            let why = format!(
                "the {what} in the precondition ({asked}) does not match the {what} in record ({stored}). The object \
                 might have been {became}"
            );
            // The server names the kind here, where it names the resource elsewhere.
            Err(Refusal::conflict(
                &ask.kind.group,
                &ask.kind.kind,
                ask.name(),
                &why,
            ))
        };
        let (uid, version) = (object::uid(old), object::resource_version(old));
        match (&self.uid, &self.resource_version) {
            (Some(asked), _) if asked != uid => {
                conflict("UID", asked, uid, "deleted and then recreated")
            }
            (_, Some(asked)) if asked != version => {
                conflict("ResourceVersion", asked, version, "modified")
            }
            _ => Ok(()),
        }
    }
}

/// The finalizer of a policy; what nobody asked for is the background, but for the two oldest kinds that make others.
fn finalizer(kind: &Kind, policy: Option<&str>, orphan: Option<bool>) -> Option<&'static str> {
    let orphans = ["replicationcontrollers", "jobs.batch"].contains(&&*kind.storage);
    match (policy, orphan) {
        (Some("Foreground"), _) => Some(FOREGROUND),
        (Some("Orphan"), _) | (None, Some(true)) => Some(ORPHAN),
        (None, None) if orphans => Some(ORPHAN),
        _ => None,
    }
}

/// What a body of a delete may say.
fn check_options(sent: &Value) -> Answered<()> {
    let text = |name: &str| sent[name].as_str();
    let (kind, version) = (text("kind"), text("apiVersion"));
    if kind.is_some_and(|kind| kind != "DeleteOptions") {
        let says = decode::unregistered(
            kind.unwrap_or_default(),
            version.unwrap_or("meta.k8s.io/v1"),
        );
        return Err(Refusal::bad_request(says));
    }
    let grace = &sent["gracePeriodSeconds"];
    if !grace.is_null() && grace.as_i64().is_none() {
        let found = decode::type_name(grace);
        let says = format!(
            "json: cannot unmarshal {found} into Go struct field DeleteOptions.gracePeriodSeconds of type int64"
        );
        return Err(Refusal::bad_request(says));
    }
    let policies = ["Foreground", "Background", "Orphan", "nil"];
    let fault = match text("propagationPolicy") {
        Some(policy) if !policies[..3].contains(&policy) => {
            FieldFault::unsupported("propagationPolicy", &policy.into(), &policies)
        }
        _ => match sent["dryRun"].as_array() {
            Some(dry) if dry.iter().any(|value| value != "All") => {
                FieldFault::unsupported("dryRun", &sent["dryRun"], &["All"])
            }
            _ => return Ok(()),
        },
    };
    Err(Refusal::invalid(
        "meta.k8s.io",
        "DeleteOptions",
        "",
        &[fault],
    ))
}

/// Removes an object whatever it waits for; used by the controllers.
pub(crate) fn purge(store: &mut Store, kind: &Kind, old: &Value) {
    if !object::has_finalizers(old) {
        store.remove(kind, object::namespace(old), object::name(old));
    }
}
