//! `cargo xtask pages`: what the two documentation pages do, done on a real control plane.
//!
//! `--six`: the pages' programs in other languages beside ours; the last line is `go=equal python=equal js=equal`.
//! `--walks`: each way to the API that the pages know, by a program of ours; the last line is `walks=N failed=0`.
//! `--shell`: the pages' shell, with kubectl and with `k8s`; the last line is `pages=2 steps=N differing=0`.

mod shell;
mod six;
mod walks;

use std::process::ExitCode;

use crate::{Error, flags};

/// Runs what was asked for; without a flag, all of it.
pub(crate) fn run(flags: &flags::Pages) -> Result<ExitCode, Error> {
    if let (Some(page), Some(program)) = (&flags.page, &flags.inside) {
        return shell::compare(page, program);
    }
    if let Some(folder) = &flags.inside {
        return six::compare(folder);
    }
    let all = !(flags.six || flags.walks || flags.shell);
    let mut well = true;
    if flags.walks || all {
        well &= walks::run()?;
    }
    if flags.six || all {
        well &= six::run()?;
    }
    if flags.shell || all {
        well &= shell::run()?;
    }
    Ok(ExitCode::from(u8::from(!well)))
}
