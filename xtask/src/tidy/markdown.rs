//! Markdown as far as rules read it: fenced blocks, and the text outside of them.

use crate::repo::File;

/// A fenced block of code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// The line of the opening fence, counted from 1.
    pub(super) line: usize,
    /// What stands behind the opening fence: `rust,no_run`.
    pub(super) info: &'a str,
    /// The last line above it that is not empty.
    pub(super) above: &'a str,
    /// The lines between the fences.
    pub(super) lines: Vec<&'a str>,
}

impl Block<'_> {
    /// The language: what stands before the first comma or space.
    pub(super) fn language(&self) -> &str {
        self.info.split([',', ' ']).next().unwrap_or_default()
    }

    /// Whether one of the words behind the language is `word`.
    pub(super) fn says(&self, word: &str) -> bool {
        self.info.split([',', ' ']).skip(1).any(|said| said == word)
    }
}

/// The fenced blocks of a text, in order.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let (mut inside, mut above) = (false, "");
    for (at, line) in text.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        match (inside, fence) {
            (false, Some(info)) => {
                inside = true;
                blocks.push(Block {
                    line: at + 1,
                    info: info.trim(),
                    above,
                    lines: Vec::new(),
                });
            }
            (false, None) if !line.trim().is_empty() => above = line,
            (false, None) => {}
            (true, Some(_)) => (inside, above) = (false, ""),
            (true, None) => {
                if let Some(block) = blocks.last_mut() {
                    block.lines.push(line);
                }
            }
        }
    }
    blocks
}

/// The lines outside fenced code, with their number, counted from 1.
pub(super) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// The documentation in a Rust file as Markdown: line for line, empty where no documentation stands.
pub(super) fn documentation(file: &File) -> String {
    let mut text = String::with_capacity(file.text.len());
    for line in file.text.lines() {
        let line = line.trim_start();
        let said = line.strip_prefix("//!").or_else(|| {
            let said = line.strip_prefix("///")?;
            (!said.starts_with('/')).then_some(said)
        });
        let said = said.unwrap_or_default();
        text.push_str(said.strip_prefix(' ').unwrap_or(said));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_code_from_prose() {
        let text = "one\n\n```rust,no_run\nlet a = 1;\n```\n```\nb\n```\ntwo\n";
        let found = blocks(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].line, found[0].above), (3, "one"));
        assert_eq!(found[0].lines, ["let a = 1;"]);
        assert!(found[0].language() == "rust" && found[0].says("no_run"));
        assert!(!found[0].says("rust") && found[1].language().is_empty());
        assert_eq!((found[1].line, found[1].above), (6, ""));
        let lines: Vec<_> = prose(text).map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 2, 9]);
    }

    #[test]
    fn reads_documentation_line_for_line() {
        let file = File {
            path: String::new(),
            text: "//! One.\n//!\nuse a;\n    /// Two.\n//// no\n// no\n".to_owned(),
            rust: None,
        };
        assert_eq!(documentation(&file), "One.\n\n\nTwo.\n\n\n");
    }
}
