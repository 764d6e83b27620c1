//! `bench network`: whole programs against one server: ours, kube's, client-go's, and hyper alone.
//!
//! The server is one of ours (`xtask/bench/network/server`), whose answers are there before they are asked for; it has one core, the programs the other.

mod rows;
mod run;
mod server;
mod tables;

use std::fmt::Write as _;

use xshell::{Shell, cmd};

use self::rows::{Program, Protocol, ROWS, Row};
use self::run::{Programs, Used};
use self::server::Server;
use super::page::locked_version;
use super::{build, median};
use crate::{Error, golden, workspace};

/// How many pods, and how many where it must not matter.
const PODS: usize = 10_000;
const MANY: usize = 100_000;

/// How often a start is repeated in each round: it takes milliseconds, of which the machine's other work is a part.
const STARTS: usize = 20;

/// Builds, runs, and answers with the tables.
pub(super) fn measure(sh: &Shell, rounds: usize) -> Result<String, Error> {
    let programs = programs(sh)?;
    let servers = [
        Server::start(&programs.server, PODS, "h1")?,
        Server::start(&programs.server, PODS, "both")?,
    ];
    let mut used: Vec<Vec<Used>> = ROWS.iter().map(|_| Vec::new()).collect();
    // One round that does not count.
    for round in 0..=rounds {
        for (row, used) in ROWS.iter().zip(&mut used) {
            let server = &servers[usize::from(row.protocol == Protocol::H2)];
            let times = if row.is_start() { STARTS } else { 1 };
            for _ in 0..times {
                let once = programs.once(sh, row, server)?;
                if round > 0 {
                    used.push(once);
                }
            }
        }
    }
    let medians: Vec<Used> = used.iter().map(|runs| middle(runs)).collect();
    let mut text = format!(
        "{PODS} pods in {} bytes; the server on one core, each program on the other; kube {}, client-go {} ({}). kube has no HTTP/2.\n",
        servers[0].bytes,
        locked_version("kube")?,
        programs.client_go_version,
        programs.go_version,
    );
    text.push_str(&tables::all(&ROWS, &medians)?);
    text.push_str(&instructions(sh, &programs, &servers)?);
    drop(servers);
    text.push_str(&memory(sh, &programs)?);
    Ok(text)
}

/// Each number's own median.
fn middle(runs: &[Used]) -> Used {
    let of = |part: fn(&Used) -> f64| median(runs.iter().map(part).collect());
    Used {
        wall_s: of(|used| used.wall_s),
        cpu_s: of(|used| used.cpu_s),
        peak_mib: of(|used| used.peak_mib),
    }
}

fn programs(sh: &Shell) -> Result<Programs, Error> {
    let [measured] = build("measured", ["measured"])?;
    let [server] = build("network-server", ["network-server"])?;
    let [ours] = build("network-ours", ["network-ours"])?;
    let [kube] = build("network-kube", ["network-kube"])?;
    let [raw] = build("network-raw", ["network-raw"])?;
    let _module = sh.push_dir(workspace::root().join(golden::MODULE));
    let go = golden::find_go(sh)?;
    let client_go = workspace::root().join("target/bench/network");
    golden::build(sh, &go, "./bench/network", &client_go)?;
    let say = |arguments: &[&str]| {
        cmd!(sh, "{go} {arguments...}")
            .env("GOTOOLCHAIN", "local")
            .quiet()
            .read()
    };
    let go_version = say(&["version"])?;
    let library = ["list", "-m", "-f", "{{.Version}}", "k8s.io/client-go"];
    Ok(Programs {
        measured,
        server,
        ours,
        kube,
        raw,
        client_go,
        client_go_version: say(&library)?,
        go_version: go_version.split(' ').nth(2).unwrap_or("go").to_owned(),
    })
}

/// Instructions of one more GET of bytes, by callgrind, which counts what the process does and not the kernel.
fn instructions(sh: &Shell, programs: &Programs, servers: &[Server; 2]) -> Result<String, Error> {
    const COUNTS: [usize; 2] = [500, 1500];
    let mut text = String::from(
        "\n| GET of bytes, one by one | instructions each | / raw of the protocol | goal |\n|---|--:|--:|--:|\n",
    );
    for (protocol, server) in [Protocol::H1, Protocol::H2].into_iter().zip(servers) {
        let mut limit = None;
        for program in [Program::Raw, Program::Ours, Program::Kube] {
            if (program, protocol) == (Program::Kube, Protocol::H2) {
                continue;
            }
            let mut counts = [0.0; 2];
            for (count, requests) in counts.iter_mut().zip(COUNTS) {
                let row = Row::new(program, protocol, "get-bytes").of(requests, 1);
                *count = programs.instructions(sh, &row, server)?;
            }
            let each = (counts[1] - counts[0]) / (COUNTS[1] - COUNTS[0]) as f64;
            let ratio = each / *limit.get_or_insert(each);
            let goal = if program == Program::Ours {
                "≤ 1.12"
            } else {
                "–"
            };
            writeln!(
                text,
                "| {}, {protocol} | {each:.0} | {ratio:.2} | {goal} |",
                program.name()
            )?;
        }
    }
    Ok(text)
}

/// Lists that nobody holds, with a server that has many more pods.
fn memory(sh: &Shell, programs: &Programs) -> Result<String, Error> {
    let mut text = String::from(
        "\n| streamed, not held | objects | peak memory, MiB | goal |\n|---|--:|--:|--:|\n",
    );
    for pods in [PODS, MANY] {
        let server = Server::start(&programs.server, pods, "both")?;
        for scenario in ["list-streamed", "list-lean-streamed"] {
            let row = Row::new(Program::Ours, Protocol::H2, scenario);
            let used = programs.once(sh, &row, &server)?;
            writeln!(
                text,
                "| {scenario} | {pods} | {:.1} | ≤ 12 |",
                used.peak_mib
            )?;
        }
    }
    Ok(text)
}
