//! Makes a case smaller for as long as its answers part at the same points.

use std::path::Path;

use super::case::Case;
use super::compare::{classes, differences};
use super::programs::{Answers, Pair};
use crate::Error;

/// The smallest case found by leaving out lines and flags.
pub(super) fn reduce(case: &Case, pair: &mut Pair, root: &Path) -> Result<Case, Error> {
    let mut parts = |case: &Case| -> Result<Vec<String>, Error> {
        case.write(root)?;
        Ok(signature(&pair.ask(&case.question)?))
    };
    let wanted = parts(case)?;
    let mut best = case.clone();
    loop {
        let mut smaller = None;
        for candidate in candidates(&best) {
            if parts(&candidate)? == wanted {
                smaller = Some(candidate);
                break;
            }
        }
        match smaller {
            Some(candidate) => best = candidate,
            None => break,
        }
    }
    best.remove(root)?;
    Ok(best)
}

/// Where answers part, and what they complain about.
fn signature(answers: &Answers) -> Vec<String> {
    let mut parts = differences(answers);
    for answer in [&answers.theirs, &answers.ours] {
        parts.push(format!("{:?}", classes(answer)));
    }
    parts
}

/// The case without one file, without some lines that follow each other, without one flag.
fn candidates(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    for index in 0..case.files.len() {
        let mut less = case.clone();
        less.files.remove(index);
        all.push(less);
    }
    for (index, (_, bytes)) in case.files.iter().enumerate() {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for size in [8, 4, 2, 1] {
            for start in 0..(lines.len() + 1).saturating_sub(size) {
                let mut less = case.clone();
                less.files[index].1 = [&lines[..start], &lines[start + size..]].concat().concat();
                all.push(less);
            }
        }
    }
    let flags = case.question["overrides"].as_object();
    for name in flags.into_iter().flat_map(|flags| flags.keys()) {
        let mut less = case.clone();
        if let Some(flags) = less.question["overrides"].as_object_mut() {
            flags.remove(name);
        }
        all.push(less);
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn leaves_out_files_lines_and_flags() {
        let case = Case {
            number: 1,
            oddities: Vec::new(),
            files: vec![("1/config".into(), b"a\nb\nc".to_vec())],
            question: json!({"overrides": {"token": "x"}}),
        };
        let less = candidates(&case);
        let texts: Vec<_> = less
            .iter()
            .map(|case| match &case.files[..] {
                [(_, bytes)] => String::from_utf8_lossy(bytes).into_owned(),
                _ => "no file".to_owned(),
            })
            .collect();
        assert_eq!(
            texts,
            ["no file", "c", "a\n", "b\nc", "a\nc", "a\nb\n", "a\nb\nc"]
        );
        assert_eq!(less[6].question, json!({"overrides": {}}));
    }
}
