//! The two ways to write a P-256 signature: DER, as certificates have it, and 64 bytes, as tokens have it.

use super::der::{Reader, SEQUENCE, integer, write};

const HALF: usize = 32;

/// DER to `r` and `s` of 32 bytes each.
pub(crate) fn ecdsa_to_fixed(der: &[u8]) -> Option<[u8; 2 * HALF]> {
    let mut halves = Reader::new(Reader::new(der).expect(SEQUENCE)?.content);
    let mut fixed = [0; 2 * HALF];
    for half in fixed.chunks_mut(HALF) {
        let number = halves.next()?.content;
        let digits = &number[number.len().saturating_sub(HALF)..];
        half[HALF - digits.len()..].copy_from_slice(digits);
    }
    Some(fixed)
}

/// `r` and `s` of 32 bytes each to DER.
pub(crate) fn ecdsa_to_der(fixed: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = (fixed.len() == 2 * HALF).then(|| fixed.split_at(HALF))?;
    Some(write(SEQUENCE, &[&integer(r), &integer(s)]))
}
