//! The names that code uses, with `use` groups written out.

use super::{Source, is_name_char};

/// A name such as `std::fs::read` and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// Byte offset of the last part.
    pub(crate) at: usize,
    pub(crate) path: String,
}

impl Name {
    /// Whether this is `path` or stands below it.
    pub(crate) fn is_within(&self, path: &str) -> bool {
        self.path
            .strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}

impl Source {
    /// Every name in the code; `use std::{fs, net::TcpStream}` gives `std::fs` and `std::net::TcpStream`.
    pub(crate) fn names(&self) -> Vec<Name> {
        let tokens = tokens(&self.code);
        let mut names = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            at = name(&tokens, at, "", &mut names).max(at + 1);
        }
        names
    }
}

/// Reads one name, or one group of them, and returns the index of the token after it.
fn name(tokens: &[Token<'_>], mut at: usize, prefix: &str, names: &mut Vec<Name>) -> usize {
    let mut path = prefix.to_owned();
    if tokens.get(at).is_some_and(|token| token.text == "::") {
        at += 1;
    }
    while let Some(token) = tokens.get(at) {
        if token.text == "{" && !path.is_empty() {
            return group(tokens, at + 1, &path, names);
        }
        if !token.text.starts_with(is_name_char) {
            break;
        }
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(token.text);
        at += 1;
        let joined = tokens.get(at).is_some_and(|next| next.text == "::");
        let goes_on = tokens
            .get(at + 1)
            .is_some_and(|next| next.text == "{" || next.text.starts_with(is_name_char));
        if !joined || !goes_on || token.text == "use" {
            names.push(Name { at: token.at, path });
            return at;
        }
        at += 1;
    }
    at
}

/// Reads names up to the brace that ends a group.
fn group(tokens: &[Token<'_>], mut at: usize, prefix: &str, names: &mut Vec<Name>) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.text {
            "}" => return at + 1,
            "," => at += 1,
            "as" => at += 2,
            _ => at = name(tokens, at, prefix, names).max(at + 1),
        }
    }
    at
}

struct Token<'a> {
    at: usize,
    text: &'a str,
}

/// Names, `::`, and every other character by itself.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = code[at..].chars().next() {
        let rest = &code[at..];
        let length = if is_name_char(c) {
            rest.find(|c| !is_name_char(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            c.len_utf8()
        };
        if !c.is_whitespace() {
            tokens.push(Token {
                at,
                text: &code[at..at + length],
            });
        }
        at += length;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, paths: &[&str]) {
        let names = Source::new(code).names();
        let found: Vec<&str> = names.iter().map(|n| n.path.as_str()).collect();
        assert_eq!(found, paths);
    }

    #[test]
    fn writes_out_groups() {
        check(
            "use std::{fs, net::{TcpStream as T, *}};",
            &["use", "std::fs", "std::net::TcpStream"],
        );
        check("use ::std::env;", &["use", "std::env"]);
        check("use std::{self, io};", &["use", "std::self", "std::io"]);
    }

    #[test]
    fn reads_names_in_expressions() {
        check(
            "std::fs::read(path)?.len()",
            &["std::fs::read", "path", "len"],
        );
        check("struct A { a: b::C }", &["struct", "A", "a", "b::C"]);
        check("Vec::<u8>::new()", &["Vec", "u8", "new"]);
    }

    #[test]
    fn compares_whole_parts() {
        let name = Name {
            at: 0,
            path: "std::fs::read".to_owned(),
        };
        assert!(name.is_within("std::fs"));
        assert!(!name.is_within("std::f"));
    }
}
