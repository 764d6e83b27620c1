//! The server, a process of its own on a core of its own, until it is dropped.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::Error;
use crate::bench::{fnv, value};

/// A running server and what it said of itself.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) folder: TempDir,
    pub(super) address: String,
    pub(super) namespace: String,
    pub(super) pod: String,
    /// Of the pod that is read alone.
    length: u64,
    /// Of the list.
    pub(super) bytes: String,
    /// What a program has seen that saw every pod, or two events of each.
    pods: String,
    events: String,
}

impl Server {
    pub(super) fn start(program: &Path, pods: usize, protocols: &str) -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        // It ends when its standard input does: with this process, at the latest.
        let mut child = Command::new("taskset")
            .args(["-c", "1"])
            .arg(program)
            .arg(folder.path())
            .args([&pods.to_string(), protocols])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or("no output of the server")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let line = line.trim_end();
        let said = |key: &str| value(line, key).map(str::to_owned);
        Ok(Self {
            address: said("address")?,
            namespace: said("namespace")?,
            pod: said("pod")?,
            length: said("length")?.parse()?,
            bytes: said("bytes")?,
            pods: said("pods")?,
            events: said("events")?,
            child,
            folder,
        })
    }

    /// What a program must print; `None` where it is not comparable.
    pub(super) fn expected(&self, scenario: &str, count: usize) -> Option<String> {
        let seen = |bytes: &[u8]| format!("{count}:{:016x}", fnv(&bytes.repeat(count)));
        let seen = match scenario.split('-').next()? {
            "list" => self.pods.clone(),
            "watch" => self.events.clone(),
            _ if scenario == "get-bytes" => seen(&self.length.to_le_bytes()),
            _ if scenario == "get-typed" => seen(self.pod.as_bytes()),
            _ => return None,
        };
        let (objects, checksum) = seen.split_once(':')?;
        Some(format!("objects={objects} checksum={checksum}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
