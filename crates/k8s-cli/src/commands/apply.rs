//! `k8s apply -f FILE`: what the server shall have, whatever it has now.
//!
//! The server merges (server-side apply), as the manager `kubectl` and with force: what the manifest says, holds. See
//! docs/decisions/apply.md for how that differs from kubectl's merge on the client.

use k8s_api_core::request::{self, GetParams, Patch, PatchParams};
use k8s_client::{Api, Client, DynamicObject};
use serde_json::Value;

use super::manifest::{self, Item};
use super::written::{self, Dry};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print::{self, Form};
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "apply",
    about: "Apply a configuration to a resource by file name or stdin",
    long: "Apply a configuration to a resource by file name or stdin. The resource name must be specified. This resource will be created if it doesn't exist yet.\n\n JSON and YAML formats are accepted. The server merges what the file says with what others set.",
    usage: "-f FILENAME",
    examples: "  # Apply the configuration in pod.json to a pod\n  k8s apply -f ./pod.json\n  \n  # Apply the JSON passed into stdin to a pod\n  cat pod.json | k8s apply -f -\n  \n  # See whether the server would take it\n  k8s apply -f pod.yaml --dry-run=server",
    flags: &[
        print::ALLOW_MISSING,
        written::DRY_RUN,
        Flag::new(
            "field-manager",
            Kind::Text("kubectl"),
            "Name of the manager used to track field ownership.",
        ),
        manifest::FILENAME,
        Flag::new(
            "force-conflicts",
            Kind::Bool(false),
            "If true, server-side apply will force the changes against conflicts. Without --server-side it always does.",
        ),
        written::OUTPUT,
        manifest::RECURSIVE,
        Flag::new(
            "server-side",
            Kind::Bool(false),
            "If true, fields that others manage are left to them: a conflict is an error.",
        ),
        print::SHOW_MANAGED,
        print::TEMPLATE,
        written::VALIDATE,
    ],
    body: Body::Run(run),
};

/// Where kubectl's merge on the client remembers what it applied; the server keeps it in step.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
const CONFLICT: &str = "Please review the fields above--they currently have other managers. To take them over, run the command with `--force-conflicts`; to leave them, remove them from the manifest; to share one, give it the value that it has.\nSee https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        written::no_words("k8s apply", args)?;
        manifest::must_be_given(args)?;
        if args.is("force-conflicts") && !args.is("server-side") {
            return Err(Failure::new(
                "--force-conflicts only works with --server-side",
            ));
        }
        let dry = Dry::read(args)?;
        if dry == Dry::Client {
            return Err(Failure::new(
                "--dry-run=client doesn't work with a merge on the server (did you mean --dry-run=server instead?)",
            ));
        }
        let mut params = PatchParams::default().field_manager(args.text("field-manager"));
        params.force = args.is("force-conflicts") || !args.is("server-side");
        params.dry_run = dry == Dry::Server;
        params.field_validation = written::validation(args)?;
        let form = written::form(io, args)?;
        let session = Session::open(io, args)?;
        let (items, mut failures) = manifest::some_items(io, args, &session, "apply").await?;
        let mut objects = Vec::new();
        for item in &items {
            let compares = !args.is("server-side");
            match apply(&session.client, item, &params, compares).await {
                Ok((_, object)) if form.as_ref().is_some_and(Form::is_whole) => {
                    objects.push(object);
                }
                Ok((done, object)) => {
                    print::outcome(io, args, form.as_ref(), object, &dry.says(done))?;
                }
                Err(failure) => failures.push(failure),
            }
        }
        written::show(io, args, form.as_ref(), objects)?;
        written::result(failures)
    })
}

/// What was done, and the object as it is now. To compare is to say whether it is another one than before.
async fn apply(
    client: &Client,
    item: &Item,
    params: &PatchParams,
    compares: bool,
) -> Result<(&'static str, Value), Failure> {
    if item.name.is_empty() {
        let prefix = &item.object["metadata"]["generateName"];
        return Err(Failure::new(match prefix.as_str() {
            Some(prefix) => format!("from {prefix}: cannot use generate name with apply"),
            None => format!(
                "error when applying {:?}: resource name may not be empty",
                item.source
            ),
        }));
    }
    let objects = item.place.api::<DynamicObject>(client);
    let before = match compares {
        true => there(&objects, item).await.map_err(|error| {
            Failure::when("retrieving current configuration of", &item.source, error)
        })?,
        false => None,
    };
    let patch = Patch::apply(&item.object)?;
    let request = request::patch(objects.collection(), &item.name, &patch, params)?;
    let after: Value = client.request(request).await.map_err(|error| {
        if error.is_conflict() {
            let failure = Failure::from(error);
            return Failure::said(format!("{}\n{CONFLICT}", failure.at(None)));
        }
        Failure::when("applying", &item.source, error)
    })?;
    let done = match before.map(told) {
        _ if !compares => "serverside-applied",
        None => "created",
        Some(before) if before == told(after.clone()) => "unchanged",
        Some(_) => "configured",
    };
    Ok((done, after))
}

/// The object that is there, if one is.
async fn there(
    objects: &Api<DynamicObject>,
    item: &Item,
) -> Result<Option<Value>, k8s_client::Error> {
    let params = GetParams::default();
    let request = request::get::<DynamicObject>(objects.collection(), &item.name, &params)?;
    match objects.client().request(request).await {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The object without what is written about its writers.
fn told(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["managedFields", "resourceVersion"] {
            metadata.remove(field);
        }
        if let Some(annotations) = metadata
            .get_mut("annotations")
            .and_then(Value::as_object_mut)
        {
            annotations.remove(LAST_APPLIED);
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::told;

    #[test]
    fn bookkeeping_is_no_change() {
        let object = |version: &str, applied: &str, data: &str| {
            json!({"metadata": {
                "name": "a", "resourceVersion": version, "managedFields": [version],
                "annotations": {super::LAST_APPLIED: applied},
            }, "data": data})
        };
        assert_eq!(told(object("1", "x", "d")), told(object("2", "y", "d")));
        assert_ne!(told(object("1", "x", "d")), told(object("1", "x", "e")));
    }
}
