//! The four checks of cargo-deny, each run when what it needs is at hand.

use std::env;
use std::fs;
use std::path::PathBuf;

use xshell::{Shell, cmd};

use super::{Outcome, passed};
use crate::workspace::cargo;

pub(super) const CHECKS: [&str; 4] = ["bans", "licenses", "sources", "advisories"];

/// Looks at the crates of every platform, which the first stage fetched; the database it never fetches by itself.
pub(super) fn check(sh: &Shell, check: &str) -> Outcome {
    if cmd!(sh, "cargo deny --version")
        .quiet()
        .ignore_stderr()
        .read()
        .is_err()
    {
        return Outcome::Skipped(
            "cargo-deny is not installed (cargo install cargo-deny --locked)".to_owned(),
        );
    }
    if check == "advisories" && !has_database() {
        return Outcome::Skipped("the advisory database is not here (cargo deny fetch)".to_owned());
    }
    passed(cargo(
        sh,
        &["deny", "--offline", "--workspace", "check", check],
    ))
}

/// Whether a database stands where cargo-deny keeps it.
fn has_database() -> bool {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let entries = home.and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok());
    entries
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.path().is_dir())
}
