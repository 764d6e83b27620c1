//! `cargo xtask proxy-clients`: other people's clients through `k8s proxy`, on a real control plane.
//!
//! None of them has credentials. What cannot run counts as failed; the last line is
//! `kubectl=ok curl=ok wget=ok python=ok chromium=ok`.

mod browser;
mod kubectl;
mod proxy;
mod python;

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use tempfile::TempDir;

use self::proxy::Proxy;
use crate::section::Section;
use crate::{Error, flags, programs};

/// What the clients find.
#[derive(Debug)]
struct Scene {
    /// A proxy with the defaults, and static files.
    proxy: Proxy,
    /// One that lets exec pass.
    open: Proxy,
    kubectl: PathBuf,
    folder: TempDir,
}

type Check = fn(&Scene) -> Result<(), Error>;

const CLIENTS: &[(&str, Check)] = &[
    ("kubectl", kubectl::check),
    ("curl", curl),
    ("wget", wget),
    ("python", python::check),
    ("chromium", browser::check),
];

/// Builds `k8s`, starts a cluster, and lets everybody ask inside of it.
pub(crate) fn run(flags: &flags::ProxyClients) -> Result<ExitCode, Error> {
    if let Some(program) = &flags.inside {
        return ask_all(program);
    }
    let program = build()?;
    let _section = Section::open("proxy-clients");
    let status = programs::cluster_run(&["--kwok"])?
        .arg(env::current_exe()?)
        .args(["proxy-clients", "--inside"])
        .arg(program)
        .status()?;
    Ok(ExitCode::from(u8::from(!status.success())))
}

fn build() -> Result<PathBuf, Error> {
    let _section = Section::open("proxy-clients build");
    programs::k8s()
}

fn ask_all(program: &Path) -> Result<ExitCode, Error> {
    let folder = tempfile::tempdir()?;
    browser::write_page(folder.path())?;
    let www = folder.path().to_string_lossy().into_owned();
    let scene = Scene {
        proxy: Proxy::start(program, &["--www", &www])?,
        open: Proxy::start(program, &["--reject-paths="])?,
        kubectl: programs::cluster_kubectl()?,
        folder,
    };
    let mut words = Vec::new();
    for (name, check) in CLIENTS {
        let outcome = match check(&scene) {
            Ok(()) => "ok",
            Err(why) => {
                println!("FAILED {name}: {why}");
                "failed"
            }
        };
        words.push(format!("{name}={outcome}"));
    }
    let line = words.join(" ");
    println!("{line}");
    Ok(ExitCode::from(u8::from(line.contains("failed"))))
}

/// Reads, creates and deletes.
fn curl(scene: &Scene) -> Result<(), Error> {
    let curl = |args: &[&str]| {
        let all = [&["--silent", "--show-error", "--fail-with-body"], args].concat();
        scene.output("curl", &all)
    };
    let maps = scene.proxy.url("/api/v1/namespaces/default/configmaps");
    must_contain(&curl(&[&scene.proxy.url("/api")])?, "APIVersions")?;
    let map = r#"{"metadata":{"name":"curl"},"data":{"a":"1"}}"#;
    let json = "content-type: application/json";
    let made = curl(&["--header", json, "--data", map, &maps])?;
    must_contain(&made, "\"uid\"")?;
    let gone = curl(&["--request", "DELETE", &format!("{maps}/curl")])?;
    must_contain(&gone, "Success")
}

fn wget(scene: &Scene) -> Result<(), Error> {
    let url = scene.proxy.url("/api/v1/namespaces");
    let said = scene.output("wget", &["--quiet", "--output-document=-", &url])?;
    must_contain(&said, "kube-system")
}

impl Scene {
    /// A program that knows nothing of the cluster and has a minute.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("timeout");
        command
            .arg("60")
            .arg(program)
            .env("HOME", self.folder.path())
            .env_remove("KUBECONFIG")
            .stdin(Stdio::null());
        command
    }

    /// The standard output of a program that must end well.
    fn output(&self, program: impl AsRef<OsStr>, args: &[&str]) -> Result<String, Error> {
        let output = self.command(program).args(args).output()?;
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(out);
        }
        let err = String::from_utf8_lossy(&output.stderr);
        Err(format!("{} {}: {out}{err}", args.join(" "), output.status).into())
    }
}

fn must_contain(text: &str, part: &str) -> Result<(), Error> {
    if text.contains(part) {
        Ok(())
    } else {
        Err(format!("wanted {part:?} in:\n{text}").into())
    }
}
