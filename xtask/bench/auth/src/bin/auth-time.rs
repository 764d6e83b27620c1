//! `auth-time TOKENFILE REQUESTS ROUNDS`: how long requests take through each service, in turn.
//!
//! A line each: its name, the time that went by and the CPU time of this thread, in ns, and the checksum.

use std::time::Instant;

use bench_auth::{Contender, Noop, arguments, kubes, ours, run};
use nix::time::{ClockId, clock_gettime};
use tower::BoxError;

fn main() -> Result<(), BoxError> {
    let (token, requests, rest) = arguments()?;
    let rounds: u32 = rest.first().ok_or("no ROUNDS")?.parse()?;
    let (mut bare, mut ours, mut kubes) = (Noop, ours(&token)?, kubes(&token)?);
    // The first requests read the file and warm everything up.
    run(&mut bare, 1000)?;
    run(&mut ours, 1000)?;
    run(&mut kubes, 1000)?;
    for _ in 0..rounds {
        time("bare", &mut bare, requests)?;
        time("ours", &mut ours, requests)?;
        time("kube", &mut kubes, requests)?;
    }
    Ok(())
}

fn time(name: &str, service: &mut impl Contender, requests: u64) -> Result<(), BoxError> {
    let (cpu, since) = (cpu_ns()?, Instant::now());
    let checksum = run(service, requests)?;
    let (elapsed, cpu) = (since.elapsed().as_nanos(), cpu_ns()? - cpu);
    println!("name={name} elapsed_ns={elapsed} cpu_ns={cpu} checksum={checksum}");
    Ok(())
}

fn cpu_ns() -> Result<i64, BoxError> {
    let spent = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?;
    Ok(spent.tv_sec() * 1_000_000_000 + spent.tv_nsec())
}
