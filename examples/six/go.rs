//! What is the documentation's Go program in Rust? It counts the pods of all namespaces.
//!
//! The page's program reads one kubeconfig file; this one finds the cluster as kubectl does.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use k8s_client::{Api, Client, ListParams};
use k8s_openapi::api::core::v1::Pod;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), k8s_client::Error> {
    let client = Client::try_default()?;
    let pods = Api::<Pod>::all(client).list(&ListParams::default()).await?;
    println!("There are {} pods in the cluster", pods.items.len());
    Ok(())
}
