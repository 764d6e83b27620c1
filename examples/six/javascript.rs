//! What is the documentation's JavaScript program in Rust? It prints the list of the pods of the namespace `default`, as
//! the server sent it.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use k8s_client::{Client, request};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), k8s_client::Error> {
    let client = Client::try_default()?;
    let list = request::raw("/api/v1/namespaces/default/pods")?;
    let bytes = client.request_bytes(list).await?;
    println!("{}", String::from_utf8_lossy(&bytes));
    Ok(())
}
