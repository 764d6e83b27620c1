//! `k8s auth`: who one is, and what one may do.

use super::{can_i, whoami};
use crate::command::{Body, Command};

pub(super) const COMMAND: Command = Command {
    name: "auth",
    about: "Inspect authorization",
    long: "Inspect authorization.",
    usage: "[command]",
    examples: "",
    flags: &[],
    body: Body::Group(&[can_i::COMMAND, whoami::COMMAND]),
};
