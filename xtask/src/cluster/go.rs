//! Finds a Go that can build the programs, and says what to do when there is none.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::{Error, Exit};
use super::version::Version;

/// Where Go's own installer puts it; used when it is in no folder of `PATH`.
const USUAL: &str = "/usr/local/go/bin/go";

/// The `go` line of a go.mod file.
pub(super) fn required(go_mod: &str) -> Option<Version> {
    let line = go_mod.lines().find_map(|line| line.strip_prefix("go "))?;
    Version::find(line)
}

/// The version of `module` that a go.mod file requires, as it is written there (`v1.36.3`).
pub(super) fn version_of<'a>(go_mod: &'a str, module: &str) -> Option<&'a str> {
    go_mod.lines().find_map(|line| {
        let mut words = line
            .trim()
            .trim_start_matches("require ")
            .split_whitespace();
        let version = (words.next()? == module).then(|| words.next())??;
        version.starts_with('v').then_some(version)
    })
}

/// The first Go that is new enough.
///
/// # Errors
/// No Go, or one older than `required`: the message names what to install or set. Nothing was built yet.
pub(super) fn find(required: Version, written: &str) -> Result<PathBuf, Error> {
    let advice = format!(
        "install Go {written} or newer (https://go.dev/dl/) and put it into PATH, \
         or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kubectl"
    );
    let missing = |what: String| Error::new(Exit::NoGo, what).because(advice.clone());
    let mut refused = None;
    for go in candidates() {
        let Some(printed) = printed_version(&go) else {
            continue;
        };
        let shown = printed.trim();
        match Version::find(shown) {
            Some(found) if found >= required => return Ok(go),
            _ => refused = refused.or_else(|| Some(format!("{} is {shown}", go.display()))),
        }
    }
    Err(missing(match refused {
        Some(found) => {
            format!("{found}, and the control plane is built with Go {written} or newer")
        }
        None => "the control plane is built from source, and there is no Go".into(),
    }))
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path)
        .map(|folder| folder.join("go"))
        .collect();
    folders.into_iter().chain([PathBuf::from(USUAL)])
}

/// What that Go calls itself; without fetching the newer toolchain that some go.mod wants.
fn printed_version(go: &Path) -> Option<String> {
    let output = Command::new(go)
        .args(["env", "GOVERSION"])
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GO_MOD: &str = "\
// go 9.9.9 in a comment
module example

go 1.26.0

require k8s.io/kubernetes v1.36.3 // indirect
require (
	go.etcd.io/etcd/server/v3 v3.6.8
	k8s.io/api v0.0.0
)
replace k8s.io/api => k8s.io/api v0.36.3
";

    #[test]
    fn reads_the_go_line() {
        assert_eq!(required(GO_MOD), Version::find("1.26.0"));
        assert_eq!(required("module example\n"), None);
    }

    #[test]
    fn reads_the_version_of_a_module() {
        let check = |module, expected| assert_eq!(version_of(GO_MOD, module), expected, "{module}");
        check("k8s.io/kubernetes", Some("v1.36.3"));
        check("go.etcd.io/etcd/server/v3", Some("v3.6.8"));
        check("k8s.io/kube", None);
        check("module", None);
    }

    #[test]
    fn the_committed_file_names_what_is_needed() {
        let go_mod = include_str!("../../cluster/go.mod");
        assert!(required(go_mod).is_some());
        assert!(version_of(go_mod, "k8s.io/kubernetes").is_some());
    }
}
