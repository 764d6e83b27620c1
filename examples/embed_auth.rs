//! How does an axum service that I have already gain a Pod's identity?
//!
//! By two layers: `AuthorizeLayer` puts the Pod's token on each outgoing request, `Trust::layer` lets the connection go to
//! a server that the cluster's CA vouches for, and to no other. The outgoing client stays hyper-util's; nothing of this
//! project's transport or facade is used.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use k8s_auth::{Authorize, AuthorizeLayer, Origin, PinnedTls, TokenFile, Trust, crypto};
use k8s_config::{Config, MemorySource, Roots};
use k8s_testing::{ApiServer, ServiceAccountDir};
use tower::{Layer as _, ServiceExt as _};

type Failure = Box<dyn Error>;

/// The service's outgoing client: hyper-util's, with two layers.
type Outgoing = Authorize<Client<PinnedTls<HttpConnector>, Body>, TokenFile>;

/// The two layers, from what kubelet gave the Pod.
fn outgoing(config: &Config) -> Result<Outgoing, Failure> {
    let Roots::Bundle(ca) = &config.tls.roots else {
        return Err("a Pod has a CA bundle".into());
    };
    let token = config.user.token_file.clone().ok_or("a Pod has a token")?;
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let pinned = Trust::new(ca.clone(), crypto::ring())?
        .layer()
        .http2(true)
        .layer(tcp);
    let client = Client::builder(TokioExecutor::new()).build(pinned);
    Ok(AuthorizeLayer::new(TokenFile::new(token), Origin::https(&config.server)?).layer(client))
}

#[derive(Clone)]
struct App {
    outgoing: Outgoing,
    api: Uri,
}

/// A handler that asks the API server on the Pod's behalf.
async fn versions(State(app): State<App>) -> Response {
    let request = Request::get(format!("{}api", app.api)).body(Body::empty());
    let request = request.expect("a path behind a URI is a URI");
    match app.outgoing.oneshot(request).await {
        Ok(answer) => answer.map(Body::new),
        Err(error) => (StatusCode::BAD_GATEWAY, examples::chain(&error)).into_response(),
    }
}

fn app(config: &Config) -> Result<Router, Failure> {
    let app = App {
        outgoing: outgoing(config)?,
        api: config.server.clone(),
    };
    Ok(Router::new()
        .route("/versions", get(versions))
        .with_state(app))
}

/// A cluster for those who have none: asks the service once.
async fn demonstrate() -> Result<(StatusCode, String), Failure> {
    let server = ApiServer::new();
    let listening = server.listen().await?;
    let token = server.issue_service_account_token("default", "default");
    let mount = ServiceAccountDir::new(&token, listening.ca_pem(), "default")?;
    let source = MemorySource::new()
        .rooted_at(mount.root())
        .with_var("KUBERNETES_SERVICE_HOST", listening.addr().ip().to_string())
        .with_var(
            "KUBERNETES_SERVICE_PORT_HTTPS",
            listening.addr().port().to_string(),
        );
    let service = app(&Config::in_cluster_from(Arc::new(source))?)?;
    let answer = service
        .oneshot(Request::get("/versions").body(Body::empty())?)
        .await?;
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let (status, body) = demonstrate().await?;
    println!("{status}\n{body}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_service_reads_the_api_as_the_pod() {
        let (status, body) = demonstrate().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{body}");
        assert!(body.contains("APIVersions"), "{body}");
    }
}
