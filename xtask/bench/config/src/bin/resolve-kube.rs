//! `resolve-kube FILE CONTEXT`: kube reads the file and resolves the context.

use std::error::Error;

use bench_config::{arguments, print_checksum};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use secrecy::ExposeSecret as _;

fn main() -> Result<(), Box<dyn Error>> {
    let (file, context) = arguments()?;
    let kubeconfig = Kubeconfig::read_from(file)?;
    let contexts = kubeconfig.contexts.len();
    let options = KubeConfigOptions {
        context: Some(context),
        ..KubeConfigOptions::default()
    };
    let config = futures_executor::block_on(Config::from_custom_kubeconfig(kubeconfig, &options))?;
    let token = config.auth_info.token.as_ref().ok_or("no token")?;
    print_checksum(
        &config.cluster_url.to_string(),
        token.expose_secret(),
        contexts,
    );
    Ok(())
}
