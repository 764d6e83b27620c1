//! `cargo xtask kubectl-diff`: one script of kubectl's commands on the in-memory server and on a real control plane.
//!
//! ```text
//! lines.txt ─┬▸ kubectl ▸ in-memory server ▸ what was said ─┐
//!            └▸ kubectl ▸ cluster run ▸ what was said ──────┴▸ plain ▸ lines that differ
//! ```
//!
//! Exit codes, standard output and standard error are compared, without what is of one moment or one run (`plain`).
//! Of lists of what a server has, only what the in-memory one has is. The comparison is compared, too: the script runs
//! twice on the real server, which must not differ, and on an in-memory server that has a namespace too many, which must.
//! The last line is `commands=N differing_lines=N`.

mod plain;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::kubectl::differences;
use crate::kubectl::lines::{self, Line, What};
use crate::kubectl_memory::{Memory, kubectl};
use crate::section::Section;
use crate::{Error, flags, programs, workspace};

const LINES: &str = include_str!("kubectl_diff/lines.txt");
/// How many lines of a difference are shown.
const SHOWN: usize = 12;
/// Commands that list what a server has.
const INVENTORIES: [&str; 2] = ["api-resources", "api-versions"];

/// What kubectl said to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    words: Vec<String>,
    code: Option<i32>,
    out: String,
    err: String,
}

/// The same on its way between two processes.
type Told = (Vec<String>, Option<i32>, String, String);

/// Runs the script everywhere, and compares.
pub(crate) fn run(flags: &flags::KubectlDiff) -> Result<ExitCode, Error> {
    if let Some(path) = &flags.inside {
        let kubectl = programs::cluster_kubectl()?;
        let kubeconfig = PathBuf::from(env::var_os("KUBECONFIG").ok_or("not inside a cluster")?);
        let told = || -> Result<Vec<Told>, Error> {
            let said = script(&kubectl, &kubeconfig)?.into_iter();
            Ok(said.map(Told::from).collect())
        };
        fs::write(path, serde_json::to_vec(&[told()?, told()?])?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let kubectl = kubectl()?;
    let [memory, broken] = in_memory(&kubectl)?;
    let [real, again] = {
        let _section = Section::open("kubectl-diff real");
        let said = tempfile::NamedTempFile::new()?;
        let status = programs::cluster_run(&[])?
            .arg(env::current_exe()?)
            .args(["kubectl-diff", "--inside"])
            .arg(said.path())
            .status()?;
        if !status.success() {
            return Err(format!("the real control plane could not be asked ({status})").into());
        }
        let told: [Vec<Told>; 2] = serde_json::from_slice(&fs::read(said.path())?)?;
        told.map(|run| run.into_iter().map(Said::from).collect::<Vec<Said>>())
    };
    let itself = compare(&again, &real, None);
    let seen = compare(&broken, &real, None);
    let shown = if flags.whole { usize::MAX } else { SHOWN };
    let differing = compare(&memory, &real, Some(shown));
    println!("kubectl-diff: the real server with itself {itself}, a broken one with it {seen}");
    println!("commands={} differing_lines={differing}", real.len());
    let good = differing == 0 && itself == 0 && seen > 0;
    Ok(ExitCode::from(u8::from(!good)))
}

/// What was said of the in-memory server, and of one in which something is not as it should be.
fn in_memory(kubectl: &Path) -> Result<[Vec<Said>; 2], Error> {
    let mut server = {
        let _section = Section::open("kubectl-diff build");
        Memory::start()?
    };
    let _section = Section::open("kubectl-diff memory");
    let memory = script(kubectl, &server.kubeconfig())?;
    server.stop()?;
    let mut server = Memory::start()?;
    let made = Command::new(kubectl)
        .args(["create", "namespace", "too-many", "--kubeconfig"])
        .arg(server.kubeconfig())
        .stdout(Stdio::null())
        .status()?;
    if !made.success() {
        return Err("the broken server has no namespace too many".into());
    }
    let broken = script(kubectl, &server.kubeconfig())?;
    server.stop()?;
    Ok([memory, broken])
}

/// Runs every line, with a kubeconfig and a home of its own.
fn script(kubectl: &Path, kubeconfig: &Path) -> Result<Vec<Said>, Error> {
    let home = tempfile::tempdir()?;
    let own = home.path().join("kubeconfig");
    fs::copy(kubeconfig, &own)?;
    let manifests = workspace::root().join("xtask/src/kubectl_diff/manifests");
    let text = LINES.replace("$MANIFESTS", &manifests.to_string_lossy());
    let mut said = Vec::new();
    for line in text.lines().filter_map(lines::parse) {
        let answer = ask(kubectl, &own, home.path(), &line)?;
        if line.what == What::Compared {
            said.push(answer);
        }
    }
    Ok(said)
}

fn ask(kubectl: &Path, kubeconfig: &Path, home: &Path, line: &Line) -> Result<Said, Error> {
    let output = Command::new(kubectl)
        .args(&line.words)
        .env("KUBECONFIG", kubeconfig)
        .env("HOME", home)
        .env("KUBECACHEDIR", home.join("cache"))
        .env("TMPDIR", home)
        .stdin(Stdio::null())
        .output()?;
    let text = |bytes: &[u8]| plain::text(&String::from_utf8_lossy(bytes), home);
    Ok(Said {
        words: line.words.clone(),
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    })
}

/// Counts the lines that differ from those of the real server; tells them, so many of each command, when asked to.
fn compare(said: &[Said], real: &[Said], shown: Option<usize>) -> usize {
    let mut differing = said.len().abs_diff(real.len());
    for (said, real) in said.iter().zip(real) {
        let found = differing_lines(said, real);
        differing += found.len();
        if let Some(shown) = shown.filter(|_| !found.is_empty()) {
            let first: Vec<&str> = found.iter().take(shown).map(String::as_str).collect();
            println!("== {}\n{}", real.words.join(" "), first.join("\n"));
        }
    }
    differing
}

fn differing_lines(said: &Said, real: &Said) -> Vec<String> {
    let mut found = Vec::new();
    if said.code != real.code {
        found.push(format!("ends with {:?}, not {:?}", said.code, real.code));
    }
    let is_inventory = INVENTORIES.contains(&real.words.first().map_or("", String::as_str));
    let theirs = if is_inventory {
        only(&real.out, &said.out)
    } else {
        real.out.clone()
    };
    found.extend(differences(&theirs, &said.out));
    found.extend(differences(&real.err, &said.err));
    found
}

/// The lines of a list that another one has, too.
fn only(list: &str, other: &str) -> String {
    let lines = list.lines();
    let lines = lines.filter(|line| other.lines().any(|other| other == *line));
    lines.map(|line| format!("{line}\n")).collect()
}

impl From<Said> for Told {
    fn from(said: Said) -> Self {
        (said.words, said.code, said.out, said.err)
    }
}

impl From<Told> for Said {
    fn from((words, code, out, err): Told) -> Self {
        Self {
            words,
            code,
            out,
            err,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &str, code: i32, out: &str) -> Said {
        Said {
            words: words.split(' ').map(str::to_owned).collect(),
            code: Some(code),
            out: out.to_owned(),
            err: String::new(),
        }
    }

    #[test]
    fn one_changed_answer_is_seen() {
        let real = [said("get ns", 0, "a\nb\n"), said("get x", 1, "")];
        assert_eq!(compare(&real, &real, None), 0);
        let mut changed = real.clone();
        changed[0].out = "a\nc\n".to_owned();
        assert_eq!(compare(&changed, &real, None), 2);
        changed[1].code = Some(0);
        assert_eq!(compare(&changed, &real, None), 3);
        assert_eq!(compare(&real[..1], &real, None), 1);
    }

    #[test]
    fn of_lists_of_kinds_only_what_is_there_is_compared() {
        let real = [said("api-versions", 0, "apps/v1\nmore/v1\nv1\n")];
        let compared = |out| compare(&[said("api-versions", 0, out)], &real, None);
        assert_eq!(compared("apps/v1\nv1\n"), 0);
        assert!(compared("apps/v1\nv1\nv2\n") > 0);
    }
}
