//! What is odd but works, each with its line.

use std::sync::Arc;

use k8s_config::{LoadingRules, MemorySource, Overrides};

use crate::support::{kubeconfig, resolve, rows};

const AROUND: &str = "current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {CLUSTER}}]
users: [{name: u, user: {USER}}]
";

/// Fields of the cluster and the user, and all that lint says.
fn lint((cluster, user, expected): (&str, &str, &[&str])) {
    let text = AROUND.replace("CLUSTER", cluster).replace("USER", user);
    let files = [("/k/ca.pem", "x"), ("/k/tok", "x")];
    let said: Vec<String> = kubeconfig(&text, &files)
        .unwrap()
        .lint()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(said, expected);
}

rows!(lint: {
    nothing_odd => ("server: 'https://s'", "token: t", &[]),
    unknown_fields => ("server: 'https://s', sever: x", "tokn: s3cret", &[
        "/k/config:3: unknown field \"clusters[0].cluster.sever\"",
        "/k/config:4: unknown field \"users[0].user.tokn\"",
    ]),
    a_key_that_may_be_a_secret => ("server: 'https://s'", "token s3cret", &["/k/config:4: unknown field \"users[0].user.(not a name)\""]),
    a_field_given_twice => ("server: a, server: 'https://s'", "", &["/k/config:3: \"clusters[0].cluster.server\" is given again later, and the last one is used"]),
    insecure => ("server: 'https://s', insecure-skip-tls-verify: true", "", &["/k/config:3: the certificate of cluster \"c\" is not verified, anybody may pose as its server"]),
    plain_http_with_credentials => ("server: 'http://s'", "token: t", &["/k/config:3: credentials are not sent to cluster \"c\", whose server is plain http"]),
    plain_http_without => ("server: 'http://s'", "as: x", &[]),
    a_user_in_the_server => ("server: 'https://n:s3cret@s'", "", &["/k/config:3: the server of cluster \"c\" holds a user name or password, which belongs under users"]),
    authority_twice => ("server: 'https://s', certificate-authority: ca.pem, certificate-authority-data: YQ==", "", &["/k/config:3: certificate-authority-data and certificate-authority are both specified for c, certificate-authority-data will override"]),
    token_and_token_file => ("server: 'https://s'", "token: t, tokenFile: tok", &["/k/config:4: token and tokenFile are both specified for u, the token is used until the file can be read"]),
    an_old_plugin => ("server: 'https://s'", "exec: {command: c, apiVersion: client.authentication.k8s.io/v1alpha1}", &["/k/config:4: the exec plugin of user \"u\" speaks a deprecated version, client.authentication.k8s.io/v1 is the current one"]),
});

#[test]
fn stanzas_that_no_context_uses() {
    let kubeconfig = kubeconfig("clusters: [{name: c}]\nusers: [{name: u}]", &[]).unwrap();
    let said: Vec<String> = kubeconfig.lint().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "/k/config:1: no context uses cluster \"c\"",
            "/k/config:2: no context uses user \"u\""
        ]
    );
}

#[test]
fn files_that_others_may_read() {
    let text = AROUND
        .replace("CLUSTER", "server: 'https://s'")
        .replace("USER", "token: t");
    for (mode, expected) in [(0o600, 0), (0o640, 1), (0o604, 1)] {
        let source = MemorySource::new().with_file_mode("/k/config", mode, text.clone());
        let warnings = LoadingRules::explicit(Arc::new(source), "/k/config")
            .load()
            .unwrap()
            .lint();
        assert_eq!(warnings.len(), expected, "{mode:o}");
    }
}

#[test]
fn warnings_come_along_with_the_configuration() {
    let text = AROUND
        .replace(
            "CLUSTER",
            "server: 'https://s', insecure-skip-tls-verify: true, x: y",
        )
        .replace("USER", "");
    let config = resolve(&text, &Overrides::default()).unwrap();
    assert_eq!(config.warnings().len(), 2);
}
