//! What a page's script finds: a home, a kubeconfig with the page's names, and the programs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::answer::Answers;
use super::{Page, script};
use crate::{Error, workspace};

/// The cluster's name on the page.
const CLUSTER: &str = "some_server_name";
const MOUNTED_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/// Each run of a page has so many seconds.
const SECONDS: &str = "60";
/// One that cannot succeed waits in vain for its Secret.
const SECONDS_BROKEN: &str = "10";

/// A page, ready to be run.
#[derive(Debug)]
pub(super) struct Scene {
    page: Page,
    /// The script, with marks between its steps.
    script: String,
    steps: usize,
    /// `k8s`, for the line that only it prints.
    program: PathBuf,
    kubeconfig: PathBuf,
    /// Home: curl's settings, kubectl's cache.
    folder: TempDir,
}

impl Scene {
    pub(super) fn new(page: Page, program: &Path) -> Result<Self, Error> {
        let path = workspace::root().join(format!("docs/pages/{}.sh", page.name));
        let steps = script::steps(&fs::read_to_string(&path)?);
        let folder = tempfile::tempdir()?;
        // Progress is for people, and never the same.
        fs::write(folder.path().join(".curlrc"), "silent\nshow-error\n")?;
        let kubeconfig = folder.path().join("kubeconfig");
        if let Some(original) = env::var_os("KUBECONFIG") {
            fs::write(&kubeconfig, renamed(&fs::read_to_string(original)?))?;
        }
        Ok(Self {
            page,
            script: script::marked(&steps),
            steps: steps.len(),
            program: program.to_owned(),
            kubeconfig,
            folder,
        })
    }

    /// What each step says with this program.
    pub(super) fn answers(&self, program: &Path) -> Result<Answers, Error> {
        let (out, err) = self.run(program, &self.kubeconfig, SECONDS)?;
        let answers = Answers::read(&out, &err);
        if answers.len() == self.steps {
            return Ok(answers);
        }
        let (ended, all) = (answers.len(), self.steps);
        Err(format!("step {ended} of {all} did not end:\n{out}\n{err}").into())
    }

    /// The same for somebody whom the server does not know: some steps may not end at all.
    pub(super) fn broken(&self, kubectl: &Path) -> Result<Answers, Error> {
        let said = if self.page.as_pod {
            let token = fs::read(MOUNTED_TOKEN)?;
            fs::write(MOUNTED_TOKEN, "broken")?;
            let said = self.run(kubectl, &self.kubeconfig, SECONDS_BROKEN);
            fs::write(MOUNTED_TOKEN, token)?;
            said
        } else {
            let broken = self.folder.path().join("broken");
            let text = fs::read_to_string(&self.kubeconfig)?;
            fs::write(&broken, without_identity(&text))?;
            self.run(kubectl, &broken, SECONDS_BROKEN)
        };
        let (out, err) = said?;
        Ok(Answers::read(&out, &err))
    }

    /// Both outputs of the script.
    fn run(
        &self,
        program: &Path,
        kubeconfig: &Path,
        seconds: &str,
    ) -> Result<(String, String), Error> {
        let folder = self.program.parent().ok_or("k8s stands in no folder")?;
        let mut path = folder.as_os_str().to_owned();
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new("timeout");
        command.args([
            "--kill-after=5",
            seconds,
            "bash",
            "-c",
            &self.script,
            "bash",
        ]);
        command
            .arg(program)
            .env("HOME", self.folder.path())
            .env("PATH", path)
            .stdin(Stdio::null());
        if !self.page.as_pod {
            command.env("KUBECONFIG", kubeconfig);
        }
        for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(proxy).env_remove(proxy.to_uppercase());
        }
        let output = command.output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((text(&output.stdout), text(&output.stderr)))
    }
}

/// The kubeconfig with the cluster's name on the page.
fn renamed(text: &str) -> String {
    let rename = |line: &str| match line.split_once("cluster: ") {
        Some((before, _)) => format!("{before}cluster: {CLUSTER}\n"),
        None => format!("{line}\n"),
    };
    let lines: String = text.lines().map(rename).collect();
    let (before, after) = lines.split_once("- name: ").unwrap_or((&lines, ""));
    let after = after.split_once('\n').map_or("", |(_, after)| after);
    format!("{before}- name: {CLUSTER}\n{after}")
}

/// The kubeconfig with a token that nobody issued.
fn without_identity(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains("client-key:"));
    lines
        .map(|line| match line.split_once("client-certificate:") {
            Some((before, _)) => format!("{before}token: broken\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{renamed, without_identity};

    const TEXT: &str = "clusters:\n- name: k\n  cluster:\n    server: s\nusers:\n- name: k\n  user:\n    client-certificate: c\n    client-key: d\ncontexts:\n- name: k\n  context:\n    cluster: k\n    user: k\n";

    #[test]
    fn the_cluster_has_the_name_on_the_page() {
        assert_eq!(
            renamed(TEXT),
            "clusters:\n- name: some_server_name\n  cluster:\n    server: s\nusers:\n- name: k\n  user:\n    client-certificate: c\n    client-key: d\ncontexts:\n- name: k\n  context:\n    cluster: some_server_name\n    user: k\n"
        );
        assert!(without_identity(TEXT).contains("  user:\n    token: broken\ncontexts:\n"));
    }
}
