//! Environment and files held in memory, for tests and for programs that get their configuration from elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret as _, SecretSlice};

use super::{Source, Stamp, SystemSource};
use crate::platform::Platform;

mod lock;

/// An environment and files in memory. Clones share them, so a test can rotate what a client reads.
///
/// ```
/// use k8s_config::{MemorySource, Source};
///
/// let source = MemorySource::new().with_var("HOME", "/home/u").with_file("/etc/token", "one");
/// source.clone().set_file("/etc/token", "two");
/// assert_eq!(source.read("/etc/token".as_ref())?, b"two");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct MemorySource {
    shared: Arc<RwLock<Shared>>,
}

#[derive(Default)]
struct Shared {
    vars: BTreeMap<String, String>,
    files: BTreeMap<PathBuf, Entry>,
    root: Option<PathBuf>,
    platform: Option<Platform>,
    current_dir: Option<PathBuf>,
    changes: u64,
}

struct Entry {
    content: Result<SecretSlice<u8>, io::ErrorKind>,
    mode: u32,
    change: u64,
}

impl MemorySource {
    /// No variables, no files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable.
    #[must_use]
    pub fn with_var(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set_var(name, value);
        self
    }

    /// Adds a file with mode 0600.
    #[must_use]
    pub fn with_file(self, path: impl Into<PathBuf>, content: impl Into<Vec<u8>>) -> Self {
        self.set_file(path, content);
        self
    }

    /// Adds a file with the given permission bits.
    #[must_use]
    pub fn with_file_mode(
        self,
        path: impl Into<PathBuf>,
        mode: u32,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        self.insert(path.into(), mode, Ok(content.into()));
        self
    }

    /// Adds a path that exists but answers reads with an error, such as [`io::ErrorKind::PermissionDenied`].
    #[must_use]
    pub fn with_unreadable(self, path: impl Into<PathBuf>, kind: io::ErrorKind) -> Self {
        self.insert(path.into(), 0, Err(kind));
        self
    }

    /// Paths that are not in memory are looked up below `dir` on disk: `/a/b` becomes `dir/a/b`.
    #[must_use]
    pub fn rooted_at(self, dir: impl Into<PathBuf>) -> Self {
        self.write().root = Some(dir.into());
        self
    }

    /// Uses another system's rules for paths, lists and home directories. Default: those of the system this was compiled for.
    #[must_use]
    pub fn with_platform(self, platform: Platform) -> Self {
        self.write().platform = Some(platform);
        self
    }

    /// Where relative paths start. Default: `/`.
    #[must_use]
    pub fn with_current_dir(self, dir: impl Into<PathBuf>) -> Self {
        self.write().current_dir = Some(dir.into());
        self
    }

    /// Sets a variable, for every clone.
    pub fn set_var(&self, name: impl Into<String>, value: impl Into<String>) {
        self.write().vars.insert(name.into(), value.into());
    }

    /// Removes a variable, for every clone.
    pub fn remove_var(&self, name: &str) {
        self.write().vars.remove(name);
    }

    /// Writes a file, for every clone; its stamp changes even when the content does not.
    pub fn set_file(&self, path: impl Into<PathBuf>, content: impl Into<Vec<u8>>) {
        self.insert(path.into(), 0o600, Ok(content.into()));
    }

    /// Removes a file, for every clone.
    pub fn remove_file(&self, path: impl AsRef<Path>) {
        self.write().files.remove(path.as_ref());
    }

    /// Adds a file unless there is one.
    fn insert_new(&self, path: &Path, content: &[u8]) -> bool {
        let mut shared = self.write();
        if shared.files.contains_key(path) {
            return false;
        }
        shared.put(path.to_owned(), 0o600, Ok(content.to_vec()));
        true
    }

    /// Another content, the same mode; a path that cannot be read cannot be written.
    fn rewrite(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut shared = self.write();
        let mode = match shared.files.get(path) {
            Some(Entry {
                content: Err(kind), ..
            }) => return Err((*kind).into()),
            Some(entry) => entry.mode,
            None => 0o600,
        };
        shared.put(path.to_owned(), mode, Ok(content.to_vec()));
        Ok(())
    }

    fn insert(&self, path: PathBuf, mode: u32, content: Result<Vec<u8>, io::ErrorKind>) {
        self.write().put(path, mode, content);
    }

    // A panic elsewhere cannot leave half a change here, so a poisoned lock is as good as any.
    fn read_lock(&self) -> RwLockReadGuard<'_, Shared> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Shared> {
        self.shared.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn put(&mut self, path: PathBuf, mode: u32, content: Result<Vec<u8>, io::ErrorKind>) {
        self.changes += 1;
        let entry = Entry {
            content: content.map(SecretSlice::from),
            mode,
            change: self.changes,
        };
        self.files.insert(path, entry);
    }

    fn on_disk(&self, path: &Path) -> io::Result<PathBuf> {
        let root = self
            .root
            .as_ref()
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let below: PathBuf = path
            .components()
            .filter(|part| matches!(part, std::path::Component::Normal(_)))
            .collect();
        Ok(root.join(below))
    }

    fn is_dir(&self, path: &Path) -> bool {
        let windows = self.platform == Some(Platform::Windows);
        self.files.keys().any(|file| {
            if windows {
                let (file, dir) = (file.to_string_lossy(), path.to_string_lossy());
                file.strip_prefix(&*dir)
                    .is_some_and(|rest| rest.starts_with(['\\', '/']))
            } else {
                file != path && file.starts_with(path)
            }
        })
    }
}

impl Source for MemorySource {
    fn var(&self, name: &str) -> Option<String> {
        self.read_lock().vars.get(name).cloned()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let shared = self.read_lock();
        if let Some(entry) = shared.files.get(path) {
            return match &entry.content {
                Ok(bytes) => Ok(bytes.expose_secret().to_vec()),
                Err(kind) => Err((*kind).into()),
            };
        }
        if shared.is_dir(path) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        SystemSource.read(&shared.on_disk(path)?)
    }

    fn stat(&self, path: &Path) -> io::Result<Stamp> {
        let shared = self.read_lock();
        if let Some(entry) = shared.files.get(path) {
            let len = entry
                .content
                .as_ref()
                .map_or(0, |bytes| bytes.expose_secret().len() as u64);
            let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(entry.change);
            return Ok(Stamp::new(Some(modified), len)
                .identity(0, entry.change)
                .permissions(entry.mode));
        }
        if shared.is_dir(path) {
            return Ok(Stamp::new(None, 0).permissions(0o700).directory());
        }
        SystemSource.stat(&shared.on_disk(path)?)
    }

    fn current_dir(&self) -> io::Result<PathBuf> {
        let set = self.read_lock().current_dir.clone();
        Ok(set.unwrap_or_else(|| PathBuf::from("/")))
    }

    fn platform(&self) -> Platform {
        let set = self.read_lock().platform;
        set.unwrap_or_else(Platform::current)
    }
}

impl fmt::Debug for MemorySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.read_lock();
        f.debug_struct("MemorySource")
            .field("vars", &shared.vars.keys())
            .field("files", &shared.files.keys())
            .field("root", &shared.root)
            .finish_non_exhaustive()
    }
}
