//! Writes kubeconfig files that name files, so that what is rotated there reaches their readers.

use std::fs;
use std::path::Path;

use super::error::{Doing, Error};

/// How the user of a kubeconfig shows who it is.
#[derive(Debug)]
pub(super) enum Identity<'a> {
    /// Paths of a client certificate and its key.
    Certificate {
        certificate: &'a Path,
        key: &'a Path,
    },
    /// Path of a file that holds a token.
    TokenFile(&'a Path),
}

/// Writes one with one cluster, one user and one context, all named `name`.
pub(super) fn write(
    path: &Path,
    name: &str,
    server: &str,
    ca: &Path,
    identity: &Identity<'_>,
) -> Result<(), Error> {
    let text = text(name, server, ca, identity);
    fs::write(path, text).doing(|| format!("writing {}", path.display()))
}

fn text(name: &str, server: &str, ca: &Path, identity: &Identity<'_>) -> String {
    let user = match identity {
        Identity::Certificate { certificate, key } => format!(
            "client-certificate: {}\n    client-key: {}",
            quoted(certificate),
            quoted(key)
        ),
        Identity::TokenFile(path) => format!("tokenFile: {}", quoted(path)),
    };
    let ca = quoted(ca);
    format!(
        "\
apiVersion: v1
kind: Config
clusters:
- name: {name}
  cluster:
    server: {server}
    certificate-authority: {ca}
users:
- name: {name}
  user:
    {user}
contexts:
- name: {name}
  context:
    cluster: {name}
    user: {name}
    namespace: default
current-context: {name}
"
    )
}

/// A path as a YAML string; JSON's strings are YAML's double-quoted ones.
fn quoted(path: &Path) -> String {
    serde_json::Value::from(path.to_string_lossy()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_blanks_and_quotes_survive() {
        let identity = Identity::TokenFile(Path::new("/tmp/a \"b\": #c/token"));
        let text = text(
            "c",
            "https://127.0.0.1:1",
            Path::new("/tmp/ca.crt"),
            &identity,
        );
        assert!(
            text.contains("\n    tokenFile: \"/tmp/a \\\"b\\\": #c/token\"\n"),
            "{text}"
        );
        assert!(
            text.contains("\n    certificate-authority: \"/tmp/ca.crt\"\n"),
            "{text}"
        );
    }

    #[test]
    fn a_certificate_is_named_with_its_key() {
        let identity = Identity::Certificate {
            certificate: Path::new("/p/admin.crt"),
            key: Path::new("/p/admin.key"),
        };
        let text = text(
            "c",
            "https://127.0.0.1:1",
            Path::new("/p/ca.crt"),
            &identity,
        );
        let expected =
            "\n    client-certificate: \"/p/admin.crt\"\n    client-key: \"/p/admin.key\"\n";
        assert!(text.contains(expected), "{text}");
    }
}
