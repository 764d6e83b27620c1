//! `cargo xtask VERB`: how this repository is built, checked and measured.

#![expect(clippy::print_stdout, reason = "a program that prints what it did")]
#![expect(clippy::print_stderr, reason = "a program that prints what went wrong")]

use std::env;
use std::error::Error as StdError;
use std::ffi::OsString;
use std::process::ExitCode;

/// Whatever stopped a verb; `main` prints it with its causes.
type Error = Box<dyn StdError + Send + Sync>;

const HELP: &str = "usage: cargo xtask VERB";

fn main() -> ExitCode {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    match run(&args) {
        Ok(code) => code,
        Err(error) => {
            print_chain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// Hands everything after the verb to the verb.
fn run(args: &[OsString]) -> Result<ExitCode, Error> {
    let Some((verb, _args)) = args.split_first() else {
        println!("{HELP}");
        return Ok(ExitCode::from(2));
    };
    match verb.to_str() {
        Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(format!("no verb {verb:?}\n{HELP}").into()),
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
