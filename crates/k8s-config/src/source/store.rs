//! Where changed files go: kubectl's lock, and a file that is always the old one or the new one.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where changed files go; the other half of [`Source`](crate::Source).
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Takes the lock that kubectl takes before it writes `path`: the file `<path>.lock`, which must not exist. Never waits.
    ///
    /// The folder of `path` is made when it is missing, with mode 0700. Follows `clientcmd.lockFile`.
    ///
    /// # Errors
    /// [`LockError::Locked`] while somebody else holds it; [`LockError::Io`] when it cannot be made, as in a folder that may not be written.
    fn try_lock(&self, path: &Path) -> Result<Box<dyn FileLock>, LockError>;
}

/// The right to replace one file; given back when it is dropped.
///
/// A process that is killed leaves the lock behind, as kubectl does; it says whose it was.
pub trait FileLock: fmt::Debug + Send {
    /// Puts `content` in the place of what the file holds: at every moment the file is the old one or the new one, whole.
    ///
    /// Mode and owner stay, a symbolic link stays one. A new file has mode 0600.
    ///
    /// # Errors
    /// As the operating system reports them; then the old file stands.
    fn replace(&mut self, content: &[u8]) -> io::Result<()>;
}

/// Why there is no lock.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// Somebody else has it.
    Locked(Locked),
    /// It cannot be made.
    #[non_exhaustive]
    Io {
        /// The lock file.
        lock: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// A file that somebody else is writing, or was when they were killed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Locked {
    /// The lock file; whoever removes it takes the lock from its holder.
    pub lock: PathBuf,
    /// Who holds it, in words (`k8s (process 4711)`); `None` when the lock does not say, as kubectl's does not.
    pub by: Option<String>,
    /// Since when.
    pub since: Option<SystemTime>,
}

impl Locked {
    /// A lock for a [`Store`] of your own.
    #[must_use]
    pub const fn new(lock: PathBuf, by: Option<String>, since: Option<SystemTime>) -> Self {
        Self { lock, by, since }
    }
}

impl LockError {
    pub(super) const fn io(lock: PathBuf, cause: io::Error) -> Self {
        Self::Io { lock, cause }
    }
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = self.by.as_deref().unwrap_or("another program");
        write!(f, "{} exists: locked by {by}", self.lock.display())?;
        match self.since {
            Some(since) => write!(f, " since {}", Utc(since)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(locked) => locked.fmt(f),
            Self::Io { lock, .. } => write!(f, "making the lock {}", lock.display()),
        }
    }
}

impl std::error::Error for LockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { cause, .. } => Some(cause),
            Self::Locked(_) => None,
        }
    }
}

/// What holds the lock of `path`.
pub(super) fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// A moment as `2026-11-26T07:00:00Z`.
struct Utc(SystemTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self
            .0
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        // Years begin in March, so that the odd day comes last: 400 of them have 146,097 days.
        let shifted = days + 719_468;
        let (era, day) = (shifted / 146_097, shifted % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 {
            (month + 3, 0)
        } else {
            (month - 9, 1)
        };
        let year = era * 400 + year + next;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn says_the_moment_in_utc() {
        let check = |seconds, expected: &str| {
            assert_eq!(
                Utc(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).to_string(),
                expected
            );
        };
        check(0, "1970-01-01T00:00:00Z");
        check(951_782_399, "2000-02-28T23:59:59Z");
        check(951_782_400, "2000-02-29T00:00:00Z");
        check(951_868_800, "2000-03-01T00:00:00Z");
        check(1_735_689_599, "2024-12-31T23:59:59Z");
        check(1_795_676_400, "2026-11-26T07:00:00Z");
        check(4_107_542_400, "2100-03-01T00:00:00Z");
    }
}
