//! What a kubeconfig needs and this build lacks is an error that names the feature, never an anonymous request.
#![cfg(all(unix, feature = "ring"))]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use k8s_client::Client;
use k8s_config::Config;
use k8s_testing::{Kubeconfig, KubeconfigFile};

/// Why there is no client for this user, if there is none.
fn refusal(user: &Kubeconfig) -> Option<String> {
    let file = KubeconfigFile::new(user).unwrap();
    let config = Config::from_kubeconfig(file.path(), None).unwrap();
    Client::try_from(config)
        .err()
        .map(|error| error.to_string())
}

fn check(user: &Kubeconfig, built_in: bool, feature: &str) {
    let expected = format!("this build of k8s-client lacks the feature {feature}");
    match refusal(user) {
        None => assert!(built_in, "{feature}"),
        Some(text) => assert!(!built_in && text.ends_with(&expected), "{feature}: {text}"),
    }
}

#[test]
fn a_feature_that_is_off_is_named() {
    let ca = k8s_testing::certs::Ca::new("ca");
    let base = || Kubeconfig::new("https://127.0.0.1:1").ca_pem(ca.pem());
    let login = serde_json::json!({"name": "oidc", "config": {"idp-issuer-url": "https://idp", "client-id": "c"}});
    check(
        &base().exec("plugin".as_ref(), &[]),
        cfg!(feature = "exec"),
        "exec",
    );
    check(
        &base().user_field("auth-provider", login),
        cfg!(feature = "oidc"),
        "oidc",
    );
    check(
        &Kubeconfig::new("https://127.0.0.1:1"),
        cfg!(feature = "system-roots"),
        "system-roots",
    );
}
