//! Rule `links`: what a Markdown page or a doc comment points to inside this repository is there.

use super::Faults;
use super::markdown::{documentation, prose};
use crate::Error;
use crate::repo::{File, Repo};

/// A path that begins with one of these is meant from the root.
const FOLDERS: [&str; 4] = ["crates/", "docs/", "examples/", "xtask/"];

/// Parts of paths that stand for any name.
const PLACEHOLDERS: [&str; 2] = ["CRATE", "NAME"];

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for page in repo.with_extension("md") {
        for (line, target) in targets(&page.text) {
            if let Some(fault) = broken(repo, &page.path, target) {
                faults.add(&page.path, line, format!("the link to {target} {fault}"));
            }
        }
    }
    for (file, _) in repo.rust() {
        let text = documentation(file);
        for (line, target) in targets(&text).into_iter().filter(|(_, to)| is_path(to)) {
            if let Some(fault) = broken(repo, &file.path, target) {
                faults.add(&file.path, line, format!("the link to {target} {fault}"));
            }
        }
        for (line, path) in mentions(&text) {
            if !repo.root.join(path).exists() {
                faults.add(&file.path, line, format!("{path} is not there"));
            }
        }
    }
    Ok(())
}

/// Whether a link in a doc comment names a file; most name items.
fn is_path(target: &str) -> bool {
    let path = target.split('#').next().unwrap_or(target);
    path.contains('/')
        || [".md", ".rs", ".toml"]
            .iter()
            .any(|end| path.ends_with(end))
}

/// The paths from the root that prose names.
fn mentions(text: &str) -> Vec<(usize, &str)> {
    let words = prose(text).flat_map(|(line, text)| {
        let words = text.split([' ', '`', '(', ')', '<', '>', '"', ',', ';']);
        words.map(move |word| (line, word.trim_end_matches(['.', ':'])))
    });
    let named = words.filter(|(_, word)| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    let exact = named.filter(|(_, word)| {
        let mut parts = word.split(['/', '.']);
        !word.contains(['*', '…', '{']) && !parts.any(|part| PLACEHOLDERS.contains(&part))
    });
    exact.collect()
}

/// The targets of `[…](target)` and `[…]: target`, without those inside code.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, text) in prose(text) {
        let mut outside = text.split('`').step_by(2);
        if text.starts_with('[')
            && let Some((_, target)) = text.split_once("]: ")
        {
            found.push((line, target.split(' ').next().unwrap_or(target)));
        } else if text.contains("](") {
            // Link texts often are code, `[`a.rs`](a.rs)`: look only at what stands outside backticks.
            let links = outside.by_ref().flat_map(|part| part.split("](").skip(1));
            found.extend(links.filter_map(|link| Some((line, link.split_once(')')?.0))));
        }
    }
    let local = |target: &str| !target.contains("://") && !target.starts_with("mailto:");
    found.retain(|(_, target)| local(target));
    found
}

fn broken(repo: &Repo, page: &str, target: &str) -> Option<&'static str> {
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let Some(path) = (if path.is_empty() {
        Some(page.to_owned())
    } else {
        join(page, path)
    }) else {
        return Some("leaves the repository");
    };
    if !repo.root.join(&path).exists() {
        return Some("leads nowhere");
    }
    let headings = |file: &File| {
        prose(&file.text)
            .filter_map(|(_, line)| heading(line))
            .collect::<Vec<_>>()
    };
    match (repo.file(&path), anchor) {
        (Some(file), Some(anchor))
            if path.ends_with(".md") && !headings(file).iter().any(|name| name == anchor) =>
        {
            Some("names a heading that is not there")
        }
        _ => None,
    }
}

/// A path from the root, for a target written beside `page`; `None` when it leaves the repository.
pub(super) fn join(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// The anchor that a heading gets: lower case, spaces to dashes, other signs dropped.
fn heading(line: &str) -> Option<String> {
    let text = line
        .strip_prefix('#')?
        .trim_start_matches('#')
        .strip_prefix(' ')?;
    let kept = text
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    Some(
        kept.flat_map(char::to_lowercase)
            .map(|c| if c == ' ' { '-' } else { c })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_local_targets() {
        let text = "[a](b.md) and [`c`](d/e.rs#f), `[x](y)`\n```\n[no](no)\n```\n[g]: h.md \"t\"\n[i](https://j)\n";
        assert_eq!(targets(text), [(1, "b.md"), (1, "d/e.rs#f"), (5, "h.md")]);
    }

    #[test]
    fn finds_paths_in_prose() {
        let text = "See `docs/A.md`, examples/b.rs.\n```\nxtask/no\n```\nhttps://c.d/docs/no, docs/api/CRATE.txt, crates/*/no";
        assert_eq!(mentions(text), [(1, "docs/A.md"), (1, "examples/b.rs")]);
        assert!(is_path("../README.md#a") && !is_path("crate::Api#errors"));
    }

    #[test]
    fn joins_paths() {
        assert_eq!(join("docs/a.md", "../x/./y.md").as_deref(), Some("x/y.md"));
        assert_eq!(join("a.md", "b").as_deref(), Some("b"));
        assert_eq!(join("a.md", "../b"), None);
    }

    #[test]
    fn makes_anchors() {
        assert_eq!(
            heading("## What *is* it, `now`?").as_deref(),
            Some("what-is-it-now")
        );
        assert_eq!(heading("#[test]"), None);
    }
}
