//! What a plugin may be told of the cluster: values of the configuration, the CA still as the place it is read from.

use http::Uri;
use k8s_config::{Config, Material, ProxyUrl, Roots};

/// The cluster as `ExecCredential` describes it.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) server: String,
    pub(super) tls_server_name: Option<String>,
    pub(super) insecure: bool,
    pub(super) authority: Option<Material>,
    pub(super) proxy: Option<ProxyUrl>,
    pub(super) disable_compression: bool,
}

impl Cluster {
    pub(super) fn of(config: &Config) -> Self {
        let authority = match &config.tls.roots {
            Roots::Bundle(bundle) => Some(bundle.clone()),
            _ => None,
        };
        Self {
            server: written(&config.server),
            tls_server_name: config.tls.server_name.clone(),
            insecure: matches!(config.tls.roots, Roots::Unverified),
            authority,
            proxy: config.proxy.clone(),
            disable_compression: config.disable_compression,
        }
    }
}

/// A URI as people write it: without the lone slash that `http::Uri` prints.
fn written(uri: &Uri) -> String {
    let text = uri.to_string();
    match text.strip_suffix('/') {
        Some(short) if uri.path() == "/" && uri.query().is_none() => short.to_owned(),
        _ => text,
    }
}
