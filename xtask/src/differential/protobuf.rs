//! `cargo xtask differential protobuf`: objects of Go's types, sent to the in-memory server as JSON and as protobuf.
//!
//! The program that makes, sends and compares them is `xtask/cluster/differential/protobuf`, in Go. Its last line is
//! `cases=N unexplained=N`.

use std::process::{Command, ExitCode};

use xshell::Shell;

use crate::kubectl_memory::Memory;
use crate::section::Section;
use crate::{Error, flags, golden, workspace};

pub(super) fn run(flags: &flags::Protobuf) -> Result<ExitCode, Error> {
    let (cases, seed) = (flags.cases.unwrap_or(3000), flags.seed.unwrap_or(1));
    let root = workspace::root();
    let sh = Shell::new()?;
    sh.change_dir(root.join(golden::MODULE));
    let program = root.join("target/differential/protobuf");
    let mut server = {
        let _section = Section::open("differential build");
        let go = match golden::find_go(&sh) {
            Ok(go) => go,
            Err(why) => {
                println!("cases=0 unexplained=0 skipped={why}");
                return Ok(ExitCode::FAILURE);
            }
        };
        golden::build(&sh, &go, "./differential/protobuf", &program)?;
        Memory::start()?
    };
    let _section = Section::open(&format!("differential protobuf, seed {seed}"));
    let status = Command::new(program)
        .env("KUBECONFIG", server.kubeconfig())
        .args([format!("-cases={cases}"), format!("-seed={seed}")])
        .status()?;
    server.stop()?;
    Ok(ExitCode::from(u8::from(!status.success())))
}
