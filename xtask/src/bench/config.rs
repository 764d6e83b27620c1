//! `bench config`: a large kubeconfig, read and one context resolved, each time by a whole process.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use super::kubeconfig::{CONTEXTS, Large};
use super::page::locked_version;
use super::{build, median, number, value};
use crate::{Error, golden, workspace};

/// One of those that are compared, and what its runs used.
#[derive(Debug)]
struct Peer {
    name: String,
    program: PathBuf,
    runs: Vec<Used>,
}

#[derive(Debug, Clone, Copy)]
struct Used {
    wall_ms: f64,
    cpu_ms: f64,
    peak_mib: f64,
}

/// Builds, runs, and answers with a table.
pub(super) fn measure(sh: &Shell, rounds: usize) -> Result<String, Error> {
    let (measured, mut peers) = peers(sh)?;
    let large = Large::make()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("config");
    fs::write(&file, &large.text)?;
    // One round that does not count: it brings programs and file into memory.
    for round in 0..=rounds {
        for peer in &mut peers {
            let used = once(sh, &measured, peer, &file, &large)?;
            if round > 0 {
                peer.runs.push(used);
            }
        }
    }
    table(&peers, large.text.len())
}

/// The program that measures, and the peers, ours first.
fn peers(sh: &Shell) -> Result<(PathBuf, [Peer; 3]), Error> {
    let [measured] = build("measured", ["measured"])?;
    let [ours, kube] = build("bench-config", ["resolve-ours", "resolve-kube"])?;
    let _module = sh.push_dir(workspace::root().join(golden::MODULE));
    let go = golden::find_go(sh)?;
    let client_go = workspace::root().join("target/bench/config");
    golden::build(sh, &go, "./bench/config", &client_go)?;
    let version = cmd!(sh, "{go} version")
        .env("GOTOOLCHAIN", "local")
        .quiet()
        .read()?;
    let version = version.split(' ').nth(2).unwrap_or("go").to_owned();
    let format = "{{.Version}}";
    let library = cmd!(sh, "{go} list -m -f {format} k8s.io/client-go")
        .env("GOTOOLCHAIN", "local")
        .quiet()
        .read()?;
    let peer = |name: String, program| Peer {
        name,
        program,
        runs: Vec::new(),
    };
    let peers = [
        peer("k8s-config".to_owned(), ours),
        peer(format!("kube {}", locked_version("kube")?), kube),
        peer(format!("client-go {library} ({version})"), client_go),
    ];
    Ok((measured, peers))
}

fn once(
    sh: &Shell,
    measured: &Path,
    peer: &Peer,
    file: &Path,
    large: &Large,
) -> Result<Used, Error> {
    let Large {
        context, checksum, ..
    } = large;
    let program = &peer.program;
    let printed = cmd!(sh, "{measured} {program} {file} {context}")
        .quiet()
        .read()?;
    let (theirs, used) = printed
        .split_once('\n')
        .ok_or("a program printed one line only")?;
    if value(theirs, "checksum")? != checksum {
        return Err(format!(
            "{} resolved something else: {theirs}, not {checksum}",
            peer.name
        )
        .into());
    }
    Ok(Used {
        wall_ms: number(used, "wall_us")? / 1e3,
        cpu_ms: (number(used, "user_us")? + number(used, "sys_us")?) / 1e3,
        peak_mib: number(used, "peak_kib")? / 1024.0,
    })
}

/// Medians, and how many times ours each is.
fn table(peers: &[Peer], bytes: usize) -> Result<String, Error> {
    let medians = |peer: &Peer| {
        let of = |part: fn(&Used) -> f64| median(peer.runs.iter().map(part).collect());
        [
            of(|run| run.wall_ms),
            of(|run| run.cpu_ms),
            of(|run| run.peak_mib),
        ]
    };
    let ours = peers.first().map(medians).ok_or("nobody to compare")?;
    let mut text = format!(
        "The file has {CONTEXTS} contexts in {bytes} bytes.\n\n\
         | program | time, ms | CPU, ms | peak memory, MiB | time / ours | CPU / ours | memory / ours |\n\
         |---|--:|--:|--:|--:|--:|--:|\n"
    );
    for peer in peers {
        let [wall, cpu, peak] = medians(peer);
        let [times, cpus, peaks] = [wall / ours[0], cpu / ours[1], peak / ours[2]];
        let name = &peer.name;
        writeln!(
            text,
            "| {name} | {wall:.1} | {cpu:.1} | {peak:.1} | {times:.2} | {cpus:.2} | {peaks:.2} |"
        )?;
    }
    Ok(text)
}
