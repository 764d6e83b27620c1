//! A URL's query, read as Go's `net/url` reads it: malformed pairs are left out, the first value of a name counts.

use std::borrow::Cow;

use crate::percent::unescape;

/// The pairs of a query string, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Query<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Query<'a> {
    /// Reads what stands behind the `?` of a URL.
    ///
    /// As `url.ParseQuery` does: a pair with a semicolon or a broken escape is left out, `+` is a space, a name
    /// without `=` has the empty value. Bytes that are no UTF-8 become U+FFFD.
    pub fn parse(query: &'a str) -> Self {
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.contains(';'))
            .filter_map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Some((decode(name)?, decode(value)?))
            })
            .collect();
        Self { pairs }
    }

    /// The first value of `name`; the empty string when it is there without one.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of `name`, in order.
    pub fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.pairs
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_ref())
    }

    /// Whether `name` reads as true: there, and neither `0` nor `false` (the empty value is true).
    ///
    /// Follows `Convert_Slice_string_To_bool` of k8s.io/apimachinery.
    pub fn flag(&self, name: &str) -> bool {
        self.first(name)
            .is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
    }
}

fn decode(part: &str) -> Option<Cow<'_, str>> {
    if !part.contains(['%', '+']) {
        return Some(Cow::Borrowed(part));
    }
    let spaced = part.replace('+', " ");
    unescape(&spaced).map(|text| Cow::Owned(text.into_owned()))
}
