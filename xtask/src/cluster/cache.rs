//! Where built programs are kept, under which key, and the lock that keeps two runs from building the same.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{Doing, Error, Exit};
use super::say;

/// The folder of this project in the user's cache folder.
const PROJECT: &str = "k8s-client";

/// `$XDG_CACHE_HOME/k8s-client/control-plane`, else `~/.cache/…`; relative values count as unset, as XDG says.
pub(super) fn folder(cache_home: Option<&OsStr>, home: Option<&OsStr>) -> Result<PathBuf, Error> {
    let absolute =
        |value: Option<&OsStr>| value.map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(cache_home)
        .or_else(|| absolute(home).map(|home| home.join(".cache")))
        .ok_or_else(|| {
            Error::new(
                Exit::Machine,
                "neither XDG_CACHE_HOME nor HOME says where to keep built programs",
            )
        })?;
    Ok(base.join(PROJECT).join("control-plane"))
}

/// Sixteen hexadecimal digits that change when any part does.
///
/// FNV-1a: it tells versions apart and does not guard against anybody, and it is the same in every release of Rust,
/// which `DefaultHasher` does not promise.
pub(super) fn key(parts: &[&[u8]]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for part in parts {
        for byte in (part.len() as u64).to_le_bytes() {
            eat(byte); // so that a byte that moves from one part to the next is seen
        }
        part.iter().copied().for_each(&mut eat);
    }
    format!("{hash:016x}")
}

/// Held while programs are built; let go of when dropped, or when the process ends in any way.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Takes the lock, waiting for another run that holds it.
pub(super) fn lock(path: &Path) -> Result<Lock, Error> {
    let doing = || format!("locking {}", path.display());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).doing(|| format!("creating {}", parent.display()))?;
    }
    let file = File::create(path).doing(doing)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => {
            say("another run builds the same programs, waiting for it");
            flock(&file, FlockOperation::LockExclusive).doing(doing)?;
        }
        Err(error) => return Err(error).doing(doing),
    }
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cache_home: Option<&str>, home: Option<&str>, expected: Option<&str>) {
        let found = folder(cache_home.map(OsStr::new), home.map(OsStr::new)).ok();
        assert_eq!(
            found.as_deref(),
            expected.map(Path::new),
            "{cache_home:?} {home:?}"
        );
    }

    #[test]
    fn the_folder_is_where_xdg_says() {
        check(Some("/c"), Some("/h"), Some("/c/k8s-client/control-plane"));
        check(None, Some("/h"), Some("/h/.cache/k8s-client/control-plane"));
        check(
            Some(""),
            Some("/h"),
            Some("/h/.cache/k8s-client/control-plane"),
        );
        check(
            Some("c"),
            Some("/h"),
            Some("/h/.cache/k8s-client/control-plane"),
        );
        check(None, None, None);
        check(Some("c"), Some("h"), None);
    }

    #[test]
    fn the_key_changes_with_every_part() {
        let keys = [
            key(&[b"go.mod", b"go.sum"]),
            key(&[b"go.mod ", b"go.sum"]),
            key(&[b"go.mod", b"go.sum "]),
            key(&[b"go.modg", b"o.sum"]),
            key(&[b"go.mod"]),
        ];
        for (index, one) in keys.iter().enumerate() {
            assert_eq!(one.len(), 16, "{one}");
            assert!(!keys[index + 1..].contains(one), "{keys:?}");
        }
        assert_eq!(keys[0], key(&[b"go.mod", b"go.sum"]));
    }

    #[test]
    fn the_key_is_the_same_in_every_release() {
        assert_eq!(key(&[]), "cbf29ce484222325"); // FNV-1a's own start value
    }

    #[test]
    fn only_one_holds_the_lock() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("new/folder/lock");
        let held = lock(&path).unwrap();
        let other = File::open(&path).unwrap();
        let attempt = || flock(&other, FlockOperation::NonBlockingLockExclusive);
        assert_eq!(attempt(), Err(Errno::WOULDBLOCK));
        drop(held);
        assert_eq!(attempt(), Ok(()));
    }
}
