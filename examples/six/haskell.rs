//! What is the documentation's Haskell program in Rust? It prints the list of the pods of all namespaces.
#![allow(
    clippy::print_stdout,
    clippy::use_debug,
    reason = "it prints an answer, as the page's does"
)]

use k8s_client::{Api, Client, ListParams};
use k8s_openapi::api::core::v1::Pod;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), k8s_client::Error> {
    let client = Client::try_default()?;
    let pods = Api::<Pod>::all(client).list(&ListParams::default()).await?;
    println!("{pods:?}");
    Ok(())
}
