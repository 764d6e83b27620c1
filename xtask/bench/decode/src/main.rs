//! `bench-decode ROUNDS [WORKLOAD…]`: each workload, in turn; `bench-decode --stream PODS [pod|lean]`: one streamed list, for its memory.
//!
//! A line each: its name, the time that went by and the CPU time of this thread, in ns, how many objects and bytes
//! there were, and a checksum over all names. Bytes come in pieces of 16 KiB, as from a connection.

mod answers;
#[allow(dead_code, reason = "what a program holds, it need not read here")]
#[path = "../../../../crates/k8s-api-core/benches/decode/lean.rs"]
mod lean;
mod names;
#[path = "../../../../crates/k8s-api-core/benches/decode/pods.rs"]
mod pods;
mod workloads;

use std::error::Error;
use std::time::Instant;

use k8s_openapi::api::core::v1::Pod;
use nix::time::{ClockId, clock_gettime};

use self::answers::Answers;
use self::lean::LeanPod;
use self::names::Names;
use self::workloads::{WORKLOADS, Workload};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let first = args.next().ok_or("bench-decode ROUNDS [WORKLOAD…]")?;
    if first == "--stream" {
        let pods = args.next().ok_or("no PODS")?.parse()?;
        let names = match args.next().as_deref() {
            Some("lean") => workloads::stream::<LeanPod>(pods)?,
            _ => workloads::stream::<Pod>(pods)?,
        };
        println!("name=stream objects={} checksum={names}", names.seen());
        return Ok(());
    }
    let only: Vec<String> = args.collect();
    let answers = Answers::of(10_000);
    let asked = |workload: &&Workload| only.is_empty() || only.iter().any(|n| n == workload.name);
    for _ in 0..first.parse::<u32>()? {
        for workload in WORKLOADS.iter().filter(asked) {
            time(workload, &answers)?;
        }
    }
    Ok(())
}

fn time(workload: &Workload, answers: &Answers) -> Result<(), Box<dyn Error>> {
    let (cpu, since) = (cpu_ns()?, Instant::now());
    let mut names = Names::default();
    let bytes = (workload.run)(answers, &mut names)?;
    let (elapsed, cpu) = (since.elapsed().as_nanos(), cpu_ns()? - cpu);
    println!(
        "name={} elapsed_ns={elapsed} cpu_ns={cpu} objects={} bytes={bytes} checksum={names}",
        workload.name,
        names.seen(),
    );
    Ok(())
}

fn cpu_ns() -> Result<i64, Box<dyn Error>> {
    let spent = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?;
    Ok(spent.tv_sec() * 1_000_000_000 + spent.tv_nsec())
}
