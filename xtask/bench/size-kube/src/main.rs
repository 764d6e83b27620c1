//! The same small program as `examples/weight`, with kube: lists the pods of all namespaces in a struct of its own.

use std::error::Error;

use kube::api::{Api, ListParams};
use kube::core::{ApiResource, GroupVersionKind, NotUsed, Object};
use serde::Deserialize;
use tokio::runtime::Builder;

type Pod = Object<PodSpec, NotUsed>;

/// Where a pod runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodSpec {
    node_name: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    for pod in runtime.block_on(pods())? {
        let name = pod.metadata.name.unwrap_or_default();
        let namespace = pod.metadata.namespace.unwrap_or_default();
        let node = pod.spec.node_name.as_deref().unwrap_or("no node");
        println!("{namespace}/{name} {node}");
    }
    Ok(())
}

async fn pods() -> Result<Vec<Pod>, kube::Error> {
    let client = kube::Client::try_default().await?;
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", "Pod"), "pods");
    let list = Api::<Pod>::all_with(client, &resource)
        .list(&ListParams::default())
        .await?;
    Ok(list.items)
}
