//! Where functions and test modules begin and end.

use std::ops::RangeInclusive;

use super::{Source, is_name_char};

/// Lines counted from 1, both ends included.
pub(crate) type Lines = RangeInclusive<usize>;

impl Source {
    /// The lines of each `#[cfg(test)] mod … { … }`.
    pub(crate) fn test_modules(&self) -> Vec<Lines> {
        let mut modules = Vec::new();
        for (start, mark) in self.code.match_indices("#[cfg(test)]") {
            let after = &self.code[start + mark.len()..];
            let Some(open) = after.find(['{', ';']) else {
                continue;
            };
            let is_module = after[..open].split_whitespace().any(|word| word == "mod");
            if is_module && after[open..].starts_with('{') {
                let end = self.closing(start + mark.len() + open);
                modules.push(self.line(start)..=self.line(end));
            }
        }
        modules
    }

    /// The lines of each function that has a body, closures and nested ones counted in.
    pub(crate) fn functions(&self) -> Vec<Lines> {
        let mut functions = Vec::new();
        for at in self.words("fn") {
            let name = self.code[at + 2..].trim_start();
            if name.starts_with(is_name_char)
                && let Some(open) = self.body(at)
            {
                functions.push(self.line(at)..=self.line(self.closing(open)));
            }
        }
        functions
    }

    /// Offset of the brace that opens the body after `from`; `None` when a `;` comes first.
    pub(crate) fn body(&self, from: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, byte) in self.code.bytes().enumerate().skip(from) {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                b'{' if depth == 0 => return Some(at),
                b';' if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    /// Offset of the brace that closes the one at `open`, or of the last byte.
    pub(crate) fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (at, byte) in self.code.bytes().enumerate().skip(open) {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return at;
            }
        }
        self.code.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_functions() {
        let code = "fn one() {}\nfn two(a: [u8; 2]) -> u8 {\n    \"}\";\n    1\n}\ntrait T { fn none(&self); }\ntype F = fn(u8);\n";
        assert_eq!(Source::new(code).functions(), [1..=1, 2..=5]);
    }

    #[test]
    fn counts_nested_functions_in_both() {
        let code = "fn a() {\n    fn b() {\n    }\n}\n";
        assert_eq!(Source::new(code).functions(), [1..=4, 2..=3]);
    }

    #[test]
    fn finds_test_modules() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n#[cfg(test)]\nmod far;\n#[cfg(test)]\nfn c() {}\n";
        assert_eq!(Source::new(code).test_modules(), [2..=5]);
    }
}
