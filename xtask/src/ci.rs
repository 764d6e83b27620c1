//! `cargo xtask ci`: what must hold before a change is merged, beside the tests; the same on a desk and in CI.

mod alone;
mod deny;
mod locks;
mod weight;

use std::process::ExitCode;

use xshell::{Cmd, Shell};

use crate::section::Section;
use crate::workspace::{self, cargo};
use crate::{Error, api, flags, kinds, tidy};

/// What is published can be packed. (That each builds alone is a stage of its own.)
const PACKAGE: &[&str] = &[
    "package",
    "--workspace",
    "--no-verify",
    "--allow-dirty",
    "--quiet",
    "--exclude",
    "examples",
    "--exclude",
    "k8s-conformance",
    "--exclude",
    "weight",
    "--exclude",
    "xtask",
];

/// How a stage ended.
enum Outcome {
    Passed,
    Failed(Error),
    /// What could not be done, and why; said aloud and counted.
    Skipped(String),
}

/// Runs every stage, also after one failed; 1 when one did.
pub(crate) fn run() -> Result<ExitCode, Error> {
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    let mut run = Run::default();
    run.stage("fetch", || {
        passed(cargo(&sh, &["fetch", "--locked"])) // what tidy and cargo-deny look at without a network
    });
    run.stage("locks", || locks::check(&sh));
    run.stage("fmt", || passed(cargo(&sh, &["fmt", "--all", "--check"])));
    run.stage("clippy", || {
        passed(cargo(
            &sh,
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        ))
    });
    run.stage("tidy", check_tidy);
    run.stage("kinds", check_kinds);
    run.stage("api", check_api);
    run.stage("weight", || weight::check(&sh));
    run.stage("rust-version", check_rust_version);
    match workspace::members(&sh.current_dir()) {
        Ok(members) => {
            for member in &members {
                run.stage(&format!("alone {}", member.name), || {
                    alone::check(&sh, member)
                });
            }
        }
        Err(error) => run.stage("alone", || Outcome::Failed(error)),
    }
    run.stage("doc", || {
        passed(cargo(&sh, &["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
    });
    run.stage("package", || passed(cargo(&sh, PACKAGE)));
    for check in deny::CHECKS {
        run.stage(&format!("deny {check}"), || deny::check(&sh, check));
    }
    println!(
        "ci: stages={} failed={} skipped={}",
        run.stages, run.failed, run.skipped
    );
    Ok(ExitCode::from(u8::from(run.failed > 0)))
}

/// What happened so far.
#[derive(Default)]
struct Run {
    stages: u32,
    failed: u32,
    skipped: u32,
}

impl Run {
    fn stage(&mut self, name: &str, stage: impl FnOnce() -> Outcome) {
        let _section = Section::open(name);
        self.stages += 1;
        match stage() {
            Outcome::Passed => {}
            Outcome::Failed(error) => {
                self.failed += 1;
                println!("FAILED {name}: {error}");
            }
            Outcome::Skipped(why) => {
                self.skipped += 1;
                println!("skipped {name}: {why}");
            }
        }
    }
}

fn passed(cmd: Cmd<'_>) -> Outcome {
    match cmd.run() {
        Ok(()) => Outcome::Passed,
        Err(error) => Outcome::Failed(error.into()),
    }
}

fn check_kinds() -> Outcome {
    match kinds::is_up_to_date() {
        Ok(true) => Outcome::Passed,
        Ok(false) => Outcome::Failed("a list of kinds is stale: run cargo xtask kinds".into()),
        Err(error) => Outcome::Failed(error),
    }
}

fn check_api() -> Outcome {
    match api::is_up_to_date() {
        Ok(true) => Outcome::Passed,
        Ok(false) => {
            Outcome::Failed("the public API changed: run cargo xtask api, look, and commit".into())
        }
        Err(error) => Outcome::Failed(error),
    }
}

fn check_tidy() -> Outcome {
    match tidy::run(&flags::Tidy {
        root: None,
        rule: Vec::new(),
    }) {
        Ok(ExitCode::SUCCESS) => Outcome::Passed,
        Ok(_) => Outcome::Failed("see the faults above".into()),
        Err(error) => Outcome::Failed(error),
    }
}

/// Every crate says which Rust it needs; which one that is stands once, in the workspace's manifest.
fn check_rust_version() -> Outcome {
    let members = match workspace::members(&workspace::root()) {
        Ok(members) => members,
        Err(error) => return Outcome::Failed(error),
    };
    let silent: Vec<&str> = members
        .iter()
        .filter(|m| !m.has_rust_version)
        .map(|m| m.name.as_str())
        .collect();
    if silent.is_empty() {
        return Outcome::Passed;
    }
    Outcome::Failed(format!("no rust-version in {}", silent.join(", ")).into())
}
