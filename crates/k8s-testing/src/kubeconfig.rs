//! A kubeconfig, written for one cluster, one user and one context.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::certs::Certificate;

/// What a kubeconfig shall say. Its cluster, user and context are all called `test`.
#[derive(Clone)]
pub struct Kubeconfig {
    cluster: Map<String, Value>,
    user: Map<String, Value>,
    namespace: Option<String>,
}

/// A kubeconfig on disk, readable by its owner only, in a temporary place that goes with it.
#[derive(Debug)]
pub struct KubeconfigFile {
    root: TempDir,
    path: PathBuf,
}

// === impl Kubeconfig ===

impl Kubeconfig {
    /// A cluster at this URL, and a user without credentials.
    pub fn new(server: &str) -> Self {
        let mut cluster = Map::new();
        cluster.insert("server".to_owned(), server.into());
        Self {
            cluster,
            user: Map::new(),
            namespace: None,
        }
    }

    /// Trusts these authorities (PEM), written into the file (`certificate-authority-data`).
    #[must_use]
    pub fn ca_pem(self, pem: &str) -> Self {
        self.cluster_field("certificate-authority-data", STANDARD.encode(pem))
    }

    /// Trusts the authorities in this file (`certificate-authority`).
    #[must_use]
    pub fn ca_file(self, path: &Path) -> Self {
        self.cluster_field("certificate-authority", text(path))
    }

    /// Any other field of the cluster, as `tls-server-name`.
    #[must_use]
    pub fn cluster_field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.cluster.insert(name.to_owned(), value.into());
        self
    }

    /// Identifies by this token.
    #[must_use]
    pub fn token(self, token: &SecretString) -> Self {
        self.user_field("token", token.expose_secret())
    }

    /// Identifies by the token in this file.
    #[must_use]
    pub fn token_file(self, path: &Path) -> Self {
        self.user_field("tokenFile", text(path))
    }

    /// Identifies by this certificate, written into the file.
    #[must_use]
    pub fn client_certificate(self, certificate: &Certificate) -> Self {
        self.user_field(
            "client-certificate-data",
            STANDARD.encode(certificate.pem()),
        )
        .user_field(
            "client-key-data",
            STANDARD.encode(certificate.key_pem().expose_secret()),
        )
    }

    /// Identifies by the certificate and the key in these files.
    #[must_use]
    pub fn client_certificate_files(self, certificate: &Path, key: &Path) -> Self {
        self.user_field("client-certificate", text(certificate))
            .user_field("client-key", text(key))
    }

    /// Identifies by what a plugin prints, by the protocol `client.authentication.k8s.io/v1`.
    #[must_use]
    pub fn exec(self, command: &Path, arguments: &[&str]) -> Self {
        self.user_field(
            "exec",
            json!({
                "apiVersion": "client.authentication.k8s.io/v1",
                "command": text(command),
                "args": arguments,
                "interactiveMode": "Never",
            }),
        )
    }

    /// Any other field of the user, as `as` or `auth-provider`.
    #[must_use]
    pub fn user_field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.user.insert(name.to_owned(), value.into());
        self
    }

    /// The context's namespace.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// The file's content: JSON, which is YAML too.
    pub fn to_json(&self) -> SecretString {
        let mut context = json!({"cluster": "test", "user": "test"});
        if let Some(namespace) = &self.namespace {
            context["namespace"] = namespace.as_str().into();
        }
        let content = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": self.cluster}],
            "users": [{"name": "test", "user": self.user}],
            "contexts": [{"name": "test", "context": context}],
            "current-context": "test",
        });
        format!("{content:#}\n").into()
    }
}

impl fmt::Debug for Kubeconfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kubeconfig")
            .field("server", &self.cluster.get("server"))
            .finish_non_exhaustive()
    }
}

// === impl KubeconfigFile ===

impl KubeconfigFile {
    /// A new file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(config: &Kubeconfig) -> io::Result<Self> {
        let root = TempDir::with_prefix("kubeconfig-")?;
        let path = root.path().join("config");
        let file = Self { root, path };
        file.write(config)?;
        Ok(file)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A directory beside it, for files that it names.
    pub fn dir(&self) -> &Path {
        self.root.path()
    }

    /// Puts another content in the place of the old one, in one step.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, config: &Kubeconfig) -> io::Result<()> {
        // A temporary file is readable by its owner only.
        let mut file = tempfile::NamedTempFile::new_in(self.dir())?;
        file.write_all(config.to_json().expose_secret().as_bytes())?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// Writes a file beside it and returns its path.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_beside(&self, name: &str, content: impl AsRef<[u8]>) -> io::Result<PathBuf> {
        let path = self.dir().join(name);
        fs::write(&path, content)?;
        Ok(path)
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
