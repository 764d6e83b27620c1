//! Rules `unfinished` and `lints`: nothing is left for later, and every crate has the workspace's lints.

use super::Faults;
use super::graph::manifest_path;
use crate::Error;
use crate::repo::Repo;

const UNFINISHED: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

pub(super) fn unfinished(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for (file, rust) in repo.rust() {
        for token in UNFINISHED {
            for at in rust.words(token) {
                faults.add(&file.path, rust.line(at), format!("{token} in the code"));
            }
        }
    }
    Ok(())
}

pub(super) fn lints(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for member in &repo.members {
        let path = manifest_path(&member.folder);
        let Some(manifest) = repo.file(&path) else {
            continue;
        };
        let mut lines = manifest
            .lines()
            .skip_while(|(_, line)| line.trim() != "[lints]");
        let heading = lines.next().map_or(1, |(at, _)| at);
        if lines
            .next()
            .is_none_or(|(_, line)| line.trim() != "workspace = true")
        {
            faults.add(
                &path,
                heading,
                "no `[lints]` followed by `workspace = true`",
            );
        }
    }
    Ok(())
}
