//! What the client's own stack does around a request: limits, attempts, compression, what an error tells.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use k8s_client::{Body, ClassifyLayer, Client};
use k8s_config::{Config, Material, Roots};
use k8s_testing::recorder::Recorder;
use k8s_testing::{ListenOptions, Listening, MemoryConnector};
use k8s_transport::{Deadlines, DeadlinesLayer, Exceeded, Transport};
use tower::{Layer as _, ServiceExt as _, service_fn};

fn config(listening: &Listening) -> Config {
    let server = format!("https://{}", listening.addr());
    let mut config = Config::new(server.parse().unwrap());
    config.tls.roots = Roots::Bundle(Material::inline(listening.ca_pem(), "a test"));
    config
}

fn client(listening: &Listening) -> Client {
    Client::try_from(config(listening)).unwrap()
}

/// A server whose answers are these, status and `Retry-After`, and the last of them ever after; and what it was asked.
async fn scripted(answers: &[(u16, Option<&'static str>)]) -> (Listening, Recorder) {
    let recorder = Recorder::new();
    let answers = answers.to_vec();
    let calls = Arc::new(AtomicUsize::new(0));
    let service = service_fn(move |_: Request<Incoming>| {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        let (status, retry_after) = answers[call.min(answers.len() - 1)];
        let mut response = Response::builder().status(status);
        if let Some(value) = retry_after {
            response = response.header("retry-after", value);
        }
        let hangs = status == HANGS;
        async move {
            if hangs {
                std::future::pending::<()>().await;
            }
            Ok::<_, Infallible>(response.body(Full::<Bytes>::default()).unwrap())
        }
    });
    let service = recorder.layer(service);
    (ListenOptions::new().serve(service).await.unwrap(), recorder)
}

/// Stands for no answer.
const HANGS: u16 = 999;

/// What kube-apiserver answers when it is asked too much, but that it asks for a second.
const REFUSAL: (u16, Option<&str>) = (429, Some("0"));

fn post() -> Request<Bytes> {
    Request::post("/api/v1/namespaces")
        .body(Bytes::from_static(b"{}"))
        .unwrap()
}

#[tokio::test]
async fn the_configured_timeout_ends_a_request_and_its_retries() {
    let rows = [((HANGS, None), 1), (REFUSAL, 2)];
    for (answer, at_least) in rows {
        let (listening, recorder) = scripted(&[answer]).await;
        let mut config = config(&listening);
        config.request_timeout = Some(Duration::from_millis(400));
        let client = Client::try_from(config).unwrap();
        let started = Instant::now();
        let error = client.api_versions().await.unwrap_err();
        assert!(started.elapsed() >= Duration::from_millis(400));
        assert!(error.is_timeout(), "{error:?}");
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.to_string(), "the request was not done within 400ms");
        assert!(recorder.requests().len() >= at_least);
    }
}

#[tokio::test]
async fn a_refused_post_goes_again_with_its_body() {
    let answers = [REFUSAL, (503, Some("0")), REFUSAL, (403, None)];
    let (listening, recorder) = scripted(&answers).await;
    let error = client(&listening).request_bytes(post()).await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");
    recorder.assert_requests(&["POST /api/v1/namespaces"; 4]);
    assert_eq!(error.attempts(), 4);
    let told = ", attempt 4 (before it: 429 Too Many Requests; 503 Service Unavailable; 429 Too Many Requests)";
    assert!(error.to_string().ends_with(told), "{error}");
}

#[tokio::test]
async fn a_body_that_streams_is_sent_once() {
    let (listening, recorder) = scripted(&[REFUSAL]).await;
    let stream = Body::stream(Full::new(Bytes::from_static(b"{}")));
    let request = Request::post("/api/v1/namespaces").body(stream).unwrap();
    let response = client(&listening).send(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(recorder.requests().len(), 1);
}

#[tokio::test]
async fn the_last_refusal_tells_attempts_and_reasons() {
    let answers = [REFUSAL, REFUSAL, (429, Some("3600"))];
    let (listening, _) = scripted(&answers).await;
    let error = client(&listening).api_versions().await.unwrap_err();
    assert_eq!(error.status().unwrap().code, 429);
    assert_eq!(error.attempts(), 3);
    let told = ", attempt 3 (before it: 2 times 429 Too Many Requests)";
    assert!(error.to_string().ends_with(told), "{error}");
}

#[tokio::test]
async fn an_error_of_the_wire_tells_attempts_and_reasons() {
    let (listening, _) = scripted(&[REFUSAL, (HANGS, None)]).await;
    let client = client(&listening);
    // A POST that may have been done is not done again.
    let mut request = post().map(Body::from);
    request
        .extensions_mut()
        .insert(Deadlines::none().headers(SOON));
    let error = client.send(request).await;
    let error = error.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 2, "{error:?}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    let told = "sending the request, attempt 2 (before it: 429 Too Many Requests)";
    assert_eq!(cause, told);
    let root = std::error::Error::source(&error).unwrap().source().unwrap();
    assert_eq!(root.to_string(), "no answer within 50ms");
}

const SOON: Duration = Duration::from_millis(50);

/// A server that answers with what it was asked, in one header each.
async fn mirror(asked: Arc<std::sync::Mutex<Vec<HeaderMap>>>) -> Listening {
    let service = service_fn(move |request: Request<Incoming>| {
        asked.lock().unwrap().push(request.headers().clone());
        let response = Response::builder()
            .status(StatusCode::INTERNAL_SERVER_ERROR)
            .header("audit-id", "a-1")
            .body(Full::from("no"));
        std::future::ready(Ok::<_, Infallible>(response.unwrap()))
    });
    ListenOptions::new().serve(service).await.unwrap()
}

#[tokio::test]
async fn an_error_carries_the_audit_id_and_shows_it_where_the_server_failed() {
    let listening = mirror(Arc::default()).await;
    let error = client(&listening).api_versions().await.unwrap_err();
    assert_eq!(error.audit_id(), Some("a-1"));
    assert!(error.to_string().ends_with(", audit ID a-1"), "{error}");
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn asks_for_compression_but_for_watches_and_where_the_cluster_does_not_want_it() {
    let asked = Arc::default();
    let listening = mirror(Arc::clone(&asked)).await;
    let mut config = config(&listening);
    let ask = async |config: &Config, uri: &str| {
        let client = Client::from_config(config, &k8s_client::crypto::ring()).unwrap();
        let request = Request::get(uri).body(Body::empty()).unwrap();
        client.send(request).await.unwrap();
        let headers = asked.lock().unwrap().pop().unwrap();
        headers.get("accept-encoding").map(|gzip| gzip == "gzip")
    };
    assert_eq!(ask(&config, "/api/v1/pods").await, Some(true));
    assert_eq!(ask(&config, "/api/v1/pods?watch=1").await, None);
    config.disable_compression = true;
    assert_eq!(ask(&config, "/api/v1/pods").await, None);
}

#[tokio::test(start_paused = true)]
async fn a_watch_may_be_silent_for_three_minutes_and_a_list_for_two() {
    let silent = service_fn(|_: Request<Incoming>| async {
        let never = http_body_util::StreamBody::new(futures_util::stream::pending());
        Ok::<_, Infallible>(Response::<Never>::new(never))
    });
    let transport = Transport::new(MemoryConnector::new(silent));
    let limited = DeadlinesLayer::new(Deadlines::none()).layer(transport);
    let service = ClassifyLayer::new().layer(limited);
    for (uri, seconds) in [
        ("http://server/api/v1/pods?watch=true", 180),
        ("http://server/api/v1/pods", 120),
    ] {
        let started = tokio::time::Instant::now();
        let request = Request::get(uri).body(Body::empty()).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        let error = response.into_body().collect().await.unwrap_err();
        assert!(error.is::<Exceeded>(), "{error}");
        assert_eq!(started.elapsed(), Duration::from_secs(seconds), "{uri}");
    }
}

type Never = http_body_util::StreamBody<
    futures_util::stream::Pending<Result<http_body::Frame<Bytes>, Infallible>>,
>;
