//! A client over connectors that somebody chose: a Unix socket, an in-memory pair with TLS; and what the environment
//! says of HTTP/2.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use k8s_client::{
    AnyConnector, Body, Client, ClientOptions, DefaultRetry, Metric, Pin, Trust, crypto,
};
use k8s_config::{Config, Material, MemorySource, Roots};
use k8s_testing::certs::Ca;
use k8s_testing::{ApiServer, ListenOptions};
use k8s_transport::on_upgrade;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tower::service_fn;

/// The cluster at this URL, trusted by this authority, on a machine with these variables.
fn config(server: &str, ca_pem: &str, variables: &[(&str, &str)]) -> Config {
    let mut source = MemorySource::new().with_file("/ca.crt", ca_pem);
    for (name, value) in variables {
        source = source.with_var(*name, *value);
    }
    let source = Arc::new(source);
    let mut config = Config::new(server.parse().unwrap()).with_source(source.clone());
    config.tls.roots = Roots::Bundle(Material::file(source, "/ca.crt"));
    config
}

fn over(config: &Config, connector: AnyConnector) -> Client {
    let options = ClientOptions::new().connector(connector);
    Client::with_options(config, &crypto::ring(), &options).unwrap()
}

/// Says which protocol a request came by; gives an upgraded connection back what it says.
async fn answer(mut request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.headers().contains_key(header::UPGRADE) {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut io = hyper_util::rt::TokioIo::new(upgrade.await.unwrap());
            let mut heard = [0; 4];
            io.read_exact(&mut heard).await.unwrap();
            io.write_all(&heard).await.unwrap();
            io.shutdown().await.unwrap();
        });
        let response = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "echo");
        return Ok(response.body(Full::default()).unwrap());
    }
    Ok(Response::new(Full::from(format!(
        "{:?}",
        request.version()
    ))))
}

/// A client of that server in memory, with TLS, through the whole stack.
fn in_memory(variables: &[(&str, &str)]) -> Client {
    let ca = Ca::new("memory");
    let memory = ListenOptions::new()
        .ca(&ca)
        .connector(service_fn(answer))
        .unwrap();
    let config = config("https://kubernetes", ca.pem(), variables);
    over(&config, AnyConnector::new(memory))
}

async fn protocol(client: &Client) -> Bytes {
    let request = Request::get("/").body(Body::empty()).unwrap();
    client
        .send(request)
        .await
        .unwrap()
        .into_body()
        .bytes()
        .await
        .unwrap()
}

#[tokio::test]
async fn http2_is_spoken_unless_the_environment_disables_it() {
    assert_eq!(protocol(&in_memory(&[])).await, "HTTP/2.0");
    assert_eq!(
        protocol(&in_memory(&[("DISABLE_HTTP2", "0")])).await,
        "HTTP/1.1"
    );
}

#[tokio::test]
async fn an_upgrade_passes_the_whole_stack_over_a_connector_in_memory() {
    let client = in_memory(&[]);
    // The server prefers HTTP/2, and speaks it to others.
    assert_eq!(protocol(&client).await, "HTTP/2.0");
    let request = Request::get("/exec")
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "echo");
    let mut response = client
        .send(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    let mut io = on_upgrade(&mut response).await.unwrap();
    drop((response, client));
    io.write_all(b"ping").await.unwrap();
    let mut heard = Vec::new();
    io.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"ping");
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_carries_tls_to_the_server() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let address = listening.addr();
    let forwarding = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = tokio::net::TcpStream::connect(address).await.unwrap();
        tokio::io::copy_bidirectional(&mut client, &mut server).await
    });
    // Where it leads is the path: nobody listens at this address.
    let mut config = config("https://kubernetes.default.svc", listening.ca_pem(), &[]);
    let token = server.issue_token("admin", &["system:masters"]);
    config.user.token = Some(Material::inline(token.expose_secret().as_bytes(), "here"));
    let unix = AnyConnector::new(k8s_transport::Unix::new(&path));
    let client = over(&config, unix);
    assert_eq!(client.api_versions().await.unwrap().versions, ["v1"]);
    drop(client);
    let _ = forwarding.await.unwrap();
}

/// What a client says to the server's version who believes this key alone.
async fn pinned(config: &Config, pin: Pin) -> Result<(), String> {
    let trust = Trust::pinned([pin], crypto::ring()).unwrap();
    let options = ClientOptions::new()
        .trust(trust)
        .retry(DefaultRetry::new().retries(0));
    let client = Client::with_options(config, &crypto::ring(), &options).unwrap();
    match client.server_version().await {
        Ok(_) => Ok(()),
        Err(error) => {
            let mut text = String::new();
            let mut next: Option<&dyn std::error::Error> = Some(&error);
            while let Some(cause) = next {
                text.push_str(&cause.to_string());
                next = cause.source();
            }
            Err(text)
        }
    }
}

#[tokio::test]
async fn a_pinned_key_stands_in_the_place_of_the_authorities() {
    let listening = ApiServer::new().listen().await.unwrap();
    // The configuration believes somebody else, and does not matter.
    let config = config(&listening.url(), Ca::new("another").pem(), &[]);
    let said = pinned(&config, Pin::sha256([7; 32])).await.unwrap_err();
    let at = said.find("sha256:").expect(&said);
    let shown: Pin = said[at..at + 71].parse().unwrap();
    pinned(&config, shown).await.unwrap();
}

#[tokio::test]
async fn how_long_names_take_is_measured() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let url = format!("https://localhost:{}", listening.addr().port());
    let (tell, told) = std::sync::mpsc::channel();
    let options = ClientOptions::new().on_metric(move |metric: &Metric<'_>| {
        tell.send(metric.name()).unwrap();
    });
    let config = config(&url, listening.ca_pem(), &[]);
    let client = Client::with_options(&config, &crypto::ring(), &options).unwrap();
    protocol(&client).await;
    drop((client, options));
    let names: Vec<_> = told.try_iter().collect();
    let dns = "rest_client_dns_resolution_duration_seconds";
    assert!(names.contains(&dns), "{names:?}");
}
