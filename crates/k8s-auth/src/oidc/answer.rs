//! What a provider answers: its discovery document, new tokens, refusals; and the claims of an ID token. JSON, read as values.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Uri;
use k8s_config::safe_for_terminals;
use secrecy::SecretString;
use serde_json::Value;

/// So much of a provider's words is told.
const WIDTH: usize = 200;

/// What the discovery document says of the token endpoint.
pub(super) struct Endpoint {
    pub(super) uri: Uri,
    /// Whether the secret goes into the form; else into the `Authorization` header.
    pub(super) secret_in_form: bool,
}

/// `None` if it is no such document.
pub(super) fn discovery(body: &[u8]) -> Option<Endpoint> {
    let document: Value = serde_json::from_slice(body).ok()?;
    let uri = document.get("token_endpoint")?.as_str()?.parse().ok()?;
    let methods = document.get("token_endpoint_auth_methods_supported");
    let methods = methods.and_then(Value::as_array);
    let has = |method: &str| methods.is_some_and(|all| all.iter().any(|one| one == method));
    Some(Endpoint {
        uri,
        // Without a list it is the header (OpenID Connect Discovery 1.0, 3).
        secret_in_form: has("client_secret_post") && !has("client_secret_basic"),
    })
}

/// New tokens.
pub(super) struct Granted {
    pub(super) id_token: Option<SecretString>,
    pub(super) refresh_token: Option<SecretString>,
}

/// `None` if it is no JSON object.
pub(super) fn granted(body: &[u8]) -> Option<Granted> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let answer = answer.as_object()?;
    let token = |name: &str| {
        let text = answer.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(SecretString::from)
    };
    Some(Granted {
        id_token: token("id_token"),
        refresh_token: token("refresh_token"),
    })
}

/// The provider's words about why it refused (RFC 6749, 5.2), without `secrets`.
pub(super) fn refusal(body: &[u8], secrets: &[&str]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let word = |name: &str| answer.get(name).and_then(Value::as_str);
    let mut words = word("error")?.to_owned();
    if let Some(description) = word("error_description") {
        words = format!("{words}: {description}");
    }
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        words = words.replace(secret, "[hidden]");
    }
    let words = safe_for_terminals(words.trim());
    let end = words.char_indices().nth(WIDTH);
    Some(match end {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    })
}

/// When an ID token was issued and ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) issued: Option<SystemTime>,
    pub(super) expires: Option<SystemTime>,
}

/// The claims of a token, not verified: that is the API server's part. `None` if it is no JWT.
pub(super) fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    let time = |name: &str| {
        let seconds = claims
            .get(name)?
            .as_f64()
            .filter(|seconds| *seconds >= 0.0)?;
        let since = Duration::try_from_secs_f64(seconds.trunc()).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(since)
    };
    Some(Claims {
        issued: time("iat"),
        expires: time("exp"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(payload: &str, expected: Option<(Option<u64>, Option<u64>)>) {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let expected = expected.map(|(issued, expires)| Claims {
            issued: issued.map(at),
            expires: expires.map(at),
        });
        assert_eq!(claims(&token), expected, "{payload}");
    }

    #[test]
    fn reads_the_times_of_a_token() {
        check(r#"{"iat":1,"exp":2}"#, Some((Some(1), Some(2))));
        check(r#"{"exp":1516239022.5}"#, Some((None, Some(1_516_239_022))));
        check(r#"{"exp":"2"}"#, Some((None, None)));
        check(r#"{"exp":-2}"#, Some((None, None)));
        check(r#"{"exp":1e300}"#, Some((None, None)));
        check("garbage", None);
        assert_eq!(claims("opaque"), None);
        assert_eq!(claims("a.b.c.d"), None);
    }

    #[test]
    fn a_refusal_is_told_without_secrets() {
        let told = refusal(
            br#"{"error":"invalid_grant","error_description":"s3cr3t is over"}"#,
            &["s3cr3t"],
        );
        assert_eq!(told.as_deref(), Some("invalid_grant: [hidden] is over"));
        assert_eq!(refusal(b"<html>", &[]), None);
    }

    #[test]
    fn the_secret_goes_where_the_provider_takes_it() {
        let check = |methods: &str, expected: bool| {
            let document = format!(r#"{{"token_endpoint":"https://idp/token"{methods}}}"#);
            let endpoint = discovery(document.as_bytes()).unwrap();
            assert_eq!(endpoint.secret_in_form, expected, "{methods}");
        };
        check("", false);
        check(
            r#","token_endpoint_auth_methods_supported":["client_secret_post"]"#,
            true,
        );
        check(
            r#","token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic"]"#,
            false,
        );
        assert!(discovery(b"{}").is_none() && discovery(b"[]").is_none());
    }
}
