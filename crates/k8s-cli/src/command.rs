//! What a command is, and how the one that was typed is found and run.

use std::future::Future;
use std::pin::Pin;

use crate::args::{self, Args, Flag};
use crate::failure::Failure;
use crate::io::Io;
use crate::{commands, help, session};

/// A command of the program, as help, completion and running see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// One line, for the list of commands.
    pub(crate) about: &'static str,
    /// What help says first.
    pub(crate) long: &'static str,
    /// What follows the name: `VERB [TYPE | TYPE/NAME]`.
    pub(crate) usage: &'static str,
    pub(crate) examples: &'static str,
    pub(crate) flags: &'static [Flag],
    pub(crate) body: Body,
}

/// What a command does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    Group(&'static [Command]),
    Run(Run),
}

impl Command {
    /// Whether it is for programs, and no list shows it.
    pub(crate) fn is_hidden(&self) -> bool {
        self.name.starts_with("__")
    }
}

/// Runs a command.
pub(crate) type Run = for<'a> fn(&'a mut Io, &'a Args) -> Running<'a>;

/// A command that runs.
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;

/// A command by its way from the root: `k8s auth can-i`.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) command: &'static Command,
    pub(crate) path: String,
}

/// Finds the command in `args`, and runs it or shows its help.
pub(crate) async fn run(io: &mut Io, args: Vec<String>) -> Result<(), Failure> {
    let (found, rest) = find(args)?;
    let flags = [found.command.flags, session::FLAGS].concat();
    let usage = |error: args::ArgError| Failure::usage(&found.path, &error);
    let args = args::parse(rest, flags).map_err(usage)?;
    match found.command.body {
        Body::Run(run) if !args.help() => run(io, &args).await,
        _ => io.print(&help::of(&found)),
    }
}

/// The command in `args`, and the others of them.
pub(crate) fn find(mut args: Vec<String>) -> Result<(Found, Vec<String>), Failure> {
    let mut found = Found {
        command: &commands::ROOT,
        path: commands::ROOT.name.to_owned(),
    };
    while let Body::Group(commands) = found.command.body {
        let known = [found.command.flags, session::FLAGS];
        let Some((name, rest)) = args::split_command(&args, &known) else {
            break;
        };
        let Some(command) = commands.iter().find(|command| command.name == name) else {
            return Err(Failure::unknown_command(&found, &name));
        };
        found.path = format!("{} {}", found.path, command.name);
        found.command = command;
        args = rest;
    }
    Ok((found, args))
}
