//! Writes leaf certificates: of version 1, and with any number of organizations, neither of which rcgen does.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use rcgen::{KeyPair, PublicKeyData, SigningKey};

use super::der::{self, SEQUENCE, write};
use super::leaf::{Leaf, Purpose};
use crate::clock::rfc3339;

/// ecdsa-with-SHA256
const SIGNED_WITH: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// id-kp: the last number is 1 for servers, 2 for clients
const KEY_PURPOSE: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03];

/// Who signs: a distinguished name as DER, the key, and the identifier that points at the key.
pub(super) struct Signer<'a> {
    pub(super) name: &'a [u8],
    pub(super) key: &'a KeyPair,
    pub(super) identifier: &'a [u8],
}

/// The certificate of `key`'s owner.
pub(super) fn certificate(
    leaf: &Leaf,
    key: &KeyPair,
    signer: &Signer<'_>,
) -> Result<Vec<u8>, rcgen::Error> {
    let algorithm = write(SEQUENCE, &[&write(der::OBJECT_ID, &[SIGNED_WITH])]);
    let mut serial = [0; 16];
    fastrand::fill(&mut serial);
    let (version, extensions) = if leaf.version_1 {
        (Vec::new(), Vec::new())
    } else {
        let list = write(SEQUENCE, &[&extensions(leaf, signer.identifier)]);
        (write(0xa0, &[&der::integer(&[2])]), write(0xa3, &[&list]))
    };
    let signed = write(
        SEQUENCE,
        &[
            &version,
            &der::integer(&serial),
            &algorithm,
            &write(SEQUENCE, &[signer.name]),
            &write(SEQUENCE, &[&time(leaf.not_before), &time(leaf.not_after)]),
            &write(SEQUENCE, &[&subject(leaf)]),
            &key.subject_public_key_info(),
            &extensions,
        ],
    );
    let signature = write(der::BIT_STRING, &[&[0], &signer.key.sign(&signed)?]);
    Ok(write(SEQUENCE, &[&signed, &algorithm, &signature]))
}

/// The subject, without the sequence around it.
pub(super) fn subject(leaf: &Leaf) -> Vec<u8> {
    let attribute = |last: u8, value: &str| {
        let id = write(der::OBJECT_ID, &[&[0x55, 0x04, last]]);
        let value = write(der::UTF8_STRING, &[value.as_bytes()]);
        write(der::SET, &[&write(SEQUENCE, &[&id, &value])])
    };
    let organizations = leaf.organizations.iter().map(|name| attribute(0x0a, name));
    organizations
        .chain([attribute(0x03, &leaf.common_name)])
        .flatten()
        .collect()
}

fn extensions(leaf: &Leaf, signer: &[u8]) -> Vec<u8> {
    let purpose = match leaf.purpose {
        Purpose::Client => 2,
        Purpose::Server => 1,
    };
    let purpose = write(der::OBJECT_ID, &[KEY_PURPOSE, &[purpose]]);
    let digital_signature = write(der::BIT_STRING, &[&[7, 0x80]]);
    let is_ca = if leaf.marked_as_ca {
        write(0x01, &[&[0xff]])
    } else {
        Vec::new()
    };
    let mut all = [
        extension(0x0f, true, &digital_signature),
        extension(0x13, true, &write(SEQUENCE, &[&is_ca])),
        extension(0x25, false, &write(SEQUENCE, &[&purpose])),
        extension(0x23, false, &write(SEQUENCE, &[&write(0x80, &[signer])])),
    ]
    .concat();
    let names = leaf
        .names
        .iter()
        .map(|name| write(0x82, &[name.as_bytes()]));
    let addresses = leaf.addresses.iter().map(|address| match address {
        IpAddr::V4(address) => write(0x87, &[&address.octets()]),
        IpAddr::V6(address) => write(0x87, &[&address.octets()]),
    });
    let names: Vec<u8> = names.chain(addresses).flatten().collect();
    if !names.is_empty() {
        all.extend(extension(0x11, false, &write(SEQUENCE, &[&names])));
    }
    all
}

/// An extension of id-ce.
fn extension(last: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let id = write(der::OBJECT_ID, &[&[0x55, 0x1d, last]]);
    let critical = if critical {
        write(0x01, &[&[0xff]])
    } else {
        Vec::new()
    };
    write(SEQUENCE, &[&id, &critical, &write(0x04, &[value])])
}

/// A `UTCTime` before 2050, a `GeneralizedTime` from then on.
fn time(time: SystemTime) -> Vec<u8> {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let digits: String = rfc3339(seconds)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let (tag, digits) = match digits.strip_prefix("20") {
        Some(short) if short < "50" => (der::UTC_TIME, short),
        _ if digits.starts_with("19") => (der::UTC_TIME, &digits[2..]),
        _ => (der::GENERALIZED_TIME, digits.as_str()),
    };
    write(tag, &[digits.as_bytes(), b"Z"])
}
