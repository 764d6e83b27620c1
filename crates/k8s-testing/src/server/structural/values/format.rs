//! Formats of texts. Those that nobody checks here are `bsonobjectid`, `creditcard`, `isbn` and `rgbcolor`.
//!
//! Follows k8s.io/kube-openapi `pkg/validation/strfmt`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::server::structural::Schema;

/// The format of a schema without its dashes, if it belongs to its type; else empty.
pub(super) fn known(schema: &Schema) -> &str {
    let is_text = matches!(&*schema.type_name, "" | "string") && !schema.is_int_or_string;
    if !is_text {
        return "";
    }
    match &*schema.format {
        "date-time" | "datetime" => "datetime",
        other => other,
    }
}

/// Whether a text is of a format; `None` when nobody checks that.
pub(super) fn fits(format: &str, text: &str) -> Option<bool> {
    let fits = match format {
        "byte" => !text.is_empty() && STANDARD.decode(text).is_ok(),
        "cidr" => is_cidr(text),
        "date" => is_date(text),
        "datetime" => is_datetime(text),
        "duration" => is_duration(text),
        "email" => is_email(text),
        "hexcolor" => is_hexcolor(text),
        "hostname" => is_hostname(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "k8s-long-name" => text.len() <= 253 && text.split('.').all(is_name),
        "k8s-short-name" => text.len() <= 63 && is_name(text),
        "mac" => is_mac(text),
        "password" => true,
        "ssn" => is_ssn(text),
        "uri" => {
            text.starts_with('/')
                || text
                    .split_once("://")
                    .is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
        }
        "uuid" => is_uuid(text, None),
        "uuid3" => is_uuid(text, Some(b'3')),
        "uuid4" => is_uuid(text, Some(b'4')),
        "uuid5" => is_uuid(text, Some(b'5')),
        _ => return None,
    };
    Some(fits)
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.bytes().all(|byte| byte.is_ascii_digit())
        && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

fn is_date(text: &str) -> bool {
    let digits = |part: &str, length: usize| -> Option<u32> {
        let plain = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| plain)
    };
    let mut parts = text.split('-');
    let read = (parts.next(), parts.next(), parts.next(), parts.next());
    let (Some(year), Some(month), Some(day), None) = read else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return false;
    };
    let leaps = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let days = match month {
        2 => 28 + u32::from(leaps),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// `HH:MM:SS`, a fraction, and `Z` or an offset, after a date; what follows is not looked at.
fn is_datetime(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some((date, time)) = lower.split_once('t') else {
        return false;
    };
    let bytes = time.as_bytes();
    let two = |at: usize, most: u8| {
        let digits = bytes
            .get(at..at + 2)
            .filter(|d| d.iter().all(u8::is_ascii_digit));
        digits.is_some_and(|d| (d[0] - b'0') * 10 + d[1] - b'0' <= most)
    };
    let colons = bytes.get(2) == Some(&b':') && bytes.get(5) == Some(&b':');
    let mut rest = time.get(8..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() == fraction.len() {
            return false;
        }
        rest = after;
    }
    let zone = rest.starts_with('z') || rest.starts_with(['+', '-']) && rest.len() >= 6;
    is_date(date) && colons && two(0, 23) && two(3, 59) && two(6, 59) && zone
}

/// Numbers with units, as `1h30m` or `22 ns`.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 24] = [
        "ns",
        "nano",
        "nanos",
        "nanosecond",
        "nanoseconds",
        "us",
        "µs",
        "micro",
        "micros",
        "ms",
        "milli",
        "millis",
        "s",
        "sec",
        "secs",
        "second",
        "seconds",
        "m",
        "minute",
        "h",
        "hour",
        "d",
        "day",
        "w",
    ];
    if text == "0" {
        return true;
    }
    let mut rest = text.trim_start_matches(['+', '-']);
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if unit.len() == rest.len() {
            return false;
        }
        let unit = unit.trim_start();
        let end = unit
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(unit.len());
        let name = unit[..end].to_lowercase();
        if !UNITS.contains(&&*name) && !UNITS.contains(&name.trim_end_matches('s')) {
            return false;
        }
        rest = unit[end..].trim_start();
    }
    true
}

fn is_email(text: &str) -> bool {
    let address = match (text.rfind('<'), text.strip_suffix('>')) {
        (Some(at), Some(named)) => &named[at + 1..],
        _ => text,
    };
    let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')');
    address.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !address.contains(odd)
    })
}

fn is_hexcolor(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        let inside = |c: char| c.is_alphanumeric() || c == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = text.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    let is_top =
        labels.len() == 1 || last.chars().all(char::is_alphabetic) && last.chars().count() >= 2;
    text.len() <= 255 && labels.iter().all(|label| is_label(label)) && is_top
}

fn is_name(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inside) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_mac(text: &str) -> bool {
    let (separator, length) = match text.find([':', '-', '.']) {
        Some(2) => (text.as_bytes()[2], 2),
        Some(4) if text.as_bytes()[4] == b'.' => (b'.', 4),
        _ => return false,
    };
    let parts: Vec<&str> = text.split(char::from(separator)).collect();
    let bytes = parts.len() * length / 2;
    matches!(bytes, 6 | 8 | 20)
        && parts
            .iter()
            .all(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn is_ssn(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.len() == 9
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '))
}

fn is_uuid(text: &str, version: Option<u8>) -> bool {
    let plain: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    let dashes = text.len() - plain.len();
    let marked = matches!(version, Some(b'4' | b'5'));
    dashes <= 4
        && plain.len() == 32
        && plain.iter().all(u8::is_ascii_hexdigit)
        && version.is_none_or(|version| plain[12] == version)
        && (!marked || matches!(plain[16].to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        for (format, fit, unfit) in [
            ("byte", "aGk=", "a"),
            ("cidr", "10.0.0.0/8", "10.0.0.0/33"),
            ("date", "2024-02-29", "2023-02-29"),
            ("datetime", "2024-02-29T12:30:00.5Z", "2024-02-29 12:30:00Z"),
            ("duration", "1h30m", "soon"),
            ("email", "a@example.com", "a.example.com"),
            ("hexcolor", "#ffF", "#ff"),
            ("hostname", "a.example.com", "-a.example.com"),
            ("ipv4", "192.0.2.1", "192.0.2.256"),
            ("ipv6", "2001:db8::1", "192.0.2.1"),
            ("k8s-short-name", "a-1", "A"),
            ("k8s-long-name", "a.b-1", "a..b"),
            ("mac", "00:11:22:33:44:55", "00:11"),
            ("ssn", "123-45-6789", "123"),
            ("uri", "https://example.com/x", "example.com"),
            ("uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810"),
            (
                "uuid4",
                "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            ),
        ] {
            assert_eq!(fits(format, fit), Some(true), "{format} {fit}");
            assert_eq!(fits(format, unfit), Some(false), "{format} {unfit}");
        }
        assert_eq!(fits("mine", "x"), None);
    }
}
