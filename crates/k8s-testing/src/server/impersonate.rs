//! Impersonation: a request that asks to be treated as somebody else's, and may.
//!
//! Follows k8s.io/apiserver `pkg/endpoints/filters/impersonation` (v0.36) in what each header must be allowed by.

use std::fmt;

use http::{HeaderMap, HeaderName};

use super::authorize::{Attributes, refusal};
use super::state::State;
use super::status::{Answered, Refusal};
use super::user::{MASTERS, UNAUTHENTICATED, User};

const USER: HeaderName = HeaderName::from_static("impersonate-user");
const GROUP: HeaderName = HeaderName::from_static("impersonate-group");
const UID: HeaderName = HeaderName::from_static("impersonate-uid");
const EXTRA: &str = "impersonate-extra-";
const REVIEWS: &str = "authentication.k8s.io";

/// The user to go on with: the one asked for, when `user` may impersonate all of it, else `user` itself.
///
/// Modes are tried in the server's order; the first one's refusal is the answer when none allows it. What makes somebody
/// a node's associate is not known here, so that mode is left out.
pub(crate) fn user(
    state: &State,
    user: User,
    headers: &HeaderMap,
    asked: &Attributes,
) -> Answered<User> {
    let Some(wanted) = wanted(headers) else {
        return Ok(user);
    };
    if wanted.name.is_empty() {
        let says = format!(
            "requested {} without impersonating a user name",
            GoUser(&wanted)
        );
        return Err(Refusal::bad_request(says).quoting());
    }
    let mut refused = None;
    for mode in modes(&wanted) {
        match mode.check(state, &user, &wanted, asked) {
            Ok(user) => return Ok(user),
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    Err(refused.unwrap_or_else(Refusal::unauthorized))
}

/// A way to be allowed to impersonate: by name of the mode, with a verb of its own, or the old way, by `impersonate`.
#[derive(Clone, Copy)]
enum Mode {
    Constrained(&'static str),
    Legacy,
}

fn modes(wanted: &User) -> impl Iterator<Item = Mode> {
    let only_name = wanted.uid.is_empty() && wanted.groups.is_empty() && wanted.extra.is_empty();
    let constrained = match (node(&wanted.name), service_account(&wanted.name)) {
        (Some(_), _) => only_name.then_some("arbitrary-node"),
        (None, Some(_)) => only_name.then_some("serviceaccount"),
        (None, None) => Some("user-info"),
    };
    constrained
        .map(Mode::Constrained)
        .into_iter()
        .chain([Mode::Legacy])
}

impl Mode {
    fn check(
        self,
        state: &State,
        user: &User,
        wanted: &User,
        asked: &Attributes,
    ) -> Answered<User> {
        let (verb, group) = match self {
            Self::Constrained(mode) => {
                let verb = format!("impersonate-on:{mode}:{}", asked.verb);
                state.authorize(
                    user,
                    &Attributes {
                        verb,
                        ..asked.clone()
                    },
                )?;
                (format!("impersonate:{mode}"), REVIEWS)
            }
            Self::Legacy => ("impersonate".to_owned(), ""),
        };
        let constrained = matches!(self, Self::Constrained(_));
        for attributes in needed(wanted, &verb, group) {
            if constrained && attributes.resource == "groups" && attributes.name == MASTERS {
                let why = "impersonating the system:masters group is not allowed";
                return Err(refusal(user, &attributes, why));
            }
            state.authorize(user, &attributes)?;
        }
        let mut become_ = wanted.clone();
        if constrained && node(&wanted.name).is_some() {
            become_.groups = vec!["system:nodes".to_owned()];
        }
        Ok(complete(become_))
    }
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

/// Everything that must be allowed, in the server's order.
fn needed(wanted: &User, verb: &str, group: &str) -> Vec<Attributes> {
    let on = |group: &str, resource: &str, name: &str| Attributes::on(verb, group, resource, name);
    let mut all = vec![match (service_account(&wanted.name), node(&wanted.name)) {
        (Some((namespace, name)), _) => Attributes {
            namespace: namespace.to_owned(),
            ..on(group, "serviceaccounts", name)
        },
        (None, Some(name)) if !group.is_empty() => on(group, "nodes", name),
        _ => on(group, "users", &wanted.name),
    }];
    if !wanted.uid.is_empty() {
        all.push(on(REVIEWS, "uids", &wanted.uid));
    }
    all.extend(wanted.groups.iter().map(|name| on(group, "groups", name)));
    for (key, values) in &wanted.extra {
        all.extend(values.iter().map(|value| Attributes {
            subresource: key.clone(),
            ..on(REVIEWS, "userextras", value)
        }));
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

fn node(name: &str) -> Option<&str> {
    name.strip_prefix("system:node:")
        .filter(|node| !node.is_empty())
}

/// A user as Go prints the struct, which the server does in one refusal.
struct GoUser<'a>(&'a User);

impl fmt::Display for GoUser<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |values: &[String]| match values {
            [] => "[]string(nil)".to_owned(),
            values => {
                let quoted: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
                format!("[]string{{{}}}", quoted.join(", "))
            }
        };
        let extra: Vec<String> = self
            .0
            .extra
            .iter()
            .map(|(key, values)| format!("{key:?}:{}", list(values)))
            .collect();
        let extra = match extra.as_slice() {
            [] => "(nil)".to_owned(),
            entries => format!("{{{}}}", entries.join(", ")),
        };
        write!(
            f,
            "&user.DefaultInfo{{Name:\"\", UID:{:?}, Groups:{}, Extra:map[string][]string{extra}}}",
            self.0.uid,
            list(&self.0.groups),
        )
    }
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
