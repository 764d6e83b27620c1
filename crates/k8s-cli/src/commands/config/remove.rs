//! `k8s config delete-context`, `delete-cluster`, `delete-user` and `unset`: what goes.

use k8s_config::{ChangeError, Kubeconfig, Refusal};

use super::edit::{before, edit, file, misused, show_help};
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

pub(super) const UNSET: Command = Command {
    name: "unset",
    about: "Unset an individual value in a kubeconfig file",
    long: "Unset an individual value in a kubeconfig file.\n\n PROPERTY_NAME is current-context, or a dot delimited name: contexts, clusters or users, and one of them; of a context, its cluster, user or namespace.",
    usage: "PROPERTY_NAME",
    examples: "  # Unset the current-context\n  k8s config unset current-context\n  \n  # Unset namespace in foo context\n  k8s config unset contexts.foo.namespace",
    flags: &[],
    body: Body::Run(unset),
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

fn unset<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [property] = args.positional()[..] else {
            return misused(io, UNSET.name, args);
        };
        edit(io, args, |kubeconfig| take(kubeconfig, property)).await?;
        io.print(&format!("Property {property:?} unset.\n"))
    })
}

/// Takes a property away. What is not there is away already, but for the stanzas that it would stand in.
fn take(kubeconfig: &mut Kubeconfig, property: &str) -> Result<(), Refusal> {
    let parts: Vec<&str> = property.split('.').collect();
    match parts[..] {
        ["current-context"] => kubeconfig.current_context = None,
        ["contexts", name] => drop(kubeconfig.contexts.remove(name)),
        ["clusters", name] => drop(kubeconfig.clusters.remove(name)),
        ["users", name] => drop(kubeconfig.users.remove(name)),
        ["contexts", name, field @ ("cluster" | "user" | "namespace")] => {
            let context = kubeconfig
                .contexts
                .get_mut(name)
                .ok_or_else(|| format!("current map key `{name}` is invalid"))?;
            match field {
                "cluster" => context.cluster = None,
                "user" => context.user = None,
                _ => context.namespace = None,
            }
        }
        _ => return Err(format!(
            "unable to unset {property}: no such property, or one that only an editor can take away"
        )
        .into()),
    }
    Ok(())
}
