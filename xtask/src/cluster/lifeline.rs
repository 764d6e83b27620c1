//! A pipe whose end tells the keeper that the front is gone, whatever killed it.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::os::fd::{AsRawFd, RawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::io::{FdFlags, fcntl_setfd};

use super::error::{Doing, Error};

/// The front's half: as long as it is held, the cluster lives.
#[derive(Debug)]
pub(super) struct Held {
    reader: Option<PipeReader>,
    _writer: PipeWriter,
}

impl Held {
    /// A new pipe; processes started from now on inherit its reading end.
    pub(super) fn new() -> Result<Self, Error> {
        let pipe = || -> io::Result<Self> {
            let (reader, writer) = io::pipe()?;
            fcntl_setfd(&reader, FdFlags::empty())?;
            Ok(Self {
                reader: Some(reader),
                _writer: writer,
            })
        };
        pipe().doing(|| "making the pipe between front and keeper".into())
    }

    /// The number under which a child finds the reading end.
    pub(super) fn number(&self) -> RawFd {
        self.reader.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// Closes our copy of the reading end, once the keeper has its own.
    pub(super) fn handed_over(&mut self) {
        self.reader = None;
    }
}

/// The keeper's half.
#[derive(Clone, Debug)]
pub(super) struct Lifeline {
    cut: Arc<AtomicBool>,
}

impl Lifeline {
    /// Watches the inherited pipe with this number.
    pub(super) fn watch(number: RawFd) -> Result<Self, Error> {
        let path = format!("/proc/self/fd/{number}");
        let mut pipe = File::open(&path).doing(|| format!("opening the lifeline {path}"))?;
        let cut = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&cut);
        thread::spawn(move || {
            // Nothing is ever written: the only news is the end of the pipe, or an error, which means the same.
            let _end = pipe.read(&mut [0]);
            told.store(true, Ordering::Release);
        });
        Ok(Self { cut })
    }

    /// Whether the front is gone.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn is_cut_when_the_front_lets_go() {
        let held = Held::new().unwrap();
        let lifeline = Lifeline::watch(held.number()).unwrap();
        thread::sleep(Duration::from_millis(20)); // real time: a wrong end of the pipe would come from the kernel
        assert!(!lifeline.is_cut());
        drop(held);
        let began = Instant::now();
        while !lifeline.is_cut() {
            assert!(began.elapsed() < Duration::from_secs(10), "never cut");
            thread::sleep(Duration::from_millis(1)); // real time: the kernel ends the pipe
        }
    }
}
