//! `resolve-ours FILE CONTEXT`: k8s-config reads the file and resolves the context.

use std::error::Error;
use std::sync::Arc;

use bench_config::{arguments, print_checksum};
use k8s_config::{LoadingRules, Overrides, SystemSource};
use secrecy::ExposeSecret as _;

fn main() -> Result<(), Box<dyn Error>> {
    let (file, context) = arguments()?;
    let kubeconfig = LoadingRules::explicit(Arc::new(SystemSource), file).load()?;
    let mut overrides = Overrides::default();
    overrides.context = Some(context);
    let config = kubeconfig.resolve(&overrides)?;
    let token = config.user.token.as_ref().ok_or("no token")?.read()?;
    let token = std::str::from_utf8(token.expose_secret())?;
    print_checksum(&config.server.to_string(), token, kubeconfig.contexts.len());
    Ok(())
}
