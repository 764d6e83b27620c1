//! Rule `clippy`: a crate's own clippy.toml, which replaces the root's, differs from it on purpose only.
//!
//! It opens with a comment that says why; it repeats the root's settings; its lists only leave out entries of the root's
//! list (a looser crate) or only add to it (a stricter one); what both have is the same to the letter.

use super::Faults;
use crate::Error;
use crate::repo::{File, Repo};

const ROOT: &str = "clippy.toml";

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    let Some(root) = repo.file(ROOT) else {
        faults.add(ROOT, 1, "does not exist");
        return Ok(());
    };
    let root = parse(root);
    for entry in root
        .iter()
        .filter(|entry| entry.is_item && !entry.text.contains("reason = \""))
    {
        faults.add(ROOT, entry.line, format!("{} has no reason", entry.key));
    }
    for file in repo
        .files
        .iter()
        .filter(|file| file.path.ends_with("/clippy.toml"))
    {
        compare(&root, file, faults);
    }
    Ok(())
}

/// A setting, or an item of a list.
struct Entry<'a> {
    line: usize,
    key: &'a str,
    text: &'a str,
    is_item: bool,
}

fn parse(file: &File) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for (line, text) in file.lines() {
        let text = text.trim().trim_end_matches(',');
        if let Some(rest) = text.strip_prefix("{ path = \"") {
            let key = rest.split('"').next().unwrap_or(rest);
            entries.push(Entry {
                line,
                key,
                text,
                is_item: true,
            });
        } else if let Some((key, value)) = text.split_once(" = ")
            && !text.starts_with('#')
            && !value.starts_with('[')
        {
            entries.push(Entry {
                line,
                key,
                text,
                is_item: false,
            });
        }
    }
    entries
}

fn compare(root: &[Entry<'_>], file: &File, faults: &mut Faults) {
    if !file.text.starts_with("# ") {
        faults.add(
            &file.path,
            1,
            "does not open with a comment that says why it replaces the root's file",
        );
    }
    let own = parse(file);
    let in_root = |entry: &Entry<'_>| {
        root.iter()
            .find(|other| other.key == entry.key)
            .map(|other| other.text)
    };
    for entry in own
        .iter()
        .filter(|entry| in_root(entry).is_some_and(|text| text != entry.text))
    {
        faults.add(
            &file.path,
            entry.line,
            format!("{} is not as in the root's file", entry.key),
        );
    }
    let missing = |other: &&Entry<'_>| own.iter().all(|entry| entry.key != other.key);
    for setting in root.iter().filter(|entry| !entry.is_item).filter(missing) {
        faults.add(
            &file.path,
            1,
            format!("{} of the root's file is missing", setting.key),
        );
    }
    let leaves_out = root
        .iter()
        .filter(|entry| entry.is_item)
        .any(|entry| missing(&entry));
    for extra in own
        .iter()
        .filter(|entry| leaves_out && in_root(entry).is_none())
    {
        faults.add(
            &file.path,
            extra.line,
            format!("{} is added while others are left out", extra.key),
        );
    }
}
