//! Finds the programs: `KUBEBUILDER_ASSETS`, then `PATH`, else those that are built here.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::{APISERVER, CONTROLLER_MANAGER, ETCD, KUBECTL, Tool};
use super::version::Version;

/// These must come from one folder: a server of one version with controllers of another is nobody's cluster.
pub(super) const ONE_PLACE: [Tool; 3] = [ETCD, APISERVER, CONTROLLER_MANAGER];

/// The programs that a control plane needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Programs {
    /// Holds etcd, kube-apiserver and kube-controller-manager.
    pub(super) folder: PathBuf,
    /// `None`: that folder has none that goes with the server.
    pub(super) kubectl: Option<PathBuf>,
}

/// Where to look, and how to ask a program for its version.
pub(super) struct Search<'a> {
    /// The value of `KUBEBUILDER_ASSETS`.
    pub(super) assets: Option<&'a OsStr>,
    /// The value of `PATH`.
    pub(super) path: Option<&'a OsStr>,
    /// The version that would be built: what happens to stand in `PATH` must be the same minor release.
    pub(super) built: Option<Version>,
    pub(super) version: &'a dyn Fn(&Path) -> Option<Version>,
}

impl Search<'_> {
    /// The first folder that has all three, and why those before it were passed over.
    pub(super) fn find(&self) -> (Option<Programs>, Vec<String>) {
        let mut notes = Vec::new();
        let assets = self.assets.filter(|value| !value.is_empty());
        if let Some(folder) = assets.map(Path::new) {
            match self.examine(folder, None) {
                Ok(found) => return (Some(found), notes),
                Err(why) => notes.push(format!("KUBEBUILDER_ASSETS is not used: {why}")),
            }
        }
        let path = self.path.map(OsString::from).unwrap_or_default();
        for folder in std::env::split_paths(&path) {
            if !folder.is_absolute() || !folder.join(APISERVER.name).exists() {
                continue;
            }
            match self.examine(&folder, self.built) {
                Ok(found) => return (Some(found), notes),
                Err(why) => notes.push(format!("{} in PATH is not used: {why}", folder.display())),
            }
        }
        (None, notes)
    }

    /// Whether `folder` has the programs, in versions that go together (and with `release`, if one is wanted).
    fn examine(&self, folder: &Path, release: Option<Version>) -> Result<Programs, String> {
        if let Some(absent) = ONE_PLACE
            .iter()
            .find(|tool| !folder.join(tool.name).is_file())
        {
            return Err(format!("{} has no {}", folder.display(), absent.name));
        }
        let ask = |tool: Tool| {
            (self.version)(&folder.join(tool.name))
                .ok_or_else(|| format!("{} does not tell its version", tool.name))
        };
        ask(ETCD)?;
        let (server, controllers) = (ask(APISERVER)?, ask(CONTROLLER_MANAGER)?);
        if server != controllers {
            return Err("kube-apiserver and kube-controller-manager differ in version".into());
        }
        if release.is_some_and(|release| !release.same_minor(server)) {
            return Err(format!(
                "its kube-apiserver is {}.{}, not the release that is tested here",
                server.major, server.minor
            ));
        }
        let kubectl = folder.join(KUBECTL.name);
        let fits = |version: Version| version.within_one_minor(server);
        let fits = kubectl.is_file() && (self.version)(&kubectl).is_some_and(fits);
        Ok(Programs {
            folder: folder.to_owned(),
            kubectl: fits.then_some(kubectl),
        })
    }
}

/// Runs a program to ask for its version.
pub(super) fn version(program: &Path) -> Option<Version> {
    let arguments: &[&str] = match program.file_name() {
        Some(name) if name == KUBECTL.name => &["version", "--client", "--output=json"],
        _ => &["--version"],
    };
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = match text.split_once("\"gitVersion\"") {
        Some((_, after)) => after,
        None => text.as_str(),
    };
    output.status.success().then(|| Version::find(text))?
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    const ALL: [&str; 4] = [
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kubectl",
    ];

    /// Folders with files that stand for programs; each file holds the version that the program would tell.
    struct Tree(TempDir);

    impl Tree {
        fn new(programs: &[(&str, &[&str], &str)]) -> Self {
            let scratch = tempfile::tempdir().unwrap();
            for (folder, names, version) in programs {
                let folder = scratch.path().join(folder);
                fs::create_dir_all(&folder).unwrap();
                for name in *names {
                    fs::write(folder.join(name), version).unwrap();
                }
            }
            Self(scratch)
        }

        /// The chosen folder and kubectl, relative to the tree, and the notes.
        fn find(
            &self,
            assets: Option<&str>,
            path: &[&str],
        ) -> (Option<(String, bool)>, Vec<String>) {
            let at = |name: &str| self.0.path().join(name);
            let assets = assets.map(|name| at(name).into_os_string());
            let path = std::env::join_paths(path.iter().map(|name| at(name))).unwrap();
            let search = Search {
                assets: assets.as_deref(),
                path: Some(&path),
                built: Version::find("v1.36.3"),
                version: &|program| Version::find(&fs::read_to_string(program).ok()?),
            };
            let (found, notes) = search.find();
            let found = found.map(|programs| {
                let name = programs
                    .folder
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                (name, programs.kubectl.is_some())
            });
            (found, notes)
        }

        fn check(
            &self,
            assets: Option<&str>,
            path: &[&str],
            folder: Option<&str>,
            kubectl: bool,
            note: &str,
        ) {
            let (found, notes) = self.find(assets, path);
            assert_eq!(
                found,
                folder.map(|name| (name.to_owned(), kubectl)),
                "{notes:?}"
            );
            if note.is_empty() {
                assert_eq!(notes, Vec::<String>::new());
            } else {
                assert!(notes.iter().any(|line| line.contains(note)), "{notes:?}");
            }
        }
    }

    #[test]
    fn the_assets_folder_wins_over_path() {
        let tree = Tree::new(&[("assets", &ALL, "v1.35.2"), ("bin", &ALL, "v1.36.3")]);
        tree.check(Some("assets"), &["bin"], Some("assets"), true, "");
        tree.check(None, &["bin"], Some("bin"), true, "");
        tree.check(None, &[], None, false, "");
    }

    #[test]
    fn an_assets_folder_without_controllers_is_passed_over_aloud() {
        let envtest = ["etcd", "kube-apiserver", "kubectl"];
        let tree = Tree::new(&[("assets", &envtest, "v1.36.3"), ("bin", &ALL, "v1.36.3")]);
        tree.check(
            Some("assets"),
            &["bin"],
            Some("bin"),
            true,
            "has no kube-controller-manager",
        );
        tree.check(Some("nowhere"), &["bin"], Some("bin"), true, "has no etcd");
    }

    #[test]
    fn an_old_kubectl_in_path_is_never_mixed_in() {
        let tree = Tree::new(&[
            ("usr", &["kubectl"], "v1.32.4-dispatcher"),
            ("assets", &ALL[..3], "v1.36.3"),
            ("mixed", &ALL[..3], "v1.36.3"),
            ("mixed", &["kubectl"], "v1.32.4"),
        ]);
        tree.check(None, &["usr"], None, false, "");
        tree.check(Some("assets"), &["usr"], Some("assets"), false, "");
        tree.check(None, &["usr", "mixed"], Some("mixed"), false, "");
    }

    #[test]
    fn programs_of_different_folders_or_versions_are_not_put_together() {
        let tree = Tree::new(&[
            ("one", &ALL[..2], "v1.36.3"),
            ("two", &ALL[2..], "v1.36.3"),
            ("other", &ALL, "v1.30.0"),
            ("torn", &ALL[..2], "v1.36.3"),
            ("torn", &ALL[2..], "v1.36.2"),
            ("mute", &ALL, "?"),
        ]);
        tree.check(
            None,
            &["one", "two"],
            None,
            false,
            "one has no kube-controller-manager",
        );
        tree.check(
            None,
            &["other"],
            None,
            false,
            "not the release that is tested here",
        );
        tree.check(Some("other"), &[], Some("other"), true, "");
        tree.check(Some("torn"), &[], None, false, "differ in version");
        tree.check(Some("mute"), &[], None, false, "does not tell its version");
    }
}
