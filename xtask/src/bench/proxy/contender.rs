//! A proxy as a process: started, asked, and looked at from outside.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Error;

/// Ticks of `/proc/PID/stat` in a second, on every Linux.
const TICKS: f64 = 100.0;
/// How long an idle proxy is left alone before its memory is looked at.
const REST: Duration = Duration::from_millis(500);

/// A program that has a command `proxy`.
#[derive(Debug)]
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) program: PathBuf,
}

/// A proxy that serves; dropping it ends it.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    pub(super) port: u16,
    /// Milliseconds from its start to its first answer.
    pub(super) first_answer: f64,
}

/// The cores that this thread may use were fewer for as long as this lives; what it starts meanwhile inherits them.
struct Cores(CpuSet);

impl Cores {
    fn only(core: &str) -> Result<Self, Error> {
        let before = sched_getaffinity(None)?;
        let mut one = CpuSet::new();
        one.set(core.parse()?);
        sched_setaffinity(None, &one)?;
        Ok(Self(before))
    }
}

impl Drop for Cores {
    fn drop(&mut self) {
        // They were this thread's before.
        let _ = sched_setaffinity(None, &self.0);
    }
}

impl Contender {
    pub(super) const fn new(name: &'static str, program: PathBuf) -> Self {
        Self { name, program }
    }
}

impl Running {
    /// Starts it on one core, waits on the other for the line that says where it serves, and asks for `/api`.
    pub(super) fn start(
        program: &Path,
        kubeconfig: &Path,
        [own, other]: [&str; 2],
    ) -> Result<Self, Error> {
        let own = Cores::only(own)?;
        let before = Instant::now();
        let child = Command::new(program)
            .args(["proxy", "--port=0"])
            .env("KUBECONFIG", kubeconfig)
            .stdout(Stdio::piped())
            .spawn()?;
        drop(own);
        let _other = Cores::only(other)?;
        let mut running = Self {
            child,
            port: 0,
            first_answer: 0.0,
        };
        let said = running.child.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        let port = line.trim().rsplit(':').next().unwrap_or_default();
        running.port = port
            .parse()
            .map_err(|_| format!("it does not serve: {line}"))?;
        running.ask()?;
        running.first_answer = before.elapsed().as_secs_f64() * 1000.0;
        Ok(running)
    }

    fn ask(&self) -> Result<(), Error> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(b"GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.starts_with("HTTP/1.1 200") && answer.contains("APIVersions") {
            Ok(())
        } else {
            Err(format!("not a good answer: {answer}").into())
        }
    }

    /// MiB that it holds after its first answer.
    pub(super) fn idle_memory(&self) -> Result<f64, Error> {
        thread::sleep(REST);
        self.memory("VmRSS:")
    }

    /// The most MiB that it ever held.
    pub(super) fn peak_memory(&self) -> Result<f64, Error> {
        self.memory("VmHWM:")
    }

    fn memory(&self, field: &str) -> Result<f64, Error> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix(field));
        let line = line.ok_or_else(|| format!("the kernel says no {field}"))?;
        let kib = line.trim().trim_end_matches(" kB");
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// Processor time that it has used.
    pub(super) fn cpu_seconds(&self) -> Result<f64, Error> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, rest) = stat.rsplit_once(") ").ok_or("no name in stat")?;
        // Fields 14 and 15 of the file; the first behind the name is the third.
        let ticks = rest.split(' ').skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / TICKS)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
