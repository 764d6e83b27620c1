//! Programs of this repository: built by cargo, found where it says that it put them, run where they are needed.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use xshell::Shell;

use crate::Error;
use crate::workspace::{self, cargo};

/// Has cargo build what `args` say, and answers where the programs of these targets are.
pub(crate) fn build<const N: usize>(
    args: &[&str],
    targets: [&str; N],
) -> Result<[PathBuf; N], Error> {
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    let messages = cargo(&sh, &[args, &["--message-format", "json"]].concat()).read()?;
    let mut found = targets.map(|_| PathBuf::new());
    for (path, target) in found.iter_mut().zip(targets) {
        *path = executable(&messages, target)
            .ok_or_else(|| format!("cargo names no program {target}"))?;
    }
    Ok(found)
}

/// The program that cargo says it built for a target of this name.
fn executable(messages: &str, target: &str) -> Option<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = messages.filter(|message| message["target"]["name"] == target);
    programs.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

/// Examples of the package `examples`.
pub(crate) fn examples<const N: usize>(names: [&str; N]) -> Result<[PathBuf; N], Error> {
    let mut args = vec!["build", "--package", "examples"];
    args.extend(names.iter().flat_map(|name| ["--example", name]));
    build(&args, names)
}

/// One example of a package.
pub(crate) fn example(package: &str, name: &str) -> Result<PathBuf, Error> {
    let [program] = build(&["build", "--package", package, "--example", name], [name])?;
    Ok(program)
}

/// The program `k8s`.
pub(crate) fn k8s() -> Result<PathBuf, Error> {
    let [program] = build(&["build", "--package", "k8s-cli"], ["k8s"])?;
    Ok(program)
}

/// kubectl of the cluster that this process runs inside of.
pub(crate) fn cluster_kubectl() -> Result<PathBuf, Error> {
    let kubectl = std::env::var_os("CLUSTER_KUBECTL");
    Ok(kubectl.ok_or("not inside a cluster")?.into())
}

/// `cargo xtask cluster run OPTIONS --`, to which the program and its arguments are added.
pub(crate) fn cluster_run(options: &[&str]) -> Result<Command, Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["cluster", "run"]).args(options).arg("--");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_program_that_cargo_built() {
        let messages = "text\n{\"target\":{\"name\":\"other\"},\"executable\":\"/t/o\"}\n{\"target\":{\"name\":\"cases\"},\"executable\":\"/t/c\"}\n";
        assert_eq!(executable(messages, "cases"), Some(PathBuf::from("/t/c")));
        assert_eq!(executable("{}", "cases"), None);
    }
}
