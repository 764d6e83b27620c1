//! Mounted in somebody else's service, behind a guard of its own.

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use k8s_proxy::{Drain, Proxy};
use tower::service_fn;

use crate::support::{TOKEN, client, echo, serve_with, upstream};

async fn login(request: Request, next: Next) -> Response {
    match request.headers().get(header::AUTHORIZATION) {
        Some(word) if word == "Bearer open-sesame" => next.run(request).await,
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

#[tokio::test]
async fn axum_mounts_it_below_a_path_with_its_own_login_in_front() {
    let listening = upstream(service_fn(echo)).await;
    let drain = Drain::new();
    let proxy = Proxy::new(client(&listening, listening.ca_pem()), &drain);
    let app: Router = Router::new()
        .nest_service("/k8s", proxy)
        .layer(middleware::from_fn(login))
        .route("/", get(|| async { "mine" }));
    let served = serve_with(k8s_proxy::Server::new(), app, drain).await;
    assert_eq!(served.ask("GET /", &[], "").await.body, "mine");
    assert_eq!(served.ask("GET /k8s/api", &[], "").await.code, 401);
    let login = ["Authorization: Bearer open-sesame"];
    let answer = served.ask("GET /k8s/api/v1?limit=1", &login, "").await;
    assert!(
        answer.body.starts_with("GET /api/v1?limit=1\n"),
        "{}",
        answer.body
    );
    assert!(
        answer
            .body
            .contains(&format!("authorization: Bearer {TOKEN}\n"))
    );
    assert!(!answer.body.contains("open-sesame"));
}
