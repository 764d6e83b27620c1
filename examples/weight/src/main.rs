//! What does a small program build? Lists the pods of all namespaces in a struct of its own; CI counts its crates.
#![allow(clippy::print_stdout, reason = "it prints a list")]

use std::error::Error;

use k8s_client::{
    Api, ApiResource, Client, ListParams, Object, Resource as _, ResourceSpec, Scope,
};
use serde::Deserialize;
use tokio::runtime::Builder;

type Pod = Object<PodSpec>;

/// Where a pod runs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodSpec {
    node_name: Option<String>,
}

impl ResourceSpec for PodSpec {
    fn api_resource() -> ApiResource {
        ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced)
    }
}

// Without `#[tokio::main]`, which is a crate.
fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    for pod in runtime.block_on(pods())? {
        let name = pod.name().unwrap_or_default();
        let node = pod.spec.node_name.as_deref().unwrap_or("no node");
        println!("{}/{name} {node}", pod.namespace().unwrap_or_default());
    }
    Ok(())
}

async fn pods() -> Result<Vec<Pod>, k8s_client::Error> {
    let list = Api::<Pod>::all(Client::try_default()?)
        .list(&ListParams::default())
        .await?;
    Ok(list.into_iter().collect())
}
