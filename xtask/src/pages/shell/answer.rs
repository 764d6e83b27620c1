//! What each step of a page said, without what is never the same.

use std::net::Ipv4Addr;

use super::script::MARK;
use crate::kubectl::{differences, plain};

/// How many lines of a difference are shown.
const SHOWN: usize = 20;
/// What a page says while it waits: how often, nobody knows.
const WAITING: &str = "waiting for token...\n";

/// What every step of a run said.
#[derive(Debug)]
pub(super) struct Answers(Vec<Answer>);

/// Standard output, which ends with exit code and variables, and standard error.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    out: String,
    err: String,
}

impl Answers {
    /// Takes two outputs apart at their marks: as many steps as ended.
    pub(super) fn read(out: &str, err: &str) -> Self {
        let answer = |(out, err): (&str, &str)| Answer {
            out: values(&plain::output(out)),
            err: values(&plain::errors(err)).replace(WAITING, ""),
        };
        Self(split(out).into_iter().zip(split(err)).map(answer).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many steps said something else, or did not end in one of the runs.
    pub(super) fn differing(&self, other: &Self) -> usize {
        let pairs = self.0.iter().zip(&other.0);
        let differ = pairs.filter(|(one, two)| one != two).count();
        differ + self.len().abs_diff(other.len())
    }

    /// The same, and shows where.
    pub(super) fn tell(&self, other: &Self) -> usize {
        for (at, (one, two)) in self.0.iter().zip(&other.0).enumerate() {
            if one == two {
                continue;
            }
            println!("== step {at}");
            for (one, two) in [(&one.out, &two.out), (&one.err, &two.err)] {
                let lines = differences(one, two);
                lines.iter().take(SHOWN).for_each(|line| println!("{line}"));
            }
        }
        self.differing(other)
    }
}

/// What stands before each mark, without the number of the mark before it.
fn split(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = text.split(MARK).collect();
    // Behind the last mark stands what belongs to no step.
    parts.pop();
    let rest = |(at, part): (usize, &'_ str)| match part.split_once('\n') {
        Some((number, _)) if at > 0 => number.len() + 1,
        _ => 0,
    };
    let parts = parts.into_iter().enumerate();
    parts.map(|(at, part)| &part[rest((at, part))..]).collect()
}

/// Tokens, uids and addresses as words.
fn values(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let (mut plain, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if end == 0 {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        plain.push_str(value(&rest[..end]));
        rest = &rest[end..];
    }
    plain
}

fn value(word: &str) -> &str {
    let parts = |at: char| word.split(at).map(str::len).collect::<Vec<_>>();
    if word.starts_with("eyJ") && parts('.').len() == 3 {
        return "TOKEN";
    }
    if parts('-') == [8, 4, 4, 4, 12] {
        return "UID";
    }
    match word.split_once(':') {
        Some((host, port)) if host.parse::<Ipv4Addr>().is_ok() && port.parse::<u16>().is_ok() => {
            "ADDRESS"
        }
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_what_stands_before_its_mark() {
        assert_eq!(split("a\n=====step 0\nb\n=====step 1\n"), ["a\n", "b\n"]);
        assert_eq!(split("a\n=====step 0\nb\n"), ["a\n"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn a_step_that_did_not_end_differs() {
        let whole = Answers::read(
            "a\n=====step 0\nb\n=====step 1\n",
            "=====step 0\n=====step 1\n",
        );
        let half = Answers::read("a\n=====step 0\n", "=====step 0\n");
        assert_eq!(whole.differing(&whole), 0);
        assert_eq!(whole.differing(&half), 1);
    }

    #[test]
    fn what_is_never_the_same_becomes_a_word() {
        assert_eq!(
            values(
                "https://127.0.0.1:6443/a \"eyJh.b.c\" 0d4691ed-659b-4935-a832-355f77ee47cc x:1"
            ),
            "https://ADDRESS/a \"TOKEN\" UID x:1"
        );
    }
}
