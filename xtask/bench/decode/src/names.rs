//! A checksum over the names of all objects: work that is unlike is seen.

use std::fmt;

/// The names seen so far (FNV-1a, 64 bits, of all of them in a row).
#[derive(Debug)]
pub(crate) struct Names {
    seen: usize,
    hash: u64,
}

impl Names {
    /// One more.
    pub(crate) fn see(&mut self, name: Option<&str>) {
        self.seen += 1;
        for byte in name.unwrap_or_default().bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// How many.
    pub(crate) fn seen(&self) -> usize {
        self.seen
    }
}

impl Default for Names {
    fn default() -> Self {
        Self {
            seen: 0,
            hash: 0xcbf2_9ce4_8422_2325,
        }
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.hash)
    }
}
