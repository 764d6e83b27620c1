//! Prints where a part of a long run begins, and how many seconds it took.

use std::time::{Duration, Instant};

/// Prints its name when opened and its time when dropped.
#[derive(Debug)]
pub(crate) struct Section {
    name: String,
    since: Instant,
}

impl Section {
    pub(crate) fn open(name: &str) -> Self {
        println!("== {name}");
        Self {
            name: name.to_owned(),
            since: Instant::now(),
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }
}

impl Drop for Section {
    fn drop(&mut self) {
        println!("-- {}: {:.1} s", self.name, self.elapsed().as_secs_f64());
    }
}
