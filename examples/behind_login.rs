//! How does a service that I have already let its users read the cluster, behind its own login?
//!
//! It mounts the proxy under a path. The login stands in front and looks at `Authorization`, which the proxy leaves out: the
//! API server sees the Pod's identity and nobody else's. The filter says which part of the API there is.
#![allow(clippy::print_stdout, reason = "it prints answers")]

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use k8s_client::Client;
use k8s_config::{Config, MemorySource};
use k8s_proxy::{Drain, Filter, Proxy, ProxyOptions};
use k8s_testing::{ApiServer, ServiceAccountDir};
use tower::ServiceExt as _;

type Failure = Box<dyn Error>;

/// What the service checks in the place of a real login.
const SESSION: &str = "Bearer a-session-of-this-service";

async fn login(request: Request, next: Next) -> Response {
    match request.headers().get(header::AUTHORIZATION) {
        Some(session) if session == SESSION => next.run(request).await,
        _ => (StatusCode::UNAUTHORIZED, "log in first").into_response(),
    }
}

/// Readers only, of one namespace, under the name that the service is known by.
fn proxy(config: Config, drain: &Drain) -> Result<Proxy<Client>, Failure> {
    let mut filter = Filter::new();
    filter.read_only = true;
    filter.accept_paths = "^/api/v1/namespaces/shop/".parse()?;
    filter.accept_hosts = r"^shop\.example$".parse()?;
    let client = Client::try_from(config)?;
    Ok(ProxyOptions::new().filter(filter).proxy(client, drain))
}

fn app(config: Config, drain: &Drain) -> Result<Router, Failure> {
    Ok(Router::new()
        .nest_service("/k8s", proxy(config, drain)?)
        .layer(middleware::from_fn(login))
        .route("/", get(|| async { "the shop" })))
}

/// Asks the service for a path, with or without a session.
async fn ask(app: &Router, path: &str, session: Option<&str>) -> Result<(u16, String), Failure> {
    let mut request = Request::get(path).header(header::HOST, "shop.example");
    if let Some(session) = session {
        request = request.header(header::AUTHORIZATION, session);
    }
    let answer = app.clone().oneshot(request.body(Body::empty())?).await?;
    let code = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await?;
    Ok((code, String::from_utf8_lossy(&bytes).into_owned()))
}

/// A cluster for those who have none, and four questions.
async fn demonstrate() -> Result<Vec<(u16, String)>, Failure> {
    let server = ApiServer::new();
    let listening = server.listen().await?;
    let token = server.issue_service_account_token("default", "shop");
    server.allow("system:serviceaccount:default:shop", "list", "pods");
    let mount = ServiceAccountDir::new(&token, listening.ca_pem(), "default")?;
    let port = listening.addr().port().to_string();
    let source = MemorySource::new()
        .rooted_at(mount.root())
        .with_var("KUBERNETES_SERVICE_HOST", listening.addr().ip().to_string())
        .with_var("KUBERNETES_SERVICE_PORT_HTTPS", port);
    let drain = Drain::new();
    let app = app(Config::in_cluster_from(Arc::new(source))?, &drain)?;
    let pods = "/k8s/api/v1/namespaces/shop/pods";
    Ok(vec![
        ask(&app, "/", None).await?,
        ask(&app, pods, None).await?,
        ask(&app, pods, Some(SESSION)).await?,
        ask(&app, "/k8s/api/v1/secrets", Some(SESSION)).await?,
    ])
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    for (code, body) in demonstrate().await? {
        println!("{code} {body}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_is_logged_in_reads_as_the_pod_and_nobody_else_does() {
        let answers = demonstrate().await.unwrap();
        let codes: Vec<u16> = answers.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [200, 401, 200, 403], "{answers:?}");
        assert!(answers[2].1.contains("PodList"), "{answers:?}");
        assert!(answers[3].1.contains("--accept-paths"), "{answers:?}");
    }
}
