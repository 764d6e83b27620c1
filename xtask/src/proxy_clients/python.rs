//! The official Python client through the proxy, from PyPI, in an environment of its own.

use super::{Scene, must_contain};
use crate::Error;

const CLIENT: &str = "kubernetes==37.0.2";
const SCRIPT: &str = include_str!("python.py");

pub(super) fn check(scene: &Scene) -> Result<(), Error> {
    let folder = scene.folder.path().join("python");
    let place = folder.to_string_lossy().into_owned();
    scene.output("python3", &["-m", "venv", &place])?;
    let pip = folder.join("bin/pip");
    let quiet = ["install", "--quiet", "--disable-pip-version-check"];
    let installed = std::process::Command::new("timeout")
        .arg("300")
        .arg(pip)
        .args(quiet)
        .arg(CLIENT)
        .status()?;
    if !installed.success() {
        return Err(format!("installing {CLIENT}: {installed}").into());
    }
    let python = folder.join("bin/python");
    let said = scene.output(python, &["-c", SCRIPT, &scene.proxy.url("")])?;
    must_contain(&said, "all done")
}
