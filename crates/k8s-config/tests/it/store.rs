//! Files on disk: kubectl's lock, modes and links that stay, and changes of merged files that go where they belong.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use k8s_config::{
    Cluster, Context, EditFault, Kubeconfig, LoadingRules, LockError, MemorySource, Refusal, Store,
    SystemSource, edit,
};

use crate::support::{chain, rows};

fn replace(path: &Path, text: &str) {
    SystemSource
        .try_lock(path)
        .unwrap()
        .replace(text.as_bytes())
        .unwrap();
}

fn read(path: impl AsRef<Path>) -> String {
    String::from_utf8(k8s_config::Source::read(&SystemSource, path.as_ref()).unwrap()).unwrap()
}

#[test]
fn l30_a_file_that_is_locked_twice_fails_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    let first = SystemSource.try_lock(&path).unwrap();
    let Err(LockError::Locked(locked)) = SystemSource.try_lock(&path) else {
        panic!("locked twice");
    };
    assert_eq!(locked.lock, folder.path().join("config.lock"));
    let by = locked.by.clone().unwrap();
    assert!(
        by.ends_with(&format!("(process {})", std::process::id())),
        "{by}"
    );
    assert!(locked.since.unwrap().elapsed().unwrap().as_secs() < 60);
    let text = locked.to_string();
    assert!(
        text.contains("locked by it-") && text.contains(" since 2"),
        "{text}"
    );
    drop(first);
    drop(SystemSource.try_lock(&path).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_lock_of_kubectl_says_since_when_and_not_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    fs::write(folder.path().join("config.lock"), "").unwrap();
    let Err(LockError::Locked(locked)) = SystemSource.try_lock(&path) else {
        panic!("taken from its holder");
    };
    assert_eq!((locked.by, locked.since.is_some()), (None, true));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn mode_and_owner_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        fs::write(&path, "old").unwrap();
        for bits in [0o640, 0o444, 0o600] {
            fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
            let owner = |path: &Path| {
                fs::metadata(path)
                    .map(|file| (file.uid(), file.gid()))
                    .unwrap()
            };
            let before = owner(&path);
            replace(&path, "new");
            assert_eq!((mode(&path), owner(&path)), (bits, before));
        }
    }

    #[test]
    fn a_new_file_is_for_its_owner_alone_and_so_is_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/config");
        replace(&path, "new");
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn a_link_stays_a_link_and_locks_both_names() {
        let folder = tempfile::tempdir().unwrap();
        let (link, middle, real) = (
            folder.path().join("l"),
            folder.path().join("m"),
            folder.path().join("d/real"),
        );
        fs::create_dir(real.parent().unwrap()).unwrap();
        fs::write(&real, "old").unwrap();
        symlink("d/real", &middle).unwrap();
        symlink(&middle, &link).unwrap();
        let mut lock = SystemSource.try_lock(&link).unwrap();
        assert!(matches!(
            SystemSource.try_lock(&real),
            Err(LockError::Locked(_))
        ));
        lock.replace(b"new").unwrap();
        drop(lock);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::symlink_metadata(&middle).unwrap().is_symlink());
        assert_eq!(read(&real), "new");
        assert_eq!(fs::read_dir(real.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_to_nothing_makes_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (link, real) = (folder.path().join("l"), folder.path().join("real"));
        symlink(&real, &link).unwrap();
        replace(&link, "new");
        assert_eq!(read(&real), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_link_to_itself_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("l");
        symlink(&link, &link).unwrap();
        assert!(matches!(
            SystemSource.try_lock(&link),
            Err(LockError::Io { .. })
        ));
    }

    #[test]
    fn a_folder_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        fs::create_dir(&path).unwrap();
        assert!(
            SystemSource
                .try_lock(&path)
                .unwrap()
                .replace(b"new")
                .is_err()
        );
        assert!(path.is_dir());
    }
}

const B: &str = "# b\ncurrent-context: b\nclusters:\n- name: shared\n  cluster:\n    server: b\n";
const A: &str = "# a\ncurrent-context: a\nclusters:\n- name: shared\n  cluster:\n    server: a\n- name: a\n  cluster:\n    server: a\ncontexts:\n- name: a\n  context: {cluster: a}\n";

fn two() -> Arc<MemorySource> {
    Arc::new(
        MemorySource::new()
            .with_file("/k/b", B)
            .with_file("/k/a", A),
    )
}

fn rules(source: &Arc<MemorySource>) -> LoadingRules {
    LoadingRules::list(source.clone(), ["/k/b", "/k/a"].map(PathBuf::from))
}

type Change = fn(&mut Kubeconfig) -> Result<(), Refusal>;

fn text(source: &MemorySource, path: &str) -> String {
    let bytes = k8s_config::Source::read(source, Path::new(path));
    bytes
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .unwrap_or_default()
}

/// A change of two files, the file that it changes, and what is replaced there by what.
fn goes((change, file, from, to): (Change, &str, &str, &str)) {
    let source = two();
    let changed = rules(&source).edit(&*source, change).unwrap();
    assert_eq!(changed, [PathBuf::from(file)]);
    for (path, old) in [("/k/b", B), ("/k/a", A)] {
        let expected = if path == file {
            old.replacen(from, to, 1)
        } else {
            old.to_owned()
        };
        assert_eq!(text(&source, path), expected);
    }
}

rows!(goes: {
    m1_another_current_context_goes_to_the_first_file => (
        |kubeconfig| Ok(kubeconfig.use_context("a")?),
        "/k/b",
        "current-context: b",
        "current-context: a",
    ),
    no_current_context_goes_to_the_first_file_that_has_one => (
        |kubeconfig| { kubeconfig.current_context = None; Ok(()) },
        "/k/b",
        "current-context: b",
        "current-context: \"\"",
    ),
    a_changed_stanza_goes_to_its_file => (
        |kubeconfig| { kubeconfig.clusters.get_mut("a").unwrap().server = Some("new".into()); Ok(()) },
        "/k/a",
        "- name: a\n  cluster:\n    server: a",
        "- name: a\n  cluster:\n    server: new",
    ),
    of_two_stanzas_of_one_name_the_first_is_changed => (
        |kubeconfig| { kubeconfig.clusters.get_mut("shared").unwrap().server = Some("new".into()); Ok(()) },
        "/k/b",
        "server: b",
        "server: new",
    ),
    a_deleted_stanza_goes_from_its_file => (
        |kubeconfig| Ok(kubeconfig.delete_cluster("a")?),
        "/k/a",
        "- name: a\n  cluster:\n    server: a\n",
        "",
    ),
    a_renamed_stanza_stays_in_its_file => (
        |kubeconfig| Ok(kubeconfig.rename_context("a", "z")?),
        "/k/a",
        "contexts:\n- name: a",
        "contexts:\n- name: z",
    ),
    a_new_stanza_goes_to_the_first_file => (
        |kubeconfig| { kubeconfig.contexts.insert("n".to_owned(), Context::default()); Ok(()) },
        "/k/b",
        "    server: b\n",
        "    server: b\ncontexts:\n- context:\n    cluster: \"\"\n    user: \"\"\n  name: \"n\"\n",
    ),
    a_stanza_made_anew_stays_in_its_file => (
        |kubeconfig| {
            let mut cluster = Cluster::default();
            cluster.server = Some("new".into());
            kubeconfig.clusters.insert("a".to_owned(), cluster);
            Ok(())
        },
        "/k/a",
        "- name: a\n  cluster:\n    server: a",
        "- name: a\n  cluster:\n    server: new",
    ),
});

/// Files of a list that exist, and the one that a new stanza goes to.
fn new_one((existing, home): (&[&str], &str)) {
    let source = existing.iter().fold(MemorySource::new(), |source, path| {
        source.with_file(*path, "kind: Config\n")
    });
    let source = Arc::new(source);
    let rules = LoadingRules::list(source.clone(), ["/1", "/2", "/3"].map(PathBuf::from));
    let add = |kubeconfig: &mut Kubeconfig| -> Result<(), Refusal> {
        kubeconfig
            .clusters
            .insert("n".to_owned(), Cluster::default());
        Ok(())
    };
    assert_eq!(rules.edit(&*source, add).unwrap(), [PathBuf::from(home)]);
}

rows!(new_one: {
    a_new_stanza_goes_to_the_first_file_that_exists => (&["/2", "/3"], "/2"),
    a_new_stanza_goes_to_the_last_file_when_none_exists => (&[], "/3"),
});

#[test]
fn what_changes_nothing_takes_no_lock() {
    let source = two();
    source.set_file("/k/b.lock", "");
    source.set_file("/k/a.lock", "");
    assert_eq!(
        rules(&source).edit(&*source, |_| Ok(())).unwrap(),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn only_the_file_that_changes_must_be_free() {
    let source = two();
    source.set_file("/k/a.lock", "");
    rules(&source)
        .edit(&*source, |kubeconfig| Ok(kubeconfig.use_context("a")?))
        .unwrap();
    let error = rules(&source)
        .edit(&*source, |kubeconfig| Ok(kubeconfig.delete_cluster("a")?))
        .unwrap_err();
    assert_eq!(error.locked().unwrap().lock, Path::new("/k/a.lock"));
    assert!(error.to_string().starts_with(
        "kubeconfig /k/a was not changed: /k/a.lock exists: locked by another program since "
    ));
    assert_eq!(text(&source, "/k/a"), A);
}

#[test]
fn a_refusal_is_handed_on_and_takes_no_lock_along() {
    let source = two();
    let error = rules(&source)
        .edit(&*source, |kubeconfig| Ok(kubeconfig.use_context("z")?))
        .unwrap_err();
    assert_eq!(*error.fault(), EditFault::Refused);
    assert_eq!(
        chain(&error),
        "kubeconfig was not changed: no context exists with the name: \"z\""
    );
    assert!(source.try_lock(Path::new("/k/b")).is_ok());
}

#[test]
fn a_broken_file_stops_the_change_of_another() {
    let source = two();
    source.set_file("/k/a", "clusters: 1\n");
    let error = rules(&source)
        .edit(&*source, |kubeconfig| Ok(kubeconfig.use_context("b")?))
        .unwrap_err();
    assert_eq!(
        (error.fault(), error.file()),
        (&EditFault::Unreadable, Some(Path::new("/k/a")))
    );
}

#[test]
fn a_file_that_may_not_be_written_stays() {
    let source = Arc::new(
        MemorySource::new()
            .with_file("/k/a", A)
            .with_unreadable("/k/x", std::io::ErrorKind::PermissionDenied),
    );
    let rules = LoadingRules::list(source.clone(), ["/k/x", "/k/a"].map(PathBuf::from));
    let error = rules
        .edit(&*source, |kubeconfig| Ok(kubeconfig.use_context("a")?))
        .unwrap_err();
    assert_eq!(
        (error.fault(), error.file()),
        (&EditFault::Io, Some(Path::new("/k/x")))
    );
    assert_eq!(text(&source, "/k/a"), A);
}

#[test]
fn the_usual_file_is_made_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".kube/config");
    let rules = LoadingRules::explicit(Arc::new(SystemSource), &path);
    let add = |kubeconfig: &mut Kubeconfig| -> Result<(), Refusal> {
        kubeconfig
            .clusters
            .insert("c".to_owned(), Cluster::default());
        Ok(())
    };
    assert_eq!(rules.edit(&SystemSource, add).unwrap(), [path.as_path()]);
    assert_eq!(
        read(&path),
        String::from_utf8(edit(b"", add).unwrap()).unwrap()
    );
}

#[test]
fn the_file_of_old_is_changed_in_its_place() {
    let source = Arc::new(
        MemorySource::new()
            .with_var("HOME", "/h")
            .with_file("/h/.kube/.kubeconfig", A),
    );
    let rules = LoadingRules::from_source(source.clone());
    let changed = rules
        .edit(&*source, |kubeconfig| Ok(kubeconfig.delete_context("a")?))
        .unwrap();
    assert_eq!(changed, [PathBuf::from("/h/.kube/.kubeconfig")]);
    source.set_file("/h/.kube/config", B);
    let changed = rules
        .edit(&*source, |kubeconfig| {
            Ok(kubeconfig.delete_cluster("shared")?)
        })
        .unwrap();
    assert_eq!(changed, [PathBuf::from("/h/.kube/config")]);
}
