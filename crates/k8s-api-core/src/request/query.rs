//! Query strings: pairs appended to a path, with values encoded.

use crate::percent::escape;

/// A path with query parameters, in the order they are added.
#[derive(Debug)]
pub(super) struct Query {
    text: String,
    separator: char,
}

/// What may stand bare in a query value: unreserved characters, and those that selectors are made of.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte)
}

impl Query {
    pub(super) fn new(path: String) -> Self {
        Self {
            text: path,
            separator: '?',
        }
    }

    pub(super) fn text(&mut self, name: &'static str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.text.push(self.separator);
            self.text.push_str(name);
            self.text.push('=');
            escape(value, is_bare, &mut self.text);
            self.separator = '&';
        }
        self
    }

    pub(super) fn number(&mut self, name: &'static str, value: Option<u32>) -> &mut Self {
        match value {
            Some(value) => self.text(name, Some(&value.to_string())),
            None => self,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_values_and_separates_pairs() {
        let mut query = Query::new("/api/v1/pods".to_owned());
        query
            .text("labelSelector", Some("app in (a, b),!c"))
            .number("limit", Some(500))
            .text("continue", None)
            .text("fieldManager", Some("x&y=z"));
        assert_eq!(
            query.as_str(),
            "/api/v1/pods?labelSelector=app%20in%20%28a%2C%20b%29%2C%21c&limit=500&fieldManager=x%26y%3Dz"
        );
    }
}
