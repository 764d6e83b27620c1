//! A distinguished name as text: enough of DER to print who a certificate is of and by.

/// Prints the contents of a DER `Name` as `CN=…, O=…`. What cannot be read is `?`, never an error.
pub(crate) fn print(der: &[u8]) -> String {
    let mut text = String::new();
    let mut sets = der;
    while let Some((_, set, rest)) = tlv(sets) {
        sets = rest;
        let mut pairs = set;
        while let Some((_, pair, rest)) = tlv(pairs) {
            pairs = rest;
            if !text.is_empty() {
                text.push_str(", ");
            }
            attribute(pair, &mut text);
        }
    }
    if text.is_empty() {
        "no name".to_owned()
    } else {
        text
    }
}

fn attribute(pair: &[u8], text: &mut String) {
    let value = tlv(pair).and_then(|(_, oid, rest)| Some((oid, tlv(rest)?.1)));
    let Some((oid, value)) = value else {
        text.push('?');
        return;
    };
    text.push_str(key(oid));
    text.push('=');
    // Names come from the network: nothing that could drive a terminal is printed.
    text.extend(
        String::from_utf8_lossy(value)
            .chars()
            .map(|c| if c.is_control() { '?' } else { c }),
    );
}

fn key(oid: &[u8]) -> &'static str {
    match oid {
        [0x55, 0x04, 0x03] => "CN",
        [0x55, 0x04, 0x05] => "serialNumber",
        [0x55, 0x04, 0x06] => "C",
        [0x55, 0x04, 0x07] => "L",
        [0x55, 0x04, 0x08] => "ST",
        [0x55, 0x04, 0x0a] => "O",
        [0x55, 0x04, 0x0b] => "OU",
        _ => "?",
    }
}

/// Splits one tag, length, value off: tag, value, what follows.
fn tlv(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (
                length
                    .iter()
                    .fold(0, |sum, byte| (sum << 8) | usize::from(*byte)),
                rest,
            )
        }
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(der: &[u8], expected: &str) {
        assert_eq!(print(der), expected);
    }

    #[test]
    fn prints_common_name_and_organization() {
        let cn = b"\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04kube";
        let o = b"\x31\x0e\x30\x0c\x06\x03\x55\x04\x0a\x13\x05a\x1b[1m";
        check(&[&cn[..], &o[..]].concat(), "CN=kube, O=a?[1m");
        check(b"", "no name");
    }

    #[test]
    fn never_panics_on_what_is_cut_off() {
        let whole = b"\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04kube";
        for end in 0..whole.len() {
            print(&whole[..end]);
        }
        print(b"\x31\x84\xff\xff\xff\xff");
        print(b"\x31\x82\x01");
    }
}
