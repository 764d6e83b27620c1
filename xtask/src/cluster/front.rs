//! The process that the user started: finds or builds the programs, starts the keeper, hands on its exit code.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::args::Run;
use super::binaries::{self, ONE_PLACE, Programs, Search};
use super::build::{APISERVER, CONTROLLER_MANAGER, ETCD, KUBECTL, KWOK, Recipe, SCHEDULER};
use super::error::{Doing, Error, Exit};
use super::keeper::Assignment;
use super::lifeline::Held;
use super::{command, directory, pod, say};

/// `cluster build`: prints the folder of the programs on stdout.
pub(super) fn build(all: bool) -> Result<u8, Error> {
    let folder = if all {
        let tools = [
            ETCD,
            APISERVER,
            CONTROLLER_MANAGER,
            KUBECTL,
            SCHEDULER,
            KWOK,
        ];
        Recipe::read()?.build(&tools)?.to_owned()
    } else {
        programs()?.0
    };
    println!("{}", folder.display());
    Ok(0)
}

/// `cluster run`: `args` are the user's own, from the word `run` on.
pub(super) fn run(options: &Run, args: &[OsString]) -> Result<u8, Error> {
    let (folder, kubectl) = programs()?;
    let extras = if options.kwok {
        Recipe::read()?.build(&[SCHEDULER, KWOK])?.to_owned()
    } else {
        folder.clone()
    };
    let exe = env::current_exe().doing(|| "finding this program's own file".into())?;
    let (directory, _held) = directory::create()?;
    let outcome = check_and_keep(
        options,
        args,
        &exe,
        Assignment {
            directory: directory.clone(),
            lifeline: -1,
            group: rustix::process::getpgrp().as_raw_nonzero().get(),
            folder,
            extras,
            kubectl,
            run: options.clone(),
        },
    );
    if !directory.exists() {
        return outcome;
    }
    fs::remove_dir_all(&directory).doing(|| format!("deleting {}", directory.display()))?;
    let code = outcome?;
    let what = format!("the process that keeps the cluster did not clean up (exit code {code})");
    Err(Error::new(Exit::Component, what))
}

fn check_and_keep(
    options: &Run,
    args: &[OsString],
    exe: &Path,
    mut assignment: Assignment,
) -> Result<u8, Error> {
    let mut keeper = if options.as_pod {
        pod::check(&[
            exe,
            &assignment.directory,
            &assignment.folder,
            &assignment.extras,
            &assignment.kubectl,
        ])?;
        let mut namespaces = pod::namespaces();
        namespaces.arg(exe);
        namespaces
    } else {
        let mut keeper = Command::new(exe);
        keeper.process_group(0); // Ctrl-C ends the front and the command; the keeper then cleans up
        keeper
    };
    let mut lifeline = Held::new()?;
    assignment.lifeline = lifeline.number();
    keeper
        .args(["cluster", "__keep"])
        .args(assignment.to_args(args));
    let doing = || "running the process that keeps the cluster".to_owned();
    let mut keeper = keeper.spawn().doing(doing)?;
    lifeline.handed_over();
    let status = keeper.wait().doing(doing)?;
    Ok(command::exit_code(status))
}

/// The folder of etcd, kube-apiserver and kube-controller-manager, and the path of kubectl: found, else built.
pub(super) fn programs() -> Result<(PathBuf, PathBuf), Error> {
    let recipe = Recipe::read()?;
    let (assets, path) = (env::var_os("KUBEBUILDER_ASSETS"), env::var_os("PATH"));
    let search = Search {
        assets: assets.as_deref(),
        path: path.as_deref(),
        built: recipe.kubernetes(),
        version: &binaries::version,
    };
    let (found, notes) = search.find();
    for note in notes {
        say(&note);
    }
    let Programs { folder, kubectl } = match found {
        Some(found) => found,
        None => {
            let [etcd, server, controllers] = ONE_PLACE;
            let folder = recipe
                .build(&[etcd, server, controllers, KUBECTL])?
                .to_owned();
            let kubectl = Some(folder.join(KUBECTL.name));
            Programs { folder, kubectl }
        }
    };
    say(&format!("programs in {}", folder.display()));
    let kubectl = match kubectl {
        Some(kubectl) => kubectl,
        None => recipe.build(&[KUBECTL])?.join(KUBECTL.name),
    };
    Ok((folder, kubectl))
}
