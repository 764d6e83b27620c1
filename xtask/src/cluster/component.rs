//! One program of the control plane: started with a log of its own, watched, stopped.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use super::error::{Doing, Error, Exit};
use super::{child, environment, processes};

/// How long a program may take to end on SIGTERM.
const GRACE: Duration = Duration::from_secs(3);

/// How many lines of a log are shown when its program failed.
const LAST_LINES: usize = 20;

/// A running program, and where it writes.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) name: &'static str,
    program: PathBuf,
    args: Vec<String>,
    directory: PathBuf,
    child: Child,
    /// Whether it was told to end.
    stopped: bool,
    log: PathBuf,
}

impl Component {
    /// Starts a program in a process group of its own, so that Ctrl-C at the terminal does not reach it before CMD.
    pub(super) fn start(
        name: &'static str,
        program: &Path,
        args: &[String],
        directory: &Path,
    ) -> Result<Self, Error> {
        let log = directory.join("logs").join(format!("{name}.log"));
        let doing = || format!("starting {name} ({})", program.display());
        let output = File::create(&log).doing(doing)?;
        let child = spawn(program, args, directory, output).doing(doing)?;
        Ok(Self {
            name,
            program: program.to_owned(),
            args: args.to_vec(),
            directory: directory.to_owned(),
            child,
            stopped: false,
            log,
        })
    }

    /// Starts it again, as it was, after a [`stop`](Self::stop); it goes on with its log.
    pub(super) fn start_again(&mut self) -> Result<(), Error> {
        let start = || -> io::Result<Child> {
            let output = OpenOptions::new().append(true).open(&self.log)?;
            spawn(&self.program, &self.args, &self.directory, output)
        };
        self.child = start().doing(|| format!("starting {} again", self.name))?;
        self.stopped = false;
        Ok(())
    }

    /// How it failed, if it ended: which one, its exit status, the last lines of its log.
    pub(super) fn failure(&mut self) -> Result<Option<Error>, Error> {
        if self.stopped {
            return Ok(None);
        }
        let status = self
            .child
            .try_wait()
            .doing(|| format!("watching {}", self.name))?;
        Ok(status.map(|status| {
            Error::new(
                Exit::Component,
                format!("{} ended by itself: {status}", self.name),
            )
            .because(tail(&self.log))
        }))
    }

    /// Whether its log says that somebody else had its port.
    pub(super) fn found_its_port_taken(&self) -> bool {
        fs::read_to_string(&self.log).is_ok_and(|log| log.contains("address already in use"))
    }

    /// SIGTERM, and SIGKILL after a few seconds; returns when it is gone.
    pub(super) fn stop(&mut self) -> Result<(), Error> {
        self.stopped = true;
        processes::end(&mut self.child, GRACE).doing(|| format!("stopping {}", self.name))
    }

    /// The last line of its log that has `words` in it.
    pub(super) fn said(&self, words: &str) -> Option<String> {
        let log = fs::read_to_string(&self.log).ok()?;
        let line = log.lines().rfind(|line| line.contains(words))?;
        Some(line.to_owned())
    }

    /// The last lines of its log.
    pub(super) fn log(&self) -> String {
        tail(&self.log)
    }
}

fn spawn(program: &Path, args: &[String], directory: &Path, output: File) -> io::Result<Child> {
    let mut command = child::command(program);
    command
        .args(args)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .env("HOME", directory)
        .env_remove("KUBECONFIG")
        .process_group(0);
    for name in environment::PROXIES {
        command.env_remove(name);
    }
    command.spawn()
}

/// The last lines of a log, under its name.
pub(super) fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    let name = log.file_name().unwrap_or_default();
    format!("{} ends with\n{}", name.display(), last.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_last_lines_only() {
        let scratch = tempfile::tempdir().unwrap();
        let log = scratch.path().join("x.log");
        let lines: Vec<String> = (1..=30).map(|n| format!("line {n}")).collect();
        fs::write(&log, lines.join("\n")).unwrap();
        let tail = tail(&log);
        let shown: Vec<&str> = tail.lines().skip(1).collect();
        assert_eq!(shown, &lines[10..]);
        assert!(tail.starts_with("x.log ends with\n"), "{tail}");
    }

    #[test]
    fn a_log_that_is_missing_is_an_empty_one() {
        assert_eq!(tail(Path::new("/nowhere/x.log")), "x.log ends with\n");
    }
}
