//! Credentials that people outside a Pod have, from a kubeconfig with nothing to configure: plugins, logins, shared handles.
#![cfg(all(unix, feature = "ring", feature = "exec", feature = "oidc"))]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use k8s_client::{
    Api, ApiResource, Client, ClientOptions, Credentials, DynamicObject, Error, ListParams, Scope,
    crypto,
};
use k8s_config::Config;
use k8s_testing::certs::{Ca, Leaf};
use k8s_testing::issuer::Issuer;
use k8s_testing::plugin::{Behaviour, Plugin};
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile, Listening};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

async fn list(client: &Client) -> Result<usize, Error> {
    let namespaces = ApiResource::new("", "v1", "Namespace", "namespaces", Scope::Cluster);
    let api = Api::<DynamicObject>::all_of(client.clone(), namespaces);
    Ok(api.list(&ListParams::default()).await?.items.len())
}

/// A server that `alice` may ask, on a socket.
async fn server() -> (ApiServer, Listening) {
    let server = ApiServer::new();
    server.allow("alice", "list", "namespaces");
    let listening = server.listen().await.unwrap();
    (server, listening)
}

fn kubeconfig(listening: &Listening) -> Kubeconfig {
    Kubeconfig::new(&listening.url()).ca_pem(listening.ca_pem())
}

fn config(file: &KubeconfigFile) -> Config {
    Config::from_kubeconfig(file.path(), None).unwrap()
}

fn client(file: &KubeconfigFile) -> Result<Client, Error> {
    Client::try_from(config(file))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn a_plugins_token_and_nothing_to_configure() {
    let (server, listening) = server().await;
    let token = server.issue_token("alice", &[]);
    let plugin = Plugin::new(&Behaviour::new().prints_token(&token, None)).unwrap();
    let file =
        KubeconfigFile::new(&kubeconfig(&listening).exec(plugin.path(), &["token"])).unwrap();
    let client = client(&file).unwrap();
    assert_eq!(
        plugin.runs().unwrap().len(),
        0,
        "making a client runs nothing"
    );
    list(&client).await.unwrap();
    list(&client).await.unwrap();
    assert_eq!(plugin.runs().unwrap().len(), 1);
    assert_eq!(plugin.runs().unwrap()[0].arguments, "token");
}

#[tokio::test]
async fn a_plugins_certificate_is_shown_with_the_first_request() {
    let (server, listening) = server().await;
    let clients = Ca::new("clients");
    server.trust_clients_of(&clients);
    let pair = clients.issue(&Leaf::client("alice"));
    let plugin = Plugin::new(&Behaviour::new().prints_certificate(&pair, None)).unwrap();
    let file = KubeconfigFile::new(&kubeconfig(&listening).exec(plugin.path(), &[])).unwrap();
    let client = client(&file).unwrap();
    list(&client).await.unwrap();
    assert_eq!(plugin.runs().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_of_two_clients_run_a_shared_plugin_once() {
    let (server, listening) = server().await;
    let token = server.issue_token("alice", &[]);
    // real time: all of them come while it runs
    let slow = Behaviour::new()
        .waits(Duration::from_millis(300))
        .prints_token(&token, None);
    let plugin = Plugin::new(&slow).unwrap();
    let file = KubeconfigFile::new(&kubeconfig(&listening).exec(plugin.path(), &[])).unwrap();
    let (config, crypto) = (config(&file), crypto::ring());
    let shared = Credentials::from_config(&config, &crypto).unwrap();
    let options = ClientOptions::new().credentials(shared);
    for _ in 0..2 {
        let client = Client::with_options(&config, &crypto, &options).unwrap();
        let thousand = join_all((0..1_000).map(|_| list(&client))).await;
        for outcome in thousand {
            outcome.unwrap();
        }
        assert_eq!(plugin.runs().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_plugin_is_run_as_the_program_says() {
    let (_, listening) = server().await;
    let plugin = Plugin::new(&Behaviour::new().hangs()).unwrap();
    let file = KubeconfigFile::new(&kubeconfig(&listening).exec(plugin.path(), &[])).unwrap();
    let (config, crypto) = (config(&file), crypto::ring());
    let exec = k8s_auth::ExecPlugin::from_config(&config, crypto.clone());
    // real time: a process hangs
    let exec = exec
        .unwrap()
        .unwrap()
        .timeout(Some(Duration::from_millis(200)));
    let options = ClientOptions::new().credentials(Credentials::from_plugin(exec));
    let client = Client::with_options(&config, &crypto, &options).unwrap();
    let text = chain(&list(&client).await.unwrap_err());
    assert!(
        text.contains("took longer than 200ms and was killed"),
        "{text}"
    );
}

#[tokio::test]
async fn x28_a_plugin_beside_another_credential_is_not_run() {
    let (server, listening) = server().await;
    let plugin = Plugin::new(&Behaviour::new().exits(1)).unwrap();
    server.trust_clients_of(&Ca::new("others"));
    let own = server.issue_certificate("alice", &[]);
    let base = || kubeconfig(&listening).exec(plugin.path(), &[]);
    for config in [
        base().token(&server.issue_token("alice", &[])),
        base().client_certificate(&own),
    ] {
        let file = KubeconfigFile::new(&config).unwrap();
        list(&client(&file).unwrap()).await.unwrap();
    }
    let basic = base()
        .user_field("username", "alice")
        .user_field("password", "x");
    let file = KubeconfigFile::new(&basic).unwrap();
    let error = list(&client(&file).unwrap()).await.unwrap_err();
    assert!(
        error.is_forbidden(),
        "nobody knows basic authentication: {error:?}"
    );
    assert_eq!(plugin.runs().unwrap().len(), 0);
}

#[tokio::test]
async fn a_failure_names_the_command_and_the_line_that_configured_it() {
    let (_, listening) = server().await;
    let plugin = Plugin::new(&Behaviour::new().says("no session").exits(4)).unwrap();
    let file = KubeconfigFile::new(&kubeconfig(&listening).exec(plugin.path(), &[])).unwrap();
    let text = chain(&list(&client(&file).unwrap()).await.unwrap_err());
    let place = format!("(configured in {}:", file.path().display());
    for part in ["credential-plugin", &place, "exit code 4"] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn a_plugin_that_is_configured_anew_is_run_so() {
    let (server, listening) = server().await;
    let old = server.issue_token("alice", &[]);
    let plugin = Plugin::new(&Behaviour::new().prints_token(&old, None)).unwrap();
    let file = KubeconfigFile::new(&kubeconfig(&listening).exec(plugin.path(), &["old"])).unwrap();
    let client = client(&file).unwrap();
    let first = SystemTime::now();
    list(&client).await.unwrap();
    let new = server.issue_token("alice", &[]);
    plugin
        .set(&Behaviour::new().prints_token(&new, None))
        .unwrap();
    file.write(&kubeconfig(&listening).exec(plugin.path(), &["new"]))
        .unwrap();
    // real time: a token younger than ten seconds is not renewed
    tokio::time::sleep(Duration::from_millis(10_200)).await;
    assert!(first.elapsed().unwrap() > Duration::from_secs(10));
    server.revoke_token(&old);
    list(&client).await.unwrap();
    let arguments: Vec<_> = plugin
        .runs()
        .unwrap()
        .into_iter()
        .map(|run| run.arguments)
        .collect();
    assert_eq!(arguments, ["old", "new"]);
}

#[tokio::test]
async fn providers_that_are_gone_give_kubectls_hint() {
    let (_, listening) = server().await;
    for (name, hint) in [
        (
            "gcp",
            "The gcp auth plugin has been removed. Please use the \"gke-gcloud-auth-plugin\"",
        ),
        (
            "azure",
            "The azure auth plugin has been removed. Please use the https://github.com/Azure/kubelogin",
        ),
        ("openstack", "no Auth Provider found for name \"openstack\""),
    ] {
        let user =
            kubeconfig(&listening).user_field("auth-provider", json!({"name": name, "config": {}}));
        let file = KubeconfigFile::new(&user).unwrap();
        let text = client(&file).unwrap_err().to_string();
        assert!(text.contains(hint), "{text}");
    }
}

/// A kubeconfig of a login at `issuer`, whose ID token is this one.
fn login(
    listening: &Listening,
    issuer: &Issuer,
    id_token: &str,
    refresh_token: &str,
) -> Kubeconfig {
    let ca = base64(issuer.ca_pem());
    kubeconfig(listening).user_field(
        "auth-provider",
        json!({"name": "oidc", "config": {
            "idp-issuer-url": issuer.url(),
            "client-id": "kubernetes",
            "idp-certificate-authority-data": ca,
            "id-token": id_token,
            "refresh-token": refresh_token,
        }}),
    )
}

fn base64(text: &str) -> String {
    let config = Kubeconfig::new("https://x").ca_pem(text);
    let json: Value = serde_json::from_str(config.to_json().expose_secret()).unwrap();
    let data = &json["clusters"][0]["cluster"]["certificate-authority-data"];
    data.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_login_is_refreshed_over_a_connection_that_the_providers_authority_vouches_for() {
    let (server, listening) = server().await;
    let issuer = Issuer::listen().await.unwrap();
    server.trust_issuer(&issuer, "kubernetes");
    server.allow(&format!("{}#alice", issuer.url()), "list", "namespaces");
    let session = issuer.log_in("alice", Map::new());
    let refresh = session.refresh_token.expose_secret();
    let file = KubeconfigFile::new(&login(&listening, &issuer, "", refresh)).unwrap();
    list(&client(&file).unwrap()).await.unwrap();
}

#[tokio::test]
async fn programs_that_refresh_a_login_at_the_same_time_lose_nothing() {
    let (server, listening) = server().await;
    let issuer = Issuer::listen().await.unwrap();
    // So short that every client refreshes, and the refresh token is good for one use.
    issuer.lifetime(Duration::from_secs(8));
    server.trust_issuer(&issuer, "kubernetes");
    server.allow(&format!("{}#alice", issuer.url()), "list", "namespaces");
    let session = issuer.log_in("alice", Map::new());
    let first = session.refresh_token.expose_secret();
    let file = KubeconfigFile::new(&login(&listening, &issuer, "", first)).unwrap();
    for _ in 0..3 {
        let programs = [
            client(&file).unwrap(),
            client(&file).unwrap(),
            client(&file).unwrap(),
        ];
        for outcome in join_all(programs.iter().map(list)).await {
            outcome.unwrap();
        }
    }
    let provider = config(&file).user.auth_provider.unwrap();
    assert!(provider.config["refresh-token"].expose_secret() != first);
    assert!(!provider.config["id-token"].expose_secret().is_empty());
    let left: Vec<_> = std::fs::read_dir(file.dir()).unwrap().collect();
    assert_eq!(left.len(), 1, "locks are gone: {left:?}");
}

#[tokio::test]
async fn a_kubeconfig_that_may_not_be_written_is_used_all_the_same() {
    let (server, listening) = server().await;
    let issuer = Issuer::listen().await.unwrap();
    server.trust_issuer(&issuer, "kubernetes");
    server.allow(&format!("{}#alice", issuer.url()), "list", "namespaces");
    let session = issuer.log_in("alice", Map::new());
    let refresh = session.refresh_token.expose_secret();
    let content = login(&listening, &issuer, "", refresh).to_json();
    let config =
        k8s_config::Kubeconfig::from_slice(content.expose_secret().as_bytes(), "/").unwrap();
    let config = config.resolve(&k8s_config::Overrides::default()).unwrap();
    list(&Client::try_from(config).unwrap()).await.unwrap();
}

/// A kubeconfig of two clusters, both with alice's token.
fn two(current: &str, one: &Listening, other: &Listening, token: &str) -> String {
    let cluster = |name: &str, listening: &Listening| {
        json!({"name": name, "cluster": {
            "server": listening.url(),
            "certificate-authority-data": base64(listening.ca_pem()),
        }})
    };
    let context = |name: &str| json!({"name": name, "context": {"cluster": name, "user": "alice"}});
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": current,
        "clusters": [cluster("one", one), cluster("other", other)],
        "contexts": [context("one"), context("other")],
        "users": [{"name": "alice", "user": {"token": token}}],
    })
    .to_string()
}

fn replace(path: &std::path::Path, content: &str) {
    let new = path.with_extension("new");
    std::fs::write(&new, content).unwrap();
    std::fs::rename(new, path).unwrap();
}

#[tokio::test]
async fn a_kubeconfig_that_is_rewritten_is_followed_but_not_to_another_cluster() {
    let (server, one) = server().await;
    let (elsewhere, other) = self::server().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config");
    let token = server.issue_token("alice", &[]);
    replace(&path, &two("one", &one, &other, token.expose_secret()));
    let config = Config::from_kubeconfig(&path, None).unwrap();
    let client = Client::try_from(config).unwrap();
    list(&client).await.unwrap();

    // A new token, and the old one dies.
    let next = server.issue_token("alice", &[]);
    replace(&path, &two("one", &one, &other, next.expose_secret()));
    server.revoke_token(&token);
    list(&client).await.unwrap();

    // A new authority: the server shows its new certificate as soon as the file says so.
    let ca = Ca::new("the next one");
    one.rotate(&ca.issue(&Leaf::server().ip([127, 0, 0, 1])))
        .unwrap();
    let text = two("one", &one, &other, next.expose_secret());
    replace(
        &path,
        &text.replace(&base64(one.ca_pem()), &base64(ca.pem())),
    );
    one.disconnect();
    list(&client).await.unwrap();

    // Another context: the client stays where it is.
    elsewhere.revoke_tokens_of("alice");
    let text = text.replace(&base64(one.ca_pem()), &base64(ca.pem()));
    replace(
        &path,
        &text.replace(
            "\"current-context\":\"one\"",
            "\"current-context\":\"other\"",
        ),
    );
    // real time: files are looked at once a second
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    list(&client).await.unwrap();
    assert_eq!(
        Config::from_kubeconfig(&path, None).unwrap().server,
        other.url().parse::<http::Uri>().unwrap()
    );
}
