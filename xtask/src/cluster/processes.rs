//! Processes as `/proc` shows them: who descends from whom, who carries a mark, and ending them.

use std::fs;
use std::io;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, wait};

/// One line of `ps`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) id: i32,
    parent: i32,
    /// At most 15 characters: the kernel keeps no more.
    pub(super) name: String,
    /// Ended, and not yet waited for by its parent.
    zombie: bool,
}

impl Process {
    /// Reads `/proc/N/stat`: `4711 (kube-apiserver) S 4710 …`; the name may hold blanks and brackets.
    fn of_stat(stat: &str) -> Option<Self> {
        let (id, rest) = stat.split_once(" (")?;
        let (name, rest) = rest.rsplit_once(") ")?;
        let mut fields = rest.split_whitespace();
        let state = fields.next()?;
        Some(Self {
            id: id.parse().ok()?,
            parent: fields.next()?.parse().ok()?,
            name: name.to_owned(),
            zombie: matches!(state, "Z" | "X"),
        })
    }
}

/// Every process that lives now.
fn living() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with(|c: char| c.is_ascii_digit())
        })
        .filter_map(|entry| Process::of_stat(&fs::read_to_string(entry.path().join("stat")).ok()?))
        .filter(|process| !process.zombie)
        .collect()
}

/// Every living process that descends from `ancestor`.
pub(super) fn descendants(ancestor: i32) -> Vec<Process> {
    descendants_in(&living(), ancestor)
}

fn descendants_in(all: &[Process], ancestor: i32) -> Vec<Process> {
    let mut found: Vec<Process> = Vec::new();
    let mut ancestors = vec![ancestor];
    while let Some(parent) = ancestors.pop() {
        let children = all
            .iter()
            .filter(|process| process.parent == parent && process.id != parent);
        for child in children {
            ancestors.push(child.id);
            found.push(child.clone());
        }
    }
    found
}

/// Every living process whose environment has exactly this entry (`NAME=value`).
pub(super) fn carrying(entry: &str) -> Vec<Process> {
    let mine = i32::try_from(std::process::id()).unwrap_or_default();
    let carries = |process: &Process| {
        let environment = fs::read(format!("/proc/{}/environ", process.id)).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|found| found == entry.as_bytes())
    };
    living()
        .into_iter()
        .filter(|process| process.id != mine && carries(process))
        .collect()
}

/// Sends a signal; a process that is gone already is no failure.
pub(super) fn signal(id: i32, signal: Signal) -> io::Result<()> {
    let Some(pid) = Pid::from_raw(id) else {
        return Ok(());
    };
    match kill_process(pid, signal) {
        Ok(()) | Err(Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// SIGTERM, and SIGKILL after `grace`; returns when it is gone.
pub(super) fn end(child: &mut Child, grace: Duration) -> io::Result<()> {
    let id = i32::try_from(child.id()).unwrap_or_default();
    if child.try_wait()?.is_some() {
        return Ok(());
    }
    signal(id, Signal::TERM)?;
    let began = Instant::now();
    while began.elapsed() < grace {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill()?;
    child.wait().map(drop)
}

/// Kills whatever still descends from this process (a subreaper: orphans come to it), and waits for it.
pub(super) fn sweep() {
    let mine = i32::try_from(std::process::id()).unwrap_or_default();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(5) {
        while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
        let left = descendants(mine);
        if left.is_empty() {
            return;
        }
        for process in left {
            // One that we may not kill (set-user-ID) is left; the time limit ends the loop.
            let _refused = signal(process.id, Signal::KILL);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn process(id: i32, parent: i32) -> Process {
        Process {
            id,
            parent,
            name: "x".into(),
            zombie: false,
        }
    }

    #[test]
    fn reads_names_with_blanks_and_brackets() {
        let read = |stat: &str| Process::of_stat(stat).map(|p| (p.id, p.parent, p.name, p.zombie));
        assert_eq!(
            read("12 (kube-apiserver) S 7 12 12"),
            Some((12, 7, "kube-apiserver".into(), false))
        );
        assert_eq!(
            read("12 (a) (b ) Z 7 1"),
            Some((12, 7, "a) (b ".into(), true))
        );
        assert_eq!(read("12 (a) S"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn descendants_are_all_generations_and_nobody_else() {
        let all = [
            process(1, 0),
            process(2, 1),
            process(3, 2),
            process(4, 1),
            process(5, 4),
            process(6, 5),
        ];
        let mut found: Vec<i32> = descendants_in(&all, 4).iter().map(|p| p.id).collect();
        found.sort_unstable();
        assert_eq!(found, [5, 6]);
        assert_eq!(descendants_in(&all, 3), []);
    }

    #[test]
    fn a_program_that_ignores_sigterm_is_killed() {
        let script = "trap '' TERM; echo up; while :; do sleep 0.01; done";
        let mut child = Command::new("sh")
            .args(["-c", script])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut up = [0; 3];
        io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut up).unwrap();
        end(&mut child, Duration::from_millis(50)).unwrap();
        assert_eq!(child.wait().unwrap().to_string(), "signal: 9 (SIGKILL)");
    }

    #[test]
    fn a_mark_in_the_environment_is_found() {
        let mark = format!("CLUSTER_TEST_MARK={}", std::process::id());
        let (name, value) = mark.split_once('=').unwrap();
        let mut child = Command::new("sleep")
            .arg("100")
            .env(name, value)
            .spawn()
            .unwrap();
        let id = i32::try_from(child.id()).unwrap();
        assert!(
            carrying(&mark)
                .iter()
                .any(|p| p.id == id && p.name == "sleep")
        );
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(carrying(&mark), []);
    }
}
