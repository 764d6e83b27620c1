//! What a command reads and writes, so that tests can hold both ends.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use k8s_config::{Source, Store};

use crate::columns::wrapped;
use crate::failure::Failure;

/// The outside of a command.
pub(crate) struct Io {
    pub(crate) input: Box<dyn Read>,
    pub(crate) out: Box<dyn Write>,
    pub(crate) err: Box<dyn Write>,
    /// Whether a person reads standard output.
    pub(crate) is_terminal: bool,
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// Environment and disk.
    pub(crate) source: Arc<dyn Source>,
    /// Where changed kubeconfig files go.
    pub(crate) store: Arc<dyn Store>,
    /// `host:port` of the server that was meant, once that is known.
    pub(crate) server: Option<String>,
}

/// What went wrong with a file or a socket, in Go's words.
pub(crate) fn words(error: &io::Error) -> String {
    let known = match error.kind() {
        ErrorKind::NotFound => "no such file or directory",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::AddrInUse => "address already in use",
        ErrorKind::AddrNotAvailable => "cannot assign requested address",
        _ => return error.to_string(),
    };
    known.to_owned()
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

    /// Warns in words of our own, in lines of 80 columns.
    pub(crate) fn warn(&mut self, text: &str) {
        self.note(&wrapped(&format!("Warning: {text}"), 80).join("\n"));
    }

    /// Says something to the person, not to the pipe. Nobody is left to be told when that fails.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }
}
