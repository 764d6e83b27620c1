//! One write, killed before each of its system calls in turn: strace delivers SIGKILL when the call is about to happen.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Found;
use crate::Error;

/// The calls that open, write, name and close files; all others change nothing on disk.
const CALLS: [&str; 12] = [
    "openat",
    "write",
    "fsync",
    "fchown",
    "fchmod",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "close",
    "mkdir",
];
const OLD: &str = "# mine\ncurrent-context: one\ncontexts:\n- name: one\n- name: two\n";
/// More calls of one name than a write makes.
const MAX: usize = 200;

pub(super) fn everywhere(program: &Path, found: &mut Found) -> Result<(), Error> {
    if Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        found.skipped.push("no strace".to_owned());
        return Ok(());
    }
    let new = OLD.replace("current-context: one", "current-context: two");
    let (mut old_seen, mut new_seen) = (0, 0);
    for call in CALLS {
        for number in 1..=MAX {
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("config");
            fs::write(&file, OLD)?;
            let status = Command::new("strace")
                .args(["-qq", "-o", "/dev/null", "-e"])
                .arg(format!("inject={call}:signal=KILL:when={number}"))
                .arg(program)
                .arg(&file)
                .args(["use-context", "two"])
                .stderr(Stdio::null())
                .status()?;
            let text = fs::read_to_string(&file)?;
            if status.success() {
                if text != new {
                    return Err(format!(
                        "nothing was killed, and {call} number {number} wrote {text:?}"
                    )
                    .into());
                }
                break;
            }
            found.kills += 1;
            match text {
                text if text == OLD => old_seen += 1,
                text if text == new => new_seen += 1,
                text => {
                    found.torn += 1;
                    println!("killed before {call} number {number}: {text:?}");
                }
            }
        }
    }
    println!(
        "killed {} times: {old_seen} old files, {new_seen} new ones",
        found.kills
    );
    if new_seen == 0 || old_seen == 0 {
        return Err("the kills did not reach both sides of the rename".into());
    }
    Ok(())
}
