//! What is the documentation's C# program in Rust? It lists the names of the pods of the namespace `default`.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use k8s_client::{Api, Client, ListParams, Resource as _};
use k8s_openapi::api::core::v1::Pod;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), k8s_client::Error> {
    let client = Client::try_default()?;
    println!("Starting Request!");
    let pods = Api::<Pod>::namespaced(client, "default")
        .list(&ListParams::default())
        .await?;
    for pod in &pods.items {
        println!("{}", pod.name().unwrap_or_default());
    }
    if pods.items.is_empty() {
        println!("Empty!");
    }
    Ok(())
}
