//! `k8s delete`: objects that shall go.

use k8s_client::{DeleteParams, Deleted, DynamicObject, Propagation};

use super::target::{self, Target};
use super::written::{self, Dry};
use super::{deadline, manifest};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "delete",
    about: "Delete resources by file, by name or by selector",
    long: "Delete resources by file names, stdin, resources and names, or by resources and label selector.\n\n It waits until they are gone, for --timeout at most.",
    usage: "([-f FILENAME] | TYPE [(NAME | -l label | --all)])",
    examples: "  # Delete a pod using the type and name specified in pod.json\n  k8s delete -f ./pod.json\n  \n  # Delete pods and services with same names \"baz\" and \"foo\"\n  k8s delete pod,service baz foo\n  \n  # Delete pods and services with label name=myLabel\n  k8s delete pods,services -l name=myLabel\n  \n  # Delete a pod with minimal delay\n  k8s delete pod foo --now",
    flags: &[
        Flag::new("all", Kind::Bool(false), "Delete all resources, in the namespace of the specified resource types."),
        Flag::new("all-namespaces", Kind::Bool(false), "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.").short('A'),
        Flag::new("cascade", Kind::Text("background"), "Must be \"background\", \"orphan\", or \"foreground\". Selects the deletion cascading strategy for the dependents (e.g. Pods created by a ReplicationController)."),
        written::DRY_RUN,
        Flag::new("field-selector", Kind::Text(""), "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2)."),
        manifest::FILENAME,
        Flag::new("force", Kind::Bool(false), "If true, immediately remove resources from API and bypass graceful deletion. Note that immediate deletion of some resources may result in inconsistency or data loss and requires confirmation."),
        Flag::new("grace-period", Kind::Text("-1"), "Period of time in seconds given to the resource to terminate gracefully. Ignored if negative. Can only be set to 0 when --force is true (force deletion)."),
        Flag::new("ignore-not-found", Kind::Bool(false), "Treat \"resource not found\" as a successful delete. Defaults to \"true\" when --all is specified."),
        Flag::new("now", Kind::Bool(false), "If true, resources are signaled for immediate shutdown (same as --grace-period=1)."),
        Flag::new("output", Kind::Text(""), "Output mode. Use \"-o name\" for shorter output (resource/name).").short('o'),
        manifest::RECURSIVE,
        Flag::new("selector", Kind::Text(""), "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2,key3 in (value3)).").short('l'),
        Flag::new("timeout", Kind::Duration("0s"), "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object"),
        Flag::new("wait", Kind::Bool(true), "If true, wait for resources to be gone before returning. This waits for finalizers."),
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let dry = Dry::read(args)?;
        let params = params(io, args, dry)?;
        if !matches!(args.text("output"), "" | "name") {
            return Err(Failure::new(format!(
                "unexpected -o output mode: {}. We only support '-o name'",
                args.text("output")
            )));
        }
        let words = args.positional();
        check(args, &words)?;
        let session = Session::open(io, args)?;
        let (targets, mut failures) = target::read(io, args, &session, &words).await?;
        let mut gone = Vec::new();
        warn_of_scope(io, args, &targets);
        for target in &targets {
            match delete(&session, target, &params, dry).await {
                Ok(alive) => {
                    say(io, args, target, &params, dry)?;
                    gone.extend(alive.map(|uid| (target, uid)));
                }
                Err(error) if error.is_not_found() && ignores_missing(args) => {}
                Err(error) => failures.push(match &target.source {
                    Some(source) => Failure::when("deleting", source, error),
                    None => error.into(),
                }),
            }
        }
        if targets.is_empty() && failures.is_empty() {
            io.print("No resources found\n")?;
        }
        if args.is("wait") && failures.is_empty() && dry == Dry::No {
            wait(io, args, &session, gone).await?;
        }
        written::result(failures)
    })
}

fn check(args: &Args, words: &[&str]) -> Result<(), Failure> {
    let selects = ["selector", "field-selector"].map(|flag| !args.text(flag).is_empty());
    if args.is("all") && selects != [false, false] {
        // kubectl's words, with its space.
        return Err(Failure::new(
            "setting 'all' parameter but found a non empty selector. ",
        ));
    }
    if manifest::is_given(args) {
        return match words.is_empty() {
            true => Ok(()),
            false => Err(Failure::new(manifest::FILES_ALONE)),
        };
    }
    let is_named = words.len() > 1 || words.iter().any(|word| word.contains('/'));
    if words.is_empty() {
        return Err(Failure::new(target::NONE_NAMED));
    }
    if !is_named && !args.is("all") && selects == [false, false] {
        return Err(Failure::new(
            "resource(s) were provided, but no name was specified",
        ));
    }
    Ok(())
}

fn params(io: &mut Io, args: &Args, dry: Dry) -> Result<DeleteParams, Failure> {
    let text = args.text("grace-period");
    let mut grace: i64 = text.parse().map_err(|_| {
        Failure::new(format!(
            "invalid argument {text:?} for \"--grace-period\" flag: strconv.ParseInt: parsing {text:?}: invalid syntax\nSee 'k8s delete --help' for usage."
        ))
    })?;
    let force = args.is("force");
    if args.is("now") {
        if grace != -1 {
            return Err(Failure::new(
                "--now and --grace-period cannot be specified together",
            ));
        }
        grace = 1;
    }
    if grace == 0 && !force {
        grace = 1;
    }
    if force && grace < 0 {
        grace = 0;
    }
    match (grace, force) {
        (0, true) => io.note("Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely."),
        (1.., true) => return Err(Failure::new(
            "--force and --grace-period greater than 0 cannot be specified together",
        )),
        _ => {}
    }
    let propagation = match args.text("cascade") {
        "background" | "true" => Propagation::Background,
        "foreground" => Propagation::Foreground,
        "orphan" | "false" => Propagation::Orphan,
        other => {
            return Err(Failure::new(format!(
                "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
            )));
        }
    };
    let mut params = DeleteParams::default().propagation(propagation);
    params.grace_period_seconds = u32::try_from(grace).ok();
    params.dry_run = dry == Dry::Server;
    Ok(params)
}

/// A namespace that was typed is no limit for what lives in none.
fn warn_of_scope(io: &mut Io, args: &Args, targets: &[Target]) {
    let is_scoped = args.is_given("namespace") && !args.is("all-namespaces");
    if is_scoped
        && targets
            .iter()
            .any(|target| !target.place.info.is_namespaced())
    {
        io.note("Warning: deleting cluster-scoped resources, not scoped to the provided namespace");
    }
}

/// Who selects does not ask for each; who names one does.
fn ignores_missing(args: &Args) -> bool {
    if args.is_given("ignore-not-found") {
        return args.is("ignore-not-found");
    }
    args.is("all")
        || ["selector", "field-selector"]
            .iter()
            .any(|flag| !args.text(flag).is_empty())
}

/// Asks for the end of an object; if it is still there then, its uid.
async fn delete(
    session: &Session,
    target: &Target,
    params: &DeleteParams,
    dry: Dry,
) -> Result<Option<Option<String>>, k8s_client::Error> {
    if dry == Dry::Client {
        return Ok(None);
    }
    let api = target.api::<DynamicObject>(&session.client);
    Ok(match api.delete(&target.name, params).await? {
        Deleted::Object(object) => Some(object.metadata.uid.map(String::from)),
        Deleted::Status(_) => None,
    })
}

fn say(
    io: &mut Io,
    args: &Args,
    target: &Target,
    params: &DeleteParams,
    dry: Dry,
) -> Result<(), Failure> {
    let (kind, name) = (target.kind(), &target.name);
    if args.text("output") == "name" {
        return io.print(&format!("{kind}/{name}\n"));
    }
    let mut done = match params.grace_period_seconds {
        Some(0) => "force deleted".to_owned(),
        _ => "deleted".to_owned(),
    };
    if let Some(namespace) = &target.place.namespace {
        done.push_str(&format!(" from {namespace} namespace"));
    }
    io.print(&format!("{kind} \"{name}\" {}\n", dry.says(&done)))
}

/// Waits until each is gone. Who may not look on does not wait.
async fn wait(
    io: &mut Io,
    args: &Args,
    session: &Session,
    targets: Vec<(&Target, Option<String>)>,
) -> Result<(), Failure> {
    let given = args.duration("timeout");
    let limit = if given.is_zero() {
        deadline::A_WEEK
    } else {
        given
    };
    let end = tokio::time::Instant::now() + limit;
    for (target, uid) in targets {
        let api = target.api::<DynamicObject>(&session.client);
        let gone = api.wait_deleted(&target.name, uid.as_deref());
        match deadline::until(io, end, target, gone).await? {
            Err(error) if error.is_forbidden() => return Ok(()),
            other => other?,
        }
    }
    Ok(())
}
