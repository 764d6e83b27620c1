//! `cargo xtask differential apply`: sequences of applies and patches on the in-memory server and on a real control plane.
//!
//! The program is the example `applies` of k8s-conformance; here it is built and started inside of `cluster run`. Its last
//! line is `cases=N unexplained=N`.

use std::process::ExitCode;

use crate::section::Section;
use crate::{Error, flags, programs};

pub(super) fn run(flags: &flags::Apply) -> Result<ExitCode, Error> {
    let (cases, seed) = (flags.cases.unwrap_or(1000), flags.seed.unwrap_or(1));
    let program = {
        let _section = Section::open("differential build");
        programs::example("k8s-conformance", "applies")?
    };
    let _section = Section::open(&format!("differential apply, seed {seed}"));
    let status = programs::cluster_run(&[])?
        .arg(program)
        .args([cases.to_string(), seed.to_string()])
        .status()?;
    Ok(ExitCode::from(u8::from(!status.success())))
}
