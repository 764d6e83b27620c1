//! Rule `links`: what a Markdown page points to inside this repository is there.

use super::Faults;
use crate::Error;
use crate::repo::{File, Repo};

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for page in repo.with_extension("md") {
        for (line, target) in targets(page) {
            if let Some(fault) = broken(repo, page, target) {
                faults.add(&page.path, line, format!("the link to {target} {fault}"));
            }
        }
    }
    Ok(())
}

/// The targets of `[…](target)` and `[…]: target`, without those inside code.
fn targets(page: &File) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, text) in prose(page) {
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

/// The lines outside fenced code.
fn prose(page: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    page.lines().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

fn broken(repo: &Repo, page: &File, target: &str) -> Option<&'static str> {
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let Some(path) = (if path.is_empty() {
        Some(page.path.clone())
    } else {
        join(&page.path, path)
    }) else {
        return Some("leaves the repository");
    };
    if !repo.root.join(&path).exists() {
        return Some("leads nowhere");
    }
    let headings = |file: &File| {
        prose(file)
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
fn join(page: &str, target: &str) -> Option<String> {
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
        let page = File {
            path: String::new(),
            text: text.to_owned(),
            rust: None,
        };
        assert_eq!(targets(&page), [(1, "b.md"), (1, "d/e.rs#f"), (5, "h.md")]);
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
