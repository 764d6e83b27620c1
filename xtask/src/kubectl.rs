//! `cargo xtask kubectl`: the same command lines with kubectl and with `k8s` on a real control plane.
//!
//! `kubectl/lines.txt` holds the lines. Standard output, standard error and exit code must be the same once ages, times
//! and the program's name are taken out; where a line differs on purpose it says why, and then it must differ.
//! kubectl beside itself must not differ, and kubectl that reaches no server must: both are run, too, the latter for every
//! eighth line.

pub(crate) mod lines;
pub(crate) mod plain;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use self::lines::{Line, What};
use crate::section::Section;
use crate::{Error, flags, programs};

/// How many lines of a difference are shown.
const SHOWN: usize = 12;
/// How often a line is asked while kubectl does not say the same twice.
const TRIES: usize = 3;
/// How long a program that watches has until it has listed: with `--watch-only` nothing tells when that is.
const BEFORE_CHANGES: Duration = Duration::from_secs(1);
/// How long it has between two changes, so that it tells of each.
const BETWEEN_CHANGES: Duration = Duration::from_millis(50);

/// What a program answered, without what is never the same.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

/// What is done with kubectl for each answer to a line.
#[derive(Default)]
struct Around<'a> {
    before: Vec<&'a Line>,
    during: Vec<&'a Line>,
}

/// What was said to one line.
struct Asked {
    theirs: Answer,
    ours: Answer,
    /// kubectl's, once more.
    again: Answer,
}

/// Builds `k8s`, starts a cluster, and compares inside of it.
pub(crate) fn run(flags: &flags::Kubectl) -> Result<ExitCode, Error> {
    if let Some(program) = &flags.inside {
        return compare(program, flags.whole);
    }
    let program = build()?;
    let _section = Section::open("kubectl compare");
    let mut inside = programs::cluster_run(&[])?;
    inside
        .arg(env::current_exe()?)
        .args(["kubectl", "--inside"])
        .arg(program);
    if flags.whole {
        inside.arg("--whole");
    }
    let status = inside.status()?;
    Ok(ExitCode::from(u8::from(!status.success())))
}

fn build() -> Result<PathBuf, Error> {
    let _section = Section::open("kubectl build");
    programs::k8s()
}

fn compare(program: &Path, whole: bool) -> Result<ExitCode, Error> {
    let kubectl = programs::cluster_kubectl()?;
    let lines = lines::read()?;
    let (mut differing, mut intended, mut itself, mut broken) = (0, 0, 0, 0);
    for line in lines.iter().filter(|line| line.what == What::Setup) {
        ask(&kubectl, &line.words)?;
    }
    let mut around = Around::default();
    let mut compared = 0;
    for line in &lines {
        match line.what {
            What::Setup => continue,
            What::Before => {
                around.before.push(line);
                continue;
            }
            What::During => {
                around.during.push(line);
                continue;
            }
            What::Compared => {}
        }
        compared += 1;
        let asked = Asked::while_nothing_changes(line, &around, &kubectl, program)?;
        intended += u32::from(line.differs.is_some());
        if (asked.theirs == asked.ours) == line.differs.is_some() {
            differing += 1;
            println!("{}", tell(line, &asked.theirs, &asked.ours, whole));
        }
        if asked.again != asked.theirs {
            itself += 1;
            println!("== {}\nkubectl answers in two ways", line.words.join(" "));
        }
        let nowhere = ["--server=https://127.0.0.1:1".to_owned()];
        if compared % 8 == 0 {
            let said = ask(&kubectl, &[&nowhere[..], &line.words].concat())?;
            broken += u32::from(said != asked.theirs);
        }
        around = Around::default();
    }
    println!(
        "kubectl: lines={compared} differing={differing} intended={intended} itself={itself} unreachable={broken}"
    );
    let good = differing == 0 && itself == 0 && broken > 0;
    Ok(ExitCode::from(u8::from(!good)))
}

impl Asked {
    /// Asks kubectl, the program, and kubectl again; all of it anew while the cluster changes under the question.
    fn while_nothing_changes(
        line: &Line,
        around: &Around<'_>,
        kubectl: &Path,
        program: &Path,
    ) -> Result<Self, Error> {
        let ask = |program: &Path| {
            for line in &around.before {
                ask(kubectl, &line.words)?;
            }
            let mut answer = ask_during(program, &line.words, kubectl, &around.during)?;
            if line.is_unordered {
                answer.sort();
            }
            Ok::<_, Error>(answer)
        };
        let mut tries = 0;
        loop {
            tries += 1;
            let asked = Self {
                theirs: ask(kubectl)?,
                ours: ask(program)?,
                again: ask(kubectl)?,
            };
            if asked.theirs == asked.again || tries == TRIES {
                return Ok(asked);
            }
        }
    }
}

impl Answer {
    /// Puts what was printed into an order of its own: the lines, and the words of each.
    fn sort(&mut self) {
        let words = |line: &str| {
            let mut words: Vec<&str> = line
                .split([' ', '[', ']'])
                .filter(|word| !word.is_empty())
                .collect();
            words.sort_unstable();
            words.join(" ")
        };
        let mut lines: Vec<String> = self.out.lines().map(words).collect();
        lines.sort_unstable();
        self.out = lines.join("\n");
    }
}

fn ask(program: &Path, words: &[String]) -> Result<Answer, Error> {
    ask_during(program, words, program, &[])
}

/// What a program answers, while kubectl does something.
fn ask_during(
    program: &Path,
    words: &[String],
    kubectl: &Path,
    changes: &[&Line],
) -> Result<Answer, Error> {
    let child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("starting {}: {error}", program.display()))?;
    if !changes.is_empty() {
        thread::sleep(BEFORE_CHANGES);
    }
    for change in changes {
        ask(kubectl, &change.words)?;
        thread::sleep(BETWEEN_CHANGES);
    }
    let output = child.wait_with_output()?;
    Ok(Answer {
        code: output.status.code(),
        out: plain::output(&String::from_utf8_lossy(&output.stdout)),
        err: plain::errors(&String::from_utf8_lossy(&output.stderr)),
    })
}

fn tell(line: &Line, theirs: &Answer, ours: &Answer, whole: bool) -> String {
    let words = line.words.join(" ");
    if theirs == ours {
        return format!(
            "== {words}\nis the same, and should differ: {}",
            line.differs.as_deref().unwrap_or_default()
        );
    }
    let shown = if whole { usize::MAX } else { SHOWN };
    let mut text = format!(
        "== {words}\nkubectl ends with {:?}, k8s with {:?}",
        theirs.code, ours.code
    );
    for (theirs, ours) in [(&theirs.out, &ours.out), (&theirs.err, &ours.err)] {
        text.extend(
            differences(theirs, ours)
                .into_iter()
                .take(shown)
                .map(|line| format!("\n{line}")),
        );
    }
    text
}

/// The lines that only one of the two has at their place.
pub(crate) fn differences(theirs: &str, ours: &str) -> Vec<String> {
    let (theirs, ours): (Vec<&str>, Vec<&str>) = (theirs.lines().collect(), ours.lines().collect());
    let at = |lines: &[&str], at: usize| lines.get(at).map(|line| (*line).to_owned());
    (0..theirs.len().max(ours.len()))
        .map(|line| (at(&theirs, line), at(&ours, line)))
        .filter(|(theirs, ours)| theirs != ours)
        .flat_map(|(theirs, ours)| {
            [
                theirs.map(|line| format!("< {line}")),
                ours.map(|line| format!("> {line}")),
            ]
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_lines_that_differ() {
        assert_eq!(differences("a\nb\n", "a\nc\nd\n"), ["< b", "> c", "> d"]);
        assert!(differences("a", "a").is_empty());
    }
}
