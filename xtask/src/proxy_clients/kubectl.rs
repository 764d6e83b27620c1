//! kubectl through the proxy: get, apply, watch, exec.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};

use super::{Scene, must_contain};
use crate::Error;

/// A watch that is killed with the value.
struct Watch(Child);

pub(super) fn check(scene: &Scene) -> Result<(), Error> {
    let (server, open) = (server(&scene.proxy), server(&scene.open));
    let kubectl =
        |args: &[&str]| scene.output(&scene.kubectl, &[&[server.as_str()], args].concat());
    must_contain(&kubectl(&["get", "namespaces"])?, "kube-system")?;
    must_contain(&apply(scene, &server, "1")?, "configmap/through created")?;
    watch(scene, &server)?;

    kubectl(&["run", "through", "--image=registry.example/app:1"])?;
    kubectl(&[
        "wait",
        "--for=condition=Ready",
        "pod/through",
        "--timeout=30s",
    ])?;
    let exec = ["exec", "through", "--", "echo", "hello"];
    match kubectl(&exec) {
        Ok(said) => return Err(format!("exec passed by default: {said}").into()),
        Err(refused) => must_contain(&refused.to_string(), "--reject-paths")?,
    }
    let said = scene.output(&scene.kubectl, &[&[open.as_str()], &exec[..]].concat())?;
    must_contain(&said, "hello")
}

fn server(proxy: &super::Proxy) -> String {
    format!("--server={}", proxy.url(""))
}

fn apply(scene: &Scene, server: &str, value: &str) -> Result<String, Error> {
    let map = format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: through}}, data: {{a: '{value}'}}}}"
    );
    let mut child = scene
        .command(&scene.kubectl)
        .args([server, "apply", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    input.write_all(map.as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Sees the object as it is, then what becomes of it.
fn watch(scene: &Scene, server: &str) -> Result<(), Error> {
    let form = "-o=jsonpath={.data.a}{\"\\n\"}";
    let mut watch = Watch(
        scene
            .command(&scene.kubectl)
            .args([server, "get", "configmap", "through", "--watch", form])
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let out = watch.0.stdout.take().ok_or("no standard output")?;
    let mut lines = BufReader::new(out).lines();
    let mut next = || lines.next().transpose().map(Option::unwrap_or_default);
    must_contain(&next()?, "1")?;
    must_contain(&apply(scene, server, "2")?, "configmap/through configured")?;
    must_contain(&next()?, "2")
}

impl Drop for Watch {
    fn drop(&mut self) {
        // `timeout`, which hands nothing on when it is killed: kubectl ends when its server does.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
