//! A kubeconfig of the usual kind, from file to configuration.

use std::sync::Arc;

use k8s_config::{Config, MemorySource, Roots};
use secrecy::ExposeSecret as _;

const USUAL: &str = r#"
apiVersion: v1
kind: Config
current-context: a
clusters:
- name: c
  cluster: {server: "https://example.com:6443", certificate-authority: ca.pem}
- name: d
  cluster: {server: "https://other.example"}
users:
- name: u
  user: {token: t0ken}
contexts:
- name: a
  context: {cluster: c, user: u, namespace: ns}
- name: b
  context: {cluster: d, user: u}
"#;

#[test]
fn reads_the_usual_kubeconfig() {
    let source = MemorySource::new()
        .with_file("/k/config", USUAL)
        .with_file("/k/ca.pem", "x");
    let config = Config::from_kubeconfig_from(Arc::new(source.clone()), "/k/config", None).unwrap();
    assert_eq!(config.server, "https://example.com:6443/");
    assert_eq!(config.namespace, "ns");
    assert!(
        matches!(&config.tls.roots, Roots::Bundle(ca) if ca.path() == Some("/k/ca.pem".as_ref()))
    );
    assert_eq!(
        config
            .user
            .token
            .as_ref()
            .unwrap()
            .read()
            .unwrap()
            .expose_secret(),
        b"t0ken"
    );
    assert_eq!(
        config.origin_of("server").unwrap().to_string(),
        "/k/config:7"
    );
    let config = Config::from_kubeconfig_from(Arc::new(source), "/k/config", Some("b")).unwrap();
    assert_eq!(config.server, "https://other.example/");
    assert!(matches!(config.tls.roots, Roots::System));
}
