//! A service account of a real control plane, made for a test: a namespace of its own, rights there, a token.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use k8s_client::Client;
use k8s_config::{Config, Material, User};
use serde_json::{Value, json};

use crate::plane::Failure;

/// How long its token is good.
const LIFE: Duration = Duration::from_secs(3600);

/// A service account, and a token of it.
#[derive(Debug)]
pub struct Account {
    token: Material,
}

impl Account {
    /// Makes namespace and account of this name; it may do with the config maps there what it wants.
    ///
    /// # Errors
    ///
    /// If the administrator is refused.
    pub async fn create(admin: &Client, name: &str) -> Result<Self, Failure> {
        let rbac = "rbac.authorization.k8s.io";
        let inside = format!("/api/v1/namespaces/{name}");
        let rights = format!("/apis/{rbac}/v1/namespaces/{name}");
        let meta = json!({"name": name});
        let make = async |path: &str, object: Value| post(admin, path, &object).await;
        make("/api/v1/namespaces", json!({"metadata": meta})).await?;
        make(
            &format!("{inside}/serviceaccounts"),
            json!({"metadata": meta}),
        )
        .await?;
        let rules = json!([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]}]);
        make(
            &format!("{rights}/roles"),
            json!({"metadata": meta, "rules": rules}),
        )
        .await?;
        let subject = json!({"kind": "ServiceAccount", "name": name, "namespace": name});
        let role = json!({"apiGroup": rbac, "kind": "Role", "name": name});
        let binding = json!({"metadata": meta, "subjects": [subject], "roleRef": role});
        make(&format!("{rights}/rolebindings"), binding).await?;
        let wanted = json!({"spec": {"expirationSeconds": LIFE.as_secs()}});
        let answer = make(&format!("{inside}/serviceaccounts/{name}/token"), wanted).await?;
        let token = answer["status"]["token"]
            .as_str()
            .ok_or("a TokenRequest without a token")?;
        Ok(Self {
            token: Material::inline(token, "a TokenRequest"),
        })
    }

    /// The same cluster, as this account.
    pub fn config(&self, admin: &Config) -> Config {
        let mut config = admin.clone();
        config.user = User::default();
        config.user.token = Some(self.token.clone());
        config
    }
}

async fn post(admin: &Client, path: &str, object: &Value) -> Result<Value, Failure> {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.body(Bytes::from(object.to_string()))?;
    Ok(admin.request(request).await?)
}
