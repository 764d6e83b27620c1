//! Chance, from one seed: identities, the ends of generated names, how long a watch lasts.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;

/// Letters of generated names: no vowels, so that no words come about, and nothing that looks like something else.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// The longest base that leaves room for five letters in a DNS label.
const LONGEST_BASE: usize = 58;

/// The server's dice.
#[derive(Debug)]
pub(crate) struct Dice {
    rng: Mutex<Rng>,
}

impl Dice {
    pub(crate) fn new(rng: Rng) -> Self {
        Self {
            rng: Mutex::new(rng),
        }
    }

    /// A UID, as `uuid.NewUUID` makes it (version 4).
    pub(crate) fn uid(&self) -> String {
        let bits = self.with(|rng| rng.u128(..));
        let bits = bits & !(0xf << 76) | 0x4 << 76;
        let bits = bits & !(0x3 << 62) | 0x2 << 62;
        let hex = format!("{bits:032x}");
        [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ]
        .join("-")
    }

    /// A name of this base and five letters.
    pub(crate) fn name(&self, base: &str) -> String {
        let letter = |rng: &mut Rng| char::from(LETTERS[rng.usize(..LETTERS.len())]);
        let five: Vec<char> = self.with(|rng| (0..5).map(|_| letter(rng)).collect());
        base.chars().take(LONGEST_BASE).chain(five).collect()
    }

    /// How long a watch lasts that does not say: half an hour, or up to twice that.
    pub(crate) fn watch_timeout(&self) -> Duration {
        Duration::from_secs(self.with(|rng| rng.u64(1_800..3_600)))
    }

    /// What `make` makes of a number of the range: of the first, from a random one on, that it makes something of.
    pub(crate) fn pick<T>(
        &self,
        range: std::ops::Range<u32>,
        make: impl Fn(u32) -> Option<T>,
    ) -> Option<T> {
        let first = self.with(|rng| rng.u32(range.clone()));
        (first..range.end).chain(range.start..first).find_map(make)
    }

    fn with<T>(&self, throw: impl FnOnce(&mut Rng) -> T) -> T {
        throw(&mut self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
