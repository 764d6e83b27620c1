//! Probes and metrics, on a port of their own.

use k8s_proxy::{Drain, Health, Metrics, MetricsLayer, Proxy, Server};
use k8s_testing::ApiServer;
use tower::{Layer as _, service_fn};

use crate::support::{client, echo, serve_with, upstream};

#[tokio::test]
async fn readiness_is_the_api_servers() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let token = server.issue_token("prober", &["system:masters"]);
    let drain = Drain::new();
    let mut config = k8s_client::Config::new(listening.url().parse().unwrap());
    let files = k8s_config::MemorySource::new()
        .with_file("/ca.crt", listening.ca_pem())
        .with_file("/token", secrecy::ExposeSecret::expose_secret(&token));
    let source = std::sync::Arc::new(files);
    config.tls.roots =
        k8s_config::Roots::Bundle(k8s_config::Material::file(source.clone(), "/ca.crt"));
    config.user.token_file = Some(k8s_config::Material::file(source, "/token"));
    let client = k8s_client::Client::try_from(config).unwrap();
    let served = serve_with(Server::new(), Health::new(client, &drain), Drain::new()).await;
    for path in ["/healthz", "/livez", "/readyz"] {
        let answer = served.ask(&format!("GET {path}"), &[], "").await;
        assert_eq!((answer.code, answer.body.as_str()), (200, "ok"), "{path}");
    }
    assert_eq!(served.ask("GET /api", &[], "").await.code, 404);
    assert_eq!(served.ask("POST /healthz", &[], "x").await.code, 405);
    listening.close().await;
    let answer = served.ask("GET /readyz", &[], "").await;
    assert_eq!(answer.code, 503);
    assert!(
        answer.body.starts_with("not ready: sending the request"),
        "{}",
        answer.body
    );
    assert_eq!(served.ask("GET /healthz", &[], "").await.code, 200);
    drain.start();
    let answer = served.ask("GET /readyz", &[], "").await;
    assert_eq!(
        (answer.code, answer.body.as_str()),
        (503, "not ready: the proxy is ending")
    );
}

#[tokio::test]
async fn answers_are_counted() {
    let listening = upstream(service_fn(echo)).await;
    let client = client(&listening, listening.ca_pem());
    let drain = Drain::new();
    let metrics = Metrics::new();
    let counted = MetricsLayer::new(metrics.clone()).layer(Proxy::new(client.clone(), &drain));
    let served = serve_with(Server::new(), counted, drain.clone()).await;
    let health = Health::new(client, &drain).metrics(metrics);
    let health = serve_with(Server::new(), health, drain).await;
    for asked in [
        "GET /api",
        "GET /api",
        "BREW /api",
        "POST /api/v1/nodes/n/proxy/",
    ] {
        served.ask(asked, &[], "").await;
    }
    let text = health.ask("GET /metrics", &[], "").await.body;
    for line in [
        "k8s_proxy_requests_total{code=\"200\",method=\"GET\"} 2\n",
        "k8s_proxy_requests_total{code=\"200\",method=\"other\"} 1\n",
        "k8s_proxy_requests_total{code=\"403\",method=\"POST\"} 1\n",
        "k8s_proxy_requests_in_flight 0\n",
        "k8s_proxy_request_duration_seconds_count 4\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}
