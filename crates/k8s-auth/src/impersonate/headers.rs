//! Whom to act as, and how that is written into headers.

use std::fmt;

use http::{HeaderName, HeaderValue};

/// Whom to act as (`as`, `as-uid`, `as-groups`, `as-user-extra` of a kubeconfig).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Impersonation {
    /// The user's name.
    pub user: String,
    /// The user's uid.
    pub uid: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
    /// Further facts about the user, each with its values.
    pub extra: Vec<(String, Vec<String>)>,
}

/// A name that cannot stand in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidImpersonation {
    what: &'static str,
}

impl Impersonation {
    /// Acts as this user, with no uid, groups or extra.
    pub fn user(name: impl Into<String>) -> Self {
        Self {
            user: name.into(),
            ..Self::default()
        }
    }

    /// The headers, in client-go's order (`transport/round_trippers.go`).
    pub(super) fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, InvalidImpersonation> {
        if self.user.is_empty() {
            return Err(InvalidImpersonation {
                what: "acting as somebody else needs a user",
            });
        }
        let mut headers = Vec::new();
        headers.push((
            HeaderName::from_static("impersonate-user"),
            value("user", &self.user)?,
        ));
        if let Some(uid) = self.uid.as_ref().filter(|uid| !uid.is_empty()) {
            headers.push((
                HeaderName::from_static("impersonate-uid"),
                value("uid", uid)?,
            ));
        }
        for group in &self.groups {
            headers.push((
                HeaderName::from_static("impersonate-group"),
                value("group", group)?,
            ));
        }
        for (key, values) in &self.extra {
            let name = format!("impersonate-extra-{}", escape(key));
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| InvalidImpersonation {
                    what: "an extra key cannot stand in a header",
                })?;
            for one in values {
                headers.push((name.clone(), value("extra", one)?));
            }
        }
        Ok(headers)
    }
}

fn value(what: &'static str, text: &str) -> Result<HeaderValue, InvalidImpersonation> {
    let what = match what {
        "user" => "the user cannot stand in a header",
        "uid" => "the uid cannot stand in a header",
        "group" => "a group cannot stand in a header",
        _ => "an extra value cannot stand in a header",
    };
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| InvalidImpersonation { what })
}

/// A key as a part of a header's name: what no name may hold is written `%XX`, and so is `%`.
fn escape(key: &str) -> String {
    let mut escaped = String::with_capacity(key.len());
    for byte in key.bytes() {
        let is_token = byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_`|~".contains(&byte);
        if is_token {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

impl fmt::Display for InvalidImpersonation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl std::error::Error for InvalidImpersonation {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(who: &Impersonation, expected: &[(&str, &str)]) {
        let headers = who.headers().unwrap();
        let shown: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn writes_the_headers_of_client_go() {
        let mut who = Impersonation::user("bob");
        check(&who, &[("impersonate-user", "bob")]);
        who.uid = Some("42".to_owned());
        who.groups = vec!["devs".to_owned(), "ops".to_owned()];
        who.extra = vec![("scopes".to_owned(), vec!["a".to_owned(), "b".to_owned()])];
        check(
            &who,
            &[
                ("impersonate-user", "bob"),
                ("impersonate-uid", "42"),
                ("impersonate-group", "devs"),
                ("impersonate-group", "ops"),
                ("impersonate-extra-scopes", "a"),
                ("impersonate-extra-scopes", "b"),
            ],
        );
    }

    fn check_escaped(key: &str, expected: &str) {
        assert_eq!(escape(key), expected);
    }

    #[test]
    fn escapes_keys_as_client_go_does() {
        check_escaped("alpha1", "alpha1");
        check_escaped(
            "test.example.com/thing.thing",
            "test.example.com%2Fthing.thing",
        );
        check_escaped("percent%20encoded", "percent%2520encoded");
        check_escaped(
            "almost%zzpercent%xxencoded",
            "almost%25zzpercent%25xxencoded",
        );
        check_escaped("@=:", "%40%3D%3A");
        check_escaped("ü", "%C3%BC");
        check_escaped("!#$&'*+-.^_`|~", "!#$&'*+-.^_`|~");
    }

    #[test]
    fn refuses_what_cannot_stand_in_a_header() {
        assert!(Impersonation::default().headers().is_err());
        assert!(Impersonation::user("a\nb").headers().is_err());
    }
}
