//! Rust text with its comments and strings told apart from its code.
//!
//! It knows tokens, not grammar: enough for rules and counts that read lines.

mod mask;
mod path;
mod shape;

/// One Rust file, read once.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file with every comment and the inside of every string turned into spaces;
    /// offsets and lines are those of the file.
    pub(crate) code: String,
    /// The string literals, in order.
    pub(crate) literals: Vec<Literal>,
}

/// A string literal without its quotes, escapes left as written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// Offset of the first byte inside the quotes.
    pub(crate) start: usize,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(text: &str) -> Self {
        mask::mask(text)
    }

    /// The line, counted from 1, on which a byte offset stands.
    pub(crate) fn line(&self, offset: usize) -> usize {
        1 + self.code.as_bytes()[..offset]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
    }

    /// Offsets at which `word` stands in the code and is not part of a longer name.
    pub(crate) fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code
            .match_indices(word)
            .map(|(at, _)| at)
            .filter(move |at| {
                let before = self.code[..*at].chars().next_back();
                let after = self.code[at + word.len()..].chars().next();
                let open = |c: Option<char>| !c.is_some_and(is_name_char);
                (!word.starts_with(is_name_char) || open(before))
                    && (!word.ends_with(is_name_char) || open(after))
            })
    }
}

/// Whether a character may stand inside a Rust name.
pub(crate) fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_words_only() {
        let source = Source::new("use todo; // todo\nlet todos = \"todo\"; my_todo(); todo!();");
        let lines: Vec<usize> = source.words("todo").map(|at| source.line(at)).collect();
        assert_eq!(lines, [1, 2]);
        assert_eq!(source.words("todo!").count(), 1);
    }
}
