//! Turns comments and the inside of strings into spaces.

use super::{Literal, Source, is_name_char};

/// Reads a whole file.
pub(super) fn mask(text: &str) -> Source {
    let mut masker = Masker {
        text,
        at: 0,
        code: String::with_capacity(text.len()),
        literals: Vec::new(),
    };
    while masker.at < text.len() {
        masker.step();
    }
    Source {
        code: masker.code,
        literals: masker.literals,
    }
}

struct Masker<'a> {
    text: &'a str,
    at: usize,
    code: String,
    literals: Vec<Literal>,
}

impl Masker<'_> {
    /// Takes one token that can hide something, or one character.
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        if rest.starts_with("//") {
            self.blank(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.blank(block_comment(rest));
        } else if let Some((open, close)) = raw_string(rest).filter(|_| self.at_word_start()) {
            self.string(
                open,
                rest[open..].find(&close).map(|n| open + n),
                close.len(),
            );
        } else if rest.starts_with('"') {
            self.string(1, string_end(rest), 1);
        } else if let Some(length) = char_literal(rest) {
            self.code.push('\'');
            self.at += 1;
            self.blank(length - 2);
            self.code.push('\'');
            self.at += 1;
        } else {
            let c = rest
                .chars()
                .next()
                .expect("the caller saw that text is left");
            self.code.push(c);
            self.at += c.len_utf8();
        }
    }

    fn at_word_start(&self) -> bool {
        !self.code.chars().next_back().is_some_and(is_name_char)
    }

    /// Writes `length` bytes as spaces and keeps their line ends.
    fn blank(&mut self, length: usize) {
        let hidden = &self.text.as_bytes()[self.at..self.at + length];
        self.code
            .extend(hidden.iter().map(|b| if *b == b'\n' { '\n' } else { ' ' }));
        self.at += length;
    }

    /// Takes a string whose inside is `open..end`; without an end it reaches to the end of the file.
    fn string(&mut self, open: usize, end: Option<usize>, close: usize) {
        let rest = &self.text[self.at..];
        let (end, close) = end.map_or((rest.len(), 0), |end| (end, close));
        let start = self.at + open;
        self.literals.push(Literal {
            start,
            text: rest[open..end].to_owned(),
        });
        self.code.push_str(&rest[..open]);
        self.at = start;
        self.blank(end - open);
        self.code.push_str(&rest[end..end + close]);
        self.at += close;
    }
}

/// Length of a block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Offset of the quote that ends the string at the start of `rest`.
fn string_end(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Length of the opening of a raw string, and its closing.
fn raw_string(rest: &str) -> Option<(usize, String)> {
    let after = ["r", "br", "cr"].iter().find_map(|prefix| {
        rest.strip_prefix(prefix)
            .filter(|after| after.starts_with(['#', '"']))
    })?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then(|| {
        let open = rest.len() - after.len() + hashes + 1;
        (open, format!("\"{}", "#".repeat(hashes)))
    })
}

/// Length of a character literal; `None` for a lifetime.
fn char_literal(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if let Some(escaped) = inside.strip_prefix('\\') {
        let skip = escaped.chars().next()?.len_utf8();
        return Some(2 + skip + escaped[skip..].find('\'')? + 1);
    }
    let c = inside.chars().next()?;
    inside[c.len_utf8()..]
        .starts_with('\'')
        .then(|| 2 + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, code: &str, literals: &[&str]) {
        let source = mask(input);
        assert_eq!(source.code, code);
        assert_eq!(source.code.len(), input.len());
        let texts: Vec<&str> = source.literals.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, literals);
        for literal in &source.literals {
            assert!(input[literal.start..].starts_with(&literal.text));
        }
    }

    #[test]
    fn hides_comments_and_strings() {
        check("a // b\nc", "a     \nc", &[]);
        check("a /* b /* c */ d */ e", "a                   e", &[]);
        check("x /* never\nclosed", "x         \n      ", &[]);
        check(r#"f("a\"b", 1)"#, r#"f("    ", 1)"#, &[r#"a\"b"#]);
        check("f(\"a\nb\")", "f(\" \n \")", &["a\nb"]);
        check(
            "f(\"// no comment\")",
            "f(\"             \")",
            &["// no comment"],
        );
        check("\"open", "\"    ", &["open"]);
    }

    #[test]
    fn knows_raw_and_byte_strings() {
        check(r##"r#"a"b"# c"##, r##"r#"   "# c"##, &[r#"a"b"#]);
        check(r#"br"a\" b"#, r#"br"  " b"#, &[r"a\"]);
        check(r#"b"ab""#, r#"b"  ""#, &["ab"]);
        check("r#type = for\"x\"", "r#type = for\" \"", &["x"]);
    }

    #[test]
    fn tells_characters_from_lifetimes() {
        check("'\"' 'a' '\\'' '\\u{1F}'", "' ' ' ' '  ' '      '", &[]);
        check(
            "fn f<'a>(x: &'a str) -> &'a str",
            "fn f<'a>(x: &'a str) -> &'a str",
            &[],
        );
        check("'é'", "'  '", &[]);
    }
}
