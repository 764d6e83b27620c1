//! Who asks? Bearer tokens that were issued here, client certificates that the connection showed, or nobody.

use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};

use super::state::{ISSUER, State};
use super::status::{Answered, Refusal};
use super::user::User;
use crate::certs::{ClientCertificates, Verdict};

/// The tokens that this server knows.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    known: Mutex<Vec<Issued>>,
}

/// A token and whom it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) token: SecretString,
    pub(crate) user: User,
    /// Empty: every audience.
    pub(crate) audiences: Vec<String>,
    /// Seconds since 1970; `None`: never.
    pub(crate) expires: Option<u64>,
    /// The objects (resource, namespace, name, UID) without which the token means nothing any more.
    pub(crate) bound_to: Vec<Bound>,
}

/// An object that a token is bound to.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) resource: &'static str,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) uid: String,
}

impl Tokens {
    pub(crate) fn add(&self, issued: Issued) {
        self.lock().push(issued);
    }

    pub(crate) fn revoke(&self, token: &str) {
        self.lock()
            .retain(|issued| !same(issued.token.expose_secret(), token));
    }

    pub(crate) fn revoke_user(&self, name: &str) {
        self.lock().retain(|issued| issued.user.name != name);
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Whom a token stands for, if it is known and lives.
    pub(crate) fn find(&self, token: &str, now: u64) -> Option<Issued> {
        let known = self.lock();
        let found = known
            .iter()
            .find(|issued| same(issued.token.expose_secret(), token))?;
        found
            .expires
            .is_none_or(|at| now < at)
            .then(|| found.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Issued>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares two tokens without telling by its time where they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |differ, (a, b)| differ | (a ^ b))
            == 0
}

/// The user behind a request's credentials.
///
/// As kube-apiserver's chain of authenticators: a good certificate wins, then a good token; a bad one of either kind is
/// refused; no credential at all is `system:anonymous`.
pub(crate) fn user(
    server: &State,
    headers: &HeaderMap,
    shown: Option<&ClientCertificates>,
) -> Answered<User> {
    let mut refused = false;
    if let Some(certificates) = shown {
        match certificates.judge(&server.client_authorities(), server.clock.now()) {
            Verdict::User(user) => return Ok(user),
            Verdict::Nobody => {}
            Verdict::Refused => refused = true,
        }
    }
    if let Some(token) = bearer(headers) {
        let issued = server.token_user(token, &[ISSUER]).map(|(user, _)| user);
        match issued.or_else(|| server.oidc_user(token)) {
            Some(user) => return Ok(user),
            None => refused = true,
        }
    }
    if refused {
        Err(Refusal::unauthorized())
    } else {
        Ok(User::anonymous())
    }
}

/// The bearer token of a request; another scheme, or an empty token, is no credential.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
