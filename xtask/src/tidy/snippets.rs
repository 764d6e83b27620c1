//! Rule `snippets`: code on a Markdown page is compiled with the tests, or stands in a file that is compiled.
//!
//! A page that has Rust of its own is documentation of something: `#[doc = include_str!("…")]` under `cfg(doctest)`.
//! A block below a line `<!-- from PATH -->` is a quotation: it stands in that file, up to its indentation and up to
//! what a line `// …` leaves out.

use super::Faults;
use super::markdown::{self, Block};
use crate::Error;
use crate::repo::{File, Repo};

/// Languages that our tests cannot compile, so that code in them is a quotation.
const FOREIGN: [&str; 7] = [
    "csharp",
    "go",
    "haskell",
    "java",
    "js",
    "python",
    "typescript",
];

/// What leaves out a part of a quoted file.
const ELLIPSIS: &str = "// …";

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    let compiled = compiled(repo);
    for page in repo.with_extension("md") {
        let is_compiled = compiled.contains(&page.path);
        for block in markdown::blocks(&page.text) {
            if let Some(fault) = fault(repo, &block, is_compiled)? {
                faults.add(&page.path, block.line, fault);
            }
        }
    }
    Ok(())
}

fn fault(repo: &Repo, block: &Block<'_>, is_compiled: bool) -> Result<Option<String>, Error> {
    let is_rust = block.language() == "rust";
    let quoted = block
        .above
        .strip_prefix("<!-- from ")
        .and_then(|rest| rest.strip_suffix(" -->"));
    if let Some(path) = quoted {
        if is_rust && is_compiled && !block.says("ignore") {
            return Ok(Some(
                "a quotation is compiled where it stands: `rust,ignore`".to_owned(),
            ));
        }
        return misquoted(repo, path, block);
    }
    let why = if FOREIGN.contains(&block.language()) {
        "its language is not Rust, and no line `<!-- from PATH -->` stands above it"
    } else if is_rust && block.says("ignore") {
        "it is ignored, and no line `<!-- from PATH -->` stands above it"
    } else if is_rust && !is_compiled {
        "no `#[cfg(doctest)]` item includes this page"
    } else {
        return Ok(None);
    };
    Ok(Some(format!("nothing compiles this code: {why}")))
}

/// Why a block is not a quotation of a file.
fn misquoted(repo: &Repo, path: &str, block: &Block<'_>) -> Result<Option<String>, Error> {
    let is_built = ["crates/", "examples/", "xtask/"]
        .iter()
        .any(|folder| path.starts_with(folder));
    if !is_built || !repo.root.join(path).is_file() {
        return Ok(Some(format!(
            "{path} is no file below crates, examples or xtask"
        )));
    }
    let text = std::fs::read_to_string(repo.root.join(path))?;
    let source: Vec<&str> = text.lines().collect();
    let missing = first_missing(&source, &block.lines);
    Ok(missing.map(|line| format!("{path} does not say {:?}, there or at all", line.trim())))
}

/// The first line of the first part that the source does not have behind the parts before it.
fn first_missing<'a>(source: &[&str], quoted: &[&'a str]) -> Option<&'a str> {
    let mut from = 0;
    for part in quoted.split(|line| line.trim() == ELLIPSIS) {
        let part = trimmed(part);
        let Some(first) = part.first() else { continue };
        let Some(at) = (from..source.len()).find(|at| stands(&source[*at..], part)) else {
            let line = part
                .iter()
                .find(|line| !source.iter().any(|own| own.trim() == line.trim()));
            return Some(line.unwrap_or(first));
        };
        from = at + part.len();
    }
    None
}

/// Without empty lines at both ends.
fn trimmed<'a, 'b>(part: &'b [&'a str]) -> &'b [&'a str] {
    let is_text = |line: &&str| !line.trim().is_empty();
    let start = part.iter().position(is_text).unwrap_or(part.len());
    let end = part.iter().rposition(is_text).map_or(start, |at| at + 1);
    &part[start..end]
}

/// Whether the source begins with the part, each line indented by as much more as the first.
fn stands(source: &[&str], part: &[&str]) -> bool {
    let width = |line: &str| line.len() - line.trim_start().len();
    let (Some(own), Some(quoted)) = (source.first(), part.first()) else {
        return false;
    };
    let Some(more) = width(own).checked_sub(width(quoted)) else {
        return false;
    };
    source.len() >= part.len()
        && part.iter().zip(source).all(|(quoted, own)| {
            own.trim() == quoted.trim()
                && (own.trim().is_empty() || width(own) == width(quoted) + more)
        })
}

/// The pages that an item under `cfg(doctest)` includes, as paths from the root.
fn compiled(repo: &Repo) -> Vec<String> {
    let mut pages = Vec::new();
    for (file, _) in repo.rust() {
        let mut is_doctest = false;
        for (_, line) in file.lines() {
            let line = line.trim();
            is_doctest |= line == "#[cfg(doctest)]";
            is_doctest &= !line.is_empty();
            pages.extend(is_doctest.then(|| included(file, line)).flatten());
        }
    }
    pages
}

fn included(file: &File, line: &str) -> Option<String> {
    let rest = line.strip_prefix("#[doc = include_str!(\"")?;
    super::links::join(&file.path, rest.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: [&str; 6] = ["fn a() {", "    b();", "", "    c();", "    d();", "}"];

    fn check(quoted: &[&str], missing: Option<&str>) {
        assert_eq!(first_missing(&SOURCE, quoted), missing, "{quoted:?}");
    }

    #[test]
    fn a_quotation_is_word_for_word() {
        check(&SOURCE, None);
        check(&["b();", "", "c();"], None);
        check(&["b();", "c();"], Some("b();"));
        check(&["b();", "e();"], Some("e();"));
        check(&["        b();"], Some("        b();"));
    }

    #[test]
    fn a_quotation_keeps_the_shape() {
        check(&["fn a() {", "b();"], Some("fn a() {"));
        check(&["c();", "  d();"], Some("c();"));
    }

    #[test]
    fn a_quotation_may_leave_out() {
        check(&["fn a() {", "    // …", "    d();", "}"], None);
        check(&["d();", "// …", "b();"], Some("b();"));
    }
}
