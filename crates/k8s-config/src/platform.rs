//! Whose rules hold for paths, path lists and home directories; a value, so that Windows is tested anywhere.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::source::Source;

/// A family of operating systems, as far as kubeconfig files see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Platform {
    /// `/` between names, `:` between paths, home in `HOME`.
    Unix,
    /// `\` or `/` between names, `;` between paths, home in `HOME`, `HOMEDRIVE` + `HOMEPATH` or `USERPROFILE`.
    Windows,
}

/// `path` as seen from the current directory; as it is when nobody knows that.
pub(crate) fn absolute(source: &dyn Source, path: &Path) -> PathBuf {
    let platform = source.platform();
    let text = path.to_string_lossy();
    match source.current_dir() {
        // One whose text is lossy is left alone: better not found than another one.
        Ok(current) if !platform.is_absolute(&text) && path.to_str().is_some() => {
            PathBuf::from(platform.join(&current.to_string_lossy(), &text))
        }
        _ => path.to_path_buf(),
    }
}

/// A path is relative, and so cannot be made relative to another directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backsteps(());

impl fmt::Display for Backsteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path requires backsteps and is not absolute")
    }
}

impl std::error::Error for Backsteps {}

impl Platform {
    /// The one this was compiled for.
    #[must_use]
    pub const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else {
            Self::Unix
        }
    }

    /// What stands between the paths of `KUBECONFIG`: `:` or `;`.
    #[must_use]
    pub const fn list_separator(self) -> char {
        match self {
            Self::Unix => ':',
            Self::Windows => ';',
        }
    }

    const fn separator(self) -> char {
        match self {
            Self::Unix => '/',
            Self::Windows => '\\',
        }
    }

    const fn is_separator(self, c: char) -> bool {
        c == '/' || (matches!(self, Self::Windows) && c == '\\')
    }

    pub(crate) fn has_separator(self, path: &str) -> bool {
        path.contains(|c| self.is_separator(c))
    }

    pub(crate) fn is_absolute(self, path: &str) -> bool {
        match self {
            Self::Unix => path.starts_with('/'),
            Self::Windows => {
                self.volume(path) > 0 && path[self.volume(path)..].starts_with(['\\', '/'])
            }
        }
    }

    /// The paths of a list: empty items and repetitions are dropped, the first of equals stays.
    pub(crate) fn split_list(self, list: &str) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = Vec::new();
        for item in list.split(self.list_separator()) {
            // Go's filepath.SplitList takes quotes off on Windows, where a path may hold a `;`.
            let item = match self {
                Self::Unix => item.to_owned(),
                Self::Windows => item.replace('"', ""),
            };
            if !item.is_empty() && !paths.iter().any(|known| known.as_os_str() == item.as_str()) {
                paths.push(PathBuf::from(item));
            }
        }
        paths
    }

    /// The directory that holds `file`, as text.
    pub(crate) fn parent(self, file: &Path) -> String {
        let file = file.to_string_lossy();
        let floor = match self {
            Self::Unix => usize::from(file.starts_with('/')),
            Self::Windows => self.volume(&file) + usize::from(self.is_absolute(&file)),
        };
        match file.rfind(|c| self.is_separator(c)) {
            Some(end) => file[..end.max(floor)].to_owned(),
            None if floor > 0 => file[..floor].to_owned(),
            None => ".".to_owned(),
        }
    }

    /// `path` as seen from `base`: unchanged when it is absolute, else joined and cleaned of `.` and `..`.
    pub(crate) fn join(self, base: &str, path: &str) -> String {
        if self.is_absolute(path) {
            return path.to_owned();
        }
        self.clean(&format!("{base}{}{path}", self.separator()))
    }

    /// As Go's `filepath.Clean`: no empty names, no `.`, no `..` that has something before it to take back.
    pub(crate) fn clean(self, path: &str) -> String {
        let volume = match self {
            Self::Unix => 0,
            Self::Windows => self.volume(path),
        };
        let (volume, rest) = path.split_at(volume);
        let rooted = rest.starts_with(|c| self.is_separator(c));
        let mut names: Vec<&str> = Vec::new();
        for name in rest.split(|c| self.is_separator(c)) {
            match name {
                "" | "." => {}
                ".." if names.last().is_some_and(|last| *last != "..") => {
                    names.pop();
                }
                ".." if rooted => {}
                name => names.push(name),
            }
        }
        let separator = self.separator().to_string();
        let mut clean = volume.replace('/', &separator);
        if rooted {
            clean.push(self.separator());
        }
        clean.push_str(&names.join(&separator));
        if clean.is_empty() {
            ".".to_owned()
        } else {
            clean
        }
    }

    /// `path` as it should be written into a file in the directory `base`: relative when it lies below, else absolute as it is. `""` stays.
    ///
    /// Follows `clientcmd.RelativizePathWithNoBacksteps`.
    ///
    /// # Errors
    /// [`Backsteps`] when `path` is not absolute: nobody can say what it is relative to.
    pub fn relativize(self, path: &str, base: &str) -> Result<String, Backsteps> {
        if path.is_empty() {
            return Ok(String::new());
        }
        if !self.is_absolute(path) {
            return Err(Backsteps(()));
        }
        let (clean, base) = (self.clean(path), self.clean(base));
        let below = clean.strip_prefix(&base).and_then(|rest| {
            let rest_of_root = base.ends_with(self.separator()).then_some(rest);
            rest.strip_prefix(self.separator()).or(rest_of_root)
        });
        Ok(below
            .filter(|rest| !rest.is_empty())
            .unwrap_or(path)
            .to_owned())
    }

    /// Length of `C:` or `\\host\share` at the start of a Windows path.
    fn volume(self, path: &str) -> usize {
        let bytes = path.as_bytes();
        if bytes.len() >= 2 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic() {
            return 2;
        }
        if bytes.len() > 2
            && self.is_separator(bytes[0] as char)
            && self.is_separator(bytes[1] as char)
        {
            let mut ends = path[2..].match_indices(|c| self.is_separator(c));
            return match (ends.next(), ends.next()) {
                (Some((0, _)), _) | (None, _) => 0,
                (Some(_), Some((share_end, _))) => share_end + 2,
                (Some(_), None) => path.len(),
            };
        }
        0
    }

    /// The home directory, as client-go's `homedir.HomeDir` finds it; `None` when nothing says where it is.
    pub(crate) fn home(self, source: &dyn Source) -> Option<String> {
        let var = |name: &str| source.var(name).filter(|value| !value.is_empty());
        if self == Self::Unix {
            return var("HOME");
        }
        let home = var("HOME");
        let drive = var("HOMEDRIVE")
            .zip(var("HOMEPATH"))
            .map(|(drive, path)| drive + &path);
        let profile = var("USERPROFILE");
        let has_config = |dir: &&String| {
            let config = self.join(dir, r".kube\config");
            source.stat(Path::new(&config)).is_ok()
        };
        // The drive comes first where a file exists already, the profile where one would be made.
        let found = [&home, &drive, &profile]
            .into_iter()
            .flatten()
            .find(has_config);
        let candidates = || [&home, &profile, &drive].into_iter().flatten();
        let stat = |dir: &&String| source.stat(Path::new(dir.as_str())).ok();
        found
            .or_else(|| {
                candidates().find(|dir| {
                    stat(dir).is_some_and(|stamp| {
                        stamp.is_dir() && stamp.mode().is_none_or(|mode| mode & 0o200 != 0)
                    })
                })
            })
            .or_else(|| candidates().find(|dir| stat(dir).is_some()))
            .or_else(|| candidates().next())
            .cloned()
    }
}
