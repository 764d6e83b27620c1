//! Rule `graph`: our crates use each other as the table in docs/ARCHITECTURE.md allows.

use super::Faults;
use super::table::{self, Row};
use crate::Error;
use crate::repo::Repo;
use crate::workspace::{Kind, Member};

pub(super) const PAGE: &str = "docs/ARCHITECTURE.md";
const COLUMNS: [&str; 4] = ["crate", "sentence", "may use of ours", "must never"];

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
        if !row.code(0).iter().any(|name| repo.member(name).is_some()) {
            faults.add(
                PAGE,
                row.line,
                format!("row of {}, which is no crate here", row.cells[0]),
            );
        }
    }
    for member in &repo.members {
        match table
            .rows
            .iter()
            .find(|row| row.code(0).contains(&member.name.as_str()))
        {
            Some(row) => check_member(repo, member, row, faults),
            None => faults.add(
                PAGE,
                table.line,
                format!("no row for the crate {}", member.name),
            ),
        }
    }
    Ok(())
}

fn check_member(repo: &Repo, member: &Member, row: &Row, faults: &mut Faults) {
    let allowed = row.code(2);
    let all = row.cells.get(2).is_some_and(|cell| cell == "all");
    for dependency in member
        .dependencies
        .iter()
        .filter(|d| repo.member(&d.name).is_some())
    {
        let (name, target) = (&member.name, &dependency.name);
        let fault = match dependency.kind {
            Kind::Dev if member.published && dependency.versioned => {
                format!(
                    "{name} names a version for its dev-dependency {target}: the path only, else the two cannot be published"
                )
            }
            Kind::Dev => continue,
            Kind::Normal | Kind::Build if all || allowed.contains(&target.as_str()) => continue,
            Kind::Normal | Kind::Build => {
                format!("{name} uses {target}, which the table in {PAGE} does not allow")
            }
        };
        let (path, line) = dependency_line(repo, member, target);
        faults.add(&path, line, fault);
    }
}

/// Where a manifest names a dependency; its first line when it cannot be found.
pub(super) fn dependency_line(repo: &Repo, member: &Member, name: &str) -> (String, usize) {
    let path = manifest_path(&member.folder);
    let names = |line: &str| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
            || line.contains(&format!("package = \"{name}\""))
    };
    let mut lines = repo.file(&path).into_iter().flat_map(|file| file.lines());
    let line = lines.find(|(_, line)| names(line)).map_or(1, |(at, _)| at);
    (path, line)
}

pub(super) fn manifest_path(folder: &str) -> String {
    if folder.is_empty() {
        "Cargo.toml".to_owned()
    } else {
        format!("{folder}/Cargo.toml")
    }
}
