//! A kubeconfig of the usual kind, from file to configuration.

use std::sync::Arc;

use k8s_config::{Config, Provenance, Roots};

use crate::support::{files, kubeconfig, text_of};

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
- name: nobody
  context: {cluster: d}
"#;

fn usual(context: Option<&str>) -> Config {
    let source = files(&[("/k/config", USUAL), ("/k/ca.pem", "ca")]);
    Config::from_kubeconfig_from(Arc::new(source), "/k/config", context).unwrap()
}

#[test]
fn reads_the_current_context() {
    let config = usual(None);
    assert_eq!(config.server, "https://example.com:6443/");
    assert_eq!(config.namespace, "ns");
    assert!(
        matches!(&config.tls.roots, Roots::Bundle(ca) if ca.path() == Some("/k/ca.pem".as_ref()))
    );
    assert_eq!(text_of(config.user.token.as_ref()).unwrap(), "t0ken");
    assert!(config.warnings().is_empty());
}

#[test]
fn says_which_line_set_each_field() {
    let config = usual(None);
    let origins: Vec<String> = config
        .origins()
        .iter()
        .map(|entry| format!("{} {}", entry.field, entry.origin))
        .collect();
    let expected = [
        "server /k/config:7",
        "certificate-authority /k/config:7",
        "token /k/config:12",
        "namespace /k/config:15",
    ];
    assert_eq!(origins, expected);
    let Provenance::Kubeconfig {
        files,
        context,
        cluster,
        user,
        ..
    } = config.provenance
    else {
        panic!("not from a kubeconfig");
    };
    assert_eq!(files, ["/k/config".as_ref() as &std::path::Path]);
    assert_eq!(
        (context.unwrap(), cluster.unwrap(), user.unwrap()),
        ("a".into(), "c".into(), "u".into())
    );
}

#[test]
fn trusts_system_roots_where_a_cluster_names_no_authority() {
    let config = usual(Some("b"));
    assert_eq!(config.server, "https://other.example/");
    assert!(matches!(config.tls.roots, Roots::System));
    assert_eq!(config.namespace, "default");
}

#[test]
fn takes_a_context_without_user_as_anonymous() {
    let config = usual(Some("nobody"));
    assert!(config.user.is_anonymous());
    assert!(config.user.impersonate.is_none());
}

#[test]
fn reads_from_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config");
    std::fs::write(&path, USUAL).unwrap();
    std::fs::write(dir.path().join("ca.pem"), "ca").unwrap();
    let config = Config::from_kubeconfig(&path, None).unwrap();
    assert!(
        matches!(&config.tls.roots, Roots::Bundle(ca) if ca.path() == Some(&dir.path().join("ca.pem")))
    );
    assert!(!config.sources_changed());
    std::fs::write(&path, USUAL.replace("t0ken", "t1ken, longer")).unwrap();
    assert!(config.sources_changed());
}

#[test]
fn stanzas_know_their_lines() {
    let kubeconfig = kubeconfig(USUAL, &[]).unwrap();
    let place = |place: Option<k8s_config::Place>| place.unwrap().to_string();
    assert_eq!(
        place(kubeconfig.clusters["d"].place("server")),
        "/k/config:9"
    );
    assert_eq!(place(kubeconfig.users["u"].place("token")), "/k/config:12");
    assert_eq!(
        place(kubeconfig.contexts["b"].place("namespace")),
        "/k/config:17"
    );
    assert_eq!(k8s_config::Cluster::default().place("server"), None);
}
