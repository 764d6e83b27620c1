//! Where a data item of CBOR ends (RFC 8949), if all of it is there.

/// The head of a data item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) major: u8,
    /// `None`: up to a break.
    pub(crate) argument: Option<u64>,
    /// The bytes of the head.
    pub(crate) length: usize,
}

/// Reads a head; `Ok(None)`: more bytes are needed.
pub(crate) fn head(bytes: &[u8]) -> Result<Option<Found>, ()> {
    let Some(first) = bytes.first() else {
        return Ok(None);
    };
    let (major, short) = (first >> 5, first & 0x1f);
    let width = match short {
        0..=23 => 0,
        24..=27 => 1 << (short - 24),
        31 if (2..=5).contains(&major) => {
            let argument = None;
            return Ok(Some(Found {
                major,
                argument,
                length: 1,
            }));
        }
        _ => return Err(()),
    };
    let Some(more) = bytes.get(1..1 + width) else {
        return Ok(None);
    };
    let argument = match width {
        0 => u64::from(short),
        _ => more.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)),
    };
    Ok(Some(Found {
        major,
        argument: Some(argument),
        length: 1 + width,
    }))
}

/// The length of the data item at the start of the bytes; `Ok(None)`: more bytes are needed.
pub(crate) fn extent(bytes: &[u8]) -> Result<Option<usize>, ()> {
    nested(bytes, 0)
}

fn nested(bytes: &[u8], depth: usize) -> Result<Option<usize>, ()> {
    let Some(found) = head(bytes)? else {
        return Ok(None);
    };
    if depth > 128 {
        return Err(());
    }
    let mut at = found.length;
    let argument = found
        .argument
        .map(|n| usize::try_from(n).map_err(drop))
        .transpose()?;
    let items = match (found.major, argument) {
        (0 | 1 | 7, _) => Some(0),
        (2 | 3, Some(length)) => {
            let end = at.checked_add(length).ok_or(())?;
            return Ok((end <= bytes.len()).then_some(end));
        }
        (4, items) => items,
        (5, items) => items.map(|n| n.checked_mul(2).ok_or(())).transpose()?,
        (6, _) => Some(1),
        (_, None) => None,
        _ => return Err(()),
    };
    let mut left = items;
    while left != Some(0) {
        if left.is_none() && bytes.get(at) == Some(&0xff) {
            return Ok(Some(at + 1));
        }
        let Some(length) = nested(&bytes[at.min(bytes.len())..], depth + 1)? else {
            return Ok(None);
        };
        at += length;
        left = left.map(|left| left - 1);
    }
    Ok(Some(at))
}
