//! OpenID Connect: the file in which kube-apiserver finds the issuer whose ID tokens it takes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::{Doing, Error};

/// Read again by kube-apiserver when it changes.
pub(super) const FILE: &str = "authentication.json";

/// The client that ID tokens must be for, unless another is named.
pub(super) const CLIENT: &str = "kubernetes";

/// Whether kube-apiserver takes ID tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Oidc {
    #[default]
    Off,
    /// Of an issuer that is named by the control command `trust-issuer`.
    Later,
    /// Of this issuer, which need not run yet: kube-apiserver asks for its keys again and again.
    Of(Issuer),
}

/// An issuer, as kube-apiserver's `--oidc-*` flags describe one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issuer {
    pub(super) url: String,
    pub(super) client: String,
    /// The bundle that its certificate is checked with; the system's roots, if there is none.
    pub(super) ca: Option<PathBuf>,
}

/// Writes the file beside its place and renames it, so that no half of it is ever read.
pub(super) fn write(directory: &Path, issuer: Option<&Issuer>) -> Result<(), Error> {
    let ca = issuer.and_then(|issuer| issuer.ca.as_ref());
    let ca = ca
        .map(|ca| fs::read_to_string(ca).doing(|| format!("reading {}", ca.display())))
        .transpose()?;
    let text = document(issuer, ca.as_deref()).to_string();
    let (new, place) = (directory.join("authentication.new"), directory.join(FILE));
    fs::write(&new, text).doing(|| format!("writing {}", new.display()))?;
    fs::rename(&new, &place).doing(|| format!("writing {}", place.display()))
}

/// Users and groups are called as `--oidc-issuer-url` and `--oidc-groups-claim=groups` would have them: `URL#SUBJECT`.
fn document(issuer: Option<&Issuer>, ca: Option<&str>) -> Value {
    let jwt = issuer.map(|Issuer { url, client, .. }| {
        let mut named = json!({"url": url, "audiences": [client]});
        if let Some(ca) = ca {
            named["certificateAuthority"] = ca.into();
        }
        let claims = json!({
            "username": {"claim": "sub", "prefix": format!("{url}#")},
            "groups": {"claim": "groups", "prefix": ""},
        });
        json!({"issuer": named, "claimMappings": claims})
    });
    json!({
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "jwt": jwt.into_iter().collect::<Vec<_>>(),
    })
}

/// How often kube-apiserver has read the file anew, well and in vain, by its metrics.
pub(super) fn reloads(metrics: &str) -> (u64, u64) {
    const METRIC: &str = "apiserver_authentication_config_controller_automatic_reloads_total{";
    let count = |status: &str| {
        let status = format!("status=\"{status}\"");
        let mut lines = metrics.lines().filter(|line| line.starts_with(METRIC));
        let line = lines.find(|line| line.contains(&status));
        let value = line.and_then(|line| line.rsplit(' ').next());
        value.and_then(|value| value.parse().ok()).unwrap_or(0)
    };
    (count("success"), count("failure"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_named_with_its_ca_and_client() {
        let scratch = tempfile::tempdir().unwrap();
        let ca = scratch.path().join("issuer.crt");
        fs::write(&ca, "-----BEGIN").unwrap();
        let issuer = Issuer {
            url: "https://127.0.0.1:1".into(),
            client: "app".into(),
            ca: Some(ca),
        };
        write(scratch.path(), Some(&issuer)).unwrap();
        let text = fs::read_to_string(scratch.path().join(FILE)).unwrap();
        let found: Value = serde_json::from_str(&text).unwrap();
        let expected = json!({"url": "https://127.0.0.1:1", "audiences": ["app"], "certificateAuthority": "-----BEGIN"});
        assert_eq!(found["jwt"][0]["issuer"], expected);
        assert_eq!(
            found["jwt"][0]["claimMappings"]["username"]["prefix"],
            "https://127.0.0.1:1#"
        );
    }

    #[test]
    fn without_an_issuer_there_is_none() {
        assert_eq!(document(None, None)["jwt"], json!([]));
    }

    #[test]
    fn reloads_are_counted_by_what_came_of_them() {
        let metric = "apiserver_authentication_config_controller_automatic_reloads_total";
        let text = format!(
            "# TYPE {metric} counter\n{metric}{{apiserver_id_hash=\"x\",status=\"failure\"}} 2\n\
             {metric}{{apiserver_id_hash=\"x\",status=\"success\"}} 1\n"
        );
        assert_eq!(reloads(&text), (1, 2));
        assert_eq!(reloads(""), (0, 0));
    }
}
