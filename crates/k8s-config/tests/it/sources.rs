//! The door to disk and environment, the real one and the one in memory, and what is read through it later.

use std::error::Error as _;
use std::io;
use std::sync::Arc;

use k8s_config::{Config, MAX_FILE_BYTES, Material, MemorySource, Source, SystemSource};
use secrecy::ExposeSecret as _;

const SA: &str = "var/run/secrets/kubernetes.io/serviceaccount";
const BUNDLE: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

fn content(material: &Material) -> String {
    String::from_utf8(material.read().unwrap().expose_secret().to_vec()).unwrap()
}

#[cfg(unix)]
#[test]
fn a_mount_swapped_as_kubelet_does_it_is_seen_and_read() {
    use std::fs;
    use std::os::unix::fs::symlink;

    let root = tempfile::tempdir().unwrap();
    let mount = root.path().join(SA);
    let write = |version: &str, token: &str| {
        fs::create_dir_all(mount.join(version)).unwrap();
        for (file, text) in [("token", token), ("ca.crt", BUNDLE), ("namespace", "ns\n")] {
            fs::write(mount.join(version).join(file), text).unwrap();
        }
        symlink(version, mount.join("..data_tmp")).unwrap();
        fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
    };
    write("..1", "one");
    for file in ["token", "ca.crt", "namespace"] {
        symlink(format!("..data/{file}"), mount.join(file)).unwrap();
    }
    let source = MemorySource::new()
        .with_var("KUBERNETES_SERVICE_HOST", "10.0.0.1")
        .with_var("KUBERNETES_SERVICE_PORT", "443")
        .rooted_at(root.path());
    let config = Config::in_cluster_from(Arc::new(source)).unwrap();
    let token = config.user.token_file.as_ref().unwrap();
    assert_eq!(
        (content(token), config.sources_changed()),
        ("one".to_owned(), false)
    );
    let before = token.stamp().unwrap();
    // Same length, and perhaps the same second: the file behind the link is another one all the same.
    write("..2", "two");
    assert_ne!(token.stamp().unwrap(), before);
    assert_eq!(content(token), "two");
    assert!(config.sources_changed());
    assert!(!config.reload().unwrap().sources_changed());
}

#[test]
fn a_file_without_end_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("huge");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(MAX_FILE_BYTES + 1).unwrap();
    assert_eq!(
        SystemSource.read(&path).unwrap_err().kind(),
        io::ErrorKind::FileTooLarge
    );
    file.set_len(MAX_FILE_BYTES).unwrap();
    assert_eq!(
        SystemSource.read(&path).unwrap().len() as u64,
        MAX_FILE_BYTES
    );
}

#[test]
fn the_systems_environment_is_asked() {
    // Cargo sets this one for tests.
    assert_eq!(
        SystemSource.var("CARGO_PKG_NAME").as_deref(),
        Some("k8s-config")
    );
    assert_eq!(SystemSource.var("K8S_CONFIG_NOBODY_SETS_THIS"), None);
    assert!(SystemSource.current_dir().unwrap().is_absolute());
}

#[test]
fn memory_goes_before_the_disk_below_its_root() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("etc")).unwrap();
    std::fs::write(dir.path().join("etc/on-disk"), "disk").unwrap();
    let source = MemorySource::new()
        .with_file("/etc/both", "memory")
        .rooted_at(dir.path());
    assert_eq!(source.read("/etc/on-disk".as_ref()).unwrap(), b"disk");
    assert_eq!(source.read("/etc/both".as_ref()).unwrap(), b"memory");
    // Nothing above the root can be named.
    assert!(
        source
            .read("/../../etc/passwd".as_ref())
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    );
    assert_eq!(
        source.read("/etc/nothing".as_ref()).unwrap_err().kind(),
        io::ErrorKind::NotFound
    );
}

#[test]
fn clones_of_a_source_in_memory_share_what_changes() {
    let source = MemorySource::new()
        .with_file("/f", "one")
        .with_var("V", "1");
    let other = source.clone();
    let before = other.stat("/f".as_ref()).unwrap();
    source.set_file("/f", "one");
    source.remove_var("V");
    assert_ne!(other.stat("/f".as_ref()).unwrap(), before);
    assert_eq!(other.var("V"), None);
    source.remove_file("/f");
    assert_eq!(
        other.stat("/f".as_ref()).unwrap_err().kind(),
        io::ErrorKind::NotFound
    );
    assert!(
        MemorySource::new()
            .with_file("/d/f", "")
            .stat("/d".as_ref())
            .unwrap()
            .is_dir()
    );
}

#[test]
fn a_material_that_cannot_be_read_names_its_file() {
    let material = Material::file(Arc::new(MemorySource::new()), "/etc/token");
    let error = material.read().unwrap_err();
    assert_eq!(
        (error.to_string(), error.kind()),
        ("reading /etc/token".to_owned(), io::ErrorKind::NotFound)
    );
    assert!(error.source().unwrap().is::<io::Error>());
    assert_eq!(material.stamp(), None);
    assert_eq!(material.path(), Some("/etc/token".as_ref()));
}

#[test]
fn inline_material_has_a_place_and_no_stamp() {
    let material = Material::inline(*b"s3cret", "token of user \"u\"");
    assert_eq!(
        (content(&material), material.to_string()),
        ("s3cret".to_owned(), "token of user \"u\"".to_owned())
    );
    assert_eq!((material.stamp(), material.path()), (None, None));
    assert!(!format!("{material:?}").contains("s3cret"));
}
