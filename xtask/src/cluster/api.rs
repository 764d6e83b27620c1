//! Asks the API server through kubectl, as the administrator, with raw paths and JSON.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{child, environment};

/// kubectl with the administrator's kubeconfig.
#[derive(Clone, Debug)]
pub(super) struct Administrator {
    pub(super) kubectl: PathBuf,
    pub(super) kubeconfig: PathBuf,
    /// Instead of the CA that the kubeconfig names.
    pub(super) ca: PathBuf,
    /// A folder for its caches, so that the user's stay untouched.
    pub(super) home: PathBuf,
}

impl Administrator {
    /// What the server answers at `path`, as text.
    ///
    /// # Errors
    /// What kubectl said, for people: it stands in the message when a wait runs out.
    pub(super) fn get(&self, path: &str) -> Result<String, String> {
        self.ask(&["get", "--raw", path], None)
    }

    /// Creates `object` at `path` (POST); returns what the server made of it.
    pub(super) fn create(&self, path: &str, object: &Value) -> Result<Value, String> {
        let answer = self.ask(
            &["create", "--raw", path, "-f", "-"],
            Some(&object.to_string()),
        )?;
        serde_json::from_str(&answer).map_err(|error| format!("{path}: {error}"))
    }

    /// Deletes what stands at `path`.
    pub(super) fn delete(&self, path: &str) -> Result<(), String> {
        self.ask(&["delete", "--raw", path], None).map(drop)
    }

    fn ask(&self, args: &[&str], input: Option<&str>) -> Result<String, String> {
        let mut command = self.command();
        command.args(args);
        let mut run = || -> std::io::Result<std::process::Output> {
            let mut child = command.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                stdin.write_all(input.unwrap_or_default().as_bytes())?;
            }
            child.wait_with_output()
        };
        let output = run().map_err(|error| format!("{}: {error}", self.kubectl.display()))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    }

    fn command(&self) -> Command {
        let mut command = child::command(&self.kubectl);
        command
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .arg("--certificate-authority")
            .arg(&self.ca)
            .arg("--request-timeout=10s")
            .env("HOME", &self.home)
            .env_remove("KUBECONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for name in environment::PROXIES {
            command.env_remove(name);
        }
        command
    }
}
