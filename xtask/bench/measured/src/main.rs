//! `measured PROGRAM [ARGUMENT…]`: runs one program, hands its output on, and adds a line with what it used.
//!
//! The line is `wall_us=N user_us=N sys_us=N peak_kib=N`: from before it was started until it had ended, as the kernel counted it for the
//! children of this process. It has only this one.

use std::process::{Command, ExitCode};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let Some(program) = args.next() else {
        eprintln!("measured PROGRAM [ARGUMENT…]");
        return ExitCode::FAILURE;
    };
    let since = Instant::now();
    let status = Command::new(&program).args(args).status();
    let wall = since.elapsed().as_micros();
    match (status, getrusage(UsageWho::RUSAGE_CHILDREN)) {
        (Ok(status), Ok(usage)) if status.success() => {
            let (user, sys) = (
                usage.user_time().num_microseconds(),
                usage.system_time().num_microseconds(),
            );
            println!(
                "wall_us={wall} user_us={user} sys_us={sys} peak_kib={}",
                usage.max_rss()
            );
            ExitCode::SUCCESS
        }
        (Ok(status), Ok(_)) => failed(&format!("{}: {status}", program.display())),
        (Err(error), _) => failed(&format!("starting {}: {error}", program.display())),
        (_, Err(error)) => failed(&format!("asking the kernel what it used: {error}")),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("measured: {why}");
    ExitCode::FAILURE
}
