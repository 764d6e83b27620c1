//! How does a program without credentials reach the API through `kubectl proxy`?
//!
//! `through_proxy [URL]`: by default `http://localhost:8001`, where `kubectl proxy` and `k8s proxy` listen.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use std::error::Error;

use k8s_client::{Api, Client, Config, ListParams, Resource as _};
use k8s_openapi::api::core::v1::Namespace;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let proxy = std::env::args().nth(1);
    let proxy = proxy.as_deref().unwrap_or("http://localhost:8001");
    let client = Client::try_from(Config::new(proxy.parse()?))?;
    let namespaces = Api::<Namespace>::all(client);
    for namespace in namespaces.list(&ListParams::default()).await? {
        println!("{}", namespace.name().unwrap_or_default());
    }
    Ok(())
}
