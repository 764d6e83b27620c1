//! `cargo xtask bench [config|auth|decode|network|program|proxy|size]`: the same work by us and by others, in one run, written into docs/PERFORMANCE.md.
//!
//! The programs stand in `xtask/bench`, a workspace of its own, and in `xtask/cluster/bench` (Go). Rounds take turns; what is written are
//! medians, and ratios of them. Every program prints a checksum of what it did, which must be the expected one.

mod auth;
mod config;
mod decode;
mod kubeconfig;
mod network;
mod page;
mod program;
#[cfg(target_os = "linux")]
mod proxy;
mod size;

use std::path::PathBuf;
use std::process::ExitCode;

use xshell::Shell;

use crate::section::Section;
use crate::workspace;
use crate::{Error, flags, programs};

type Measure = fn(&Shell, usize) -> Result<String, Error>;

/// What is measured: its name, which is that of its part of the page, and the function that answers with that part.
const WORKLOADS: &[(&str, Measure)] = &[
    ("config", config::measure),
    ("auth", auth::measure),
    ("decode", decode::measure),
    ("network", network::measure),
    ("program", program::measure),
    #[cfg(target_os = "linux")]
    ("proxy", proxy::measure),
    ("size", size::measure),
];

/// Measures, and writes the page.
pub(crate) fn run(flags: &flags::Bench) -> Result<ExitCode, Error> {
    let asked = |name: &str| flags.workload.is_empty() || flags.workload.iter().any(|w| w == name);
    let known = |name: &String| WORKLOADS.iter().any(|(workload, _)| workload == name);
    if let Some(unknown) = flags.workload.iter().find(|name| !known(name)) {
        let names: Vec<&str> = WORKLOADS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        return Err(format!("no workload {unknown:?}; there are {names}").into());
    }
    let rounds = flags.rounds.unwrap_or(9).max(1);
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    for (name, measure) in WORKLOADS.iter().filter(|(name, _)| asked(name)) {
        let _section = Section::open(&format!("bench {name}"));
        let text = format!(
            "{}\n{}",
            page::circumstances(&sh, rounds)?,
            measure(&sh, rounds)?
        );
        print!("{text}");
        page::write(name, &text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds a package of the bench's workspace for release, and answers where its programs are. One package at a time: two would mix features.
fn build<const N: usize>(package: &str, names: [&str; N]) -> Result<[PathBuf; N], Error> {
    build_as("release", package, names)
}

/// The same, by a profile of that workspace.
fn build_as<const N: usize>(
    profile: &str,
    package: &str,
    names: [&str; N],
) -> Result<[PathBuf; N], Error> {
    let args = [
        "build",
        "--profile",
        profile,
        "--locked",
        "--manifest-path",
        "xtask/bench/Cargo.toml",
        "--package",
        package,
    ];
    programs::build(&args, names)
}

/// The value after `key=` in a line of such pairs.
fn value<'a>(line: &'a str, key: &str) -> Result<&'a str, Error> {
    let mut pairs = line.split(' ').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(name, _)| *name == key);
    Ok(found.ok_or_else(|| format!("no {key}= in {line:?}"))?.1)
}

fn number(line: &str, key: &str) -> Result<f64, Error> {
    Ok(value(line, key)?.parse()?)
}

/// The middle one; between the two middle ones where their number is even.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match (values.len(), values.len() / 2) {
        (0, _) => f64::NAN,
        (length, middle) if length % 2 == 1 => values[middle],
        (_, middle) => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// FNV-1a, 64 bits, as the programs have it.
fn fnv(bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]).to_string(), "2");
        assert_eq!(median(vec![4.0, 1.0, 2.0, 9.0]).to_string(), "3");
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn reads_pairs() {
        assert_eq!(value("a=1 b=x=y", "b").unwrap(), "x=y");
        assert_eq!(
            value("a=1", "b").unwrap_err().to_string(),
            "no b= in \"a=1\""
        );
    }

    #[test]
    fn hashes_as_fnv_does() {
        assert_eq!(fnv(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
