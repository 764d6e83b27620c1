//! `cargo xtask conformance`: the same cases on the in-memory server and on a real control plane.
//!
//! The cases are one test program, `cases` of `k8s-conformance`; `CONFORMANCE_COLUMN` tells it what to run on, and its
//! last line says how it went: `column=fake cases=N run=N failed=N real_only=N`, with `skipped=WHY` when it could not run.
//! What the in-memory server does not do yet is `real_only`: it runs on the real one alone, and is counted.
//! With `--diff`, what both answered is compared too: the last line is then `compared=N differing=N`, by cases.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::section::Section;
use crate::{Error, flags, programs, workspace};

mod diff;
pub(crate) mod ignored;

/// How one column went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Column {
    cases: u32,
    run: u32,
    failed: u32,
    /// Cases that this column cannot answer.
    real_only: u32,
}

/// What became of a column.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Ran(Column),
    /// It was asked for and could not run.
    CouldNot(String),
    NotAsked,
}

/// Runs the columns that are asked for (both, when none is named); the last line sums them up.
pub(crate) fn run(flags: &flags::Conformance) -> Result<ExitCode, Error> {
    let both = flags.both || flags.diff || flags.fake == flags.real;
    let records = flags.diff.then(records).transpose()?;
    let records = records.as_deref();
    let program = build().map_err(|error| error.to_string());
    let xtask = env::current_exe()?;
    let alone = |program: &PathBuf| vec![program.into()];
    let cluster = |program: &PathBuf| {
        let front = ["cluster", "run", "--oidc", "--"].map(OsString::from);
        [vec![xtask.into()], front.into(), vec![program.into()]].concat()
    };
    let fake = outcome(
        both || flags.fake,
        "fake",
        records,
        program.as_ref().map(alone),
    );
    let real = outcome(
        both || flags.real,
        "real",
        records,
        program.as_ref().map(cluster),
    );
    let (line, good) = summary(&fake, &real);
    println!("{line}");
    let alike = match records {
        Some(records) => diff::compare(&record(records, "fake"), &record(records, "real"))?,
        None => true,
    };
    Ok(ExitCode::from(u8::from(!good || !alike)))
}

/// The folder of what the columns answered, for `--diff`; it stays, to be looked at.
fn records() -> Result<PathBuf, Error> {
    let folder = workspace::root().join("target/conformance");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn record(records: &Path, column: &str) -> PathBuf {
    records.join(format!("{column}.jsonl"))
}

/// Builds the program that holds the cases and returns its path.
fn build() -> Result<PathBuf, Error> {
    let _section = Section::open("conformance build");
    let args = [
        "test",
        "--package",
        "k8s-conformance",
        "--test",
        "cases",
        "--no-run",
    ];
    let [program] = programs::build(&args, ["cases"])?;
    Ok(program)
}

fn outcome(
    asked: bool,
    column: &str,
    records: Option<&Path>,
    command: Result<Vec<OsString>, &String>,
) -> Outcome {
    if !asked {
        return Outcome::NotAsked;
    }
    let _section = Section::open(&format!("conformance {column}"));
    let ran = command
        .map_err(|why| why.as_str().into())
        .and_then(|command| run_column(column, records, &command));
    match ran {
        Ok(column) => Outcome::Ran(column),
        Err(error) => Outcome::CouldNot(error.to_string()),
    }
}

/// Runs the program, hands its output on line by line, and reads what its last line says.
fn run_column(column: &str, records: Option<&Path>, command: &[OsString]) -> Result<Column, Error> {
    let (program, args) = command.split_first().ok_or("no program")?;
    let record = records.map(|records| ("CONFORMANCE_RECORD", record(records, column)));
    let mut child = Command::new(program)
        .args(args)
        .env("CONFORMANCE_COLUMN", column)
        .envs(record)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("starting {}: {error}", program.display()))?;
    let output = child.stdout.take().ok_or("no standard output")?;
    let mut counted = None;
    let mut skipped = None;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        counted = parse(&line, column).or(counted);
        skipped = line
            .split_once(" skipped=")
            .map(|(_, why)| why.to_owned())
            .or(skipped);
    }
    let status = child.wait()?;
    if let Some(why) = skipped {
        return Err(why.into());
    }
    let counted = counted
        .ok_or_else(|| format!("the program ended ({status}) without saying how many cases ran"))?;
    if !status.success() && counted.failed == 0 {
        return Err(format!("no case failed, but the program ended with {status}").into());
    }
    Ok(counted)
}

/// Reads `column=fake cases=N run=N failed=N real_only=N`.
fn parse(line: &str, column: &str) -> Option<Column> {
    let rest = line.strip_prefix("column=")?.strip_prefix(column)?;
    let mut words = rest.split_whitespace();
    let mut number = |name: &str| {
        words
            .next()?
            .strip_prefix(name)?
            .strip_prefix('=')?
            .parse()
            .ok()
    };
    Some(Column {
        cases: number("cases")?,
        run: number("run")?,
        failed: number("failed")?,
        real_only: number("real_only")?,
    })
}

/// The last line, and whether all that was asked for ran and passed.
fn summary(fake: &Outcome, real: &Outcome) -> (String, bool) {
    let column = |outcome: &Outcome| match outcome {
        Outcome::Ran(column) => *column,
        Outcome::CouldNot(_) | Outcome::NotAsked => Column {
            cases: 0,
            run: 0,
            failed: 0,
            real_only: 0,
        },
    };
    let (f, r) = (column(fake), column(real));
    let cases = f.cases.max(r.cases);
    let mut line = format!(
        "cases={cases} fake_run={} real_run={} fake_failed={} real_failed={} real_only={}",
        f.run, r.run, f.failed, r.failed, f.real_only
    );
    let mut good = true;
    for (name, outcome) in [("fake", fake), ("real", real)] {
        match outcome {
            Outcome::Ran(column) => {
                let all = column.run + column.real_only == cases;
                good &= column.failed == 0 && all && column.run > 0;
            }
            Outcome::CouldNot(why) => {
                good = false;
                line.push_str(&format!(" skipped={name}: {}", why.replace('\n', " ")));
            }
            Outcome::NotAsked => line.push_str(&format!(" skipped={name}: not asked for")),
        }
    }
    (line, good)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(cases: u32, run: u32, failed: u32) -> Outcome {
        but(cases, run, failed, 0)
    }

    fn but(cases: u32, run: u32, failed: u32, real_only: u32) -> Outcome {
        Outcome::Ran(Column {
            cases,
            run,
            failed,
            real_only,
        })
    }

    #[test]
    fn reads_the_last_line_of_its_column_only() {
        let line = "column=fake cases=30 run=29 failed=2 real_only=1";
        assert_eq!(
            parse(line, "fake"),
            Some(Column {
                cases: 30,
                run: 29,
                failed: 2,
                real_only: 1
            })
        );
        assert_eq!(parse(line, "real"), None);
        assert_eq!(
            parse("column=fake cases=30 run=x failed=2 real_only=0", "fake"),
            None
        );
        assert_eq!(parse("test result: ok", "fake"), None);
    }

    #[test]
    fn both_columns_must_run_every_case() {
        let check = |fake, real, line: &str, good| {
            assert_eq!(summary(&fake, &real), (line.to_owned(), good))
        };
        check(
            ran(3, 3, 0),
            ran(3, 3, 0),
            "cases=3 fake_run=3 real_run=3 fake_failed=0 real_failed=0 real_only=0",
            true,
        );
        check(
            ran(3, 3, 1),
            ran(3, 3, 0),
            "cases=3 fake_run=3 real_run=3 fake_failed=1 real_failed=0 real_only=0",
            false,
        );
        check(
            ran(3, 3, 0),
            ran(3, 2, 0),
            "cases=3 fake_run=3 real_run=2 fake_failed=0 real_failed=0 real_only=0",
            false,
        );
        check(
            but(3, 2, 0, 1),
            ran(3, 3, 0),
            "cases=3 fake_run=2 real_run=3 fake_failed=0 real_failed=0 real_only=1",
            true,
        );
        check(
            ran(0, 0, 0),
            ran(0, 0, 0),
            "cases=0 fake_run=0 real_run=0 fake_failed=0 real_failed=0 real_only=0",
            false,
        );
    }

    #[test]
    fn a_column_that_could_not_run_fails() {
        let (line, good) = summary(&ran(3, 3, 0), &Outcome::CouldNot("no\nGo".to_owned()));
        assert_eq!(
            line,
            "cases=3 fake_run=3 real_run=0 fake_failed=0 real_failed=0 real_only=0 skipped=real: no Go"
        );
        assert!(!good);
        let (line, good) = summary(&ran(3, 3, 0), &Outcome::NotAsked);
        assert!(line.ends_with(" skipped=real: not asked for"), "{line}");
        assert!(good);
    }
}
