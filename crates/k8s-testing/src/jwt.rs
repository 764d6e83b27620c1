//! Signed tokens (JWT, ES256): written for service accounts and by the OIDC issuer, and checked again.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData, SigningKey as _};
use rustls::SignatureScheme;
use serde_json::{Value, json};

use crate::certs::{ecdsa_to_der, ecdsa_to_fixed, provider};

/// A P-256 key that signs tokens, with the name by which a key set lists it.
pub(crate) struct SigningKey {
    key: KeyPair,
    id: String,
}

impl SigningKey {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
            .expect("the system's random source gives bytes");
        let id = format!("{:016x}", fastrand::u64(..));
        Self { key, id }
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "kid": self.id, "typ": "JWT"});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(claims));
        let signature = self
            .key
            .sign(message.as_bytes())
            .expect("a P-256 key signs any bytes");
        let signature = ecdsa_to_fixed(&signature).expect("a signature made here is DER");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token that this key signed; its times are not looked at.
    pub(crate) fn verify(&self, token: &str) -> Option<Value> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
        if header["alg"] != "ES256" {
            return None;
        }
        let signature = ecdsa_to_der(&decode(signature)?)?;
        let known = provider().signature_verification_algorithms;
        let (_, algorithms) = known
            .mapping
            .iter()
            .find(|(scheme, _)| *scheme == SignatureScheme::ECDSA_NISTP256_SHA256)?;
        let point = self.key.der_bytes();
        let signed = |algorithm: &&dyn rustls_pki_types::SignatureVerificationAlgorithm| {
            algorithm
                .verify_signature(point, message.as_bytes(), &signature)
                .is_ok()
        };
        if !algorithms.iter().any(signed) {
            return None;
        }
        serde_json::from_slice(&decode(claims)?).ok()
    }

    /// The public half, as a key set (JWKS) lists it.
    pub(crate) fn public(&self) -> Value {
        // An uncompressed point: 4, then 32 bytes each of x and y.
        let point = self.key.der_bytes();
        let (x, y) = point.split_at(point.len() / 2 + 1);
        json!({
            "kty": "EC",
            "crv": "P-256",
            "alg": "ES256",
            "use": "sig",
            "kid": self.id,
            "x": URL_SAFE_NO_PAD.encode(&x[1..]),
            "y": URL_SAFE_NO_PAD.encode(y),
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifies_what_it_signed_and_nothing_else() {
        let (key, other) = (SigningKey::new(), SigningKey::new());
        for n in 0..50 {
            let claims = json!({"sub": "alice", "n": n});
            let token = key.sign(&claims);
            assert_eq!(key.verify(&token), Some(claims));
            assert_eq!(other.verify(&token), None);
            let forged = token.replacen('.', ".e", 1);
            assert_eq!(key.verify(&forged), None);
        }
    }

    #[test]
    fn a_key_set_lists_the_point() {
        let public = SigningKey::new().public();
        for half in ["x", "y"] {
            let bytes = URL_SAFE_NO_PAD
                .decode(public[half].as_str().unwrap())
                .unwrap();
            assert_eq!(bytes.len(), 32);
        }
    }
}
