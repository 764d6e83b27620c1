//! `network-raw SCENARIO …`: hyper and rustls with as little around them as the task allows, the limit of what a client in Rust can be.
//!
//! `BENCH_FOLDER` has `ca.crt` and `token`, `BENCH_ADDRESS` is the server's, `BENCH_HTTP2=1` asks for HTTP/2.

use std::env;
use std::fs;
use std::hint::black_box;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderValue, Request, header};
use http_body_util::{BodyExt as _, Empty};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use k8s_openapi::api::core::v1::Pod;
use network_common::{Asked, Names, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Builder;

fn main() -> Result<()> {
    let asked = Asked::read()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    println!("{}", runtime.block_on(run(&asked))?);
    Ok(())
}

async fn run(asked: &Asked) -> Result<Names> {
    let raw = Raw::new()?;
    let pod = format!("/api/v1/namespaces/{}/pods/{}", asked.namespace, asked.pod);
    let mut names = Names::default();
    match &*asked.scenario {
        "cold" => names.see_bytes(&raw.bytes("/version").await?),
        "get-bytes" => {
            for _ in 0..asked.count {
                names.see_bytes(&raw.bytes(&pod).await?);
            }
        }
        "get-typed" => {
            let gets = stream::iter(0..asked.count).map(|_| raw.bytes(&pod));
            let mut gets = gets.buffer_unordered(asked.in_flight);
            while let Some(bytes) = gets.try_next().await? {
                // One check for all: `from_slice` would check every string.
                let pod: Pod = black_box(serde_json::from_str(std::str::from_utf8(&bytes)?)?);
                names.see(pod.metadata.name.as_deref().unwrap_or_default());
            }
        }
        _ => return Err(asked.unknown()),
    }
    Ok(names)
}

struct Raw {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    address: String,
    bearer: HeaderValue,
}

impl Raw {
    fn new() -> Result<Self> {
        let folder = env::var("BENCH_FOLDER")?;
        let token = fs::read_to_string(format!("{folder}/token"))?;
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))?;
        bearer.set_sensitive(true);
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(format!("{folder}/ca.crt"))? {
            roots.add(certificate?)?;
        }
        let tls = ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_only();
        let connector = if env::var_os("BENCH_HTTP2").is_some() {
            connector.enable_http2().wrap_connector(tcp)
        } else {
            connector.enable_http1().wrap_connector(tcp)
        };
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            address: env::var("BENCH_ADDRESS")?,
            bearer,
        })
    }

    async fn bytes(&self, path: &str) -> Result<Bytes> {
        let request = Request::get(format!("https://{}{path}", self.address))
            .header(header::AUTHORIZATION, &self.bearer)
            .body(Empty::new())?;
        let answer = self.client.request(request).await?;
        if answer.status() != http::StatusCode::OK {
            return Err(format!("{path}: {}", answer.status()).into());
        }
        Ok(answer.into_body().collect().await?.to_bytes())
    }
}
