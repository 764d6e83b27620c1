//! A kubeconfig that another process rewrites under a running client: its token, then its CA, then its context.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use k8s_client::Client;
use k8s_config::Config;
use k8s_testing::certs::Ca;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::load::Load;
use crate::plane::{Failure, Plane, replace};

/// A kubeconfig of two clusters, the second of which nobody answers for.
#[derive(Debug)]
pub struct Rewritten<'a> {
    plane: &'a Plane,
    admin: &'a Client,
    server: &'a str,
}

/// What the kubeconfig says at the moment.
struct Content {
    ca: String,
    token: SecretString,
    current: &'static str,
}

impl<'a> Rewritten<'a> {
    /// On this control plane, whose administrator makes the tokens.
    pub fn new(plane: &'a Plane, admin: &'a Client, server: &'a str) -> Self {
        Self {
            plane,
            admin,
            server,
        }
    }

    /// Rewrites the file again and again while a client runs: how many requests it sent, and how many failed.
    ///
    /// # Errors
    ///
    /// If the control plane does not do its part.
    pub async fn run(&self) -> Result<(usize, usize), Failure> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("config");
        let mut content = Content {
            ca: std::fs::read_to_string(self.plane.pki.join("ca.crt"))?,
            token: token(self.admin, Some(&self.anchor(0).await?)).await?,
            current: "here",
        };
        self.write(&file, &content)?;
        let client = Client::try_from(Config::from_kubeconfig(&file, None)?)?;
        let load = Load::start(&[client], 4);
        for round in 1..4 {
            content.token = token(self.admin, Some(&self.anchor(round).await?)).await?;
            self.write(&file, &content)?;
            // The old token ends with its Secret; the server remembers a token for ten seconds at most.
            self.delete_anchor(round - 1).await?;
            sleep(Duration::from_millis(500)).await;
        }
        self.rotate_ca(&file, &mut content).await?;
        content.current = "elsewhere";
        self.write(&file, &content)?;
        sleep(Duration::from_secs(12)).await;
        Ok(load.stop().await?)
    }

    fn write(&self, file: &Path, content: &Content) -> Result<(), Failure> {
        let ca = k8s_testing::Kubeconfig::new(self.server).ca_pem(&content.ca);
        let ca: Value = serde_json::from_str(ca.to_json().expose_secret())?;
        let ca = &ca["clusters"][0]["cluster"]["certificate-authority-data"];
        let cluster = |name: &str, server: &str| json!({"name": name, "cluster": {"server": server, "certificate-authority-data": ca}});
        let context =
            |name: &str| json!({"name": name, "context": {"cluster": name, "user": "robot"}});
        let text = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": content.current,
            "clusters": [cluster("here", self.server), cluster("elsewhere", "https://127.0.0.1:1")],
            "contexts": [context("here"), context("elsewhere")],
            "users": [{"name": "robot", "user": {"token": content.token.expose_secret()}}],
        });
        replace(file, &text.to_string())
    }

    /// The file holds both CAs, then the server changes, then it holds the new one alone.
    async fn rotate_ca(&self, file: &Path, content: &mut Content) -> Result<(), Failure> {
        let ca = Ca::new("the next serving CA");
        content.ca = format!("{}{}", content.ca, ca.pem());
        self.write(file, content)?;
        self.plane.serve_under(&ca, &self.server.parse()?).await?;
        ca.pem().clone_into(&mut content.ca);
        self.write(file, content)
    }

    /// A Secret with which a token ends.
    async fn anchor(&self, round: usize) -> Result<Value, Failure> {
        let name = format!("rewritten-{round}");
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
        post(self.admin, "/api/v1/namespaces/default/secrets", &secret).await
    }

    async fn delete_anchor(&self, round: usize) -> Result<(), Failure> {
        let path = format!("/api/v1/namespaces/default/secrets/rewritten-{round}");
        self.admin
            .request_bytes(Request::delete(path).body(Bytes::new())?)
            .await?;
        Ok(())
    }
}

/// A token of the account `default`, that ends with `anchor`, a Secret.
///
/// # Errors
///
/// If the server gives none.
pub async fn token(admin: &Client, anchor: Option<&Value>) -> Result<SecretString, Failure> {
    let mut spec = json!({"expirationSeconds": 600});
    if let Some(anchor) = anchor {
        let metadata = &anchor["metadata"];
        spec["boundObjectRef"] = json!({"kind": "Secret", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]});
    }
    let wanted =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec});
    let path = "/api/v1/namespaces/default/serviceaccounts/default/token";
    let answer = post(admin, path, &wanted).await?;
    let token = answer["status"]["token"].as_str();
    Ok(token.ok_or("a TokenRequest without a token")?.into())
}

async fn post(admin: &Client, path: &str, object: &Value) -> Result<Value, Failure> {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Bytes::from(serde_json::to_vec(object)?))?;
    Ok(admin.request(request).await?)
}
