//! `cargo xtask differential apply`: sequences of applies and patches on the in-memory server and on a real control plane.
//!
//! The program is the example `applies` of k8s-conformance; here it is built and started inside of `cluster run`. Its last
//! line is `cases=N unexplained=N`.

use std::env;
use std::process::{Command, ExitCode};

use xshell::Shell;

use crate::section::Section;
use crate::workspace::{self, cargo};
use crate::{Error, conformance, flags};

pub(super) fn run(flags: &flags::Apply) -> Result<ExitCode, Error> {
    let (cases, seed) = (flags.cases.unwrap_or(1000), flags.seed.unwrap_or(1));
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    let args = [
        "build",
        "--package",
        "k8s-conformance",
        "--example",
        "applies",
        "--message-format",
        "json",
    ];
    let program = {
        let _section = Section::open("differential build");
        let messages = cargo(&sh, &args).read()?;
        conformance::executable(&messages, "applies")
            .ok_or("cargo names no program for the example `applies` of k8s-conformance")?
    };
    let _section = Section::open(&format!("differential apply, seed {seed}"));
    let status = Command::new(env::current_exe()?)
        .args(["cluster", "run", "--"])
        .arg(program)
        .args([cases.to_string(), seed.to_string()])
        .status()?;
    Ok(ExitCode::from(u8::from(!status.success())))
}
