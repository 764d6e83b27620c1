//! Becomes another program that the kernel kills when the keeper dies.
//!
//! What `setpriv --pdeathsig KILL` does, without needing it: the wish survives `exec`, and it is about this process, so
//! it must be expressed between `fork` and `exec`, where safe Rust runs no code of ours. So the keeper starts this
//! program once more, and it turns into the one that is wanted.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::{CommandExt, parent_id};
use std::process::Command;

use super::error::{Error, Exit};

/// The program to become, and whose child it must still be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Child {
    /// Process id of the keeper; another parent means that it died before we asked to be told.
    pub(super) parent: u32,
    pub(super) program: OsString,
    pub(super) arguments: Vec<OsString>,
}

/// A command that runs `program` as a child which dies with this process.
///
/// Must be spawned from the main thread: the kernel means the thread that forked, not the process.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("/proc/self/exe"); // the same program, even if it was built anew meanwhile
    command
        .args(["cluster", "__child"])
        .arg(std::process::id().to_string())
        .arg(program);
    command
}

/// Never returns when it works; the error has the exit code that shells use (127 not found, 126 not executable).
pub(super) fn become_program(child: &Child) -> Error {
    let Child {
        parent,
        program,
        arguments,
    } = child;
    let name = program.display();
    if let Err(error) =
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
    {
        return Error::new(Exit::Machine, format!("tying {name} to its keeper")).because(error);
    }
    if parent_id() != *parent {
        return Error::new(
            Exit::Machine,
            format!("{name} is not started: its keeper is gone"),
        );
    }
    let error = Command::new(program).args(arguments).exec();
    let exit = match error.kind() {
        io::ErrorKind::NotFound => Exit::CommandNotFound,
        _ => Exit::CommandNotExecutable,
    };
    Error::new(exit, format!("starting {name}")).because(error)
}
