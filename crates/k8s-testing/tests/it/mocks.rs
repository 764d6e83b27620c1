//! Answers by hand, expectations, and the recorder.

use http::{StatusCode, header};
use k8s_testing::recorder::{NOT_KEPT, Recorder};
use k8s_testing::{ApiServer, mock};
use serde_json::json;
use tower::{Layer, ServiceExt};

use crate::client::request;

#[tokio::test]
async fn a_request_is_answered_by_hand() {
    let (service, mut handle) = mock::pair();
    let client = service.oneshot(request("POST", "/api", None, "body".to_owned()));
    let test = async {
        let received = handle.next().await.unwrap();
        assert_eq!(received.request().body(), "body");
        received.respond_json(StatusCode::CREATED, &json!({}));
    };
    let (response, ()) = tokio::join!(client, test);
    assert_eq!(response.unwrap().status(), 201);
    assert!(handle.next().await.is_none(), "the service is gone");
}

#[tokio::test]
async fn expectations_answer_in_order() {
    let (service, mut handle) = mock::pair();
    let client = async {
        let one = service
            .clone()
            .oneshot(request("GET", "/a?x=1", None, String::new()))
            .await
            .unwrap();
        let two = service
            .oneshot(request("DELETE", "/b", None, r#"{"b":1,"a":2}"#.to_owned()))
            .await
            .unwrap();
        (one.status(), two.status())
    };
    let test = async {
        handle.expect_get("/a?x=1").answer(&json!({})).await;
        let gone = json!({"kind": "Status"});
        handle
            .expect_delete("/b")
            .json(&json!({"a": 2, "b": 1}))
            .answer_status(StatusCode::GONE, &gone)
            .await;
    };
    let (codes, ()) = tokio::join!(client, test);
    assert_eq!(codes, (StatusCode::OK, StatusCode::GONE));
}

#[tokio::test]
async fn another_request_fails_with_both_printed_and_no_secret() {
    let (service, mut handle) = mock::pair();
    let token = "s3cr3t".to_owned().into();
    let body = r#"{"spec":{"a":1,"c":3}}"#;
    let client = tokio::spawn(service.oneshot(request(
        "POST",
        "/api/v1/pods",
        Some(&token),
        body.to_owned(),
    )));
    let test = tokio::spawn(async move {
        let expected = json!({"spec": {"a": 2, "b": 1}});
        let expectation = handle.expect_get("/api/v1/nodes").json(&expected);
        expectation
            .header(header::AUTHORIZATION, "Bearer hidden")
            .answer(&json!({}))
            .await;
    });
    let panic = test.await.unwrap_err().into_panic();
    let text = panic.downcast_ref::<String>().unwrap();
    for part in [
        "mocks.rs",
        "request: POST /api/v1/pods",
        "method: expected GET, found POST",
        "target: expected /api/v1/nodes, found /api/v1/pods",
        "header authorization: it has another value, not printed",
        "body.spec.a: expected 2, found 1",
        "body.spec.b: it is absent",
        "body.spec.c: it was not expected",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(
        !text.contains("s3cr3t") && !text.contains("hidden"),
        "{text}"
    );
    assert!(client.await.unwrap().is_err(), "nobody answered");
}

#[tokio::test]
async fn the_recorder_keeps_requests_and_no_secrets() {
    let server = ApiServer::new();
    let recorder = Recorder::new();
    let service = recorder.layer(server.clone());
    let (one, two) = (server.issue_token("a", &[]), server.issue_token("b", &[]));
    for token in [Some(&one), Some(&one), Some(&two), None] {
        service
            .clone()
            .oneshot(request("GET", "/api?x=y", token, String::new()))
            .await
            .unwrap();
    }
    recorder.assert_requests(&["GET /api?x=y"; 4]);
    assert_eq!(recorder.count(&http::Method::GET, "/api"), 4);
    let requests = recorder.take();
    assert_eq!(requests[0].headers["authorization"], NOT_KEPT);
    assert_eq!(requests[0].credential, requests[1].credential);
    assert_ne!(requests[1].credential, requests[2].credential);
    assert_eq!(requests[3].credential, None);
    assert!(recorder.requests().is_empty());
    assert!(!format!("{requests:?}").contains("token-"));
}
