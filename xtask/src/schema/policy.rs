//! The roles and bindings that a server makes when it starts for the first time.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::ask::Server;
use crate::Error;

const GROUP: &str = "/apis/rbac.authorization.k8s.io/v1";
/// What the server writes on each of them.
const LABEL: &str = "kubernetes.io%2Fbootstrapping%3Drbac-defaults";
/// What differs from one cluster to the next.
const OWN: [&str; 4] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "managedFields",
];

/// All of them, each with the name of its resource.
pub(super) fn all(server: &Server) -> Result<Vec<Value>, Error> {
    aggregated(server)?;
    let mut all = Vec::new();
    for resource in [
        "clusterroles",
        "clusterrolebindings",
        "roles",
        "rolebindings",
    ] {
        let list = server.get(&format!("{GROUP}/{resource}?labelSelector={LABEL}"))?;
        for object in list["items"].as_array().into_iter().flatten() {
            let mut object = object.clone();
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.retain(|name, _| !OWN.contains(&name.as_str()));
            }
            all.push(json!({"resource": resource, "object": object}));
        }
    }
    Ok(all)
}

/// Waits until the controller has put together what is made of others.
fn aggregated(server: &Server) -> Result<(), Error> {
    for _ in 0..200 {
        let admin = server.get(&format!("{GROUP}/clusterroles/admin"))?;
        if admin["rules"]
            .as_array()
            .is_some_and(|rules| !rules.is_empty())
        {
            return Ok(());
        }
        sleep(Duration::from_millis(50));
    }
    Err("the role `admin` stays without rules".into())
}
