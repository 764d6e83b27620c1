//! `k8s config use-context`, `rename-context` and `set-context`: contexts, chosen and changed.

use super::edit::{before, edit, file, misused};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;

pub(super) const USE: Command = Command {
    name: "use-context",
    about: "Set the current-context in a kubeconfig file",
    long: "Set the current-context in a kubeconfig file.",
    usage: "CONTEXT_NAME",
    examples: "  # Use the context for the minikube cluster\n  k8s config use-context minikube",
    flags: &[],
    body: Body::Run(use_context),
};

pub(super) const RENAME: Command = Command {
    name: "rename-context",
    about: "Rename a context from the kubeconfig file",
    long: "Renames a context from the kubeconfig file.\n\n CONTEXT_NAME is the context name that you want to change.\n\n NEW_NAME is the new name you want to set.\n\n Note: If the context being renamed is the 'current-context', this field will also be updated.",
    usage: "CONTEXT_NAME NEW_NAME",
    examples: "  # Rename the context 'old-name' to 'new-name' in your kubeconfig file\n  k8s config rename-context old-name new-name",
    flags: &[],
    body: Body::Run(rename_context),
};

pub(super) const SET: Command = Command {
    name: "set-context",
    about: "Set a context entry in kubeconfig",
    long: "Set a context entry in kubeconfig.\n\n Specifying a name that already exists will merge new fields on top of existing values for those fields.",
    usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
    examples: "  # Set the user field on the gce context entry without touching other values\n  k8s config set-context gce --user=cluster-admin",
    flags: &[Flag::new(
        "current",
        Kind::Bool(false),
        "Modify the current context",
    )],
    body: Body::Run(set_context),
};

fn use_context<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [name] = args.positional()[..] else {
            return misused(io, USE.name, args);
        };
        if name.is_empty() {
            return Err(Failure::new("empty context names are not allowed"));
        }
        edit(io, args, |kubeconfig| Ok(kubeconfig.use_context(name)?)).await?;
        io.print(&format!("Switched to context {name:?}.\n"))
    })
}

fn rename_context<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [from, to] = args.positional()[..] else {
            return misused(io, RENAME.name, args);
        };
        if to.is_empty() {
            return Err(Failure::new(
                "You must specify a new non-empty context name",
            ));
        }
        let file = file(io, args);
        edit(io, args, |kubeconfig| {
            if !kubeconfig.contexts.contains_key(from) {
                return Err(format!("cannot rename the context {from:?}, it's not in {file}").into());
            }
            if kubeconfig.contexts.contains_key(to) {
                return Err(format!(
                    "cannot rename the context {from:?}, the context {to:?} already exists in {file}"
                )
                .into());
            }
            Ok(kubeconfig.rename_context(from, to)?)
        })
        .await?;
        io.print(&format!("Context {from:?} renamed to {to:?}.\n"))
    })
}

fn set_context<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let name = match (&args.positional()[..], args.is("current")) {
            ([] | [""], false) => {
                return Err(Failure::new(
                    "you must specify a non-empty context name or --current",
                ));
            }
            ([] | [""], true) => before(io, args)?
                .current_context
                .filter(|name| !name.is_empty())
                .ok_or_else(|| Failure::new("no current context is set"))?,
            ([_], true) => {
                return Err(Failure::new(
                    "you cannot specify both a context name and --current",
                ));
            }
            ([name], false) => (*name).to_owned(),
            _ => return misused(io, SET.name, args),
        };
        let existed = before(io, args)?.contexts.contains_key(&name);
        edit(io, args, |kubeconfig| {
            let context = kubeconfig.contexts.entry(name.clone()).or_default();
            for (flag, field) in [
                ("cluster", &mut context.cluster),
                ("user", &mut context.user),
                ("namespace", &mut context.namespace),
            ] {
                if args.is_given(flag) {
                    *field = args.some_text(flag);
                }
            }
            Ok(())
        })
        .await?;
        let done = if existed { "modified" } else { "created" };
        io.print(&format!("Context {name:?} {done}.\n"))
    })
}
