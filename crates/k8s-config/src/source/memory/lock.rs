//! Locking and replacing files in memory: a lock is the file `<path>.lock` there, too.

use std::io;
use std::path::{Path, PathBuf};

use super::super::store::{FileLock, LockError, Locked, Store, lock_path};
use super::super::{Source as _, Stamp};
use super::MemorySource;

#[derive(Debug)]
struct MemoryLock {
    source: MemorySource,
    path: PathBuf,
}

impl Store for MemorySource {
    fn try_lock(&self, path: &Path) -> Result<Box<dyn FileLock>, LockError> {
        let lock = lock_path(path);
        if !self.insert_new(&lock, b"memory") {
            let by = self
                .read(&lock)
                .ok()
                .and_then(|by| String::from_utf8(by).ok());
            let since = self.stat(&lock).ok().as_ref().and_then(Stamp::modified);
            let by = by.filter(|by| !by.is_empty());
            return Err(LockError::Locked(Locked::new(lock, by, since)));
        }
        Ok(Box::new(MemoryLock {
            source: self.clone(),
            path: path.to_owned(),
        }))
    }
}

impl FileLock for MemoryLock {
    fn replace(&mut self, content: &[u8]) -> io::Result<()> {
        self.source.rewrite(&self.path, content)
    }
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.source.remove_file(lock_path(&self.path));
    }
}
