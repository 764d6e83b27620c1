//! Table IC: what a Pod gets from its variables and its mount.

use std::error::Error as _;
use std::sync::Arc;

use k8s_config::{Config, InCluster, MemorySource, Roots};
use secrecy::ExposeSecret as _;

const SA: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const BUNDLE: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

/// A Pod as kubelet makes it; rows say what is different.
fn pod() -> MemorySource {
    MemorySource::new()
        .with_var("KUBERNETES_SERVICE_HOST", "10.0.0.1")
        .with_var("KUBERNETES_SERVICE_PORT", "443")
        .with_file(format!("{SA}/ca.crt"), BUNDLE)
        .with_file(format!("{SA}/token"), "abc\n")
        .with_file(format!("{SA}/namespace"), "prod\n")
}

#[test]
fn ic03_makes_the_server_from_the_variables() {
    let config = Config::in_cluster_from(Arc::new(pod())).unwrap();
    assert_eq!(config.server, "https://10.0.0.1:443/");
    assert_eq!(config.namespace, "prod");
    assert!(
        matches!(&config.tls.roots, Roots::Bundle(bundle) if bundle.path() == Some(format!("{SA}/ca.crt").as_ref()))
    );
    let token = config.user.token_file.unwrap().read().unwrap();
    assert_eq!(token.expose_secret(), b"abc\n");
}

#[test]
fn ic10_refuses_a_bundle_without_certificates() {
    for (content, expected) in [
        (None, "ca.crt is missing"),
        (Some(""), "ca.crt is empty"),
        (Some("panda"), "ca.crt holds no certificate"),
    ] {
        let source = pod();
        match content {
            Some(content) => source.set_file(format!("{SA}/ca.crt"), content),
            None => source.remove_file(format!("{SA}/ca.crt")),
        }
        let error = Config::in_cluster_from(Arc::new(source)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.source().is_some(), content.is_none());
    }
}

#[test]
fn ic10_takes_system_roots_only_when_told() {
    let source = pod();
    source.remove_file(format!("{SA}/ca.crt"));
    let config = InCluster::from_source(Arc::new(source))
        .trust_system_roots()
        .resolve()
        .unwrap();
    assert!(matches!(config.tls.roots, Roots::System));
}
