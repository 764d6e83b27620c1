//! What a token says of itself, where it is a JWT. Its signature is the server's business.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use serde::Deserialize;

/// The claims that say whose a token is, for whom, and until when.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Claims {
    #[serde(rename = "iss")]
    pub(crate) issuer: String,
    #[serde(rename = "sub")]
    pub(crate) subject: String,
    #[serde(rename = "aud")]
    audience: Audience,
    #[serde(rename = "exp")]
    expires: Option<f64>,
    #[serde(rename = "nbf")]
    not_before: Option<f64>,
}

/// One, or a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Claims {
    /// Of an `Authorization` header; `None` where it holds no JWT.
    pub(crate) fn of(header: &HeaderValue) -> Option<Self> {
        let text = header.to_str().ok()?;
        let (_, token) = text.split_once(' ')?;
        let [_, claims, _] = token.split('.').collect::<Vec<_>>()[..] else {
            return None;
        };
        let bytes = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    pub(crate) fn audiences(&self) -> &[String] {
        match &self.audience {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Several(several) => several,
        }
    }

    pub(crate) fn expires(&self) -> Option<SystemTime> {
        time(self.expires?)
    }

    pub(crate) fn not_before(&self) -> Option<SystemTime> {
        time(self.not_before?)
    }

    /// Namespace and name, where the token is a service account's.
    pub(crate) fn service_account(&self) -> Option<(&str, &str)> {
        self.subject
            .strip_prefix("system:serviceaccount:")?
            .split_once(':')
    }

    /// Whether it is for others than an API server. Those take the tokens of their own issuer by its name, which is mostly their
    /// audience, too; a server may be told any other.
    pub(crate) fn is_for_others(&self) -> bool {
        let ours = |audience: &String| {
            *audience == self.issuer || audience.contains("kubernetes") || audience == "k3s"
        };
        !self.audiences().is_empty() && !self.audiences().iter().any(ours)
    }
}

/// Seconds since 1970.
fn time(seconds: f64) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Option<Claims> {
        let token = format!("Bearer e30.{}.c2ln", URL_SAFE_NO_PAD.encode(json));
        Claims::of(&HeaderValue::try_from(token).unwrap())
    }

    #[test]
    fn a_token_is_read_as_far_as_it_is_a_jwt() {
        let read = claims(r#"{"iss":"https://i","sub":"system:serviceaccount:a:b","aud":"x","exp":10,"nbf":1.5,"more":[]}"#).unwrap();
        assert_eq!(read.audiences(), ["x"]);
        assert_eq!(read.service_account(), Some(("a", "b")));
        assert_eq!(
            read.expires(),
            Some(SystemTime::UNIX_EPOCH + Duration::from_secs(10))
        );
        assert!(claims("{}").unwrap().audiences().is_empty());
        for bad in ["", "{\"exp\":\"x\"}", "{\"aud\":1}"] {
            assert_eq!(claims(bad), None, "{bad}");
        }
        let far = claims(r#"{"exp":1e300,"nbf":-1}"#).unwrap();
        assert_eq!((far.expires(), far.not_before()), (None, None));
        for header in ["Bearer opaque", "Basic e30.e30.e30=", "Bearer", "a.b.c"] {
            let header = HeaderValue::from_static(header);
            assert!(Claims::of(&header).is_none_or(|c| c == Claims::default()));
        }
    }

    #[test]
    fn an_audience_may_be_somebody_elses() {
        for (json, others) in [
            (r#"{"iss":"https://i","aud":["https://i"]}"#, false),
            (r#"{"iss":"https://i","aud":["vault"]}"#, true),
            (
                r#"{"iss":"https://i","aud":["vault","https://kubernetes.default.svc"]}"#,
                false,
            ),
            (r#"{"iss":"https://i"}"#, false),
        ] {
            assert_eq!(claims(json).unwrap().is_for_others(), others, "{json}");
        }
    }
}
