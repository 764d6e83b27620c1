//! A URL as it stands in a file, which may hold a password that must not be shown.

use std::fmt;

/// A URL as it was written; `Display` and `Debug` leave user name and password out.
#[derive(Clone, PartialEq, Eq)]
pub struct UrlText(String);

impl UrlText {
    /// Takes any text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text exactly as written, with user name and password if it has them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for UrlText {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for UrlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = match self.0.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, &*self.0),
        };
        // Whatever stands before the last `@` may be a secret, even where a URL would not allow one.
        match (scheme, rest.rsplit_once('@')) {
            (Some(scheme), Some((_, rest))) => write!(f, "{scheme}://{rest}"),
            (None, Some((_, rest))) => f.write_str(rest),
            (_, None) => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for UrlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
