//! `k8s config delete-context`, `delete-cluster` and `delete-user`: what goes.

use k8s_config::{ChangeError, Kubeconfig};

use super::edit::{before, edit, file, show_help};
use crate::args::Args;
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;

pub(super) const DELETE_CONTEXT: Command = Command {
    name: "delete-context",
    about: "Delete the specified context from the kubeconfig",
    long: "Delete the specified context from the kubeconfig.",
    usage: "NAME",
    examples: "  # Delete the context for the minikube cluster\n  k8s config delete-context minikube",
    flags: &[],
    body: Body::Run(delete_context),
};

pub(super) const DELETE_CLUSTER: Command = Command {
    name: "delete-cluster",
    about: "Delete the specified cluster from the kubeconfig",
    long: "Delete the specified cluster from the kubeconfig.",
    usage: "NAME",
    examples: "  # Delete the minikube cluster\n  k8s config delete-cluster minikube",
    flags: &[],
    body: Body::Run(delete_cluster),
};

pub(super) const DELETE_USER: Command = Command {
    name: "delete-user",
    about: "Delete the specified user from the kubeconfig",
    long: "Delete the specified user from the kubeconfig.",
    usage: "NAME",
    examples: "  # Delete the minikube user\n  k8s config delete-user minikube",
    flags: &[],
    body: Body::Run(delete_user),
};

type Delete = fn(&mut Kubeconfig, &str) -> Result<(), ChangeError>;

fn delete_context<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [name] = args.positional()[..] else {
            return show_help(io, DELETE_CONTEXT.name);
        };
        let before = before(io, args)?;
        if before.current_context.as_deref() == Some(name) && before.contexts.contains_key(name) {
            io.note("warning: this removed your active context, use \"k8s config use-context\" to select a different one");
        }
        delete(io, args, "context", name, Kubeconfig::delete_context).await
    })
}

fn delete_cluster<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [name] = args.positional()[..] else {
            return show_help(io, DELETE_CLUSTER.name);
        };
        delete(io, args, "cluster", name, Kubeconfig::delete_cluster).await
    })
}

fn delete_user<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [name] = args.positional()[..] else {
            return Err(Failure::misuse(
                "k8s config delete-user",
                "user to delete is required",
            ));
        };
        delete(io, args, "user", name, Kubeconfig::delete_user).await
    })
}

async fn delete(
    io: &mut Io,
    args: &Args,
    what: &str,
    name: &str,
    delete: Delete,
) -> Result<(), Failure> {
    let file = file(io, args);
    edit(io, args, |kubeconfig| {
        delete(kubeconfig, name)
            .map_err(|_| format!("cannot delete {what} {name}, not in {file}").into())
    })
    .await?;
    io.print(&format!("deleted {what} {name} from {file}\n"))
}
