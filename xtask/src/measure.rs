//! `cargo xtask measure`: the bar of this repository in figures, written into docs/STATUS.md.
//!
//! Only what stands between two marks is written; the rest of the page is by hand.

mod cold;
mod count;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use xshell::Shell;

use crate::repo::Repo;
use crate::workspace::{self, Member, cargo};
use crate::{Error, flags};
pub(crate) use cold::mebibytes;
use count::Counts;

const STATUS: &str = "docs/STATUS.md";

/// Counts; with `--cold` it builds too.
pub(crate) fn run(flags: &flags::Measure) -> Result<ExitCode, Error> {
    let root = workspace::root();
    let sh = Shell::new()?;
    sh.change_dir(&root);
    let repo = Repo::read(&root)?;
    let path = root.join(STATUS);
    let mut page = fs::read_to_string(&path)?;
    page = replace(&page, "figures", &table(&sh, &repo)?)?;
    if flags.cold {
        page = replace(&page, "cold", &cold::measure(&sh, &repo.members)?)?;
    }
    fs::write(&path, page)?;
    println!("measure: wrote {STATUS}");
    Ok(ExitCode::SUCCESS)
}

/// Puts `text` between `<!-- NAME: written by cargo xtask measure -->` and `<!-- /NAME -->`.
fn replace(page: &str, name: &str, text: &str) -> Result<String, Error> {
    let begin = format!("<!-- {name}: written by cargo xtask measure -->\n");
    let end = format!("<!-- /{name} -->");
    let parts = page
        .split_once(&begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) = parts.ok_or_else(|| format!("{STATUS} lacks the marks of {name:?}"))?;
    Ok(format!("{before}{begin}{text}{end}{after}"))
}

fn table(sh: &Shell, repo: &Repo) -> Result<String, Error> {
    let mut text = "\
| crate | code | tests | files | file p95 | file max | fn p95 | fn max | cfg/kl | crates |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"
    .to_owned();
    let mut all = Counts::default();
    for member in &repo.members {
        let counts = Counts::of(repo, &format!("{}/", member.folder));
        row(
            &mut text,
            &format!("`{}`", member.name),
            &counts,
            &tree(sh, member)?.to_string(),
        );
        all.add(counts);
    }
    row(&mut text, "all", &all, "");
    Ok(text)
}

fn row(text: &mut String, name: &str, counts: &Counts, crates: &str) {
    let Counts {
        code,
        tests,
        files,
        functions,
        cfgs,
    } = counts;
    let per_thousand = f64::from(*cfgs) * 1000.0 / f64::from((*code).max(1));
    let line = [
        name.to_owned(),
        code.to_string(),
        tests.to_string(),
        files.len().to_string(),
        count::percentile(files, 95).to_string(),
        count::percentile(files, 100).to_string(),
        count::percentile(functions, 95).to_string(),
        count::percentile(functions, 100).to_string(),
        format!("{per_thousand:.1}"),
        crates.to_owned(),
    ];
    writeln!(text, "| {} |", line.join(" | ")).expect("a String takes everything");
}

/// How many crates a program with only this line would build, the crate itself and its default features included.
fn tree(sh: &Shell, member: &Member) -> Result<usize, Error> {
    let args = [
        "tree",
        "--offline",
        "-e",
        "normal",
        "--prefix",
        "none",
        "-p",
        &member.name,
    ];
    let tree = cargo(sh, &args).quiet().ignore_stderr().read()?;
    Ok(distinct(&tree))
}

/// How many crates a tree of `cargo tree --prefix none` names; one of two versions is two.
pub(crate) fn distinct(tree: &str) -> usize {
    let crates = tree
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>());
    crates.collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_between_the_marks_only() {
        let page = "a\n<!-- x: written by cargo xtask measure -->\nold\n<!-- /x -->\nb\n";
        let expected = "a\n<!-- x: written by cargo xtask measure -->\nnew\n<!-- /x -->\nb\n";
        assert_eq!(replace(page, "x", "new\n").unwrap(), expected);
        let error = replace(page, "y", "new\n").unwrap_err();
        assert_eq!(error.to_string(), "docs/STATUS.md lacks the marks of \"y\"");
    }

    #[test]
    fn counts_each_crate_once() {
        assert_eq!(
            distinct("a v1.0.0 (/r)\nb v1.0.0\nc v1.0.0\nb v1.0.0 (*)\nb v2.0.0\n"),
            4
        );
    }
}
