//! What the commands of `k8s config` that change files have in common: the files, changed in place.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use k8s_config::{EditError, FileOrData, Kubeconfig, Refusal};

use super::{load, rules};
use crate::args::Args;
use crate::failure::Failure;
use crate::help;
use crate::io::{Io, words};

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

/// Whether `--embed-certs` has a file to embed among those of `flags`, and all that were given are there.
pub(super) fn embeddable(io: &Io, args: &Args, flags: &[&'static str]) -> Result<(), Failure> {
    if !args.is("embed-certs") {
        return Ok(());
    }
    if flags.iter().all(|flag| args.text(flag).is_empty()) {
        let flags: Vec<String> = flags.iter().map(|flag| format!("--{flag}")).collect();
        let flags = flags.join(" or ");
        return Err(Failure::new(format!("you must specify a {flags} to embed")));
    }
    for flag in flags {
        let path = args.text(flag);
        if path.is_empty() {
            continue;
        }
        io.source.stat(Path::new(path)).map_err(|error| {
            let why = words(&error);
            Failure::new(format!(
                "could not stat {flag} file {path}: stat {path}: {why}"
            ))
        })?;
    }
    Ok(())
}

/// The file that a flag names, or with `--embed-certs` what stands in it.
pub(super) fn file_or_data(
    io: &Io,
    args: &Args,
    flag: &str,
) -> Result<Option<FileOrData>, Failure> {
    if !args.is_given(flag) {
        return Ok(None);
    }
    let path = Path::new(args.text(flag));
    let failed = |error: std::io::Error| {
        let why = words(&error);
        Failure::new(format!("reading {}: {why}", path.display()))
    };
    if args.is("embed-certs") {
        let bytes = io.source.read(path).map_err(failed)?;
        return Ok(Some(FileOrData::data(bytes)));
    }
    // Relative to where it was typed; the file that it is written to may stand elsewhere.
    let path = match path.as_os_str().is_empty() {
        true => PathBuf::new(),
        false => clean(&io.source.current_dir().map_err(failed)?.join(path)),
    };
    Ok(Some(FileOrData::File(path)))
}

/// The path without `.` and `..`, as Go's `filepath.Abs` has it: links are not looked at.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}
