//! `cargo xtask VERB`: how this repository is built, checked and measured.

#![expect(clippy::print_stdout, reason = "a program that prints what it did")]
#![expect(clippy::print_stderr, reason = "a program that prints what went wrong")]

mod api;
mod bench;
mod ci;
#[cfg(target_os = "linux")]
mod cluster;
mod conformance;
mod differential;
mod edits;
mod flags;
mod golden;
mod kinds;
mod kubectl;
mod kubectl_diff;
mod kubectl_memory;
mod measure;
mod pages;
mod programs;
mod proxy_clients;
mod repo;
#[cfg(unix)]
mod schema;
mod section;
mod source;
mod tidy;
mod workspace;

use std::env;
use std::error::Error as StdError;
use std::ffi::OsString;
use std::process::ExitCode;

use flags::{Xtask, XtaskCmd};

/// Whatever stopped a verb; `main` prints it with its causes.
type Error = Box<dyn StdError + Send + Sync>;

fn main() -> ExitCode {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    match run(args) {
        Ok(code) => code,
        Err(error) => {
            print_chain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// Hands everything after the verb to the verb.
fn run(args: Vec<OsString>) -> Result<ExitCode, Error> {
    // What follows `cluster` may be anybody's command line: it is not looked at here.
    if args.first().is_some_and(|verb| verb == "cluster") {
        #[cfg(target_os = "linux")]
        return Ok(cluster::run(&args[1..]));
        #[cfg(not(target_os = "linux"))]
        return Err("cluster needs Linux: namespaces, and signals at a parent's death".into());
    }
    let flags = Xtask::from_vec(args).unwrap_or_else(|error| error.exit());
    match flags.subcommand {
        XtaskCmd::Api(flags) => api::run(&flags),
        XtaskCmd::Bench(flags) => bench::run(&flags),
        XtaskCmd::Ci(_) => ci::run(),
        XtaskCmd::Conformance(flags) => conformance::run(&flags),
        XtaskCmd::Differential(flags) => differential::run(&flags),
        XtaskCmd::Edits(flags) => edits::run(&flags),
        XtaskCmd::Golden(flags) => golden::run(&flags),
        XtaskCmd::Kinds(flags) => kinds::run(&flags),
        XtaskCmd::Kubectl(flags) => kubectl::run(&flags),
        XtaskCmd::KubectlDiff(flags) => kubectl_diff::run(&flags),
        XtaskCmd::KubectlMemory(flags) => kubectl_memory::run(&flags),
        XtaskCmd::Measure(flags) => measure::run(&flags),
        XtaskCmd::Pages(flags) => pages::run(&flags),
        XtaskCmd::ProxyClients(flags) => proxy_clients::run(&flags),
        #[cfg(unix)]
        XtaskCmd::Schema(flags) => schema::run(&flags),
        #[cfg(not(unix))]
        XtaskCmd::Schema(_) => {
            Err("schema needs Linux: it asks a control plane of `cluster`".into())
        }
        XtaskCmd::Tidy(flags) => tidy::run(&flags),
    }
}

/// Prints an error and, line by line, what caused it.
fn print_chain(error: &(dyn StdError + 'static)) {
    eprintln!("xtask: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}
