//! Two writers of ours on one file, watched by a reader; then both again beside a kubectl that writes, too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Found, contexts};
use crate::Error;

const START: &str = "# whose this is\napiVersion: v1\ncontexts:\n- name: start\n  context: {}\nkind: Config # the end\n";

/// A change, and between which milliseconds it was made.
#[derive(Debug)]
struct Change {
    name: String,
    start: u128,
    end: u128,
}

pub(super) fn all(
    program: &Path,
    kubectl: Result<PathBuf, String>,
    seconds: u64,
    found: &mut Found,
) -> Result<(), Error> {
    let alone = seconds.div_ceil(3);
    let kubectl = match kubectl {
        Ok(kubectl) => Some(kubectl),
        Err(why) => {
            found.skipped.push(why);
            None
        }
    };
    ours_alone(program, kubectl.as_deref(), alone, found)?;
    if let Some(kubectl) = kubectl {
        beside_kubectl(program, &kubectl, seconds - alone, found)?;
    }
    Ok(())
}

fn writers(program: &Path, file: &Path, seconds: u64) -> Result<Vec<Child>, Error> {
    let start = |prefix: &str| {
        let mut command = Command::new(program);
        command
            .arg(file)
            .args(["add", prefix, &seconds.to_string()]);
        command.stdout(Stdio::piped()).spawn()
    };
    Ok(vec![start("one")?, start("two")?])
}

fn have_ended(writers: &mut [Child]) -> Result<bool, Error> {
    let mut ended = true;
    for writer in writers {
        ended &= writer.try_wait()?.is_some();
    }
    Ok(ended)
}

fn changes(writers: Vec<Child>) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for writer in writers {
        let output = writer.wait_with_output()?;
        if !output.status.success() {
            return Err("a writer of ours failed; what it says stands above".into());
        }
        for line in String::from_utf8(output.stdout)?.lines() {
            let mut parts = line.split(' ');
            let mut next = || parts.next().ok_or("a line without times");
            changes.push(Change {
                name: next()?.to_owned(),
                start: next()?.parse()?,
                end: next()?.parse()?,
            });
        }
    }
    Ok(changes)
}

fn ours_alone(
    program: &Path,
    kubectl: Option<&Path>,
    seconds: u64,
    found: &mut Found,
) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("config");
    fs::write(&file, START)?;
    let mut running = writers(program, &file, seconds)?;
    let mut reads = 0_u64;
    loop {
        let text = fs::read_to_string(&file)?;
        if !(text.starts_with("# whose this is\n") && text.ends_with("kind: Config # the end\n")) {
            found.torn += 1;
        }
        reads += 1;
        thread::sleep(Duration::from_micros(200));
        if have_ended(&mut running)? {
            break;
        }
    }
    let changes = changes(running)?;
    let there: BTreeSet<String> = contexts(kubectl, &file)?.into_iter().collect();
    let lost = changes
        .iter()
        .filter(|change| !there.contains(&change.name))
        .count();
    println!(
        "two writers: {} changes, {lost} lost, {reads} reads meanwhile",
        changes.len()
    );
    found.edits += changes.len();
    found.lost += lost;
    Ok(())
}

fn beside_kubectl(
    program: &Path,
    kubectl: &Path,
    seconds: u64,
    found: &mut Found,
) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("config");
    fs::write(&file, START)?;
    let mut running = writers(program, &file, seconds)?;
    let (mut theirs, mut refused) = (Vec::new(), 0);
    loop {
        let (name, start) = (format!("kubectl-{}", theirs.len() + refused), now()?);
        let status = Command::new(kubectl)
            .args([
                "config",
                "set-context",
                &name,
                "--namespace",
                &name,
                "--kubeconfig",
            ])
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        let end = now()?;
        if status.success() {
            theirs.push(Change { name, start, end });
        } else {
            // It does not wait for a lock.
            refused += 1;
        }
        if have_ended(&mut running)? {
            break;
        }
    }
    let ours = changes(running)?;
    let there: BTreeSet<String> = contexts(Some(kubectl), &file)?.into_iter().collect();
    let gone = |change: &&Change| !there.contains(&change.name);
    // kubectl reads, then locks, reads again and undoes the difference: what came in between is its fault.
    let by_kubectl = |change: &Change| {
        theirs
            .iter()
            .any(|run| run.start <= change.end && change.start <= run.end)
    };
    let (undone, lost): (Vec<&Change>, Vec<&Change>) = ours
        .iter()
        .filter(gone)
        .partition(|change| by_kubectl(change));
    let theirs_lost = theirs.iter().filter(gone).count();
    println!(
        "two writers and kubectl: {} changes of ours, {} of kubectl's ({refused} refused), {} lost, {} of ours undone by kubectl",
        ours.len(),
        theirs.len(),
        lost.len() + theirs_lost,
        undone.len()
    );
    found.edits += ours.len();
    found.kubectl += theirs.len();
    found.lost += lost.len() + theirs_lost;
    Ok(())
}

fn now() -> Result<u128, Error> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())
}
