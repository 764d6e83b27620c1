//! Sixty-four bytes at a time: where quotes, backslashes and brackets stand, as bits.
//!
//! Loops that compilers turn into vector instructions, without `unsafe`; byte by byte, the branches of short texts cost
//! more than the looking.

/// The bytes of a block.
pub(super) const LEN: usize = 64;

/// Bit `n` is set where byte `n` is one of these.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// `"`
    pub(super) quotes: u64,
    /// `\`
    pub(super) backslashes: u64,
    /// `{` and `[`
    pub(super) opens: u64,
    /// `}` and `]`
    pub(super) closes: u64,
}

impl Block {
    #[inline]
    pub(super) fn of(bytes: &[u8; LEN]) -> Self {
        // `[` and `{`, `]` and `}` differ in one bit.
        Self {
            quotes: bits(bytes, |byte| byte == b'"'),
            backslashes: bits(bytes, |byte| byte == b'\\'),
            opens: bits(bytes, |byte| byte | 0x20 == b'{'),
            closes: bits(bytes, |byte| byte | 0x20 == b'}'),
        }
    }

    /// Where a backslash stands before the byte, and is not itself behind one.
    ///
    /// `escape` is whether the first byte is escaped, and then whether the byte behind the first `len` is.
    #[inline]
    pub(super) fn escaped(&self, escape: &mut bool, len: usize) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let first = u64::from(*escape);
        if self.backslashes | first == 0 {
            return 0;
        }
        let backslashes = self.backslashes & !first;
        let follows = backslashes << 1 | first;
        // A run that begins at an odd place carries, by addition, into the place behind it.
        let odd = backslashes & !EVEN & !follows;
        let (runs, beyond) = odd.overflowing_add(backslashes);
        let escaped = (EVEN ^ runs << 1) & follows;
        *escape = match len {
            LEN => beyond,
            _ => escaped >> len & 1 == 1,
        };
        escaped
    }
}

/// The places inside of texts, from the quotes around them: each bit is the parity of the quotes up to it.
#[inline]
pub(super) fn parity(mut quotes: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        quotes ^= quotes << shift;
    }
    quotes
}

/// The answers for all bytes, a bit each.
#[inline]
fn bits(bytes: &[u8; LEN], is: impl Fn(u8) -> bool) -> u64 {
    /// Brings the lowest bits of eight bytes together in the highest byte.
    const TOGETHER: u64 = 0x0102_0408_1020_4080;
    let mut hits = [0; LEN];
    for (hit, byte) in hits.iter_mut().zip(bytes) {
        *hit = u8::from(is(*byte));
    }
    let (words, _) = hits.as_chunks();
    let bytes = words
        .iter()
        .map(|word| u64::from_le_bytes(*word).wrapping_mul(TOGETHER) >> 56);
    bytes.rev().fold(0, |bits, byte| bits << 8 | byte)
}
