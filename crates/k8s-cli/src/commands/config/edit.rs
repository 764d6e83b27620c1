//! `k8s config use-context`, `rename-context`, `delete-…`, `set-context` and `unset`: the files, changed in place.

use std::path::PathBuf;
use std::time::Duration;

use k8s_config::{EditError, Kubeconfig, Refusal};

use super::{load, rules};
use crate::args::Args;
use crate::failure::Failure;
use crate::help;
use crate::io::Io;

/// How often a lock is asked for, and how long to wait in between.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Makes a change in the files; while somebody else writes one of them, waits, for five seconds at most.
pub(super) async fn edit(
    io: &mut Io,
    args: &Args,
    mut change: impl FnMut(&mut Kubeconfig) -> Result<(), Refusal>,
) -> Result<(), Failure> {
    let rules = rules(io, args);
    let mut tries = 0;
    loop {
        match rules.edit(&*io.store, &mut change) {
            Ok(_) => return Ok(()),
            Err(error) if error.locked().is_some() && tries < TRIES => {
                if tries == 0 {
                    io.note("waiting: another program is writing the kubeconfig");
                }
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(refused(&error)),
        }
    }
}

/// What a change itself says needs no more words around it.
fn refused(error: &EditError) -> Failure {
    match (error.fault(), std::error::Error::source(error)) {
        (k8s_config::EditFault::Refused, Some(cause)) => Failure::new(cause),
        _ => Failure::chain(error),
    }
}

/// The file that messages name: the first that exists, else the last.
pub(super) fn file(io: &Io, args: &Args) -> String {
    let rules = rules(io, args);
    let exists = |path: &&PathBuf| io.source.stat(path).is_ok();
    let named = rules
        .paths()
        .iter()
        .find(exists)
        .or_else(|| rules.paths().last());
    named
        .map(|path| path.display().to_string())
        .unwrap_or_default()
}

/// The help of a command, and why it is shown.
pub(super) fn misused(io: &mut Io, name: &'static str, args: &Args) -> Result<(), Failure> {
    show_help(io, name)?;
    let extra = args.positional().join(" ");
    Err(Failure::new(format!("Unexpected args: [{extra}]")))
}

pub(super) fn show_help(io: &mut Io, name: &'static str) -> Result<(), Failure> {
    match help::by_path(&["config", name]) {
        Some(text) => io.print(&text),
        None => Ok(()),
    }
}

/// Loads the files to see what is there before a change.
pub(super) fn before(io: &Io, args: &Args) -> Result<Kubeconfig, Failure> {
    load(io, args)
}
