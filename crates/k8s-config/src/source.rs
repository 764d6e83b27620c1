//! The one door to environment and disk, for reading ([`Source`]) and for writing ([`Store`]); tests stand another one in its place.
//!
//! Nothing else in this crate touches either. [`SystemSource`] asks the operating system, [`MemorySource`] answers from memory.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

mod disk;
mod memory;
mod store;

pub use memory::MemorySource;
pub use store::{FileLock, LockError, Locked, Store};

use crate::platform::Platform;

/// Files longer than this are refused (64 MiB): a kubeconfig of 5,000 contexts with inline certificates has half of it.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Where variables and files come from.
///
/// Sources are shared (`Arc<dyn Source>`) and kept: what a configuration points at is read again through the same source whenever it is needed.
pub trait Source: fmt::Debug + Send + Sync + 'static {
    /// The value of an environment variable, `None` when it is not set.
    ///
    /// A value that is not valid UTF-8 comes back with U+FFFD in place of what could not be read. It is *not* taken as unset: a `KUBECONFIG`
    /// that cannot be read must not lead to another identity. A path with U+FFFD in it that does not exist is an error, never skipped.
    fn var(&self, name: &str) -> Option<String>;

    /// The content of a file.
    ///
    /// # Errors
    /// As the operating system reports them; a file longer than [`MAX_FILE_BYTES`] is [`io::ErrorKind::FileTooLarge`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What tells one state of a file from another, symbolic links followed.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn stat(&self, path: &Path) -> io::Result<Stamp>;

    /// Where relative paths start. Default: `/`.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn current_dir(&self) -> io::Result<PathBuf> {
        Ok(PathBuf::from("/"))
    }

    /// Whose path and home-directory rules hold. Default: those of the system this was compiled for.
    fn platform(&self) -> Platform {
        Platform::current()
    }
}

/// Tells one state of a file from another: two equal stamps mean "not changed".
///
/// Made of modification time, length, identity (device and inode, so that a swapped symbolic link shows) and permission bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
    identity: Option<(u64, u64)>,
    mode: Option<u32>,
    directory: bool,
}

impl Stamp {
    /// A stamp for a [`Source`] of your own: `modified` is when the content last changed, `len` its length in bytes.
    #[must_use]
    pub const fn new(modified: Option<SystemTime>, len: u64) -> Self {
        Self {
            modified,
            len,
            identity: None,
            mode: None,
            directory: false,
        }
    }

    /// Sets what identifies the file itself: device and inode on Unix.
    #[must_use]
    pub const fn identity(mut self, device: u64, inode: u64) -> Self {
        self.identity = Some((device, inode));
        self
    }

    /// Sets the permission bits (the low twelve of `st_mode`).
    #[must_use]
    pub const fn permissions(mut self, mode: u32) -> Self {
        self.mode = Some(mode & 0o7777);
        self
    }

    /// When the content last changed, where the file system knows it.
    #[must_use]
    pub const fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether the file holds nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The permission bits, where there are any (`0o600`).
    #[must_use]
    pub const fn mode(&self) -> Option<u32> {
        self.mode
    }

    /// Whether this is a directory.
    #[must_use]
    pub const fn is_dir(&self) -> bool {
        self.directory
    }

    /// Marks the stamp as that of a directory.
    #[must_use]
    pub const fn directory(mut self) -> Self {
        self.directory = true;
        self
    }

    fn of(metadata: &fs::Metadata) -> Self {
        let stamp = Self::new(metadata.modified().ok(), metadata.len());
        let stamp = if metadata.is_dir() {
            stamp.directory()
        } else {
            stamp
        };
        stamp.identified(metadata)
    }

    #[cfg(unix)]
    fn identified(self, metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        self.identity(metadata.dev(), metadata.ino())
            .permissions(metadata.mode())
    }

    #[cfg(not(unix))]
    const fn identified(self, _: &fs::Metadata) -> Self {
        self
    }
}

/// How long most files are that are read.
const USUAL: usize = 8 * 1024;

/// The operating system's environment and files.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemSource;

impl Source for SystemSource {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that may ask"
    )]
    fn var(&self, name: &str) -> Option<String> {
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Certificates, tokens and most kubeconfigs come in one piece; a vector without room is filled by 32 bytes.
        let mut bytes = Vec::with_capacity(USUAL);
        File::open(path)?
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "longer than 64 MiB",
            ));
        }
        Ok(bytes)
    }

    fn stat(&self, path: &Path) -> io::Result<Stamp> {
        fs::metadata(path).map(|metadata| Stamp::of(&metadata))
    }

    fn current_dir(&self) -> io::Result<PathBuf> {
        std::env::current_dir()
    }
}
