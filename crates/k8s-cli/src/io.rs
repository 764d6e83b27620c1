//! What a command reads and writes, so that tests can hold both ends.

use std::io::Write;
use std::sync::Arc;

use k8s_config::{Source, Store};

use crate::failure::Failure;

/// The outside of a command.
pub(crate) struct Io {
    pub(crate) out: Box<dyn Write>,
    pub(crate) err: Box<dyn Write>,
    /// Environment and disk.
    pub(crate) source: Arc<dyn Source>,
    /// Where changed kubeconfig files go.
    pub(crate) store: Arc<dyn Store>,
    /// `host:port` of the server that was meant, once that is known.
    pub(crate) server: Option<String>,
}

impl Io {
    /// Writes to standard output.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.print_bytes(text.as_bytes())
    }

    pub(crate) fn print_bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.out.write_all(bytes).and_then(|()| self.out.flush());
        written.map_err(Failure::output)
    }

    /// Says something to the person, not to the pipe. Nobody is left to be told when that fails.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }
}
