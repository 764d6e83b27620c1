//! Every command, a file each.

mod api_resources;
mod apply;
mod auth;
mod ca;
mod can_i;
mod complete;
mod config;
mod create;
mod deadline;
mod delete;
mod describe;
mod doctor;
mod get;
mod logs;
mod manifest;
mod options;
mod place;
mod proxy;
mod select;
mod target;
mod token;
mod version;
mod wait;
mod whoami;
mod written;

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
        apply::COMMAND,
        auth::COMMAND,
        ca::COMMAND,
        can_i::COMMAND,
        complete::SCRIPTS,
        config::COMMAND,
        create::COMMAND,
        delete::COMMAND,
        describe::COMMAND,
        doctor::COMMAND,
        get::COMMAND,
        logs::COMMAND,
        options::COMMAND,
        proxy::COMMAND,
        token::COMMAND,
        version::COMMAND,
        wait::COMMAND,
        whoami::COMMAND,
        complete::COMMAND,
    ]),
};
