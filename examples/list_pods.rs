//! How do I list the pods of all namespaces? Finds the cluster as kubectl does.
#![allow(clippy::print_stdout, reason = "it prints a list")]

use k8s_client::{Api, Client, ListParams, Resource as _};
use k8s_openapi::api::core::v1::Pod;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), k8s_client::Error> {
    let client = Client::try_default()?;
    for pod in Api::<Pod>::all(client).list(&ListParams::default()).await? {
        println!(
            "{}/{}",
            pod.namespace().unwrap_or_default(),
            pod.name().unwrap_or_default()
        );
    }
    Ok(())
}
