//! A client behind a proxy: named by the kubeconfig or by the environment, seeing nothing but `CONNECT` and ciphertext.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;

use k8s_client::{Client, Error, crypto};
use k8s_config::{Config, MemorySource};
use k8s_testing::certs::Leaf;
#[cfg(feature = "oidc")]
use k8s_testing::issuer::Issuer;
use k8s_testing::{ApiServer, Kubeconfig, Listening, ListeningProxy, Proxy};
use k8s_transport::ProxyError;
use secrecy::{ExposeSecret as _, SecretString};

const FILE: &str = "/home/me/.kube/config";

/// A server, and an administrator's kubeconfig for it.
struct Cluster {
    server: ApiServer,
    listening: Listening,
    token: SecretString,
}

impl Cluster {
    async fn start() -> Self {
        let server = ApiServer::new();
        let listening = server.listen().await.unwrap();
        let token = server.issue_token("admin", &["system:masters"]);
        Self {
            server,
            listening,
            token,
        }
    }

    fn kubeconfig(&self) -> Kubeconfig {
        Kubeconfig::new(&self.listening.url())
            .ca_pem(self.listening.ca_pem())
            .token(&self.token)
    }

    /// By name, which nobody but the proxy needs to know; 127.0.0.1 would never be proxied by the environment.
    fn by_name(&self) -> Kubeconfig {
        let port = self.listening.addr().port();
        Kubeconfig::new(&format!("https://kubernetes.default.svc:{port}"))
            .ca_pem(self.listening.ca_pem())
            .token(&self.token)
    }

    /// A proxy under a certificate of the cluster's authority.
    fn tls_proxy(&self) -> Proxy {
        let certificate = self.server.ca().issue(&Leaf::server().ip([127, 0, 0, 1]));
        Proxy::new().tls(&certificate).unwrap()
    }
}

fn config(kubeconfig: &Kubeconfig, variables: &[(&str, &str)]) -> Config {
    let json = kubeconfig.to_json();
    let mut source = MemorySource::new().with_file(FILE, json.expose_secret());
    for (name, value) in variables {
        source = source.with_var(*name, *value);
    }
    Config::from_kubeconfig_from(Arc::new(source), Path::new(FILE), None).unwrap()
}

fn client(kubeconfig: &Kubeconfig, variables: &[(&str, &str)]) -> Result<Client, Error> {
    Client::from_config(&config(kubeconfig, variables), &crypto::ring())
}

async fn asked(client: &Client) {
    assert_eq!(client.api_versions().await.unwrap().versions, ["v1"]);
}

/// The one connection that the proxy made, which began as TLS begins and held no word of ours.
fn assert_blind(proxy: &Proxy, server: &str, secrets: &[&str]) {
    let seen = proxy.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].server, server);
    assert_eq!(seen[0].sent[..2], [0x16, 3], "no TLS");
    let text = String::from_utf8_lossy(&seen[0].sent);
    for word in ["/api", "authorization", "Bearer", "PRI * HTTP/2.0"]
        .iter()
        .chain(secrets)
    {
        assert!(!text.contains(word), "the proxy read {word}");
    }
}

#[tokio::test]
async fn a_proxy_url_of_each_scheme_reaches_the_server_and_sees_ciphertext() {
    let cluster = Cluster::start().await;
    let address = cluster.listening.addr().to_string();
    for (scheme, proxy) in [
        ("http", Proxy::new()),
        ("https", cluster.tls_proxy()),
        ("socks5", Proxy::new()),
    ] {
        let listening = proxy.listen().await.unwrap();
        let kubeconfig = cluster
            .kubeconfig()
            .cluster_field("proxy-url", listening.url(scheme));
        let client = client(&kubeconfig, &[]).unwrap();
        asked(&client).await;
        asked(&client).await;
        assert_blind(&proxy, &address, &[cluster.token.expose_secret()]);
    }
}

#[tokio::test]
async fn a_password_goes_to_the_proxy_and_into_no_error() {
    let cluster = Cluster::start().await;
    let password = SecretString::from("s3cret p@ss".to_owned());
    for (scheme, proxy) in [
        ("http", Proxy::new()),
        ("https", cluster.tls_proxy()),
        ("socks5", Proxy::new()),
    ] {
        let proxy = proxy.credentials("me", &password);
        let listening = proxy.listen().await.unwrap();
        let with = |password: &str| {
            let url = format!("{scheme}://me:{password}@{}", listening.addr());
            client(&cluster.kubeconfig().cluster_field("proxy-url", url), &[]).unwrap()
        };
        asked(&with("s3cret%20p%40ss")).await;
        assert_eq!(proxy.seen()[0].user.as_deref(), Some("me"));
        let error = with("s3cret-but-wrong").api_versions().await.unwrap_err();
        assert!(error.is_connect() && !error.is_timeout());
        let refused = proxy_error(&error);
        let status =
            (scheme != "socks5").then_some(http::StatusCode::PROXY_AUTHENTICATION_REQUIRED);
        assert_eq!(refused.status(), status);
        assert!(
            refused.to_string().contains(&listening.url(scheme)),
            "{refused}"
        );
        let whole = format!("{error:?}");
        assert!(
            !whole.contains("s3cret") && !whole.contains("me:"),
            "{whole}"
        );
    }
}

fn proxy_error(error: &Error) -> &ProxyError {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return found;
        }
        next = cause.source();
    }
    panic!("no proxy in {error:?}")
}

#[tokio::test]
async fn the_certificate_of_the_server_is_pinned_through_the_proxy() {
    let (cluster, other) = (Cluster::start().await, Cluster::start().await);
    let proxy = cluster.tls_proxy();
    let listening = proxy.listen().await.unwrap();
    // The proxy is believed, and leads to a server that is not.
    let kubeconfig = Kubeconfig::new(&other.listening.url())
        .ca_pem(cluster.listening.ca_pem())
        .token(&other.token)
        .cluster_field("proxy-url", listening.url("https"));
    let error = client(&kubeconfig, &[])
        .unwrap()
        .api_versions()
        .await
        .unwrap_err();
    assert!(error.is_connect());
    assert!(format!("{error:?}").contains("Handshake"), "{error:?}");
    assert_eq!(proxy.seen().len(), 1);

    // Another one's proxy is not believed, and hears of no server.
    let foreign = other.tls_proxy();
    let listening = foreign.listen().await.unwrap();
    let kubeconfig = cluster
        .kubeconfig()
        .cluster_field("proxy-url", listening.url("https"));
    let error = client(&kubeconfig, &[])
        .unwrap()
        .api_versions()
        .await
        .unwrap_err();
    assert!(proxy_error(&error).is_dial());
    assert!(foreign.seen().is_empty());
}

#[tokio::test]
async fn our_certificate_and_the_servers_name_are_not_for_an_https_proxy() {
    let cluster = Cluster::start().await;
    let certificate = cluster
        .server
        .ca()
        .issue(&Leaf::client("admin").organization("system:masters"));
    let proxy = cluster.tls_proxy();
    let listening = proxy.listen().await.unwrap();
    let kubeconfig = Kubeconfig::new(&cluster.listening.url())
        .ca_pem(cluster.listening.ca_pem())
        .client_certificate(&certificate)
        .cluster_field("tls-server-name", "kubernetes.default.svc")
        .cluster_field("proxy-url", listening.url("https"));
    asked(&client(&kubeconfig, &[]).unwrap()).await;
    assert!(!proxy.seen()[0].showed_certificate);
}

/// A proxy that knows where `kubernetes.default.svc` is; nobody else here does.
async fn knowing(cluster: &Cluster) -> (Proxy, ListeningProxy) {
    let proxy = Proxy::new().host("kubernetes.default.svc", cluster.listening.addr());
    let listening = proxy.listen().await.unwrap();
    (proxy, listening)
}

#[tokio::test]
async fn the_environment_chooses_where_the_kubeconfig_does_not() {
    let cluster = Cluster::start().await;
    let name = format!("kubernetes.default.svc:{}", cluster.listening.addr().port());
    for scheme in ["http", "socks5"] {
        let (named, named_at) = knowing(&cluster).await;
        let (of_env, env_at) = knowing(&cluster).await;
        let url = env_at.url(scheme);
        let variables = [
            ("HTTPS_PROXY", url.as_str()),
            ("HTTP_PROXY", "http://127.0.0.1:1"),
        ];
        asked(&client(&cluster.by_name(), &variables).unwrap()).await;
        assert_blind(&of_env, &name, &[]);

        let with = cluster
            .by_name()
            .cluster_field("proxy-url", named_at.url(scheme));
        asked(&client(&with, &variables).unwrap()).await;
        assert_blind(&named, &name, &[]);

        // 127.0.0.1 is this machine, which no proxy is asked for.
        asked(&client(&cluster.kubeconfig(), &variables).unwrap()).await;
        assert_eq!((of_env.seen().len(), named.seen().len()), (1, 1));
    }
}

#[tokio::test]
async fn what_no_proxy_names_is_dialled_directly() {
    let cluster = Cluster::start().await;
    let (proxy, listening) = knowing(&cluster).await;
    let url = listening.url("http");
    for (list, proxied) in [
        (".example", true),
        ("default.svc:1", true),
        ("default.svc", false),
    ] {
        let variables = [("https_proxy", url.as_str()), ("no_proxy", list)];
        let before = proxy.seen().len();
        let answered = client(&cluster.by_name(), &variables)
            .unwrap()
            .api_versions()
            .await;
        // Nobody resolves the name but the proxy.
        assert_eq!(answered.is_ok(), proxied, "{list}");
        assert_eq!(proxy.seen().len() > before, proxied, "{list}");
    }
}

#[tokio::test]
async fn a_pod_honours_the_environment_too() {
    let cluster = Cluster::start().await;
    let (proxy, listening) = knowing(&cluster).await;
    let (port, url) = (
        cluster.listening.addr().port().to_string(),
        listening.url("http"),
    );
    let mount = "/var/run/secrets/kubernetes.io/serviceaccount";
    let source = MemorySource::new()
        .with_var("KUBERNETES_SERVICE_HOST", "kubernetes.default.svc")
        .with_var("KUBERNETES_SERVICE_PORT_HTTPS", port.as_str())
        .with_var("HTTPS_PROXY", url.as_str())
        .with_file(format!("{mount}/token"), cluster.token.expose_secret())
        .with_file(format!("{mount}/ca.crt"), cluster.listening.ca_pem())
        .with_file(format!("{mount}/namespace"), "default");
    let config = Config::in_cluster_from(Arc::new(source)).unwrap();
    asked(&Client::from_config(&config, &crypto::ring()).unwrap()).await;
    assert_blind(&proxy, &format!("kubernetes.default.svc:{port}"), &[]);
}

/// A login whose provider only the proxy can find; the cluster itself is this machine.
#[cfg(feature = "oidc")]
#[tokio::test]
async fn a_login_is_refreshed_through_the_environments_proxy() {
    let cluster = Cluster::start().await;
    let issuer = Issuer::listen().await.unwrap();
    cluster.server.trust_issuer(&issuer, "kubernetes");
    let address = issuer.listening().addr();
    let name = format!("kubernetes.default.svc:{}", address.port());
    for (scheme, proxy) in [("http", Proxy::new()), ("socks5", Proxy::new())] {
        let proxy = proxy.host("kubernetes.default.svc", address);
        let listening = proxy.listen().await.unwrap();
        let session = issuer.log_in("alice", serde_json::Map::new());
        let settings = serde_json::json!({"name": "oidc", "config": {
            "idp-issuer-url": format!("https://{name}"),
            "client-id": "kubernetes",
            "idp-certificate-authority": "/idp.crt",
            "refresh-token": session.refresh_token.expose_secret(),
        }});
        let kubeconfig = Kubeconfig::new(&cluster.listening.url())
            .ca_pem(cluster.listening.ca_pem())
            .user_field("auth-provider", settings);
        let source = MemorySource::new()
            .with_var("HTTPS_PROXY", listening.url(scheme))
            .with_file("/idp.crt", issuer.ca_pem())
            .with_file(FILE, kubeconfig.to_json().expose_secret());
        let config = Config::from_kubeconfig_from(Arc::new(source), Path::new(FILE), None);
        asked(&Client::from_config(&config.unwrap(), &crypto::ring()).unwrap()).await;
        assert_blind(&proxy, &name, &[session.refresh_token.expose_secret()]);
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_read_is_an_error_and_no_direct_connection() {
    let cluster = Cluster::start().await;
    let variables = [("HTTPS_PROXY", "ftp://me:s3cret@proxy")];
    let error = client(&cluster.by_name(), &variables).unwrap_err();
    assert_eq!(error.to_string(), "choosing the proxy");
    let whole = format!("{error:?}");
    assert!(
        whole.contains("HTTPS_PROXY") && !whole.contains("s3cret"),
        "{whole}"
    );
}
