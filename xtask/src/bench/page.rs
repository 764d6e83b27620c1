//! The page: parts between marks that a run writes, and what a reader must know about the machine.

use std::fs;
use std::thread;

use xshell::{Shell, cmd};

use crate::{Error, workspace};

const PAGE: &str = "docs/PERFORMANCE.md";

/// Writes one part.
pub(super) fn write(name: &str, text: &str) -> Result<(), Error> {
    let path = workspace::root().join(PAGE);
    let page = fs::read_to_string(&path).map_err(|error| format!("reading {PAGE}: {error}"))?;
    let page =
        replace(&page, name, text).ok_or_else(|| format!("{PAGE} lacks the marks of {name:?}"))?;
    fs::write(&path, page)?;
    println!("bench: wrote {name} into {PAGE}");
    Ok(())
}

/// Puts `text` between `<!-- NAME: written by cargo xtask bench -->` and `<!-- /NAME -->`.
fn replace(page: &str, name: &str, text: &str) -> Option<String> {
    let begin = format!("<!-- {name}: written by cargo xtask bench -->\n");
    let end = format!("<!-- /{name} -->");
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{text}{end}{after}"))
}

/// When, on what, how busy, and which commit of ours.
pub(super) fn circumstances(sh: &Shell, rounds: usize) -> Result<String, Error> {
    let day = cmd!(sh, "date -u +%F").quiet().read()?;
    let rustc = cmd!(sh, "rustc --version").quiet().read()?;
    let commit = cmd!(sh, "git rev-parse --short HEAD")
        .quiet()
        .ignore_stderr();
    let commit = commit.read().unwrap_or_else(|_| "unknown".to_owned());
    let cores = thread::available_parallelism()?;
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model.trim());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load
        .split(' ')
        .next()
        .filter(|load| !load.is_empty())
        .unwrap_or("unknown");
    Ok(format!(
        "Measured {day} at commit {commit}, on {cores} cores of {model} (load average {load} at the start) with {rustc}; medians of {rounds} rounds, taken in turn.\n"
    ))
}

/// The version that a `Cargo.lock` has of a crate.
pub(super) fn locked_version(name: &str) -> Result<String, Error> {
    let lock = fs::read_to_string(workspace::root().join("xtask/bench/Cargo.lock"))?;
    let entry = format!("name = \"{name}\"\nversion = \"");
    let version = lock
        .split_once(&entry)
        .and_then(|(_, rest)| Some(rest.split_once('"')?.0));
    Ok(version
        .ok_or_else(|| format!("xtask/bench/Cargo.lock has no {name}"))?
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_what_stands_between_its_marks() {
        let page = "a\n<!-- x: written by cargo xtask bench -->\nold\n<!-- /x -->\nb\n";
        let expected = "a\n<!-- x: written by cargo xtask bench -->\nnew\n<!-- /x -->\nb\n";
        assert_eq!(replace(page, "x", "new\n").as_deref(), Some(expected));
        assert_eq!(replace(page, "y", "new\n"), None);
    }
}
