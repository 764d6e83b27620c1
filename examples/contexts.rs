//! How do I choose among the clusters of a kubeconfig? Asks each context's server for its release.
#![allow(clippy::print_stdout, reason = "it prints a table")]

use std::error::Error;
use std::sync::Arc;

use k8s_client::{Client, ClientOptions, DefaultRetry, crypto};
use k8s_config::{LoadingRules, Overrides, SystemSource};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let rules = LoadingRules::from_source(Arc::new(SystemSource));
    // A dead server is told of at once.
    let once = ClientOptions::new().retry(DefaultRetry::new().retries(0));
    for name in rules.load()?.contexts.keys() {
        let mut chosen = Overrides::default();
        chosen.context = Some(name.clone());
        let config = rules.resolve(&chosen)?;
        let client = Client::with_options(&config, &crypto::ring(), &once)?;
        match client.server_version().await {
            Ok(version) => println!("{name}\t{}\t{}", config.server, version.git_version),
            Err(error) => println!("{name}\t{}\terror: {error}", config.server),
        }
    }
    Ok(())
}
