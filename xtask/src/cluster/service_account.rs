//! Writes a service account directory as kubelet does: files are links through `..data` to a folder of this moment.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::{Doing, Error};

/// Where a Pod finds it.
pub(super) const MOUNTED_AT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Fills `directory`, which must be empty, with `token`, `ca.crt` and `namespace`.
pub(super) fn write(directory: &Path, token: &str, ca: &str, namespace: &str) -> Result<(), Error> {
    let files = [("token", token), ("ca.crt", ca), ("namespace", namespace)];
    let lay_out = || -> io::Result<()> {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let moment = format!("..{}.{:09}", since.as_secs(), since.subsec_nanos());
        fs::create_dir_all(directory.join(&moment))?;
        for (name, content) in files {
            fs::write(directory.join(&moment).join(name), content)?;
        }
        symlink(&moment, directory.join("..data"))?;
        for (name, _) in files {
            symlink(Path::new("..data").join(name), directory.join(name))?;
        }
        Ok(())
    };
    lay_out().doing(|| {
        format!(
            "writing the service account directory {}",
            directory.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_links_through_data() {
        let scratch = tempfile::tempdir().unwrap();
        let directory = scratch.path().join("new");
        write(&directory, "t0k3n", "-----BEGIN", "default").unwrap();
        for (name, content) in [
            ("token", "t0k3n"),
            ("ca.crt", "-----BEGIN"),
            ("namespace", "default"),
        ] {
            let link = fs::read_link(directory.join(name)).unwrap();
            assert_eq!(link, Path::new("..data").join(name));
            assert_eq!(fs::read_to_string(directory.join(name)).unwrap(), content);
        }
        let data = fs::read_link(directory.join("..data")).unwrap();
        assert!(data.to_string_lossy().starts_with(".."), "{data:?}");
        assert!(directory.join(data).is_dir());
    }

    #[test]
    fn a_file_can_be_emptied_in_place() {
        let scratch = tempfile::tempdir().unwrap();
        write(scratch.path(), "t", "ca", "n").unwrap();
        fs::write(scratch.path().join("ca.crt"), "").unwrap();
        assert_eq!(fs::read(scratch.path().join("ca.crt")).unwrap(), b"");
        assert!(
            fs::symlink_metadata(scratch.path().join("ca.crt"))
                .unwrap()
                .is_symlink()
        );
    }
}
