//! What is the documentation's Python program in Rust? It lists the pods of all namespaces with their addresses.
//!
//! A pod without an address has `None` for it, as Python prints it.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use k8s_client::{Api, Client, ListParams, Resource as _};
use k8s_openapi::api::core::v1::Pod;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), k8s_client::Error> {
    let client = Client::try_default()?;
    println!("Listing pods with their IPs:");
    for pod in Api::<Pod>::all(client).list(&ListParams::default()).await? {
        let status = pod.status.as_ref();
        let ip = status.and_then(|status| status.pod_ip.as_deref());
        let (namespace, name) = (pod.namespace(), pod.name());
        println!(
            "{}\t{}\t{}",
            ip.unwrap_or("None"),
            namespace.unwrap_or_default(),
            name.unwrap_or_default()
        );
    }
    Ok(())
}
