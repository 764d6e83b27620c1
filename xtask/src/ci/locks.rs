//! Every workspace of the repository has the lock file that its manifests ask for: those outside of the main one go stale unseen.

use std::path::Path;

use xshell::{Shell, cmd};

use super::Outcome;
use crate::Error;
use crate::workspace::cargo;

/// Fails when a committed `Cargo.lock` would have to change.
pub(super) fn check(sh: &Shell) -> Outcome {
    match stale(sh) {
        Ok(stale) if stale.is_empty() => Outcome::Passed,
        Ok(stale) => {
            let why = format!(
                "stale: {}; run cargo metadata with each manifest beside them, and commit",
                stale.join(", ")
            );
            Outcome::Failed(why.into())
        }
        Err(error) => Outcome::Failed(error),
    }
}

fn stale(sh: &Shell) -> Result<Vec<String>, Error> {
    let locks = cmd!(sh, "git ls-files Cargo.lock */Cargo.lock")
        .quiet()
        .read()?;
    let fresh = |lock: &&str| {
        let manifest = Path::new(lock).with_file_name("Cargo.toml");
        let manifest = manifest.to_string_lossy();
        let args = [
            "metadata",
            "--locked",
            "--format-version",
            "1",
            "--manifest-path",
            &manifest,
        ];
        cargo(sh, &args)
            .quiet()
            .ignore_stdout()
            .ignore_stderr()
            .run()
            .is_ok()
    };
    let stale = locks.lines().filter(|lock| !fresh(lock));
    Ok(stale.map(str::to_owned).collect())
}
