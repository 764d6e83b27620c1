//! What is measured of a request, and the span around it.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "support/spans.rs"]
mod spans;

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use k8s_transport::{
    DefaultRetry, IfClone, LongRunning, MeasureAttemptsLayer, MeasureRequestsLayer, Measurement,
    OnMeasurement, RequestClass, RetryLayer, TraceLayer,
};
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt as _, service_fn};

type Answer = Result<Response<Full<Bytes>>, Infallible>;

fn get(uri: &str) -> Request<Full<Bytes>> {
    Request::get(uri).body(Full::default()).unwrap()
}

/// A server that answers everything with these bytes.
fn answers(
    text: &'static str,
) -> impl Service<
    Request<Full<Bytes>>,
    Response = Response<Full<Bytes>>,
    Error = Infallible,
    Future = Ready<Answer>,
> + Clone {
    service_fn(move |_| ready(Ok(Response::new(Full::from(text)))))
}

// === measurements

/// What a hook heard, as lines.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl OnMeasurement for Heard {
    fn on_measurement(&self, measured: &Measurement<'_>) {
        let labels: Vec<_> = measured.labels().map(|(k, v)| format!("{k}={v}")).collect();
        let line = format!(
            "{} {} {}",
            measured.name(),
            labels.join(","),
            measured.value()
        );
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test(start_paused = true)]
async fn requests_and_their_attempts_are_measured_as_client_go_does() {
    let calls = Arc::new(Mutex::new(0));
    let inner = service_fn(move |_: Request<Full<Bytes>>| {
        let mut calls = calls.lock().unwrap();
        *calls += 1;
        let mut response = Response::new(Full::<Bytes>::from("twelve bytes"));
        if *calls == 1 {
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            let zero = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, zero);
        }
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, Infallible>(response)
        }
    });
    let (heard, server) = (Heard::default(), "https://server:6443".parse().unwrap());
    fastrand::seed(1);
    let service = ServiceBuilder::new()
        .layer(MeasureRequestsLayer::new(heard.clone()).server(&server))
        .layer(
            RetryLayer::new()
                .policy(DefaultRetry::new())
                .replay(IfClone),
        )
        .layer(MeasureAttemptsLayer::new(heard.clone()).server(&server))
        .service(inner);
    let response = service.oneshot(get("/api")).await.unwrap();
    assert_eq!(heard.0.lock().unwrap().len(), 5, "{:?}", heard.0);
    tokio::time::sleep(Duration::from_secs(7)).await;
    response.into_body().collect().await.unwrap();
    let mut heard = heard.0.lock().unwrap().clone();
    let time = heard.remove(5);
    let (name, time) = time.rsplit_once(' ').unwrap();
    assert_eq!(
        name,
        "rest_client_request_duration_seconds verb=GET,host=server:6443"
    );
    // Two attempts of a second, a wait of one and up to a half, seven until the body was read.
    assert!(
        (10.0..10.6).contains(&time.parse::<f64>().unwrap()),
        "{time}"
    );
    assert_eq!(
        heard,
        [
            "rest_client_request_size_bytes verb=GET,host=server:6443 0",
            "rest_client_requests_total code=429,method=GET,host=server:6443 1",
            "rest_client_request_size_bytes verb=GET,host=server:6443 0",
            "rest_client_requests_total code=200,method=GET,host=server:6443 1",
            "rest_client_request_retries_total code=200,verb=GET,host=server:6443 1",
            "rest_client_response_size_bytes verb=GET,host=server:6443 12",
        ]
    );
}

#[tokio::test]
async fn what_has_no_answer_is_measured_too_and_a_watch_without_its_time() {
    let heard = Heard::default();
    let measured = || {
        (
            MeasureRequestsLayer::new(heard.clone()),
            MeasureAttemptsLayer::new(heard.clone()),
        )
    };
    let failing = service_fn(|_: Request<Full<Bytes>>| {
        ready(Err::<Response<Full<Bytes>>, _>(std::io::Error::other(
            "gone",
        )))
    });
    let (requests, attempts) = measured();
    let service = requests.layer(attempts.layer(failing));
    service.oneshot(get("http://s/x")).await.unwrap_err();
    let lines = std::mem::take(&mut *heard.0.lock().unwrap());
    assert_eq!(
        lines[1],
        "rest_client_requests_total code=<error>,method=GET,host=s 1"
    );
    assert!(
        lines[2].starts_with("rest_client_request_duration_seconds "),
        "{lines:?}"
    );

    let (requests, attempts) = measured();
    let mut watch = get("http://s/x");
    watch.extensions_mut().insert(LongRunning);
    let service = requests.layer(attempts.layer(answers("event")));
    let body = service.oneshot(watch).await.unwrap().into_body();
    drop(body);
    let lines = heard.0.lock().unwrap();
    assert!(
        !lines.iter().any(|line| line.contains("duration")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn nothing_is_measured_where_nobody_listens() {
    struct Deaf;
    impl OnMeasurement for Deaf {
        fn on_measurement(&self, measured: &Measurement<'_>) {
            panic!("told of {measured:?}");
        }
        fn is_off(&self) -> bool {
            true
        }
    }
    let off = MeasureRequestsLayer::new(Some(Deaf));
    let attempts = MeasureAttemptsLayer::new(Some(Deaf));
    let service = off.layer(attempts.layer(answers("x")));
    let response = service.oneshot(get("/")).await.unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "x"
    );
}

// === spans

#[tokio::test]
async fn a_span_ends_with_the_body_and_tells_no_header_and_no_path() {
    let spans = spans::Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let server = "https://user:s3cret@server:6443".parse().unwrap();
    let service = TraceLayer::new()
        .server(&server)
        .layer(answers("twelve bytes"));
    let mut request = get("/secret/path");
    let token = HeaderValue::from_static("Bearer s3cret");
    request.headers_mut().insert(header::AUTHORIZATION, token);
    request.extensions_mut().insert(RequestClass("list"));
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(spans.closed(), Vec::<String>::new());
    response.into_body().collect().await.unwrap();
    assert_eq!(
        spans.closed(),
        ["request method=GET class=list host=server:6443 status=200 bytes=12"]
    );
}

#[tokio::test]
async fn a_span_ends_where_the_answer_is_dropped_or_there_is_none() {
    let spans = spans::Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let service = TraceLayer::new().layer(answers("twelve bytes"));
    drop(service.oneshot(get("http://s/x")).await.unwrap());
    let failing = service_fn(|_: Request<Full<Bytes>>| {
        ready(Err::<Response<Full<Bytes>>, _>(std::io::Error::other(
            "gone",
        )))
    });
    let failed = TraceLayer::new().layer(failing).oneshot(get("http://s/x"));
    failed.await.unwrap_err();
    let expected = [
        "request method=GET host=s status=200 bytes=0",
        "request method=GET host=s",
    ];
    assert_eq!(spans.closed(), expected);
}
