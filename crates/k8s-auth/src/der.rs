//! Enough of DER to say who a certificate is of and by, what it is for, and when it is valid.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use rustls_pki_types::UnixTime;

/// Prints the contents of a DER `Name` as `CN=…, O=…`. What cannot be read is `?`, never an error.
pub(crate) fn name(der: &[u8]) -> String {
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

/// The parts of a certificate that say what it is for, as slices of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) issuer: &'a [u8],
    validity: &'a [u8],
    pub(crate) subject: &'a [u8],
    /// `SubjectPublicKeyInfo`, with its tag and length.
    pub(crate) key: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn of(certificate: &'a [u8]) -> Option<Self> {
        let (_, certificate, _) = tlv(certificate)?;
        let (_, mut fields, _) = tlv(certificate)?;
        // version [0] (optional), serial number, signature algorithm, then issuer
        if let (0xa0, _, rest) = tlv(fields)? {
            fields = rest;
        }
        for _ in 0..2 {
            fields = tlv(fields)?.2;
        }
        let (_, issuer, fields) = tlv(fields)?;
        let (_, validity, fields) = tlv(fields)?;
        let (_, subject, key) = tlv(fields)?;
        let (_, _, rest) = tlv(key)?;
        Some(Self {
            issuer,
            validity,
            subject,
            key: &key[..key.len() - rest.len()],
            rest,
        })
    }

    /// When it begins and ceases to be valid.
    pub(crate) fn validity(&self) -> Option<(UnixTime, UnixTime)> {
        let (tag, not_before, rest) = tlv(self.validity)?;
        let (last_tag, not_after, _) = tlv(rest)?;
        Some((time(tag, not_before)?, time(last_tag, not_after)?))
    }

    /// The DNS names and IP addresses that it is for (`subjectAltName`), in its order; what cannot be read is left out.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut left = self.alternative_names().unwrap_or_default();
        while let Some((tag, name, rest)) = tlv(left) {
            left = rest;
            names.extend(match (tag, name.len()) {
                (0x82, _) => Some(printable(name)),
                (0x87, 4) => <[u8; 4]>::try_from(name)
                    .ok()
                    .map(|ip| Ipv4Addr::from(ip).to_string()),
                (0x87, 16) => <[u8; 16]>::try_from(name)
                    .ok()
                    .map(|ip| Ipv6Addr::from(ip).to_string()),
                _ => None,
            });
        }
        names
    }

    /// The contents of the extension 2.5.29.17.
    fn alternative_names(&self) -> Option<&'a [u8]> {
        let mut fields = self.rest;
        let extensions = loop {
            let (tag, value, rest) = tlv(fields)?;
            if tag == 0xa3 {
                break value;
            }
            fields = rest;
        };
        let mut left = tlv(extensions)?.1;
        loop {
            let (_, extension, rest) = tlv(left)?;
            left = rest;
            let (_, oid, value) = tlv(extension)?;
            if oid != [0x55, 0x1d, 0x11] {
                continue;
            }
            // critical (BOOLEAN, optional), then the value, an OCTET STRING around a SEQUENCE
            let (tag, bytes, rest) = tlv(value)?;
            let bytes = if tag == 0x01 { tlv(rest)?.1 } else { bytes };
            return Some(tlv(bytes)?.1);
        }
    }
}

/// When a certificate begins and ceases to be valid.
pub(crate) fn validity(certificate: &[u8]) -> Option<(UnixTime, UnixTime)> {
    Parts::of(certificate)?.validity()
}

/// UTCTime (`YYMMDDHHMMSSZ`) or GeneralizedTime (`YYYYMMDDHHMMSSZ`).
fn time(tag: u8, text: &[u8]) -> Option<UnixTime> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        0x17 => {
            let (year, rest) = text.split_at_checked(2)?;
            let year: i64 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        0x18 => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    if rest.len() != 10 || !rest.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| rest[at..at + 2].parse::<i64>().ok();
    let days = days_since_1970(year, part(0)?, part(2)?);
    let seconds = ((days * 24 + part(4)?) * 60 + part(6)?) * 60 + part(8)?;
    // What ended before 1970 has ended.
    Some(UnixTime::since_unix_epoch(Duration::from_secs(
        u64::try_from(seconds).unwrap_or(0),
    )))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March: the leap day is their last day.
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

fn attribute(pair: &[u8], text: &mut String) {
    let value = tlv(pair).and_then(|(_, oid, rest)| Some((oid, tlv(rest)?.1)));
    let Some((oid, value)) = value else {
        text.push('?');
        return;
    };
    text.push_str(key(oid));
    text.push('=');
    text.push_str(&printable(value));
}

/// Names come from the network: nothing that could drive a terminal is printed.
fn printable(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
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
        assert_eq!(name(der), expected);
    }

    #[test]
    fn prints_common_name_and_organization() {
        let cn = b"\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04kube";
        let o = b"\x31\x0e\x30\x0c\x06\x03\x55\x04\x0a\x13\x05a\x1b[1m";
        check(&[&cn[..], &o[..]].concat(), "CN=kube, O=a?[1m");
        check(b"", "no name");
    }

    fn check_time(tag: u8, text: &str, expected: Option<u64>) {
        assert_eq!(
            time(tag, text.as_bytes()).map(|time| time.as_secs()),
            expected,
            "{text}"
        );
    }

    #[test]
    fn reads_both_forms_of_time() {
        check_time(0x17, "700101000000Z", Some(0));
        check_time(0x17, "000229235959Z", Some(951_868_799));
        check_time(0x17, "491231235959Z", Some(2_524_607_999));
        check_time(0x18, "20261122030405Z", Some(1_795_316_645));
        check_time(0x18, "99991231235959Z", Some(253_402_300_799));
        check_time(0x17, "500101000000Z", Some(0));
        check_time(0x17, "7001010000Z", None);
        check_time(0x17, "70010100000\u{e9}Z", None);
        check_time(0x04, "700101000000Z", None);
    }

    #[test]
    fn never_panics_on_what_is_cut_off() {
        let whole = b"\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04kube";
        for end in 0..whole.len() {
            name(&whole[..end]);
            validity(&whole[..end]);
        }
        name(b"\x31\x84\xff\xff\xff\xff");
        name(b"\x31\x82\x01");
    }
}
