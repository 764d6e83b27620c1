//! The temporary directory of one cluster, and those that killed clusters left behind.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::process::geteuid;

use super::error::{Doing, Error};

const PREFIX: &str = "k8s-cluster-";

/// Younger directories are left alone: theirs may be the moment between creating and locking.
const SETTLED: Duration = Duration::from_secs(60);

/// Says to others that the directory is in use, until it is dropped or its process ends in any way.
#[derive(Debug)]
pub(super) struct Use {
    _lock: File,
}

/// A new, empty directory that only its owner may enter; deletes first those that nobody uses any more.
pub(super) fn create() -> Result<(PathBuf, Use), Error> {
    let parent = env::temp_dir();
    let parent = fs::canonicalize(&parent).doing(|| format!("finding {}", parent.display()))?;
    sweep(&parent, SETTLED);
    let mut number = 0;
    loop {
        let path = parent.join(format!("{PREFIX}{}-{number}", std::process::id()));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return hold(&path).map(|held| (path, held)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error).doing(|| format!("creating {}", path.display())),
        }
    }
}

/// Front and keeper both hold it: either may outlive the other.
pub(super) fn hold(path: &Path) -> Result<Use, Error> {
    let lock = || -> io::Result<Use> {
        let directory = File::open(path)?;
        flock(&directory, FlockOperation::LockShared)?;
        Ok(Use { _lock: directory })
    };
    lock().doing(|| format!("locking {}", path.display()))
}

/// Deletes what clusters left whose front and keeper were both killed.
fn sweep(parent: &Path, age: Duration) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX)
            && is_abandoned(&entry.path(), age)
        {
            // One that cannot be deleted does no harm; the next cluster tries again.
            let _left = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether it is a directory of ours, has been for a while, and nobody holds it.
fn is_abandoned(path: &Path, age: Duration) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else {
        return false;
    };
    let settled = found
        .modified()
        .is_ok_and(|since| since.elapsed().is_ok_and(|time| time >= age));
    if !found.is_dir() || found.uid() != geteuid().as_raw() || !settled {
        return false;
    }
    let free = |directory| flock(&directory, FlockOperation::NonBlockingLockExclusive).is_ok();
    File::open(path).is_ok_and(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(parent: &Path, name: &str) -> PathBuf {
        let path = parent.join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("file"), "").unwrap();
        path
    }

    #[test]
    fn deletes_only_what_nobody_holds() {
        let scratch = tempfile::tempdir().unwrap();
        let abandoned = directory(scratch.path(), "k8s-cluster-1-0");
        let used = directory(scratch.path(), "k8s-cluster-2-0");
        let foreign = directory(scratch.path(), "elsewhere");
        let held = hold(&used).unwrap();
        sweep(scratch.path(), SETTLED);
        assert!(abandoned.exists(), "too young");
        sweep(scratch.path(), Duration::ZERO);
        assert_eq!(
            [&abandoned, &used, &foreign].map(|path| path.exists()),
            [false, true, true]
        );
        drop(held);
        sweep(scratch.path(), Duration::ZERO);
        assert!(!used.exists());
    }
}
