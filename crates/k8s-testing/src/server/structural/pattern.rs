//! Go's regular expressions, matched by the `regex` crate: nearly the same syntax, the same guarantee of linear time.
//!
//! Go's classes `\d`, `\w`, `\s` are of ASCII, a class in brackets holds no other class, and has no operators.

use regex::Regex;

/// A pattern of a schema. The server that takes a definition compiles it; one that does not compile matches nothing.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    compiled: Option<Regex>,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            compiled: Regex::new(&translated(text)).ok(),
        }
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.compiled.is_some()
    }

    /// Whether it is found anywhere in a text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.compiled
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }
}

/// The same pattern in the other syntax.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut is_class = false;
    // Where a class began: a bracket that closes stands for itself there.
    let mut first = false;
    while let Some(c) = chars.next() {
        let was_first = std::mem::take(&mut first);
        match (c, is_class) {
            ('\\', _) => match chars.next() {
                Some(escaped) => out.push_str(&escape(escaped, is_class)),
                None => out.push('\\'),
            },
            ('[', false) => {
                is_class = true;
                first = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            ('[', true) if chars.peek() == Some(&':') => {
                out.push('[');
                out.push_str(&named(&mut chars));
            }
            (']', true) if !was_first => {
                is_class = false;
                out.push(']');
            }
            ('[' | ']' | '&' | '~', true) => {
                out.push('\\');
                out.push(c);
            }
            // What would take one class from another.
            ('-', true) if chars.peek() == Some(&'-') => out.push_str("\\-"),
            _ => out.push(c),
        }
    }
    out
}

/// `:alpha:]`, after its bracket.
fn named(chars: &mut impl Iterator<Item = char>) -> String {
    let mut name = String::new();
    for c in chars {
        name.push(c);
        if c == ']' {
            break;
        }
    }
    name
}

fn escape(escaped: char, is_class: bool) -> String {
    match (escaped, is_class) {
        ('d', true) => "0-9".to_owned(),
        ('w', true) => "0-9A-Za-z_".to_owned(),
        ('s', true) => "\\t\\n\\x0C\\r ".to_owned(),
        ('d', false) => "[0-9]".to_owned(),
        ('w', false) => "[0-9A-Za-z_]".to_owned(),
        ('s', false) => "[\\t\\n\\x0C\\r ]".to_owned(),
        ('D', _) => "[^0-9]".to_owned(),
        ('W', _) => "[^0-9A-Za-z_]".to_owned(),
        ('S', _) => "[^\\t\\n\\x0C\\r ]".to_owned(),
        ('b' | 'B', false) => format!("(?-u:\\{escaped})"),
        (other, _) => format!("\\{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, fits: &[&str], fits_not: &[&str]) {
        let pattern = Pattern::new(pattern);
        assert!(pattern.is_valid(), "{}", pattern.text());
        for text in fits {
            assert!(pattern.is_in(text), "{} {text}", pattern.text());
        }
        for text in fits_not {
            assert!(!pattern.is_in(text), "{} {text}", pattern.text());
        }
    }

    #[test]
    fn patterns_match_as_gos_do() {
        check(
            "^[a-z]([-a-z0-9]*[a-z0-9])?$",
            &["a", "a-1"],
            &["", "A", "a-"],
        );
        check(r"^\d+(\.\d+)?$", &["1", "1.5"], &["x", "١"]);
        check(r"^[\w.-]+$", &["a_b.c-d"], &["a b", "ä"]);
        check(r"^[^\s/]+$", &["ab"], &["a b", "a/b"]);
        check("^[[]x]$", &["[x]"], &["x"]);
        check("^[]a]$", &["]", "a"], &["b"]);
        check("^[a&&b]$", &["a", "&", "b"], &["c"]);
        check(r"^[[:alpha:]]+$", &["ab"], &["1"]);
        check("b", &["abc"], &["ac"]);
        check("^.$", &["ä"], &["ab"]);
    }

    #[test]
    fn what_is_no_pattern_is_known_for_it() {
        for pattern in ["(", "[", "a(?=b)", "*"] {
            assert!(!Pattern::new(pattern).is_valid(), "{pattern}");
        }
    }
}
