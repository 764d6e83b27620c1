//! `k8s options`: the flags of every command.

use crate::args::Args;
use crate::command::{Body, Command, Running};
use crate::help;
use crate::io::Io;

pub(super) const COMMAND: Command = Command {
    name: "options",
    about: "Print the list of flags inherited by all commands",
    long: "Print the list of flags inherited by all commands.",
    usage: "",
    examples: "  # Print flags inherited by all commands\n  k8s options",
    flags: &[],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, _: &'a Args) -> Running<'a> {
    Box::pin(async move { io.print(&help::options()) })
}
