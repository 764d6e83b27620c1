//! Builds the programs with Go, once, into the user's cache folder.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::error::{Doing, Error, Exit};
use super::version::Version;
use super::{cache, child, component, go, say};

/// A program of the control plane, or one that is used with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    package: &'static str,
}

pub(super) const ETCD: Tool = tool("etcd", "go.etcd.io/etcd/server/v3");
pub(super) const APISERVER: Tool = tool("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver");
pub(super) const CONTROLLER_MANAGER: Tool = tool(
    "kube-controller-manager",
    "k8s.io/kubernetes/cmd/kube-controller-manager",
);
pub(super) const SCHEDULER: Tool = tool("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler");
pub(super) const KUBECTL: Tool = tool("kubectl", "k8s.io/kubernetes/cmd/kubectl");
pub(super) const KWOK: Tool = tool("kwok", "sigs.k8s.io/kwok/cmd/kwok");

const fn tool(name: &'static str, package: &'static str) -> Tool {
    Tool { name, package }
}

/// What is built and where it goes.
#[derive(Debug)]
pub(super) struct Recipe {
    /// The folder of go.mod.
    source: PathBuf,
    /// As written in go.mod: `v1.36.3`.
    kubernetes: String,
    /// The `go` line, compared and as written.
    go: (Version, String),
    /// Where the programs stand when built.
    folder: PathBuf,
}

impl Recipe {
    /// Reads `go.mod` and `go.sum` of this repository and finds the cache folder for them.
    pub(super) fn read() -> Result<Self, Error> {
        let source = source();
        let read = |name: &str| {
            let path = source.join(name);
            fs::read_to_string(&path).doing(|| format!("reading {}", path.display()))
        };
        let (go_mod, go_sum) = (read("go.mod")?, read("go.sum")?);
        let wrong =
            |what: &str| Error::new(Exit::Machine, format!("{what} in xtask/cluster/go.mod"));
        let kubernetes = go::version_of(&go_mod, "k8s.io/kubernetes")
            .ok_or_else(|| wrong("no k8s.io/kubernetes"))?
            .to_owned();
        let go = go::required(&go_mod).ok_or_else(|| wrong("no go line"))?;
        let cache_home = env::var_os("XDG_CACHE_HOME");
        let home = env::var_os("HOME");
        let key = cache::key(&[
            go_mod.as_bytes(),
            go_sum.as_bytes(),
            flags(&kubernetes).join(" ").as_bytes(),
        ]);
        let written = go_mod.lines().find_map(|line| line.strip_prefix("go "));
        Ok(Self {
            folder: cache::folder(cache_home.as_deref(), home.as_deref())?.join(key),
            go: (go, written.unwrap_or_default().to_owned()),
            kubernetes,
            source,
        })
    }

    /// The version of Kubernetes that is built.
    pub(super) fn kubernetes(&self) -> Option<Version> {
        Version::find(&self.kubernetes)
    }

    /// Builds those of `tools` that do not stand in the cache yet; returns their folder.
    ///
    /// # Errors
    /// No Go that can do it; a build that failed, with Go's last lines.
    pub(super) fn build(&self, tools: &[Tool]) -> Result<&Path, Error> {
        let missing = || -> Vec<Tool> {
            let absent = |tool: &&Tool| !self.folder.join(tool.name).exists();
            tools.iter().filter(absent).copied().collect()
        };
        if missing().is_empty() {
            return Ok(&self.folder);
        }
        let go = go::find(self.go.0, &self.go.1)?;
        let _lock = cache::lock(&self.folder.with_extension("lock"))?;
        fs::create_dir_all(&self.folder).doing(|| format!("creating {}", self.folder.display()))?;
        let missing = missing(); // another run may have built them while we waited for the lock
        for (index, tool) in missing.iter().enumerate() {
            let count = missing.len();
            say(&format!("building {}, {} of {count}", tool.name, index + 1));
            self.build_one(&go, *tool)?;
        }
        Ok(&self.folder)
    }

    /// Builds beside its place and renames, so that no half-written program is ever found there.
    fn build_one(&self, go: &Path, tool: Tool) -> Result<(), Error> {
        let log = self.folder.join(format!("{}.log", tool.name));
        let unfinished = self.folder.join(format!("{}.unfinished", tool.name));
        let output = File::create(&log).doing(|| format!("creating {}", log.display()))?;
        let mut go = child::command(go);
        go.arg("build")
            .args(flags(&self.kubernetes))
            .arg("-o")
            .arg(&unfinished)
            .arg(tool.package)
            .current_dir(&self.source)
            .envs([
                ("CGO_ENABLED", "0"),
                ("GOTOOLCHAIN", "local"),
                ("GOWORK", "off"),
            ])
            .env_remove("GOOS")
            .env_remove("GOARCH")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output);
        let began = Instant::now();
        let status = wait_aloud(&mut go, tool.name)?;
        if !status.success() {
            return Err(Error::new(
                Exit::Component,
                format!("building {} failed: {status}", tool.name),
            )
            .because(component::tail(&log)));
        }
        let place = self.folder.join(tool.name);
        fs::rename(&unfinished, &place).doing(|| format!("moving {} into place", tool.name))?;
        fs::remove_file(&log).doing(|| format!("deleting {}", log.display()))?;
        say(&format!(
            "built {} in {} s",
            tool.name,
            began.elapsed().as_secs()
        ));
        Ok(())
    }
}

/// Waits for a build and says every 15 seconds that it is still at work.
fn wait_aloud(go: &mut Command, name: &str) -> Result<std::process::ExitStatus, Error> {
    let doing = || format!("running go build for {name}");
    let mut child = go.spawn().doing(doing)?;
    let began = Instant::now();
    let mut told = 0;
    loop {
        if let Some(status) = child.try_wait().doing(doing)? {
            return Ok(status);
        }
        let passed = began.elapsed().as_secs() / 15;
        if passed > told {
            told = passed;
            say(&format!(
                "still building {name}, {} s (minutes the first time)",
                passed * 15
            ));
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Without the version, the server calls itself `v0.0.0-master` and emulation-version checks go wrong.
fn flags(kubernetes: &str) -> Vec<String> {
    let mut numbers = kubernetes.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or(""), numbers.next().unwrap_or(""));
    let set = |name, value| format!("-X k8s.io/component-base/version.{name}={value}");
    let link = [
        "-s -w".to_owned(),
        set("gitVersion", kubernetes),
        set("gitMajor", major),
        set("gitMinor", minor),
    ];
    ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags"]
        .map(str::to_owned)
        .into_iter()
        .chain([link.join(" ")])
        .collect()
}

/// `xtask/cluster` of this repository: cargo says where it is now, the compiler where it was.
fn source() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let source = manifest.join("cluster");
    if source.join("go.mod").exists() {
        source
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("cluster")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_told_its_version() {
        assert_eq!(
            flags("v1.36.3").last().unwrap(),
            "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 \
             -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
        );
    }

    #[test]
    fn every_tool_is_named_in_go_mod() {
        let go_mod = include_str!("../../cluster/go.mod");
        for tool in [
            ETCD,
            APISERVER,
            CONTROLLER_MANAGER,
            SCHEDULER,
            KUBECTL,
            KWOK,
        ] {
            let named = go_mod.lines().any(|line| line.trim() == tool.package);
            assert!(named, "{}", tool.package);
        }
    }
}
