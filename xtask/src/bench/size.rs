//! `bench size`: what a program that lists pods costs to build, with ours and with kube: crates, processor time, bytes.

use std::fmt::Write as _;
use std::fs;

use xshell::Shell;

use super::page;
use crate::Error;
use crate::measure::{distinct, mebibytes};
use crate::workspace::cargo;

/// Ticks of `/proc/self/stat` in a second, on every Linux.
const TICKS: f64 = 100.0;

const PROGRAMS: [(&str, &str); 2] = [("ours", "size-ours"), ("kube", "size-kube")];

/// What one program costs.
struct Cost {
    crates: usize,
    seconds: f64,
    mebibytes: f64,
}

/// Builds each once, in an empty folder; what is built once has no median, and its processor time little noise.
pub(super) fn measure(sh: &Shell, _: usize) -> Result<String, Error> {
    cargo(
        sh,
        &[
            "fetch",
            "--quiet",
            "--locked",
            "--manifest-path",
            "xtask/bench/Cargo.toml",
        ],
    )
    .run()?;
    let version = page::locked_version("kube")?;
    let mut text = format!(
        "\
A clean release build of a program that lists pods in a struct of its own (`examples/weight`), stock profile, default features; kube {version} with `client`, `ring`, `rustls-tls`.
Each was built once; the time is that of the processor, of all processes together.

| | crates | clean release build, CPU s | binary, MiB |
|---|--:|--:|--:|
"
    );
    let [ours, kube] = PROGRAMS.map(|(_, package)| cost(sh, package));
    let (ours, kube) = (ours?, kube?);
    for ((name, _), cost) in PROGRAMS.iter().zip([&ours, &kube]) {
        let Cost {
            crates,
            seconds,
            mebibytes,
        } = cost;
        writeln!(
            text,
            "| {name} | {crates} | {seconds:.0} | {mebibytes:.1} |"
        )?;
    }
    let (time, size) = (ours.seconds / kube.seconds, ours.mebibytes / kube.mebibytes);
    writeln!(text, "| ours / kube | | {time:.2} | {size:.2} |")?;
    Ok(text)
}

fn cost(sh: &Shell, package: &str) -> Result<Cost, Error> {
    let manifest = [
        "--locked",
        "--manifest-path",
        "xtask/bench/Cargo.toml",
        "--package",
        package,
    ];
    let tree = ["tree", "-e", "normal", "--prefix", "none"];
    let tree = cargo(sh, &[&tree[..], &manifest].concat()).quiet().read()?;
    let folder = sh.create_temp_dir()?;
    let before = children_seconds()?;
    cargo(
        sh,
        &[
            &["build", "--quiet", "--offline", "--release"][..],
            &manifest,
        ]
        .concat(),
    )
    .env("CARGO_TARGET_DIR", folder.path())
    .run()?;
    let seconds = children_seconds()? - before;
    let size = folder
        .path()
        .join("release")
        .join(package)
        .metadata()?
        .len();
    Ok(Cost {
        crates: distinct(&tree),
        seconds,
        mebibytes: mebibytes(size),
    })
}

/// Processor time of the processes that have been waited for, and of theirs.
fn children_seconds() -> Result<f64, Error> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let behind_name = stat
        .rsplit_once(") ")
        .ok_or("/proc/self/stat has no name")?
        .1;
    // Fields 16 and 17 of the file; the first behind the name is the third.
    let ticks = behind_name
        .split(' ')
        .skip(13)
        .take(2)
        .map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS)
}
