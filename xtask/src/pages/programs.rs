//! Programs of ours, built and found.

use std::path::PathBuf;
use std::process::Command;

use xshell::Shell;

use crate::Error;
use crate::conformance::executable;
use crate::workspace::{self, cargo};

/// Builds the examples, and says which file each is.
pub(super) fn examples(names: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let mut args = vec!["build", "--package", "examples"];
    for name in names {
        args.extend(["--example", name]);
    }
    args.extend(["--message-format", "json"]);
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    let messages = cargo(&sh, &args).read()?;
    let found = names.iter().map(|name| {
        executable(&messages, name)
            .ok_or_else(|| Error::from(format!("cargo names no program {name}")))
    });
    found.collect()
}

/// Builds `k8s`, and says which file it is.
pub(super) fn k8s() -> Result<PathBuf, Error> {
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    let args = ["build", "--package", "k8s-cli", "--message-format", "json"];
    let messages = cargo(&sh, &args).read()?;
    executable(&messages, "k8s").ok_or_else(|| "cargo names no program k8s".into())
}

/// `cargo xtask cluster run OPTIONS --`, to which the program and its arguments are added.
pub(super) fn cluster_run(options: &[&str]) -> Result<Command, Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["cluster", "run"]).args(options).arg("--");
    Ok(command)
}
