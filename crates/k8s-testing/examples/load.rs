//! How many writes a second the in-memory server takes over TLS, and what a thousand watchers cost it.
//!
//! Server and client share one thread, so the figures are those of one core that does both.

#![expect(
    clippy::print_stdout,
    reason = "a program that prints what it measured"
)]

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use k8s_testing::{ApiServer, Listening};
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const WRITES: usize = 20_000;
const AT_ONCE: usize = 64;
const WATCHERS: usize = 1_000;
const WATCHED: usize = 200;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let server = ApiServer::new();
    let token = server.issue_token("load", &["system:masters"]);
    let listening = server.listen().await?;
    let client = Client {
        sender: connect(&listening).await?,
        token,
    };
    let meter = Meter::start();
    write(&client, "w", WRITES).await?;
    println!("writes={WRITES} {}", meter.rate(WRITES));
    watch(&listening, &client).await
}

/// Time by the clock, and of the core, where the system tells it: on a busy machine the second is the honest one.
struct Meter {
    began: Instant,
    core: Option<f64>,
}

impl Meter {
    fn start() -> Self {
        Self {
            began: Instant::now(),
            core: core_seconds(),
        }
    }

    fn rate(&self, things: usize) -> String {
        let (things, seconds) = (things as f64, self.began.elapsed().as_secs_f64());
        let per_second = things / seconds;
        let text = format!("seconds={seconds:.2} per_second={per_second:.0}");
        match (self.core, core_seconds()) {
            (Some(from), Some(until)) => {
                let core = until - from;
                let per_core_second = things / core;
                format!("{text} core_seconds={core:.2} per_core_second={per_core_second:.0}")
            }
            _ => text,
        }
    }
}

/// How long this thread has run, in seconds.
fn core_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// One connection and a credential.
#[derive(Clone)]
struct Client {
    sender: SendRequest<Full<Bytes>>,
    token: SecretString,
}

impl Client {
    async fn send(
        &self,
        method: &str,
        uri: &str,
        body: String,
    ) -> Result<(StatusCode, Incoming), Failure> {
        let request = Request::builder()
            .method(method)
            .uri(format!("https://localhost{uri}"))
            .header(
                "authorization",
                format!("Bearer {}", self.token.expose_secret()),
            )
            .header("content-type", "application/json")
            .body(Full::<Bytes>::from(body))?;
        let mut sender = self.sender.clone();
        sender.ready().await?;
        let answer = sender.send_request(request).await?;
        Ok((answer.status(), answer.into_body()))
    }
}

/// Creates ConfigMaps, some at one time.
async fn write(client: &Client, prefix: &str, count: usize) -> Result<(), Failure> {
    let mut tasks = JoinSet::new();
    for lane in 0..AT_ONCE.min(count) {
        let (client, prefix) = (client.clone(), prefix.to_owned());
        tasks.spawn(async move {
            for number in (lane..count).step_by(AT_ONCE) {
                let body = format!(
                    r#"{{"metadata":{{"name":"{prefix}-{number}","labels":{{"load":"yes"}}}},"data":{{"key":"value"}}}}"#
                );
                let (code, body) = client.send("POST", MAPS, body).await?;
                body.collect().await?;
                if code != StatusCode::CREATED {
                    return Err(Failure::from(format!("{prefix}-{number}: {code}")));
                }
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// Watches by a thousand streams on ten connections while objects are written, until each has seen all of them.
async fn watch(listening: &Listening, client: &Client) -> Result<(), Failure> {
    let (_, list) = client
        .send("GET", &format!("{MAPS}?limit=1"), String::new())
        .await?;
    let list: serde_json::Value = serde_json::from_slice(&list.collect().await?.to_bytes())?;
    let version = list["metadata"]["resourceVersion"]
        .as_str()
        .unwrap_or_default();
    let uri = format!("{MAPS}?watch=1&resourceVersion={version}");
    let mut watchers = JoinSet::new();
    for _ in 0..10 {
        let client = Client {
            sender: connect(listening).await?,
            token: client.token.clone(),
        };
        for _ in 0..WATCHERS / 10 {
            let (_, mut body) = client.send("GET", &uri, String::new()).await?;
            watchers.spawn(async move {
                let mut seen = 0;
                while seen < WATCHED {
                    let frame = body.frame().await.ok_or("the watch ended")??;
                    let data = frame.into_data().unwrap_or_default();
                    seen += data.iter().filter(|byte| **byte == b'\n').count();
                }
                Ok::<_, Failure>(seen)
            });
        }
    }
    let meter = Meter::start();
    write(client, "watched", WATCHED).await?;
    let mut events = 0;
    while let Some(seen) =
        tokio::time::timeout(Duration::from_secs(120), watchers.join_next()).await?
    {
        events += seen??;
    }
    println!(
        "watchers={WATCHERS} writes={WATCHED} events={events} {}",
        meter.rate(events)
    );
    Ok(())
}

async fn connect(listening: &Listening) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(listening.ca_pem().as_bytes()) {
        roots.add(certificate.map_err(io::Error::other)?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(listening.addr()).await?;
    stream.set_nodelay(true)?;
    let name = ServerName::try_from("localhost")?;
    let stream = tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
