//! Rule `errors`: the text of an error is about its own level only, lower case, without a full stop.
//!
//! Looked at are `impl Display` blocks of types whose name ends in `Error` or that implement `Error` in the same file.

use super::Faults;
use crate::Error;
use crate::repo::{File, Repo};
use crate::source::{Literal, Source, is_name_char};

/// Names that are written with a capital wherever they stand.
const NAMES: [&str; 1] = ["Kubernetes"];

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for (file, rust) in repo.rust().filter(|(file, _)| !file.is_test()) {
        let errors = implementors(rust, "Error");
        for block in implementors(rust, "Display") {
            if block.name.ends_with("Error") || errors.iter().any(|error| error.name == block.name)
            {
                check_block(file, rust, &block, faults);
            }
        }
    }
    Ok(())
}

/// An `impl … for Name { … }`.
struct Block<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

/// The blocks that implement a trait whose last part is `of`.
fn implementors<'a>(rust: &'a Source, of: &str) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    for at in rust.words("impl") {
        let Some(start) = rust.body(at) else { continue };
        let Some((left, right)) = rust.code[at..start].split_once(" for ") else {
            continue;
        };
        let implemented = left.trim_end().rsplit(|c| !is_name_char(c)).next();
        let name = right
            .split(['<', ' ', '\n'])
            .next()
            .and_then(|path| path.rsplit(':').next());
        if let Some(name) = name
            .filter(|_| implemented.is_some_and(|name| name == of || name == format!("Std{of}")))
        {
            blocks.push(Block {
                name,
                start,
                end: rust.closing(start),
            });
        }
    }
    blocks
}

fn check_block(file: &File, rust: &Source, block: &Block<'_>, faults: &mut Faults) {
    let inside = |at: usize| (block.start..block.end).contains(&at);
    for literal in rust.literals.iter().filter(|literal| inside(literal.start)) {
        if let Some(fault) = wording(rust, literal) {
            faults.add(
                &file.path,
                rust.line(literal.start),
                format!("the text of {} {fault}", block.name),
            );
        }
    }
    for word in ["self.source", "self.cause"] {
        for at in rust
            .words(word)
            .filter(|at| inside(*at) && is_argument(rust, *at))
        {
            faults.add(
                &file.path,
                rust.line(at),
                format!("the text of {} prints its cause", block.name),
            );
        }
    }
}

/// Whether what stands here is handed to a call or a macro, rather than looked at by a `match`.
fn is_argument(rust: &Source, at: usize) -> bool {
    rust.code[..at]
        .trim_end()
        .trim_end_matches('&')
        .trim_end()
        .ends_with([',', '('])
}

/// What is wrong with one literal.
fn wording(rust: &Source, literal: &Literal) -> Option<&'static str> {
    let text = literal.text.as_str();
    let prints = |name: &str| {
        ["}", ":"]
            .iter()
            .any(|end| text.contains(&format!("{{{name}{end}")))
    };
    if ["source", "cause", "error", "err"].into_iter().any(prints) {
        return Some("prints its cause");
    }
    if text.ends_with('.') && !text.ends_with("..") {
        return Some("ends in a full stop");
    }
    let word = text
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase);
    (opens_a_message(rust, literal) && capital && !NAMES.contains(&word))
        .then_some("begins with a capital")
}

/// Whether the literal is the whole text or its beginning: the first thing written, or an arm of a match.
fn opens_a_message(rust: &Source, literal: &Literal) -> bool {
    let before = rust.code[..literal.start - 1].trim_end();
    ["write!(f,", "write_str(", "pad(", "=>", "{"]
        .iter()
        .any(|end| before.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(literal: &str, expected: Option<&str>) {
        let code =
            format!("impl fmt::Display for AError {{ fn fmt() {{ write!(f, {literal}) }} }}");
        let rust = Source::new(&code);
        assert_eq!(wording(&rust, &rust.literals[0]), expected, "{literal}");
    }

    #[test]
    fn judges_texts() {
        check("\"reading {path}\"", None);
        check("\"{path} is empty\"", None);
        check("\"TLS handshake with {host}\"", None);
        check("\"Kubernetes API\"", None);
        check("\"waiting...\"", None);
        check("\"Cannot read\"", Some("begins with a capital"));
        check("\"it failed.\"", Some("ends in a full stop"));
        check("\"it failed: {source}\"", Some("prints its cause"));
        check("\"it failed: {cause:?}\"", Some("prints its cause"));
        check("\"{source_file} is gone\"", None);
    }

    #[test]
    fn a_cause_may_be_looked_at_but_not_printed() {
        let rust =
            Source::new("match &self.cause {} write!(f, \"{}\", self.cause); f(&self.cause)");
        let found: Vec<bool> = rust
            .words("self.cause")
            .map(|at| is_argument(&rust, at))
            .collect();
        assert_eq!(found, [false, true, true]);
    }

    #[test]
    fn finds_who_implements_what() {
        let rust = Source::new(
            "impl fmt::Display for Gone {}\nimpl<T: Debug> std::error::Error for Gone<T> {}\nimpl StdError for a::Lost {}\nimpl Iterator for X {}",
        );
        let names = |of| {
            implementors(&rust, of)
                .iter()
                .map(|block| block.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("Display"), ["Gone"]);
        assert_eq!(names("Error"), ["Gone", "Lost"]);
    }
}
