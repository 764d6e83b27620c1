//! Signs service accounts' tokens with a control plane's own key: such as it would never issue, because they have ended.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, SigningKey as _};
use serde_json::{Value, json};

/// What `cargo xtask cluster` calls its issuer, which is what it takes for the audience, too.
const ISSUER: &str = "https://kubernetes.default.svc";

/// A token of a service account (as the server gave it) that ends this many seconds from now.
pub(super) fn token(key: &Path, account: &Value, seconds: i64) -> String {
    let key = KeyPair::from_pem(&std::fs::read_to_string(key).unwrap()).unwrap();
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = i64::try_from(since.as_secs()).unwrap();
    let metadata = &account["metadata"];
    let (namespace, name) = (&metadata["namespace"], &metadata["name"]);
    let claims = json!({
        "iss": ISSUER,
        "aud": [ISSUER],
        "iat": now - 3600,
        "nbf": now - 3600,
        "exp": now + seconds,
        "jti": metadata["uid"], // any identifier will do
        "sub": format!("system:serviceaccount:{}:{}", namespace.as_str().unwrap(), name.as_str().unwrap()),
        "kubernetes.io": {
            "namespace": namespace,
            "serviceaccount": {"name": name, "uid": metadata["uid"]},
        },
    });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(&json!({"alg": "ES256"})), encode(&claims));
    let signature = fixed(&key.sign(message.as_bytes()).unwrap());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A P-256 signature in DER (a sequence of two integers, all lengths below 128) as the 64 bytes that tokens have.
fn fixed(der: &[u8]) -> [u8; 64] {
    let mut rest = &der[2..];
    let mut fixed = [0; 64];
    for half in fixed.chunks_mut(32) {
        let (number, behind) = rest[2..].split_at(usize::from(rest[1]));
        let digits = &number[number.len().saturating_sub(32)..];
        half[32 - digits.len()..].copy_from_slice(digits);
        rest = behind;
    }
    fixed
}
