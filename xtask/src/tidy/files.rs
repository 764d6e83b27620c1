//! Rule `files`: one file, one noun, 400 lines at most, opened by a sentence that says what it is.

use super::Faults;
use crate::Error;
use crate::repo::Repo;

const MOST_LINES: usize = 400;

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for (file, _) in repo.rust() {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            faults.add(
                &file.path,
                lines,
                format!("{lines} lines, at most {MOST_LINES}"),
            );
        }
        let first = file.text.lines().next().unwrap_or_default();
        if first
            .strip_prefix("//! ")
            .is_none_or(|sentence| sentence.trim().is_empty())
        {
            faults.add(&file.path, 1, "does not open with `//! ` and a sentence");
        }
        if file.path.ends_with("/mod.rs") {
            faults.add(&file.path, 1, "a mod.rs: name the file after its module");
        }
    }
    Ok(())
}
