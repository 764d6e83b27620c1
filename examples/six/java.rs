//! What is the documentation's Java program in Rust? It lists the names of the pods of all namespaces.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use k8s_client::{Api, Client, ListParams, Resource as _};
use k8s_openapi::api::core::v1::Pod;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), k8s_client::Error> {
    let client = Client::try_default()?;
    println!("Listing all pods: ");
    for pod in Api::<Pod>::all(client).list(&ListParams::default()).await? {
        println!("{}", pod.name().unwrap_or_default());
    }
    Ok(())
}
