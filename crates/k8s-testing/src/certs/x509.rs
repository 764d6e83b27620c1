//! Reads what an API server looks at in a client certificate, of any X.509 version, and checks who signed it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::crypto::WebPkiSupportedAlgorithms;

use super::der::{self, Reader, SEQUENCE};

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0x00];
const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

/// A certificate taken apart.
#[derive(Debug)]
pub(super) struct X509<'a> {
    pub(super) subject: &'a [u8],
    pub(super) issuer: &'a [u8],
    pub(super) not_before: SystemTime,
    pub(super) not_after: SystemTime,
    pub(super) key: PublicKey<'a>,
    signed: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
    usages: Option<Vec<&'a [u8]>>,
}

/// A public key with the algorithm it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicKey<'a> {
    algorithm: &'a [u8],
    bits: &'a [u8],
}

impl<'a> X509<'a> {
    /// Takes a certificate apart; `None` when it is none.
    pub(super) fn read(der: &'a [u8]) -> Option<Self> {
        let mut outer = Reader::new(Reader::new(der).expect(SEQUENCE)?.content);
        let signed = outer.expect(SEQUENCE)?;
        let algorithm = outer.expect(SEQUENCE)?.content;
        let signature = bits(outer.expect(der::BIT_STRING)?.content)?;

        let mut fields = Reader::new(signed.content);
        // The version; absent in version 1.
        fields.expect(0xa0);
        fields.expect(der::INTEGER)?;
        fields.expect(SEQUENCE)?;
        let issuer = fields.expect(SEQUENCE)?.content;
        let mut validity = Reader::new(fields.expect(SEQUENCE)?.content);
        let subject = fields.expect(SEQUENCE)?.content;
        let key = PublicKey::read(fields.expect(SEQUENCE)?.content)?;
        let extensions = fields.find(|field| field.tag == 0xa3);
        Some(Self {
            subject,
            issuer,
            not_before: time(validity.next()?)?,
            not_after: time(validity.next()?)?,
            key,
            signed: signed.whole,
            algorithm,
            signature,
            usages: extensions.and_then(|field| usages(field.content)),
        })
    }

    /// The subject's common name.
    pub(super) fn common_name(&self) -> Option<String> {
        names(self.subject, COMMON_NAME).next()
    }

    /// The subject's organizations, in order.
    pub(super) fn organizations(&self) -> Vec<String> {
        names(self.subject, ORGANIZATION).collect()
    }

    /// Whether this certificate's key may speak for a client: by extension, or because there is none.
    pub(super) fn is_for_clients(&self) -> bool {
        self.usages.as_ref().is_none_or(|usages| {
            usages
                .iter()
                .any(|usage| *usage == CLIENT_AUTH || *usage == ANY_USAGE)
        })
    }

    pub(super) fn is_valid_at(&self, now: SystemTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// Whether the issuer's key made this certificate's signature.
    pub(super) fn is_signed_by(
        &self,
        issuer: &X509<'_>,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> bool {
        self.issuer == issuer.subject
            && algorithms.all.iter().any(|algorithm| {
                algorithm.signature_alg_id().as_ref() == self.algorithm
                    && algorithm.public_key_alg_id().as_ref() == issuer.key.algorithm
                    && algorithm
                        .verify_signature(issuer.key.bits, self.signed, self.signature)
                        .is_ok()
            })
    }
}

impl<'a> PublicKey<'a> {
    fn read(info: &'a [u8]) -> Option<Self> {
        let mut parts = Reader::new(info);
        let algorithm = parts.expect(SEQUENCE)?.content;
        Some(Self {
            algorithm,
            bits: bits(parts.expect(der::BIT_STRING)?.content)?,
        })
    }

    /// Whether this key made a signature of one of these algorithms.
    pub(super) fn made(
        &self,
        signature: &[u8],
        message: &[u8],
        algorithms: &[&dyn rustls_pki_types::SignatureVerificationAlgorithm],
    ) -> bool {
        algorithms.iter().any(|algorithm| {
            algorithm.public_key_alg_id().as_ref() == self.algorithm
                && algorithm
                    .verify_signature(self.bits, message, signature)
                    .is_ok()
        })
    }
}

/// A bit string's bytes, when it has no odd bits.
fn bits(content: &[u8]) -> Option<&[u8]> {
    content.strip_prefix(&[0])
}

/// The values of one attribute in a distinguished name.
fn names<'a>(name: &'a [u8], attribute: &'static [u8]) -> impl Iterator<Item = String> + 'a {
    Reader::new(name)
        .flat_map(|set| Reader::new(set.content))
        .filter_map(move |pair| {
            let mut pair = Reader::new(pair.content);
            let id = pair.expect(der::OBJECT_ID)?;
            let value = pair.next()?;
            (id.content == attribute).then(|| String::from_utf8_lossy(value.content).into_owned())
        })
}

/// The extended key usages among the extensions; `None` when there is no such extension.
fn usages(extensions: &[u8]) -> Option<Vec<&[u8]>> {
    let list = Reader::new(extensions).expect(SEQUENCE)?;
    let found = Reader::new(list.content).find_map(|extension| {
        let mut parts = Reader::new(extension.content);
        let id = parts.expect(der::OBJECT_ID)?;
        (id.content == EXTENDED_KEY_USAGE).then(|| parts.last())?
    })?;
    let usages = Reader::new(found.content).expect(SEQUENCE)?;
    Some(
        Reader::new(usages.content)
            .map(|usage| usage.content)
            .collect(),
    )
}

/// A `UTCTime` (years 1950 to 2049) or a `GeneralizedTime`, both to the second and in UTC.
fn time(value: der::Value<'_>) -> Option<SystemTime> {
    let text = std::str::from_utf8(value.content).ok()?.strip_suffix('Z')?;
    let number = |text: &str| text.parse::<u64>().ok();
    let (year, rest) = match value.tag {
        der::UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let year = number(year)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        der::GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (number(year)?, rest)
        }
        _ => return None,
    };
    let part = |at: usize| number(rest.get(at..at + 2)?);
    let (month, day) = (part(0)?, part(2)?);
    let seconds = (part(4)? * 60 + part(6)?) * 60 + part(8)?;
    let days = days_since_1970(year, month, day)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(days * 86_400 + seconds))
}

/// Days from 1970-01-01 to a date; a date before it counts as 0.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 {
        year.checked_sub(1)?
    } else {
        year
    };
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    Some(days.saturating_sub(719_468))
}
