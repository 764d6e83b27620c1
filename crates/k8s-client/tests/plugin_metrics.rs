//! What a credential plugin's run measures, under client-go's names.
#![cfg(all(unix, feature = "ring", feature = "exec"))]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::sync::{Arc, Mutex};

use k8s_client::{Client, ClientOptions, Metric, crypto};
use k8s_config::Config;
use k8s_testing::plugin::{Behaviour, Plugin};
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile};

/// The metrics of plugins that one request caused: names and values.
async fn measured(behaviour: &Behaviour, server: &ApiServer) -> Vec<(&'static str, f64)> {
    let listening = server.listen().await.unwrap();
    let plugin = Plugin::new(behaviour).unwrap();
    let kubeconfig = Kubeconfig::new(&listening.url()).ca_pem(listening.ca_pem());
    let file = KubeconfigFile::new(&kubeconfig.exec(plugin.path(), &[])).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let options = ClientOptions::new().on_metric(move |metric: &Metric<'_>| {
        if metric.name().starts_with("rest_client_exec_plugin_") {
            heard.lock().unwrap().push((metric.name(), metric.value()));
        }
    });
    let config = Config::from_kubeconfig(file.path(), None).unwrap();
    let client = Client::with_options(&config, &crypto::ring(), &options).unwrap();
    // What comes of it, other tests say.
    let _ = client.api_versions().await;
    let seen = seen.lock().unwrap();
    seen.clone()
}

const CALL: (&str, f64) = ("rest_client_exec_plugin_call_total", 1.0);
const POLICY: (&str, f64) = ("rest_client_exec_plugin_policy_call_total", 1.0);
const TTL: &str = "rest_client_exec_plugin_ttl_seconds";

#[tokio::test]
async fn x33_a_run_its_policy_and_how_long_its_answer_lives() {
    let server = ApiServer::new();
    let token = server.issue_token("alice", &[]);
    let expiring = Behaviour::new().prints_token(&token, Some("2999-01-01T00:00:00Z"));
    let seen = measured(&expiring, &server).await;
    assert_eq!(seen[..2], [POLICY, CALL]);
    let (name, left) = seen[2];
    assert_eq!((name, seen.len()), (TTL, 3));
    assert!(left > 3e10 && left.is_finite(), "{left}");
}

#[tokio::test]
async fn x33_an_answer_without_an_end_lives_for_ever() {
    let server = ApiServer::new();
    let token = server.issue_token("alice", &[]);
    let endless = Behaviour::new().prints_token(&token, None);
    let seen = measured(&endless, &server).await;
    assert_eq!(seen, [POLICY, CALL, (TTL, f64::INFINITY)]);
}

#[tokio::test]
async fn x33_a_run_that_failed_has_no_answer() {
    let seen = measured(&Behaviour::new().exits(3), &ApiServer::new()).await;
    assert_eq!(seen, [POLICY, CALL]);
}
