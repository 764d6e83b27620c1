//! How does my service say that it cannot reach the API server, and why?
//!
//! Its `/readyz` makes every step on the way there and answers with the one that fails: what is wrong, and what to do.
//! kubelet shows the answer's beginning in the Pod's events.
#![allow(clippy::print_stdout, reason = "it prints answers")]

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use k8s_client::{Config, Credentials, crypto};
use k8s_config::{MemorySource, Source};
use k8s_doctor::{Doctor, first_failure};
use k8s_testing::{ApiServer, ServiceAccountDir};
use tower::ServiceExt as _;

/// What a probe asks with.
struct Readiness {
    doctor: Doctor,
    source: Arc<dyn Source>,
}

impl Readiness {
    /// Shorter than the probe's `timeoutSeconds`, so that the answer is ours.
    fn new(source: Arc<dyn Source>) -> Self {
        let doctor = Doctor::new(crypto::ring())
            .limit(Duration::from_secs(3))
            .can("list", "pods");
        Self { doctor, source }
    }

    /// With the handle of the service's own clients, so that a probe runs no plugin and asks nobody for a token.
    fn credentials(mut self, credentials: Credentials) -> Self {
        self.doctor = self.doctor.credentials(credentials);
        self
    }
}

fn app(readiness: Readiness) -> Router {
    Router::new()
        .route("/", get(|| async { "the service" }))
        .route("/readyz", get(readyz))
        .with_state(Arc::new(readiness))
}

/// 200, or 503 with the step that fails.
async fn readyz(State(readiness): State<Arc<Readiness>>) -> Response {
    // Found anew each time: a mount that comes later is seen.
    let config = Config::infer_from(Arc::clone(&readiness.source));
    let steps = readiness.doctor.diagnose(config).await;
    match first_failure(&steps) {
        None => "ok".into_response(),
        Some(step) => {
            let json = serde_json::to_string(step).unwrap_or_else(|_| step.to_string());
            let head = [(header::CONTENT_TYPE, "application/json")];
            (StatusCode::SERVICE_UNAVAILABLE, head, json).into_response()
        }
    }
}

/// What a probe gets.
async fn probe(app: &Router) -> Result<(u16, String), Box<dyn Error>> {
    let request = axum::extract::Request::get("/readyz").body(axum::body::Body::empty())?;
    let answer = app.clone().oneshot(request).await?;
    let code = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await?;
    Ok((code, String::from_utf8_lossy(&body).into_owned()))
}

/// A cluster and a Pod in it, in the place of real ones.
async fn pod(
    server: &ApiServer,
) -> Result<(k8s_testing::Listening, ServiceAccountDir, MemorySource), Box<dyn Error>> {
    let listening = server.listen().await?;
    let token = server.issue_service_account_token("default", "web");
    server.allow("system:serviceaccount:default:web", "list", "pods");
    let mount = ServiceAccountDir::new(&token, listening.ca_pem(), "default")?;
    let port = listening.addr().port().to_string();
    let source = MemorySource::new()
        .rooted_at(mount.root())
        .with_var("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        .with_var("KUBERNETES_SERVICE_PORT", port);
    Ok((listening, mount, source))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = ApiServer::new();
    let (listening, _mount, source) = pod(&server).await?;
    let config = Config::infer_from(Arc::new(source.clone()))?;
    let credentials = Credentials::from_config(&config, &crypto::ring())?;
    let app = app(Readiness::new(Arc::new(source)).credentials(credentials));
    println!("up: {:?}", probe(&app).await?);
    listening.close().await;
    println!("down: {:?}", probe(&app).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_step_that_fails_is_the_answer() {
        let server = ApiServer::new();
        let (listening, mut mount, source) = pod(&server).await.unwrap();
        let app = app(Readiness::new(Arc::new(source)));
        assert_eq!(probe(&app).await.unwrap(), (200, "ok".to_owned()));

        mount.remove("token").unwrap();
        let (code, body) = probe(&app).await.unwrap();
        assert_eq!(code, 503);
        assert!(body.contains(r#""name":"configuration""#), "{body}");
        assert!(body.contains("/token is not there"), "{body}");
        let token = server.issue_service_account_token("default", "web");
        mount.rotate_token(&token).unwrap();
        assert_eq!(probe(&app).await.unwrap().0, 200);

        listening.close().await;
        let (code, body) = probe(&app).await.unwrap();
        assert_eq!(code, 503);
        assert!(body.contains(r#""name":"tcp""#), "{body}");
        assert!(body.contains("nothing listens at port"), "{body}");
    }
}
