//! An exec credential plugin to script: a POSIX `sh` file that prints, waits, hangs, answers falsely or crashes, and notes
//! each of its runs.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, fs, io};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::certs::Certificate;

/// The version of the protocol that answers carry, unless another one is set.
const API_VERSION: &str = "client.authentication.k8s.io/v1";

/// A plugin on disk, executable by its owner only, in a temporary place that goes with it.
///
/// It can be told anew what to do while a program runs that uses it.
#[derive(Debug)]
pub struct Plugin {
    root: TempDir,
    path: PathBuf,
}

/// What a plugin does when it is run: what was said first comes first.
#[derive(Clone, Default)]
pub struct Behaviour {
    script: String,
}

/// One run of a plugin.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// Its arguments, joined by spaces.
    pub arguments: String,
    /// The environment variable `KUBERNETES_EXEC_INFO`; empty when it was not set.
    pub exec_info: String,
}

// === impl Plugin ===

impl Plugin {
    /// A plugin that does this.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn new(behaviour: &Behaviour) -> io::Result<Self> {
        let root = TempDir::with_prefix("plugin-")?;
        let path = root.path().join("credential-plugin");
        let plugin = Self { root, path };
        plugin.set(behaviour)?;
        let word = |path: PathBuf| quoted(&path.to_string_lossy());
        let (log, script) = (word(plugin.log()), word(plugin.script()));
        let note = "printf '%s\\t%s\\n' \"$*\" \"$KUBERNETES_EXEC_INFO\"";
        fs::write(
            &plugin.path,
            format!("#!/bin/sh\n{note} >>{log}\n. {script}\n"),
        )?;
        fs::set_permissions(&plugin.path, fs::Permissions::from_mode(0o700))?;
        Ok(plugin)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// From the next run on it does this.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&self, behaviour: &Behaviour) -> io::Result<()> {
        // Apart from the file that is run: one that somebody has open for writing cannot be.
        let new = self.root.path().join("new");
        fs::write(&new, &behaviour.script)?;
        fs::set_permissions(&new, fs::Permissions::from_mode(0o600))?;
        fs::rename(&new, self.script())
    }

    /// Its runs until now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn runs(&self) -> io::Result<Vec<Run>> {
        let log = match fs::read_to_string(self.log()) {
            Ok(log) => log,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let run = |line: &str| {
            let (arguments, exec_info) = line.split_once('\t').unwrap_or((line, ""));
            Run {
                arguments: arguments.to_owned(),
                exec_info: exec_info.to_owned(),
            }
        };
        Ok(log.lines().map(run).collect())
    }

    fn script(&self) -> PathBuf {
        self.root.path().join("behaviour.sh")
    }

    fn log(&self) -> PathBuf {
        self.root.path().join("runs")
    }
}

// === impl Behaviour ===

impl Behaviour {
    /// Prints nothing and ends well.
    pub fn new() -> Self {
        Self::default()
    }

    /// Prints a token; `expires` is written as it is (RFC 3339 in a good answer).
    #[must_use]
    pub fn prints_token(self, token: &SecretString, expires: Option<&str>) -> Self {
        let mut status = json!({"token": token.expose_secret()});
        if let Some(expires) = expires {
            status["expirationTimestamp"] = expires.into();
        }
        self.prints_status(&status)
    }

    /// Prints a client certificate with its key.
    #[must_use]
    pub fn prints_certificate(self, certificate: &Certificate, expires: Option<&str>) -> Self {
        let mut status = json!({
            "clientCertificateData": certificate.pem(),
            "clientKeyData": certificate.key_pem().expose_secret(),
        });
        if let Some(expires) = expires {
            status["expirationTimestamp"] = expires.into();
        }
        self.prints_status(&status)
    }

    /// Prints an `ExecCredential` with this status.
    #[must_use]
    pub fn prints_status(self, status: &Value) -> Self {
        let answer = json!({"kind": "ExecCredential", "apiVersion": API_VERSION, "status": status});
        self.prints(&answer.to_string())
    }

    /// Prints this, whatever it is.
    #[must_use]
    pub fn prints(self, text: &str) -> Self {
        self.line(&format!("printf '%s\\n' {}", quoted(text)))
    }

    /// Says this on the standard error.
    #[must_use]
    pub fn says(self, text: &str) -> Self {
        self.line(&format!("printf '%s\\n' {} >&2", quoted(text)))
    }

    /// Waits.
    #[must_use]
    pub fn waits(self, time: Duration) -> Self {
        self.line(&format!("sleep {:.3}", time.as_secs_f64()))
    }

    /// Hangs, with a child that hangs too: killing the plugin alone leaves the child.
    #[must_use]
    pub fn hangs(self) -> Self {
        self.line("sleep 3600 &\nwait")
    }

    /// Ends with this code.
    #[must_use]
    pub fn exits(self, code: u8) -> Self {
        self.line(&format!("exit {code}"))
    }

    /// Dies of SIGKILL.
    #[must_use]
    pub fn crashes(self) -> Self {
        self.line("kill -KILL $$")
    }

    /// Runs a line of `sh`, for what has no word of its own.
    #[must_use]
    pub fn runs(self, line: &str) -> Self {
        self.line(line)
    }

    fn line(mut self, line: &str) -> Self {
        // Writing to a string cannot fail.
        let _ = writeln!(self.script, "{line}");
        self
    }
}

/// The script holds tokens and keys.
impl fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behaviour").finish_non_exhaustive()
    }
}

/// A word of `sh`, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
