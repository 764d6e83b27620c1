//! Counts lines, functions and `cfg(feature)` of a part of the repository.

use crate::repo::{File, Repo};
use crate::source::Source;

/// What a crate is made of; lengths of files and functions are those of the code that ships.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Lines that ship: all of `src` but its test modules.
    pub(super) code: u32,
    /// Lines of tests, wherever they stand.
    pub(super) tests: u32,
    /// Length of each file, test modules included.
    pub(super) files: Vec<u32>,
    /// Length of each function, signature to brace.
    pub(super) functions: Vec<u32>,
    /// `feature = "…"` in attributes.
    pub(super) cfgs: u32,
}

impl Counts {
    /// Counts the Rust files below `folder`.
    pub(super) fn of(repo: &Repo, folder: &str) -> Self {
        let mut counts = Self::default();
        for (file, rust) in repo
            .rust()
            .filter(|(file, _)| file.path.starts_with(folder))
        {
            counts.count(file, rust);
        }
        counts
    }

    pub(super) fn add(&mut self, other: Self) {
        self.code += other.code;
        self.tests += other.tests;
        self.cfgs += other.cfgs;
        self.files.extend(other.files);
        self.functions.extend(other.functions);
    }

    fn count(&mut self, file: &File, rust: &Source) {
        let lines = small(file.text.lines().count());
        if file.is_test() {
            self.tests += lines;
            return;
        }
        let modules = rust.test_modules();
        let tests: u32 = modules
            .iter()
            .map(|module| small(module.clone().count()))
            .sum();
        self.tests += tests;
        self.code += lines - tests;
        self.files.push(lines);
        let shipped = |line: &usize| !modules.iter().any(|module| module.contains(line));
        let functions = rust.functions();
        let functions = functions
            .into_iter()
            .filter(|function| shipped(function.start()));
        self.functions
            .extend(functions.map(|function| small(function.count())));
        let features = rust
            .words("feature")
            .filter(|at| rust.code[*at..].starts_with("feature ="));
        self.cfgs += small(features.count());
    }
}

/// A count of lines: no file has four thousand million.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The smallest value that at least `percent` of all do not exceed; 0 when there are none.
pub(super) fn percentile(values: &[u32], percent: usize) -> u32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    rank.checked_sub(1).map_or(0, |index| sorted[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_code_from_tests() {
        let text = "//! A.\n#[cfg(feature = \"x\")]\nfn a() {\n}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        let file = |path: &str| File {
            path: path.to_owned(),
            text: text.to_owned(),
            rust: None,
        };
        let mut counts = Counts::default();
        counts.count(&file("crates/a/src/a.rs"), &Source::new(text));
        let expected = Counts {
            code: 4,
            tests: 4,
            files: vec![8],
            functions: vec![2],
            cfgs: 1,
        };
        assert_eq!(counts, expected);
        counts.count(&file("crates/a/tests/a.rs"), &Source::new(text));
        assert_eq!(
            counts,
            Counts {
                tests: 12,
                ..expected
            }
        );
    }

    #[test]
    fn takes_percentiles_by_rank() {
        let hundred: Vec<u32> = (1..=100).rev().collect();
        assert_eq!(percentile(&hundred, 95), 95);
        assert_eq!(percentile(&hundred, 100), 100);
        assert_eq!(percentile(&[7], 95), 7);
        assert_eq!(percentile(&[], 95), 0);
    }
}
