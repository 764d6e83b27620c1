//! Sequences of applies and patches, made by a seed, on the in-memory server and on a real one: each answer of one must be
//! the other's.
//!
//! ```text
//! seed, number ▸ draft: a kind and some steps ▸ run on both ▸ compare, but for what is of one moment ▸ tally
//! ```
//!
//! Runs in `cargo xtask cluster run`; `cargo xtask differential apply` builds and starts it. The last line is
//! `cases=N unexplained=N`.
#![allow(
    clippy::print_stdout,
    reason = "a program that prints what it compared"
)]

mod bodies;
mod compare;
mod draft;
mod pods;
mod run;
mod tally;

use std::process::ExitCode;

use k8s_conformance::Cluster;

use self::compare::{Verdict, compare};
use self::draft::Case;
use self::run::Side;
use self::tally::Tally;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).filter_map(|arg| arg.parse().ok());
    let (cases, seed): (u64, u64) = (numbers.next().unwrap_or(1000), numbers.next().unwrap_or(1));
    let real = match Cluster::real() {
        Ok(real) => real,
        Err(missing) => {
            println!("cases=0 unexplained=0 skipped={} is not set", missing.0);
            return ExitCode::FAILURE;
        }
    };
    // It has a runtime of its own.
    let fake = Cluster::fake();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let tally = match runtime {
        Ok(runtime) => runtime.block_on(run_all((&fake, &real), cases, seed)),
        Err(error) => {
            println!("cases=0 unexplained=0 skipped={error}");
            return ExitCode::FAILURE;
        }
    };
    print!("{tally}");
    let complaints = tally.complaints();
    for complaint in &complaints {
        println!("no fair mixture: {complaint}");
    }
    println!("cases={} unexplained={}", tally.cases, tally.unexplained);
    ExitCode::from(u8::from(tally.unexplained > 0 || !complaints.is_empty()))
}

/// Makes the cases one by one, and prints those whose answers differ.
async fn run_all((fake, real): (&Cluster, &Cluster), cases: u64, seed: u64) -> Tally {
    let namespace = format!("applies-{}", std::process::id());
    let fake = Side::start(fake, &namespace).await;
    let real = Side::start(real, &namespace).await;
    let mut tally = Tally::default();
    for number in 0..cases {
        let case = Case::make(seed, number, &namespace);
        let (ours, theirs) = (fake.run(&case).await, real.run(&case).await);
        let verdict = compare(&ours, &theirs);
        if let Verdict::Differs { step, places } = &verdict {
            println!("case {number} of seed {seed} differs at step {step}:");
            print!("{}", case.shown(*step));
            places.iter().for_each(|place| println!("  {place}"));
        }
        tally.add(&case, &theirs, &verdict);
    }
    tally
}
