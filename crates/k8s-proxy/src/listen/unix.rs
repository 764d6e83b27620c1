//! A socket file: made where nobody looks, with its mode, and put in its place by one rename.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};
use std::process;

use tokio::net::UnixListener;

/// The file of a listener; taken away when it is dropped, if it is still the same one.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    id: (u64, u64),
}

/// A folder that goes with the value.
struct Nursery(PathBuf);

pub(super) fn bind(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    if let Ok(there) = fs::symlink_metadata(path)
        && !there.file_type().is_socket()
    {
        let why = format!("{} exists and is no socket", path.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    let nursery = Nursery::beside(path)?;
    let young = nursery.0.join("s");
    let listener = UnixListener::bind(&young)?;
    fs::set_permissions(&young, Permissions::from_mode(0o600))?;
    let made = fs::symlink_metadata(&young)?;
    fs::rename(&young, path)?;
    let file = SocketFile {
        path: path.to_owned(),
        id: (made.dev(), made.ino()),
    };
    Ok((listener, file))
}

impl SocketFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let still_ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|there| (there.dev(), there.ino()) == self.id);
        if still_ours {
            // Left behind, it is replaced by the next one.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Nursery {
    fn beside(path: &Path) -> io::Result<Self> {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or_else(|| Path::new("."));
        for attempt in 0..16 {
            let folder = parent.join(format!(".k{:x}-{attempt:x}", process::id()));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Self(folder)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        // After the rename it is empty; before, it holds a socket that never worked.
        let _ = fs::remove_dir_all(&self.0);
    }
}
