//! Every command, a file each.

mod api_resources;
mod auth;
mod can_i;
mod complete;
mod config;
mod get;
mod options;
mod proxy;
mod version;
mod whoami;

use crate::command::{Body, Command};

/// The program itself.
pub(crate) const ROOT: Command = Command {
    name: "k8s",
    about: "",
    long: "k8s talks to a Kubernetes cluster: kubectl's commands, in a small program that starts at once.",
    usage: "[command]",
    examples: "",
    flags: &[],
    body: Body::Group(&[
        api_resources::COMMAND,
        auth::COMMAND,
        can_i::COMMAND,
        complete::SCRIPTS,
        config::COMMAND,
        get::COMMAND,
        options::COMMAND,
        proxy::COMMAND,
        version::COMMAND,
        whoami::COMMAND,
        complete::COMMAND,
    ]),
};
