//! `bench program`: what the bytes of `k8s` are, crate by crate, as the profile `small` builds it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use xshell::{Shell, cmd};

use crate::Error;
use crate::workspace::{self, cargo};

/// What the program may weigh, in bytes.
const BAR: u64 = 6_000_000;
/// How many crates have a line of their own.
const SHOWN: usize = 24;

const CONSTANTS: &str = "texts and tables without a name";
const FOREIGN: &str = "C and assembly: `ring`, and what libc starts with";

/// Builds it once, with its symbols.
pub(super) fn measure(sh: &Shell, _: usize) -> Result<String, Error> {
    let target = workspace::root().join("target/size");
    let build = [
        "build",
        "--quiet",
        "--profile",
        "small",
        "--package",
        "k8s-cli",
    ];
    cargo(sh, &build)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_PROFILE_SMALL_STRIP", "false")
        .run()?;
    let program = target.join("small/k8s");
    let stripped = target.join("k8s");
    cmd!(sh, "strip -o {stripped} {program}").quiet().run()?;
    let size = stripped.metadata()?.len();
    let symbols = cmd!(sh, "nm --print-size --demangle {program}").quiet();
    let crates = by_crate(&symbols.read()?);
    if size > BAR {
        return Err(format!("k8s weighs {size} bytes, and may weigh {BAR}").into());
    }
    text(size, &crates)
}

fn text(size: u64, crates: &BTreeMap<String, u64>) -> Result<String, Error> {
    let counted: u64 = crates.values().sum();
    let mut crates: Vec<(&String, &u64)> = crates.iter().collect();
    crates.sort_by_key(|(name, bytes)| (std::cmp::Reverse(**bytes), *name));
    let (shown, others) = crates.split_at(crates.len().min(SHOWN));
    let mut text = format!(
        "\
`k8s` in the profile `small`, stripped: {size} bytes; the bar is {BAR}.
A symbol counts for the crate that its function was written in, whoever it was made for: `Vec<Pod>` is `alloc`'s.

| crate | KiB | of the file |
|---|--:|--:|
"
    );
    let mut row = |name: &str, bytes: u64| {
        #[expect(clippy::cast_precision_loss, reason = "sizes of programs")]
        let (kib, part) = (bytes as f64 / 1024.0, 100.0 * bytes as f64 / size as f64);
        writeln!(text, "| {name} | {kib:.0} | {part:.1} % |")
    };
    for (name, bytes) in shown {
        row(name, **bytes)?;
    }
    if !others.is_empty() {
        let bytes = others.iter().map(|(_, bytes)| **bytes).sum();
        row(&format!("{} others", others.len()), bytes)?;
    }
    row(
        "without a symbol: texts, tables of functions, unwinding, relocations",
        size.saturating_sub(counted),
    )?;
    Ok(text)
}

/// The bytes of every symbol that stands in the file, by who owns it; two names of one place count once.
fn by_crate(symbols: &str) -> BTreeMap<String, u64> {
    let (mut crates, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for line in symbols.lines() {
        let mut fields = line.splitn(4, ' ');
        let (Some(at), Some(bytes), Some(kind), Some(name)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let Ok(bytes) = u64::from_str_radix(bytes, 16) else {
            continue;
        };
        // What is zero at the start takes no room in the file.
        let is_in_file = !matches!(kind, "b" | "B" | "U");
        if is_in_file && seen.insert(at.to_owned()) {
            *crates.entry(owner(name)).or_default() += bytes;
        }
    }
    crates
}

/// The crate of a symbol: the first name of its path.
fn owner(name: &str) -> String {
    if name.starts_with("anon.") || name.starts_with(".L") || name.starts_with("vtable") {
        return CONSTANTS.to_owned();
    }
    if !name.contains("::") {
        return FOREIGN.to_owned();
    }
    let path = name
        .trim_start_matches(['<', '&', '*', '(', '[', ' '])
        .trim_start_matches("mut ")
        .trim_start_matches("dyn ");
    let end = path.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
    let first = &path[..end.unwrap_or(path.len())];
    // A type parameter, or a type of the language itself.
    let is_of_core = first.len() < 2 || first.starts_with(|c: char| c.is_ascii_uppercase());
    let is_of_core = is_of_core || matches!(first, "str" | "bool" | "char" | "dyn");
    let is_of_core = is_of_core
        || first
            .trim_start_matches(['u', 'i', 'f'])
            .parse::<u8>()
            .is_ok();
    match is_of_core {
        true => "`core`".to_owned(),
        false => format!("`{first}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_its_first_name_s() {
        for (name, expected) in [
            ("k8s::commands::get::run", "`k8s`"),
            (
                "<hyper::body::Incoming as http_body::Body>::poll_frame",
                "`hyper`",
            ),
            (
                "<&mut serde_json::de::Deserializer<R> as serde::Deserializer>::x",
                "`serde_json`",
            ),
            (
                "<alloc::vec::Vec<k8s::X> as core::ops::Drop>::drop",
                "`alloc`",
            ),
            ("<T as core::any::Any>::type_id", "`core`"),
            ("<&str as core::fmt::Display>::fmt", "`core`"),
            ("<u64 as core::fmt::Display>::fmt", "`core`"),
            ("anon.0f.12.llvm.3", CONSTANTS),
            ("ring_core_0_17_14__x25519_sc_mask", FOREIGN),
        ] {
            assert_eq!(owner(name), expected, "{name}");
        }
    }

    #[test]
    fn sums_what_stands_in_the_file() {
        let symbols = "\
0000000000001000 0000000000000010 t ours::f
0000000000001000 0000000000000010 t ours::also_f
0000000000002000 0000000000000020 r ours::TABLE
0000000000003000 0000000000000100 b ours::ZERO
                 U malloc
0000000000004000 T main
0000000000005000 0000000000000008 T start
";
        let crates = by_crate(symbols);
        assert_eq!(crates["`ours`"], 0x30);
        assert_eq!(crates[FOREIGN], 8);
        assert_eq!(crates.len(), 2);
    }
}
