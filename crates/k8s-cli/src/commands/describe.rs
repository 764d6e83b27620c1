//! `k8s describe`: what a person wants to know of a Secret or a service account.

mod events;
mod text;

use k8s_client::DynamicObject;
use serde_json::Value;

use super::select::Selection;
use super::target::{self, Target};
use super::{manifest, written};
use crate::args::{Args, Flag, Kind};
use crate::columns;
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "describe",
    about: "Show details of a specific resource or group of resources",
    long: "Show details of secrets and service accounts.\n\n With TYPE and a name that nothing has, it shows those whose names begin with it. A token of a service account is shown as it is.",
    usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    examples: "  # Describe a secret\n  k8s describe secret default-token\n  \n  # Describe all service accounts\n  k8s describe serviceaccounts\n  \n  # Describe the secrets with label name=myLabel\n  k8s describe secrets -l name=myLabel",
    flags: &[
        Flag::new("all-namespaces", Kind::Bool(false), "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.").short('A'),
        manifest::FILENAME,
        manifest::RECURSIVE,
        Flag::new("selector", Kind::Text(""), "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2)").short('l'),
        Flag::new("show-events", Kind::Bool(true), "If true, display events related to the described object. Defaults to true for a single object, false for multiple objects and prefix matching."),
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let words = args.positional();
        if words.is_empty() && !manifest::is_given(args) {
            return Err(Failure::new(
                "You must specify the type of resource to describe. Use \"k8s api-resources\" for a complete list of supported resources.\n",
            ));
        }
        let session = Session::open(io, args)?;
        let (targets, mut failures) = target::read(io, args, &session, &words).await?;
        if targets.is_empty() && failures.is_empty() {
            io.note(&match args.is("all-namespaces") {
                true => "No resources found".to_owned(),
                false => format!("No resources found in {} namespace.", session.namespace),
            });
            return Ok(());
        }
        let events = match args.is_given("show-events") || targets.len() == 1 {
            true => args.is("show-events"),
            false => false,
        };
        let mut shown = Vec::new();
        for target in &targets {
            match describe(io, &session, target, events).await {
                Ok(text) => shown.push(text),
                Err((failure, true)) if words.len() == 2 => {
                    return with_prefix(io, args, &session, &words, failure).await;
                }
                Err((failure, _)) => failures.push(failure),
            }
        }
        io.print(&shown.join("\n\n"))?;
        written::result(failures)
    })
}

/// The objects of the kind whose names begin as was typed; without one, `missing` is told.
async fn with_prefix(
    io: &mut Io,
    args: &Args,
    session: &Session,
    words: &[&str],
    missing: Failure,
) -> Result<(), Failure> {
    let selection = Selection::read(io, session, args, &words[..1]).await?;
    let (targets, failures) = target::of(session, args, &selection).await?;
    written::result(failures)?;
    let mut missing = Some(missing);
    for target in targets
        .iter()
        .filter(|target| target.name.starts_with(words[1]))
    {
        missing = None;
        let text = describe(io, session, target, args.is("show-events")).await;
        let text = text.map_err(|(failure, _)| failure)?;
        io.print(&format!("{text}\n"))?;
    }
    missing.map_or(Ok(()), Err)
}

/// The text about an object, or why there is none, and whether that is because there is no object.
async fn describe(
    io: &Io,
    session: &Session,
    target: &Target,
    events: bool,
) -> Result<String, (Failure, bool)> {
    let resource = &target.place.info.resource;
    let of: fn(&Value) -> String = match (&*resource.group, &*resource.kind) {
        ("", "Secret") => text::secret,
        ("", "ServiceAccount") => text::service_account,
        _ => {
            let kind = target.kind();
            let name = &target.name;
            let text = format!(
                "k8s describes secrets and service accounts; see this one whole:\n  k8s get {kind} {name} -o yaml"
            );
            return Err((Failure::new(text), false));
        }
    };
    let failed = |error: k8s_client::Error| {
        let is_missing = error.is_not_found();
        (Failure::from(error), is_missing)
    };
    let api = target.api::<DynamicObject>(&session.client);
    let object = api.get(&target.name).await.map_err(failed)?;
    let object = serde_json::to_value(object).map_err(|error| (Failure::new(error), false))?;
    let mut text = of(&object);
    if events && &*resource.kind == "ServiceAccount" {
        // Who may not see events sees the rest.
        if let Ok(events) = events::of(&session.client, &object).await {
            text.push_str(&events::table(&events, io.now));
        }
    }
    Ok(columns::tabbed(&text))
}
