//! A secret through JSON: written where it is sent on purpose, read without its text in any error.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serializer, de};

pub(super) fn serialize<S: Serializer>(
    secret: &SecretString,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SecretString, D::Error> {
    // The error of a derived reading would quote what stands there.
    String::deserialize(deserializer)
        .map(SecretString::from)
        .map_err(|_| de::Error::custom("a token that is no text"))
}
