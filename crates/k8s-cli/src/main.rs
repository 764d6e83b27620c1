//! The `k8s` program: kubectl's commands, flags, outputs and exit codes, thin over these libraries.
//!
//! # The data's way
//!
//! ```text
//! arguments ▸ command: which one ▸ args: its flags, as pflag reads them
//!           ▸ session: flags + kubeconfig ▸ k8s_config::Config ▸ k8s_client::Client
//!           ▸ commands::NAME: asks the libraries ▸ print · columns ▸ standard output
//!                                                 ▸ Failure: kubectl's words, standard error, exit code
//! ```
//!
//! A command is one file in `commands/`: its flags, its texts for help, and a function from [`io::Io`] and
//! [`args::Args`] to success or [`failure::Failure`]. What another program may want is in a library.

mod command;
mod commands;

mod args;
mod completion;
mod help;
mod io;
mod session;
mod signals;
mod warned;

mod age;
mod columns;
mod print;

mod failure;

use std::env;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use k8s_config::SystemSource;

use crate::failure::Failure;
use crate::io::{Io, Progress};

fn main() -> ExitCode {
    let mut io = Io {
        input: Box::new(std::io::stdin()),
        now: now(),
        is_terminal: std::io::stdout().is_terminal(),
        progress: Progress::new(std::io::stderr().is_terminal()),
        out: Box::new(std::io::stdout()),
        err: Box::new(std::io::stderr()),
        source: Arc::new(SystemSource),
        store: Arc::new(SystemSource),
        server: None,
    };
    let done = run(&mut io);
    io.settle();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let text = failure.at(io.server.as_deref());
            if !text.is_empty() {
                io.note(text.strip_suffix('\n').unwrap_or(&text));
            }
            ExitCode::from(failure.code())
        }
    }
}

fn run(io: &mut Io) -> Result<(), Failure> {
    let args: Result<Vec<String>, _> = env::args_os()
        .skip(1)
        .map(|arg| arg.into_string())
        .collect();
    let args =
        args.map_err(|arg| Failure::new(format!("argument {} is no UTF-8", arg.display())))?;
    // One thread is enough for one person, and starts soonest.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("starting: {error}")))?;
    runtime.block_on(command::run(io, args))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks; ages are told of this moment"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().cast_signed())
}
