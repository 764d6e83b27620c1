//! Rule `never`: what a crate must not have in its tree, nor name in its code.
//!
//! Both columns stand in the second table of docs/ARCHITECTURE.md. The tree is cargo's own answer for the crate alone
//! on this platform.

use xshell::Shell;

use super::Faults;
use super::graph::{PAGE, dependency_line};
use super::table::{self, Row};
use crate::Error;
use crate::repo::Repo;
use crate::workspace::{self, Member};

const COLUMNS: [&str; 4] = ["crate", "never in its tree", "never in its code", "but in"];

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    let Some(table) = repo.file(PAGE).and_then(|page| table::find(page, &COLUMNS)) else {
        faults.add(
            PAGE,
            1,
            format!("no table with the columns {}", COLUMNS.join(", ")),
        );
        return Ok(());
    };
    for row in &table.rows {
        let Some(member) = row.code(0).first().and_then(|name| repo.member(name)) else {
            faults.add(
                PAGE,
                row.line,
                format!("row of {}, which is no crate here", row.cells[0]),
            );
            continue;
        };
        check_tree(repo, member, row, faults)?;
        check_code(repo, member, row, faults);
    }
    Ok(())
}

fn check_tree(repo: &Repo, member: &Member, row: &Row, faults: &mut Faults) -> Result<(), Error> {
    let never = row.code(1);
    if never.is_empty() {
        return Ok(());
    }
    let tree = tree(repo, &member.name)?;
    for (name, through) in parse(&tree) {
        if never.contains(&name) {
            let (path, line) = dependency_line(repo, member, through);
            let way = if name == through {
                String::new()
            } else {
                format!(" through {through}")
            };
            faults.add(
                &path,
                line,
                format!("{} has {name} in its tree{way}", member.name),
            );
        }
    }
    Ok(())
}

/// The tree with all features; with the default ones, said aloud, where cargo has not fetched the rest.
///
/// `cargo test` fetches only what it builds, and this rule runs in it without a network. `cargo xtask ci` fetches all.
fn tree(repo: &Repo, name: &str) -> Result<String, Error> {
    let sh = Shell::new()?;
    sh.change_dir(&repo.root);
    let args = [
        "tree",
        "--offline",
        "-e",
        "normal",
        "--prefix",
        "depth",
        "-p",
        name,
    ];
    let tree = || workspace::cargo(&sh, &args).quiet();
    if let Ok(tree) = tree().arg("--all-features").ignore_stderr().read() {
        return Ok(tree);
    }
    println!(
        "note: the tree of {name} is looked at with its default features; `cargo fetch` brings the rest"
    );
    Ok(tree().read()?)
}

/// Each crate of a tree printed with its depth, and the direct dependency that brings it.
fn parse(tree: &str) -> Vec<(&str, &str)> {
    let mut through = "";
    let mut found = Vec::new();
    for line in tree.lines().filter(|line| !line.ends_with("(*)")) {
        let name_at = line
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(line.len());
        let (depth, rest) = line.split_at(name_at);
        let name = rest.split(' ').next().unwrap_or(rest);
        if depth == "1" {
            through = name;
        }
        if depth != "0" {
            found.push((name, through));
        }
    }
    found
}

fn check_code(repo: &Repo, member: &Member, row: &Row, faults: &mut Faults) {
    let sources = format!("{}/src/", member.folder);
    let exceptions = row.code(3);
    for (file, rust) in repo
        .rust()
        .filter(|(file, _)| file.path.starts_with(&sources) && !file.is_test())
    {
        let path = &file.path[sources.len()..];
        if exceptions.iter().any(|exception| covers(exception, path)) {
            continue;
        }
        let tests = rust.test_modules();
        for name in rust.names() {
            let line = rust.line(name.at);
            let banned = row.code(2).into_iter().find(|path| name.is_within(path));
            if let Some(path) = banned.filter(|_| !tests.iter().any(|lines| lines.contains(&line)))
            {
                faults.add(&file.path, line, format!("{} names {path}", member.name));
            }
        }
    }
}

/// Whether `path` is the file `exception`, or stands in the folder of the same name.
fn covers(exception: &str, path: &str) -> bool {
    let folder = exception.strip_suffix(".rs").unwrap_or(exception);
    path == exception
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_covers_a_file_and_its_folder() {
        assert!(covers("source.rs", "source.rs"));
        assert!(covers("source.rs", "source/memory.rs"));
        assert!(!covers("source.rs", "sources.rs"));
        assert!(!covers("source.rs", "a/source.rs"));
    }

    #[test]
    fn knows_which_dependency_brings_a_crate() {
        let tree = "0a v0.1.0 (/r/a)\n1b v1.0.0\n2tokio v1.2.3\n12odd v1.0.0\n1c v2.0.0\n1tokio v1.2.3 (*)\n";
        assert_eq!(
            parse(tree),
            [("b", "b"), ("tokio", "b"), ("odd", "b"), ("c", "c")]
        );
    }
}
