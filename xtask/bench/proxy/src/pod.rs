//! The pod that is read and changed.

use serde_json::{Value, json};

/// Where the pod is.
pub const NAMESPACE: &str = "default";

const NAME: &str = "web";

/// A pod of about 6 KiB, as the API server answers it.
pub fn pod() -> Value {
    let env: Vec<Value> = (0..60)
        .map(|n| json!({"name": format!("SETTING_{n:02}"), "value": format!("https://backend-{n}.example:8443/path")}))
        .collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": NAME, "labels": {"app": "web", "change": "0"}},
        "spec": {"containers": [{"name": "main", "image": "registry.example/app:1", "env": env}]},
    })
}

/// The path of all pods of the namespace.
pub fn pods_path() -> String {
    format!("/api/v1/namespaces/{NAMESPACE}/pods")
}

/// The path of the pod.
pub fn pod_path() -> String {
    format!("{}/{NAME}", pods_path())
}
