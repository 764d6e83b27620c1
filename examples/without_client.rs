//! How does a program in a Pod read the API without the client: environment, token, `ca.crt`, and layers around hyper?
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints an answer"
)]

use std::error::Error;
use std::process::ExitCode;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use k8s_auth::{AuthorizeLayer, Origin, TokenFile, Trust, crypto};
use k8s_config::{Config, Roots};
use tower::{Layer as _, ServiceExt as _};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match read().await {
        Ok(answer) => {
            println!("{}", answer.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", examples::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// `GET /api`, as the Pod.
async fn read() -> Result<String, Box<dyn Error>> {
    let config = Config::in_cluster()?;
    let Roots::Bundle(ca) = config.tls.roots else {
        return Err("a Pod has a CA bundle".into());
    };
    let token = config.user.token_file.ok_or("a Pod has a token")?;
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let pinned = Trust::new(ca, crypto::ring())?
        .layer()
        .http2(true)
        .layer(tcp);
    let client = Client::builder(TokioExecutor::new()).build(pinned);
    let origin = Origin::https(&config.server)?;
    let service = AuthorizeLayer::new(TokenFile::new(token), origin).layer(client);
    let request = Request::get(format!("{}api", config.server)).body(Empty::<Bytes>::new())?;
    let answer = service.oneshot(request).await?;
    let bytes = answer.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
