//! `cargo xtask cluster`: a real Kubernetes control plane, from source, for as long as one command runs.
//!
//! Three processes of ours are involved. The *front* is what the user started: it finds or builds the programs,
//! starts the keeper and waits for it. The *keeper* starts the control plane and the user's command, and stops them;
//! it learns from the end of a pipe that the front is gone, however that died, so there is one way to clean up and no
//! signal handler. The *child* verb turns itself into a program that the kernel kills together with the keeper.

mod api;
mod args;
mod binaries;
mod build;
mod cache;
mod certs;
mod check;
mod child;
mod command;
mod component;
mod control;
mod directory;
mod environment;
mod error;
mod etcd;
mod front;
mod go;
mod keeper;
mod kubeconfig;
mod kubelet;
mod lifeline;
mod oidc;
mod operator;
mod plan;
mod plane;
mod pod;
mod processes;
mod ready;
mod service_account;
mod start;
mod version;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Verb;
use error::Error;

const HELP: &str = "\
usage: cargo xtask cluster build [--all]
       cargo xtask cluster run [--as-pod] [--audit] [--kwok] [--oidc] [--apiserver-arg=ARG]... [--etcd-arg=ARG]... -- CMD...
       cargo xtask cluster control ORDER...
       cargo xtask cluster check

build   finds or builds etcd, kube-apiserver, kube-controller-manager and kubectl, prints their folder
        (--all: kube-scheduler and kwok too, always from source)
run     starts a control plane, runs CMD with it, hands on CMD's exit code
        --as-pod         in namespaces of its own; CMD believes that it is in a Pod
        --audit          writes what the server received to $CLUSTER_AUDIT_LOG
        --kwok           pods become Running on a node that is pretended (kube-scheduler, kwok)
        --oidc           ID tokens are taken of the issuer that `control trust-issuer` names; or, from the start, of
                         --oidc-issuer=URL (--oidc-ca=FILE, --oidc-client-id=ID, `kubernetes` if it is not given)
        --apiserver-arg  one more argument for kube-apiserver; may be repeated
        --etcd-arg       one more argument for etcd; may be repeated
control below `run`: changes the running cluster ($CLUSTER_CONTROL): rotate-ca, restart-apiserver, restart-etcd,
        compact-etcd, trust-issuer URL [CLIENT_ID [CA_FILE]]
check   runs and kills control planes in every way and looks for processes that are left

xtask/cluster/README.md says what CMD finds in its environment and what the exit codes mean.";

/// Runs the verb that stands after `cluster`.
///
/// Failures are printed here, because each kind has an exit code of its own.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    match dispatch(args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            crate::print_chain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn dispatch(args: &[OsString]) -> Result<u8, Error> {
    match args::parse(args)? {
        Verb::Help => {
            println!("{HELP}");
            Ok(0)
        }
        Verb::Build { all } => front::build(all),
        Verb::Run(options) => front::run(&options, args),
        Verb::Check => check::run(),
        Verb::Control(words) => control::ask(&words),
        Verb::Keep(assignment) => keeper::run(assignment),
        Verb::Child(child) => Err(child::become_program(&child)),
    }
}

/// Tells the user what happens; on stderr, because stdout is CMD's.
fn say(line: &str) {
    eprintln!("cluster: {line}");
}
