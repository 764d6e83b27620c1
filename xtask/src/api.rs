//! `cargo xtask api`: the public API of each crate as text, so that a change of it is seen in the change.
//!
//! `src/**/*.rs ▸ items behind pub, with the type that they belong to ▸ one line each, sorted ▸ docs/api/CRATE.txt`
//!
//! It reads source, not what the compiler knows: what macros write is not in it, and every `pub` counts as public
//! (rustc's `unreachable_pub` sees to that).

mod items;

use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

use crate::Error;
use crate::flags::Api;
use crate::repo::Repo;
use crate::source::is_name_char;
use crate::workspace;

/// Writes the files, or compares them with what is committed.
pub(crate) fn run(flags: &Api) -> Result<ExitCode, Error> {
    let root = workspace::root();
    fs::create_dir_all(root.join("docs/api"))?;
    let mut stale = 0;
    for (path, written) in surfaces()? {
        let committed = fs::read_to_string(root.join(&path)).unwrap_or_default();
        if committed == written {
            continue;
        }
        stale += 1;
        for line in difference(&committed, &written) {
            println!("{path}: {line}");
        }
        if !flags.check {
            fs::write(root.join(&path), written)?;
        }
    }
    println!(
        "api: {} {stale}",
        if flags.check { "stale" } else { "written" }
    );
    Ok(ExitCode::from(u8::from(flags.check && stale > 0)))
}

/// Whether what is committed is what would be written.
pub(crate) fn is_up_to_date() -> Result<bool, Error> {
    let root = workspace::root();
    let is_same = |(path, written): &(String, String)| {
        fs::read_to_string(root.join(path)).is_ok_and(|text| text == *written)
    };
    Ok(surfaces()?.iter().all(is_same))
}

/// Path and text of each library that is published.
fn surfaces() -> Result<Vec<(String, String)>, Error> {
    let repo = Repo::read(&workspace::root())?;
    let mut surfaces = Vec::new();
    for member in &repo.members {
        let folder = format!("crates/{}/src/", member.name);
        if repo.file(&format!("{folder}lib.rs")).is_none() || !member.published {
            continue;
        }
        let files = repo
            .rust()
            .filter(|(file, _)| file.path.starts_with(&folder) && !file.is_test());
        let files: Vec<_> = files.map(|(_, rust)| rust).collect();
        let private: BTreeSet<_> = files.iter().flat_map(|rust| items::private(rust)).collect();
        let mut lines: BTreeSet<_> = files.iter().flat_map(|rust| items::of(rust)).collect();
        lines.retain(|line| !is_private(line, &private));
        let mut text = String::new();
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
        surfaces.push((format!("docs/api/{}.txt", member.name), text));
    }
    Ok(surfaces)
}

/// Whether an implementation is of a type that nobody sees, or by way of one.
fn is_private(line: &str, private: &BTreeSet<String>) -> bool {
    let head = line.split_once(": fn").map_or(line, |(head, _)| head);
    let mut names = head.split(|c| !is_name_char(c));
    line.starts_with("impl") && names.any(|name| private.contains(name))
}

/// Lines that went, with `-`, and that came, with `+`.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) =
        (before.lines().collect(), after.lines().collect());
    let went = before.difference(&after).map(|line| format!("- {line}"));
    let came = after.difference(&before).map(|line| format!("+ {line}"));
    went.chain(came).collect()
}
