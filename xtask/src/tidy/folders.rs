//! Rule `folders`: a newcomer sees four folders at the top.

use super::Faults;
use crate::Error;
use crate::repo::Repo;

const FOLDERS: [&str; 4] = ["crates", "docs", "examples", "xtask"];

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    let allowed =
        |folder: &str| FOLDERS.contains(&folder) || folder == "target" || folder.starts_with('.');
    for folder in repo.folders.iter().filter(|folder| !allowed(folder)) {
        faults.add(
            folder,
            1,
            format!("a folder at the top that is none of {}", FOLDERS.join(", ")),
        );
    }
    Ok(())
}
