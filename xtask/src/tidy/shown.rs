//! Rule `shown`: each public item is named by an example, or docs/UNSHOWN.md says why not.
//!
//! An item is a line of docs/api that is a type, a trait, a function or a constant of a module; methods and fields go with
//! their type. Examples are `examples/`, `crates/*/examples/`, what doc comments and pages have in fences.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::Faults;
use super::markdown::{self, Block};
use crate::Error;
use crate::repo::Repo;
use crate::source::{Source, is_name_char};

const FOLDER: &str = "docs/api";
const LIST: &str = "docs/UNSHOWN.md";

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    let shown = shown(repo);
    let listed = listed(repo, faults);
    if !repo.root.join(FOLDER).is_dir() {
        faults.add(FOLDER, 1, "does not exist");
        return Ok(());
    }
    for (crate_, items) in surfaces(repo)? {
        let path = format!("{FOLDER}/{crate_}.txt");
        for (name, line) in &items {
            let is_listed = listed.contains_key(&(crate_.clone(), name.clone()));
            if !shown.contains(name) && !is_listed {
                let text = format!("no example names {name}, and {LIST} does not say why");
                faults.add(&path, *line, text);
            }
        }
        for ((_, name), line) in listed.iter().filter(|((of, _), _)| *of == crate_) {
            if !items.contains_key(name) {
                faults.add(LIST, *line, format!("{crate_} has no {name}"));
            } else if shown.contains(name) {
                faults.add(
                    LIST,
                    *line,
                    format!("an example names {name}: take it off the list"),
                );
            }
        }
    }
    Ok(())
}

/// Of each crate, its items and the lines on which they stand.
fn surfaces(repo: &Repo) -> Result<Vec<(String, BTreeMap<String, usize>)>, Error> {
    let mut surfaces = Vec::new();
    for entry in fs::read_dir(repo.root.join(FOLDER))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".txt") {
            let text = fs::read_to_string(entry.path())?;
            let lines = text.lines().enumerate();
            let items = lines.filter_map(|(at, line)| Some((item(line)?, at + 1)));
            // Of several with one name the first counts.
            let items = items.collect::<Vec<_>>().into_iter().rev().collect();
            surfaces.push((name.to_owned(), items));
        }
    }
    Ok(surfaces)
}

/// The name of the item that a line of docs/api is about; none for parts of items.
fn item(line: &str) -> Option<String> {
    let mut words = line.split(' ');
    let mut word = words.next()?;
    while matches!(word, "async" | "const" | "unsafe") && starts_item(words.clone().next()?) {
        word = words.next()?;
    }
    if !starts_item(word) && word != "const" {
        return None;
    }
    let rest = words.next()?;
    let end = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
    // `struct A: field: u8` is a field; `const A: u8` and `trait A: B` are items.
    let head = line.split(" where ").next().unwrap_or(line);
    let is_part = matches!(word, "struct" | "enum") && head.contains(": ");
    (!is_part && end > 0).then(|| rest[..end].to_owned())
}

fn starts_item(word: &str) -> bool {
    let words = [
        "async", "enum", "fn", "static", "struct", "trait", "type", "union", "unsafe",
    ];
    words.contains(&word)
}

/// The names that examples use.
fn shown(repo: &Repo) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (file, rust) in repo.rust() {
        let is_example = file.path.starts_with("examples/") || file.path.contains("/examples/");
        if is_example && !file.is_test() {
            names.extend(names_in(&rust.code));
        }
        if file.path.starts_with("crates/") && !file.is_test() {
            for block in markdown::blocks(&markdown::documentation(file)) {
                take(&block, &mut names);
            }
        }
    }
    for page in repo.with_extension("md") {
        for block in markdown::blocks(&page.text) {
            if block.language() == "rust" {
                take(&block, &mut names);
            }
        }
    }
    names
}

/// The names in a block that is Rust, as rustdoc sees it.
fn take(block: &Block<'_>, names: &mut BTreeSet<String>) {
    let is_rust = matches!(
        block.language(),
        "" | "rust" | "no_run" | "compile_fail" | "should_panic"
    );
    if is_rust {
        // Comments and strings name nothing; hidden lines do.
        names.extend(names_in(&Source::new(&block.lines.join("\n")).code));
    }
}

fn names_in(code: &str) -> impl Iterator<Item = String> + '_ {
    let words = code.split(|c| !is_name_char(c));
    words.filter(|word| !word.is_empty()).map(str::to_owned)
}

/// What the list names: a line ``- `crate`: `A`, `B` `` below a heading that is the reason.
fn listed(repo: &Repo, faults: &mut Faults) -> BTreeMap<(String, String), usize> {
    let mut listed = BTreeMap::new();
    let Some(page) = repo.file(LIST) else {
        faults.add(LIST, 1, "does not exist");
        return listed;
    };
    let mut has_reason = false;
    for (line, text) in page.lines() {
        if let Some(reason) = text.strip_prefix("## ") {
            has_reason = !reason.trim().is_empty();
        }
        let Some((of, names)) = text
            .strip_prefix("- `")
            .and_then(|rest| rest.split_once("`: "))
        else {
            continue;
        };
        if !has_reason {
            faults.add(LIST, line, "no heading above it says why");
        }
        for name in names.split('`').skip(1).step_by(2) {
            listed.insert((of.to_owned(), name.to_owned()), line);
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_what_modules_have() {
        let name = |line| item(line).unwrap_or_default();
        assert_eq!(name("fn a<T>(b: T)"), "a");
        assert_eq!(name("async fn a()"), "a");
        assert_eq!(name("const fn a()"), "a");
        assert_eq!(name("const A: u8"), "A");
        assert_eq!(name("trait A<T>: Send"), "A");
        assert_eq!(name("struct A<T> where T: B"), "A");
        assert_eq!(name("type A = Box<B>"), "A");
        for part in [
            "struct A: b: u8",
            "enum A<T>: B(u8)",
            "impl A: fn b()",
            "use a::{b, c}",
        ] {
            assert_eq!(item(part), None, "{part}");
        }
    }

    #[test]
    fn names_stand_in_rust_alone() {
        let mut names = BTreeSet::new();
        for block in markdown::blocks("```text\nno\n```\n```\nA::b(\"no\"); // no\n# use c;\n```\n")
        {
            take(&block, &mut names);
        }
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["A", "b", "c", "use"]
        );
    }
}
