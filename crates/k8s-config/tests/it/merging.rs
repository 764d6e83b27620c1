//! Table L, merging: the first file that defines a name has the whole stanza.

use std::sync::Arc;

use k8s_config::{Kubeconfig, LoadingRules};
use secrecy::ExposeSecret as _;

use crate::support::files;

const ALFA: &str = "
users: [{name: red-user, user: {token: red-token}}]
clusters: [{name: cow-cluster, cluster: {server: 'http://cow.org:8080'}}]
contexts: [{name: federal-context, context: {cluster: cow-cluster, user: red-user, namespace: hammer-ns}}]
";
const BRAVO: &str = "
users: [{name: black-user, user: {token: black-token}}]
clusters: [{name: pig-cluster, cluster: {server: 'http://pig.org:8080'}}]
contexts: [{name: queen-anne-context, context: {cluster: pig-cluster, user: black-user, namespace: saw-ns}}]
";
const CHARLIE: &str = "
users: [{name: green-user, user: {token: green-token}}]
clusters: [{name: horse-cluster, cluster: {server: 'http://horse.org:8080'}}]
contexts: [{name: shaker-context, context: {cluster: horse-cluster, user: green-user, namespace: chisel-ns}}]
";
const DELTA: &str = "
users: [{name: blue-user, user: {token: blue-token}}]
clusters: [{name: chicken-cluster, cluster: {server: 'http://chicken.org:8080'}}]
contexts: [{name: gothic-context, context: {cluster: chicken-cluster, user: blue-user, namespace: plane-ns}}]
";
const CONFLICT_ALFA: &str = "
current-context: federal-context
users: [{name: red-user, user: {token: a-different-red-token}}, {name: yellow-user, user: {token: yellow-token}}]
clusters:
- {name: cow-cluster, cluster: {server: 'http://a-different-cow.org:8080', insecure-skip-tls-verify: true, disable-compression: true}}
- {name: donkey-cluster, cluster: {server: 'http://donkey.org:8080', insecure-skip-tls-verify: true, disable-compression: true}}
";

fn merged(texts: &[&str]) -> Kubeconfig {
    let names: Vec<String> = (0..texts.len()).map(|index| format!("/{index}")).collect();
    let pairs: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(texts.iter().copied())
        .collect();
    let source = files(&pairs).with_var("KUBECONFIG", names.join(":"));
    LoadingRules::from_source(Arc::new(source)).load().unwrap()
}

fn keys<T>(map: &std::collections::BTreeMap<String, T>) -> Vec<&str> {
    map.keys().map(String::as_str).collect()
}

#[test]
fn l31_an_explicit_file_is_not_merged() {
    let source =
        files(&[("/alfa", ALFA), ("/conflict", CONFLICT_ALFA)]).with_var("KUBECONFIG", "/conflict");
    let kubeconfig = LoadingRules::explicit(Arc::new(source), "/alfa")
        .load()
        .unwrap();
    assert_eq!(kubeconfig.current_context, None);
    assert_eq!(keys(&kubeconfig.clusters), ["cow-cluster"]);
    assert_eq!(keys(&kubeconfig.users), ["red-user"]);
}

#[test]
fn l32_conflicts_are_not_merged_field_by_field() {
    let kubeconfig = merged(&[ALFA, CONFLICT_ALFA]);
    assert_eq!(
        kubeconfig.current_context.as_deref(),
        Some("federal-context")
    );
    assert_eq!(
        keys(&kubeconfig.clusters),
        ["cow-cluster", "donkey-cluster"]
    );
    assert_eq!(keys(&kubeconfig.users), ["red-user", "yellow-user"]);
    assert_eq!(keys(&kubeconfig.contexts), ["federal-context"]);
    let (cow, donkey) = (
        &kubeconfig.clusters["cow-cluster"],
        &kubeconfig.clusters["donkey-cluster"],
    );
    assert_eq!(cow.server.as_ref().unwrap().expose(), "http://cow.org:8080");
    assert!(!cow.insecure_skip_tls_verify && !cow.disable_compression);
    assert!(donkey.insecure_skip_tls_verify && donkey.disable_compression);
    assert_eq!(
        kubeconfig.users["red-user"]
            .token
            .as_ref()
            .unwrap()
            .expose_secret(),
        "red-token"
    );
}

#[test]
fn l33_without_conflict_all_are_there() {
    let kubeconfig = merged(&[ALFA, BRAVO, CHARLIE, DELTA]);
    assert_eq!(kubeconfig.current_context, None);
    assert_eq!(
        keys(&kubeconfig.clusters),
        [
            "chicken-cluster",
            "cow-cluster",
            "horse-cluster",
            "pig-cluster"
        ]
    );
    assert_eq!(
        keys(&kubeconfig.contexts),
        [
            "federal-context",
            "gothic-context",
            "queen-anne-context",
            "shaker-context"
        ]
    );
    assert_eq!(
        keys(&kubeconfig.users),
        ["black-user", "blue-user", "green-user", "red-user"]
    );
}

#[test]
fn the_first_current_context_that_is_not_empty_holds() {
    let kubeconfig = merged(&[
        "current-context: ''",
        "current-context: b",
        "current-context: c",
    ]);
    assert_eq!(kubeconfig.current_context.as_deref(), Some("b"));
}
