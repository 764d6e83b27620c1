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
    /// How far work is, where a person reads standard error.
    pub(crate) progress: Progress,
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// Environment and disk.
    pub(crate) source: Arc<dyn Source>,
    /// Where changed kubeconfig files go.
    pub(crate) store: Arc<dyn Store>,
    /// `host:port` of the server that was meant, once that is known.
    pub(crate) server: Option<String>,
}

/// A line on a terminal that the next one takes the place of.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    is_terminal: bool,
    is_shown: bool,
}

impl Progress {
    /// Nothing is shown unless it is a terminal.
    pub(crate) fn new(is_terminal: bool) -> Self {
        Self {
            is_terminal,
            is_shown: false,
        }
    }
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
        self.settle();
        let written = self.out.write_all(bytes).and_then(|()| self.out.flush());
        written.map_err(Failure::output)
    }

    /// Warns in words of our own, in lines of 80 columns.
    pub(crate) fn warn(&mut self, text: &str) {
        self.note(&wrapped(&format!("Warning: {text}"), 80).join("\n"));
    }

    /// Says something to the person, not to the pipe. Nobody is left to be told when that fails.
    pub(crate) fn note(&mut self, text: &str) {
        self.settle();
        let _ = writeln!(self.err, "{text}");
    }

    /// Tells a person at a terminal how far work is that takes long; what is printed next takes its place.
    pub(crate) fn progress(&mut self, text: &str) {
        if self.progress.is_terminal {
            let _ = write!(self.err, "\r{text}\x1b[K");
            let _ = self.err.flush();
            self.progress.is_shown = true;
        }
    }

    /// Takes away what is shown of work that is done.
    pub(crate) fn settle(&mut self) {
        if std::mem::take(&mut self.progress.is_shown) {
            let _ = write!(self.err, "\r\x1b[K");
            let _ = self.err.flush();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Mutex;

    use k8s_config::SystemSource;

    use super::*;

    /// What standard output and error show, as one.
    #[derive(Clone, Default)]
    pub(crate) struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Screen {
        /// The outside of a command that nothing is typed to.
        pub(crate) fn io(&self, is_terminal: bool) -> Io {
            Io {
                input: Box::new(io::empty()),
                out: Box::new(self.clone()),
                err: Box::new(self.clone()),
                is_terminal,
                progress: Progress::new(is_terminal),
                now: 0,
                source: Arc::new(SystemSource),
                store: Arc::new(SystemSource),
                server: None,
            }
        }

        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn check(is_terminal: bool, expected: &str) {
        let screen = Screen::default();
        let mut io = screen.io(is_terminal);
        io.progress("1 of 2");
        io.progress("2 of 2");
        io.print("done\n").unwrap();
        io.note("well");
        io.settle();
        assert_eq!(screen.text(), expected);
    }

    #[test]
    fn progress_is_for_terminals_and_gives_way() {
        check(false, "done\nwell\n");
        check(true, "\r1 of 2\x1b[K\r2 of 2\x1b[K\r\x1b[Kdone\nwell\n");
    }
}
