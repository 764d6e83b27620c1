//! `k8s config`: the kubeconfig files, looked at and changed.

mod clusters;
mod contexts;
mod edit;
mod names;
mod property;
mod remove;
mod users;
mod view;

use std::sync::Arc;

use k8s_config::{Kubeconfig, LoadingRules};

use crate::args::Args;
use crate::command::{Body, Command};
use crate::failure::Failure;
use crate::io::Io;

pub(super) const COMMAND: Command = Command {
    name: "config",
    about: "Modify kubeconfig files",
    long: "Modify kubeconfig files using subcommands like \"k8s config use-context my-context\".\n\n The loading order follows these rules:\n\n  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.\n  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged.\n  3.  Otherwise, ${HOME}/.kube/config is used and no merging takes place.",
    usage: "SUBCOMMAND",
    examples: "",
    flags: &[],
    body: Body::Group(&[
        names::CURRENT_CONTEXT,
        remove::DELETE_CLUSTER,
        remove::DELETE_CONTEXT,
        remove::DELETE_USER,
        names::GET_CLUSTERS,
        names::GET_CONTEXTS,
        names::GET_USERS,
        contexts::RENAME,
        property::SET,
        clusters::SET,
        contexts::SET,
        users::SET,
        property::UNSET,
        contexts::USE,
        view::COMMAND,
    ]),
};

/// The files that the flag, or else the environment, names; here, one that does not exist is empty.
fn rules(io: &Io, args: &Args) -> LoadingRules {
    let source = Arc::clone(&io.source);
    match args.some_text("kubeconfig") {
        Some(path) => LoadingRules::list(source, [path.into()]),
        None => LoadingRules::from_source(source),
    }
}

/// What those files say together.
pub(super) fn load(io: &Io, args: &Args) -> Result<Kubeconfig, Failure> {
    Ok(rules(io, args).load()?)
}
