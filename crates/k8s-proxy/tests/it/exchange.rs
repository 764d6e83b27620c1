//! One request and its answer: what passes, what is added, what stays behind, and what is said when there is no answer.

use k8s_proxy::{Drain, FilesLayer, Proxy, ProxyOptions, Server};
use k8s_testing::ApiServer;
use k8s_testing::certs::Ca;
use tower::{Layer as _, service_fn};

use crate::support::{TOKEN, client, echo, serve, serve_proxy, serve_with, upstream};

#[tokio::test]
async fn p26_method_query_and_body_reach_the_server_unchanged() {
    let served = serve(upstream(service_fn(echo)).await, ProxyOptions::new()).await;
    let target = "/api/test?fields=ID%3Dfoo&labels=key%3Dvalue";
    for (method, body) in [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "question"),
        ("PUT", "{\"a\":1}"),
    ] {
        let answer = served.ask(&format!("{method} {target}"), &[], body).await;
        assert_eq!(answer.code, 200);
        assert!(
            answer.body.starts_with(&format!("{method} {target}\n")),
            "{}",
            answer.body
        );
        assert!(
            answer.body.ends_with(&format!("\n\n{body}")),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn every_request_is_the_proxys_own() {
    let served = serve(upstream(service_fn(echo)).await, ProxyOptions::new()).await;
    let headers = [
        "Authorization: Bearer somebody-elses",
        "Impersonate-User: admin",
        "X-Forwarded-For: 1.2.3.4",
        "X-Remote-User: admin",
        "Accept: application/yaml",
    ];
    let answer = served.ask("GET /api", &headers, "").await;
    assert!(
        answer
            .body
            .contains(&format!("authorization: Bearer {TOKEN}\n")),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("accept: application/yaml\n"));
    for absent in [
        "somebody-elses",
        "impersonate",
        "x-forwarded",
        "x-remote",
        "host: localhost\n",
    ] {
        assert!(!answer.body.contains(absent), "{absent} in {}", answer.body);
    }
}

#[tokio::test]
async fn a_trusted_neighbour_may_be_somebody_else() {
    let options = ProxyOptions::new().trusted(true);
    let served = serve(upstream(service_fn(echo)).await, options).await;
    let headers = [
        "Authorization: Bearer somebody-elses",
        "Impersonate-User: admin",
    ];
    let answer = served.ask("GET /api", &headers, "").await;
    assert!(
        answer
            .body
            .contains("authorization: Bearer somebody-elses\n"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("impersonate-user: admin\n"));
}

#[tokio::test]
async fn the_prefix_is_taken_off() {
    let options = ProxyOptions::new().api_prefix("/custom/").unwrap();
    let served = serve(upstream(service_fn(echo)).await, options).await;
    let answer = served
        .ask("GET /custom/api/v1/services/?limit=1", &[], "")
        .await;
    assert!(
        answer.body.starts_with("GET /api/v1/services/?limit=1\n"),
        "{}",
        answer.body
    );
    let answer = served.ask("GET /api/v1/services/", &[], "").await;
    assert_eq!(answer.code, 404);
    assert!(
        answer.body.contains("\"kind\":\"Status\""),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_path_of_the_server_is_prepended_or_left_to_the_client() {
    let listening = upstream(service_fn(echo)).await;
    let server: http::Uri = format!("{}/k8s/clusters/c-1", listening.url())
        .parse()
        .unwrap();
    let mut config = k8s_client::Config::new(server.clone());
    let files = k8s_config::MemorySource::new().with_file("/ca.crt", listening.ca_pem());
    let bundle = k8s_config::Material::file(std::sync::Arc::new(files), "/ca.crt");
    config.tls.roots = k8s_config::Roots::Bundle(bundle);
    let client = k8s_client::Client::try_from(config).unwrap();
    let drain = Drain::new();
    let below = serve_proxy(
        ProxyOptions::new().proxy(client.clone(), &drain),
        drain.clone(),
    )
    .await;
    let answer = below.ask("GET /api", &[], "").await;
    assert!(
        answer.body.starts_with("GET /k8s/clusters/c-1/api\n"),
        "{}",
        answer.body
    );
    let verbatim = ProxyOptions::new().verbatim(server).proxy(client, &drain);
    let verbatim = serve_proxy(verbatim, drain).await;
    let answer = verbatim.ask("GET /k8s/clusters/c-1/api", &[], "").await;
    assert!(
        answer.body.starts_with("GET /k8s/clusters/c-1/api\n"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn p25_files_stand_beside_the_api() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("test.txt"), "a file").unwrap();
    let listening = upstream(service_fn(echo)).await;
    let drain = Drain::new();
    let proxy = Proxy::new(client(&listening, listening.ca_pem()), &drain);
    let files = FilesLayer::new(folder.path(), "/foo/").layer(proxy);
    let served = serve_with(Server::new(), files, drain).await;
    let answer = served.ask("GET /foo/test.txt", &[], "").await;
    assert_eq!((answer.code, answer.body.as_str()), (200, "a file"));
    for outside in [
        "/foo/../secret",
        "/foo/%2e%2e/%2e%2e/etc/passwd",
        "/foo/none",
    ] {
        assert_eq!(
            served.ask(&format!("GET {outside}"), &[], "").await.code,
            404,
            "{outside}"
        );
    }
    assert!(
        served
            .ask("GET /api", &[], "")
            .await
            .body
            .starts_with("GET /api\n")
    );
}

#[tokio::test]
async fn a_server_under_another_ca_is_refused_and_the_answer_says_why() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let client = client(&listening, Ca::new("another").pem());
    let drain = Drain::new();
    let served = serve_proxy(Proxy::new(client, &drain), drain).await;
    let answer = served.ask("GET /api", &[], "").await;
    assert_eq!(answer.code, 502);
    assert!(answer.head.contains("content-type: application/json"));
    assert!(
        answer.body.contains("\"kind\":\"Status\""),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("unknown issuer"), "{}", answer.body);
    assert!(!answer.body.contains(TOKEN));
}

#[tokio::test]
async fn what_the_server_refuses_comes_back_as_it_said_it() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let served = serve(listening, ProxyOptions::new()).await;
    let answer = served.ask("GET /api/v1/pods", &[], "").await;
    assert_eq!(answer.code, 401);
    assert!(
        answer.body.contains("\"reason\":\"Unauthorized\""),
        "{}",
        answer.body
    );
}
