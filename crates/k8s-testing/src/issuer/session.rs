//! Sessions: who logged in, and which refresh token is good for the next ID token.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::{Inner, State};

/// What a client holds after a login or a refresh.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// The ID token, which is what an API server is shown.
    pub id_token: SecretString,
    /// The refresh token, which is good for the next ID token.
    pub refresh_token: SecretString,
}

/// A session that goes on.
pub(super) struct Live {
    subject: String,
    claims: Map<String, Value>,
    refresh_token: SecretString,
}

impl State {
    pub(super) fn log_in(&self, subject: &str, claims: Map<String, Value>) -> Session {
        let mut inner = self.lock();
        let refresh_token = new_refresh_token();
        let id_token = self.id_token(&inner, subject, &claims);
        let live = Live {
            subject: subject.to_owned(),
            claims,
            refresh_token: refresh_token.clone(),
        };
        inner.sessions.push(live);
        Session {
            id_token,
            refresh_token,
        }
    }

    /// The next ID token for a refresh token, and the refresh token that is good from now on.
    pub(super) fn refresh(&self, refresh_token: &str) -> Option<Session> {
        let mut inner = self.lock();
        let fits = |live: &Live| live.refresh_token.expose_secret() == refresh_token;
        let at = inner.sessions.iter().position(fits)?;
        let (subject, claims) = (
            inner.sessions[at].subject.clone(),
            inner.sessions[at].claims.clone(),
        );
        let id_token = self.id_token(&inner, &subject, &claims);
        if inner.rotates {
            inner.sessions[at].refresh_token = new_refresh_token();
        }
        let refresh_token = inner.sessions[at].refresh_token.clone();
        Some(Session {
            id_token,
            refresh_token,
        })
    }

    pub(super) fn lifetime_in_seconds(&self) -> u64 {
        self.lock().lifetime.as_secs()
    }

    fn id_token(&self, inner: &Inner, subject: &str, claims: &Map<String, Value>) -> SecretString {
        let now = self.clock.seconds();
        let mut all = claims.clone();
        let own = [
            ("iss", Value::from(inner.url.as_str())),
            ("aud", inner.client.0.as_str().into()),
            ("sub", subject.into()),
            ("iat", now.into()),
            ("exp", (now + inner.lifetime.as_secs()).into()),
        ];
        for (name, value) in own {
            all.entry(name).or_insert(value);
        }
        let key = inner
            .keys
            .last()
            .expect("an issuer always has a newest key");
        key.sign(&Value::Object(all)).into()
    }
}

fn new_refresh_token() -> SecretString {
    format!("refresh-{:032x}", fastrand::u128(..)).into()
}
