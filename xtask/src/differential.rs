//! `cargo xtask differential config`: our kubeconfig reader and client-go's answer the same questions; `differential apply`
//! asks the in-memory server and a real one, `differential protobuf` the in-memory server in two formats.
//!
//! A seed makes cases: kubeconfig files with oddities in them, and flags. Two programs resolve each (`xtask/cluster/differential/config`
//! and the example `differential` of k8s-config), and their answers must mean the same, but for the list in `intended.rs`.

use std::path::Path;
use std::process::ExitCode;

use crate::section::Section;
use crate::{Error, flags};

mod apply;
mod case;
mod compare;
mod draft;
mod intended;
mod minimal;
mod oddities;
mod pki;
mod programs;
mod protobuf;
mod tally;
mod tree;

use case::Case;
use compare::{Seen, differences};
use intended::INTENDED;
use pki::Pki;
use programs::{Answers, Pair};
use tally::Tally;

/// Asks both; the last line is `cases=N unexplained=N`, with `skipped=WHY` when nothing could be asked.
pub(crate) fn run(flags: &flags::Differential) -> Result<ExitCode, Error> {
    match &flags.subcommand {
        flags::DifferentialCmd::Apply(flags) => apply::run(flags),
        flags::DifferentialCmd::Config(flags) => config(flags),
        flags::DifferentialCmd::Protobuf(flags) => protobuf::run(flags),
    }
}

fn config(flags: &flags::Config) -> Result<ExitCode, Error> {
    let (cases, seed) = (flags.cases.unwrap_or(2000), flags.seed.unwrap_or(1));
    let folder = tempfile::tempdir()?;
    let pair = {
        let _section = Section::open("differential build");
        Pair::start(folder.path())?
    };
    let mut pair = match pair {
        Ok(pair) => pair,
        Err(why) => {
            println!("cases=0 unexplained=0 skipped={why}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let tally = ask_all(cases, seed, &mut pair, folder.path())?;
    print!("{tally}");
    let complaints = tally.complaints();
    for complaint in &complaints {
        println!("no fair mixture: {complaint}");
    }
    println!("cases={} unexplained={}", tally.cases, tally.unexplained);
    let bad = tally.unexplained > 0 || !complaints.is_empty();
    Ok(ExitCode::from(u8::from(bad)))
}

/// Makes the cases one by one, and prints those whose answers differ for no reason.
fn ask_all(cases: u64, seed: u64, pair: &mut Pair, folder: &Path) -> Result<Tally, Error> {
    let _section = Section::open(&format!("differential config, seed {seed}"));
    let pki = Pki::create(folder)?;
    let mut tally = Tally::default();
    for number in 0..cases {
        let case = Case::make(seed, number, &pki);
        case.write(folder)?;
        let answers = pair.ask(&case.question)?;
        tally.add(&case, &answers);
        if !explained(&case, &answers, &mut tally) {
            tally.unexplained += 1;
            let small = minimal::reduce(&case, pair, folder)?;
            print(&case, &small, &answers);
        }
        case.remove(folder)?;
    }
    Ok(tally)
}

/// Whether the answers mean the same, or differ on purpose at every point.
fn explained(case: &Case, answers: &Answers, tally: &mut Tally) -> bool {
    let seen = Seen { case, answers };
    let mut names = Vec::new();
    for point in differences(answers) {
        let reason = INTENDED
            .iter()
            .find(|intended| (intended.explains)(&seen, &point));
        match reason {
            Some(intended) => names.push(intended.name),
            None => return false,
        }
    }
    names.sort_unstable();
    names.dedup();
    names.into_iter().for_each(|name| tally.explained(name));
    true
}

fn print(case: &Case, small: &Case, answers: &Answers) {
    println!(
        "case {} ({}) differs: {}",
        case.number,
        case.oddities.join(", "),
        differences(answers).join(", ")
    );
    println!("  client-go: {}", answers.theirs);
    println!("  ours: {}", answers.ours);
    print!("{}", case.shown());
    println!("smaller, with the same difference:\n{}", small.shown());
}
