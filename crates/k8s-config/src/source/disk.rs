//! How a file on disk is replaced, step by step: each is one call of the operating system, so that tests can stop between any two.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::store::{FileLock, LockError, Locked, Store, lock_path};
use super::{Source as _, Stamp, SystemSource};

/// How many symbolic links may lead from one to the next.
const MAX_LINKS: usize = 40;

/// The calls that change something.
pub(super) trait Calls: fmt::Debug + Send {
    /// Makes a file that did not exist, readable for its owner alone.
    fn create(&mut self, path: &Path) -> io::Result<File>;
    fn write(&mut self, file: &mut File, content: &[u8]) -> io::Result<()>;
    fn sync(&mut self, file: &File) -> io::Result<()>;
    /// Gives `file` the owner and mode that `like` has.
    fn adopt(&mut self, file: &File, like: &fs::Metadata) -> io::Result<()>;
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&mut self, path: &Path) -> io::Result<()>;
    fn make_folders(&mut self, path: &Path) -> io::Result<()>;
    fn sync_folder(&mut self, path: &Path) -> io::Result<()>;
}

/// The calls themselves.
#[derive(Debug)]
pub(super) struct System;

impl Calls for System {
    fn create(&mut self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)
    }

    fn write(&mut self, file: &mut File, content: &[u8]) -> io::Result<()> {
        file.write_all(content)
    }

    fn sync(&mut self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    #[cfg(unix)]
    fn adopt(&mut self, file: &File, like: &fs::Metadata) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let new = file.metadata()?;
        // A change of owner takes bits away, so it comes before the mode.
        if (new.uid(), new.gid()) != (like.uid(), like.gid()) {
            fchown(file, Some(like.uid()), Some(like.gid()))?;
        }
        file.set_permissions(like.permissions())
    }

    #[cfg(not(unix))]
    fn adopt(&mut self, _: &File, _: &fs::Metadata) -> io::Result<()> {
        Ok(())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn make_folders(&mut self, path: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    #[cfg(unix)]
    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_folder(&mut self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

impl Store for SystemSource {
    fn try_lock(&self, path: &Path) -> Result<Box<dyn FileLock>, LockError> {
        DiskLock::take(Box::new(System), path).map(|lock| Box::new(lock) as _)
    }
}

/// The locks of a file, by the name it was asked for and by its own.
#[derive(Debug)]
pub(super) struct DiskLock {
    calls: Box<dyn Calls>,
    /// The file itself, where the last link leads.
    target: PathBuf,
    held: Vec<PathBuf>,
}

impl DiskLock {
    pub(super) fn take(calls: Box<dyn Calls>, path: &Path) -> Result<Self, LockError> {
        let lock = lock_path(path);
        let target = follow(path).map_err(|cause| LockError::io(lock.clone(), cause))?;
        let mut locks = vec![lock];
        if target != path {
            // Somebody may come by another name; kubectl would not see that.
            locks.push(lock_path(&target));
        }
        let mut taken = Self {
            calls,
            target,
            held: Vec::new(),
        };
        for lock in locks {
            taken.hold(lock)?;
        }
        Ok(taken)
    }

    fn hold(&mut self, lock: PathBuf) -> Result<(), LockError> {
        if !folder(&lock).exists() {
            self.calls
                .make_folders(folder(&lock))
                .map_err(|cause| LockError::io(lock.clone(), cause))?;
        }
        match self.calls.create(&lock) {
            Ok(mut file) => {
                // A lock without a name is a lock, too.
                let _ = self.calls.write(&mut file, holder().as_bytes());
                self.held.push(lock);
                Ok(())
            }
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {
                let by = SystemSource.read(&lock).ok();
                let by = by.and_then(|by| String::from_utf8(by).ok());
                let by = by.map(|by| {
                    by.trim()
                        .chars()
                        .take(200)
                        .filter(|c| !c.is_control())
                        .collect::<String>()
                });
                let since = SystemSource
                    .stat(&lock)
                    .ok()
                    .as_ref()
                    .and_then(Stamp::modified);
                Err(LockError::Locked(Locked::new(
                    lock,
                    by.filter(|by| !by.is_empty()),
                    since,
                )))
            }
            Err(cause) => Err(LockError::io(lock, cause)),
        }
    }

    fn write_beside(
        &mut self,
        new: &Path,
        content: &[u8],
        old: Option<&fs::Metadata>,
    ) -> io::Result<()> {
        let mut file = match self.calls.create(new) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // What a killed process left; nobody else may be here while the lock is held.
                self.calls.remove(new)?;
                self.calls.create(new)?
            }
            file => file?,
        };
        self.calls.write(&mut file, content)?;
        if let Some(old) = old {
            self.calls.adopt(&file, old)?;
        }
        self.calls.sync(&file)
    }
}

impl FileLock for DiskLock {
    fn replace(&mut self, content: &[u8]) -> io::Result<()> {
        let target = self.target.clone();
        let old = match fs::metadata(&target) {
            Ok(old) if !old.is_file() => {
                return Err(io::Error::new(ErrorKind::InvalidInput, "not a file"));
            }
            Ok(old) => Some(old),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().ok_or(ErrorKind::InvalidInput)?);
        name.push(".new");
        let new = target.with_file_name(name);
        let written = self
            .write_beside(&new, content, old.as_ref())
            .and_then(|()| self.calls.rename(&new, &target));
        if let Err(error) = written {
            let _ = self.calls.remove(&new);
            return Err(error);
        }
        // The new file stands; a file system that cannot promise more than that is no reason to say otherwise.
        let _ = self.calls.sync_folder(folder(&target));
        Ok(())
    }
}

impl Drop for DiskLock {
    fn drop(&mut self) {
        for lock in &self.held {
            let _ = self.calls.remove(lock);
        }
    }
}

/// The file that a path leads to, which need not exist.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = folder(&path).join(next),
            // Not a link, or nothing at all.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::new(
        ErrorKind::InvalidInput,
        "too many levels of symbolic links",
    ))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Who this is, for others that find the lock.
fn holder() -> String {
    let program = std::env::current_exe().ok();
    let name = program
        .as_deref()
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy());
    format!(
        "{} (process {})\n",
        name.as_deref().unwrap_or("?"),
        std::process::id()
    )
}

#[cfg(test)]
mod tests;
