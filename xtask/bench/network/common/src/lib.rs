//! What the programs over the network share: their arguments, and the line that they print.
//!
//! `PROGRAM SCENARIO [COUNT [IN_FLIGHT]]`; the cluster is that of `KUBECONFIG`, the pod that is read that of `BENCH_POD`, in `BENCH_NAMESPACE`.

use std::fmt;

/// Any error, since nobody looks at it but a person.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What a program is asked to do.
#[derive(Debug)]
pub struct Asked {
    /// What, by name.
    pub scenario: String,
    /// How many requests or events.
    pub count: usize,
    /// How many requests at one time.
    pub in_flight: usize,
    /// The namespace of [`pod`](Self::pod).
    pub namespace: String,
    /// The pod that is read alone.
    pub pod: String,
}

impl Asked {
    /// From arguments and environment.
    ///
    /// # Errors
    ///
    /// One is missing, or no number.
    pub fn read() -> Result<Self> {
        let mut args = std::env::args().skip(1);
        let scenario = args.next().ok_or("PROGRAM SCENARIO [COUNT [IN_FLIGHT]]")?;
        Ok(Self {
            scenario,
            count: number(args.next())?,
            in_flight: number(args.next())?.max(1),
            namespace: std::env::var("BENCH_NAMESPACE")?,
            pod: std::env::var("BENCH_POD")?,
        })
    }

    /// The error of a scenario that a program does not have.
    #[must_use]
    pub fn unknown(&self) -> Box<dyn std::error::Error> {
        format!("no scenario {:?}", self.scenario).into()
    }
}

fn number(arg: Option<String>) -> Result<usize> {
    Ok(arg.map_or(Ok(0), |arg| arg.parse())?)
}

/// A checksum over the names of all objects (FNV-1a, 64 bits, of all of them in a row): work that is unlike is seen.
#[derive(Debug)]
pub struct Names {
    seen: usize,
    hash: u64,
}

impl Names {
    /// One more.
    pub fn see(&mut self, name: &str) {
        self.seen += 1;
        self.hash_bytes(name.as_bytes());
    }

    /// An answer whose length stands for it: to hash all its bytes would be most of the work.
    pub fn see_bytes(&mut self, bytes: &[u8]) {
        self.seen += 1;
        self.hash_bytes(&bytes.len().to_le_bytes());
    }

    fn hash_bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// How many.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// The checksum.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.hash
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

/// The line that is printed.
impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "objects={} checksum={:016x}", self.seen, self.hash)
    }
}
