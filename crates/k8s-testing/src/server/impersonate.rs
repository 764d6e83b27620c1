//! Impersonation: a request that asks to be treated as somebody else's, and may.
//!
//! Follows k8s.io/apiserver `pkg/endpoints/filters/impersonation` (v0.36) in what each header must be allowed by.

use http::{HeaderMap, HeaderName, StatusCode};

use super::authorize::Attributes;
use super::state::State;
use super::status::{Answered, Refusal};
use super::user::{UNAUTHENTICATED, User};

const USER: HeaderName = HeaderName::from_static("impersonate-user");
const GROUP: HeaderName = HeaderName::from_static("impersonate-group");
const UID: HeaderName = HeaderName::from_static("impersonate-uid");
const EXTRA: &str = "impersonate-extra-";
const REVIEWS: &str = "authentication.k8s.io";

/// The user to go on with: the one asked for, when `user` may impersonate all of it, else `user` itself.
pub(crate) fn user(state: &State, user: User, headers: &HeaderMap, uri: &str) -> Answered<User> {
    let Some(wanted) = wanted(headers) else {
        return Ok(user);
    };
    if wanted.name.is_empty() {
        let says = format!(
            "Internal Server Error: {uri:?}: requested impersonation of groups, UID or extra without impersonating a user"
        );
        return Err(Refusal::plain(StatusCode::INTERNAL_SERVER_ERROR, says));
    }
    for asked in needed(&wanted) {
        state.authorize(&user, &asked)?;
    }
    Ok(complete(wanted))
}

/// What the headers name; `None` when there are none.
fn wanted(headers: &HeaderMap) -> Option<User> {
    let text = |name: &HeaderName| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let mut wanted = User::new(text(&USER));
    wanted.uid = text(&UID).to_owned();
    let groups = headers
        .get_all(&GROUP)
        .iter()
        .filter_map(|value| value.to_str().ok());
    wanted.groups = groups.map(str::to_owned).collect();
    for (name, value) in headers {
        let Some(key) = name.as_str().strip_prefix(EXTRA) else {
            continue;
        };
        let key = percent_decoded(key);
        let values = wanted.extra.entry(key).or_default();
        values.extend(value.to_str().ok().map(str::to_owned));
    }
    (wanted != User::default()).then_some(wanted)
}

/// Everything that must be allowed.
fn needed(wanted: &User) -> Vec<Attributes> {
    let mut all = vec![match service_account(&wanted.name) {
        Some((namespace, name)) => Attributes {
            namespace: namespace.to_owned(),
            ..Attributes::on("impersonate", "", "serviceaccounts", name)
        },
        None => Attributes::on("impersonate", "", "users", &wanted.name),
    }];
    all.extend(
        wanted
            .groups
            .iter()
            .map(|group| Attributes::on("impersonate", "", "groups", group)),
    );
    for (key, values) in &wanted.extra {
        all.extend(values.iter().map(|value| Attributes {
            subresource: key.clone(),
            ..Attributes::on("impersonate", REVIEWS, "userextras", value)
        }));
    }
    if !wanted.uid.is_empty() {
        all.push(Attributes::on("impersonate", REVIEWS, "uids", &wanted.uid));
    }
    all
}

/// Adds the groups that such a user always has.
fn complete(mut wanted: User) -> User {
    if wanted.name == "system:anonymous" {
        if !wanted.is_in(UNAUTHENTICATED) {
            wanted.groups.push(UNAUTHENTICATED.to_owned());
        }
        return wanted;
    }
    if wanted.groups.is_empty()
        && let Some((namespace, name)) = service_account(&wanted.name)
    {
        wanted.groups = User::service_account(namespace, name).groups;
    }
    wanted.authenticated()
}

fn service_account(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("system:serviceaccount:")?.split_once(':')
}

/// Header names carry a key's odd characters percent-encoded.
fn percent_decoded(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = behind
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
