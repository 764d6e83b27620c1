//! A service-account directory, written as kubelet writes it into a Pod.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

/// Where a Pod has the directory, below its root.
const MOUNT: &str = "var/run/secrets/kubernetes.io/serviceaccount";
const DATA: &str = "..data";
const NEW_DATA: &str = "..data_tmp";

/// A directory as at `/var/run/secrets/kubernetes.io/serviceaccount`, in a temporary place that goes with it.
///
/// Files are links into `..data`, which is a link to a directory `..<time>`. Every change writes a new directory and
/// renames the link, so that readers see the old files or the new ones, never half of each; a watcher of a file's own
/// inode sees nothing. Follows k8s.io/kubernetes `pkg/volume/util/atomic_writer.go`.
pub struct ServiceAccountDir {
    root: TempDir,
    path: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
    generation: u64,
}

impl ServiceAccountDir {
    /// A new directory with `token`, `ca.crt` and `namespace`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(token: &SecretString, ca_pem: &str, namespace: &str) -> io::Result<Self> {
        let root = TempDir::with_prefix("serviceaccount-")?;
        let path = root.path().join(MOUNT);
        fs::create_dir_all(&path)?;
        let mut dir = Self {
            root,
            path,
            files: BTreeMap::new(),
            generation: 0,
        };
        dir.write(token, ca_pem, namespace)?;
        Ok(dir)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A directory below which it stands where a Pod has it: `ROOT/var/run/secrets/kubernetes.io/serviceaccount`.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// Writes all three files anew, in one step.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn write(&mut self, token: &SecretString, ca_pem: &str, namespace: &str) -> io::Result<()> {
        self.set("token", token.expose_secret());
        self.set("ca.crt", ca_pem);
        self.set("namespace", namespace);
        self.publish()
    }

    /// Puts another token in the place of the old one.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn rotate_token(&mut self, token: &SecretString) -> io::Result<()> {
        self.replace("token", token.expose_secret())
    }

    /// Puts other authorities in the place of the old ones; several of them, one behind the other, overlap.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn rotate_ca(&mut self, ca_pem: &str) -> io::Result<()> {
        self.replace("ca.crt", ca_pem)
    }

    /// Puts any content in the place of a file: empty, garbage, with a line feed.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn replace(&mut self, file: &str, content: impl AsRef<[u8]>) -> io::Result<()> {
        self.set(file, content);
        self.publish()
    }

    /// Takes a file out.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn remove(&mut self, file: &str) -> io::Result<()> {
        self.files.remove(file);
        self.publish()?;
        match fs::remove_file(self.path().join(file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn set(&mut self, file: &str, content: impl AsRef<[u8]>) {
        self.files
            .insert(file.to_owned(), content.as_ref().to_vec());
    }

    /// One step of kubelet's atomic writer.
    fn publish(&mut self) -> io::Result<()> {
        let old = fs::read_link(self.path().join(DATA)).ok();
        let new = self.next_name();
        let directory = self.path().join(&new);
        fs::create_dir(&directory)?;
        for (file, content) in &self.files {
            fs::write(directory.join(file), content)?;
        }
        symlink(&new, self.path().join(NEW_DATA))?;
        fs::rename(self.path().join(NEW_DATA), self.path().join(DATA))?;
        for file in self.files.keys() {
            match symlink(Path::new(DATA).join(file), self.path().join(file)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => other?,
            }
        }
        match old {
            Some(old) => fs::remove_dir_all(self.path().join(old)),
            None => Ok(()),
        }
    }

    /// kubelet names the directory by time and a random number; here the number counts.
    fn next_name(&mut self) -> PathBuf {
        self.generation += 1;
        PathBuf::from(format!("..2026_01_01_00_00_00.{:09}", self.generation))
    }
}

impl fmt::Debug for ServiceAccountDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccountDir")
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
