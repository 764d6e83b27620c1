//! What to do about a failure: a sentence, and where there are some, the commands that do it.

use std::fmt;

use serde::Serialize;

/// What to do, for a person.
///
/// What stands in capitals in a command (`HOST`, `PORT`, `TOKEN`) is not known here and is to be filled in. Nothing is ever
/// run or changed by this crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Fix {
    /// A sentence.
    pub text: String,
    /// Lines for a shell, to be run in this order by somebody who may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
}

impl Fix {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            commands: Vec::new(),
        }
    }

    pub(crate) fn command(mut self, line: impl Into<String>) -> Self {
        self.commands.push(line.into());
        self
    }

    pub(crate) fn commands(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.commands.extend(lines);
        self
    }
}

/// A word as a shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        for command in &self.commands {
            write!(f, "; {command}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for (word, expected) in [
            ("dev", "dev"),
            ("https://127.0.0.1:6443", "https://127.0.0.1:6443"),
            ("https://[::1]:6443", "'https://[::1]:6443'"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's $(x)", r"'it'\''s $(x)'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
