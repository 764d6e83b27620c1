//! The in-memory server as a process, for programs in other languages.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Error, programs};

/// A server that runs until it is stopped, or this is dropped.
#[derive(Debug)]
pub(crate) struct Memory {
    process: Child,
    folder: tempfile::TempDir,
}

impl Memory {
    /// Builds the server, starts it, and waits until it has said where it is.
    pub(crate) fn start() -> Result<Self, Error> {
        let program = programs::example("k8s-testing", "serve")?;
        let folder = tempfile::tempdir()?;
        let mut process = Command::new(program)
            .arg(folder.path().join("kubeconfig"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = process.stdout.take().ok_or("no standard output")?;
        let server = Self { process, folder };
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        Ok(server)
    }

    /// An administrator's kubeconfig.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// A folder that goes with the server.
    pub(crate) fn folder(&self) -> PathBuf {
        Path::to_owned(self.folder.path())
    }

    /// Ends its input, whereupon it ends itself.
    pub(crate) fn stop(&mut self) -> Result<(), Error> {
        drop(self.process.stdin.take());
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
