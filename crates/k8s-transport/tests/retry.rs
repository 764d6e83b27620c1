//! Which requests are sent again, how long after, and what is said of it.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use k8s_testing::MemoryConnector;
use k8s_testing::faults::{FaultLayer, RequestFault, Script};
use k8s_transport::{
    Attempt, Attempts, DefaultRetry, IfClone, Never, Repeatable, RetryLayer, SendOnce, Transport,
};
use tokio::time::Instant;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use wire::{counted, get, post};

/// Answers with each status in turn, then with 200; counts, and panics when it is called unready.
struct Scripted {
    answers: Arc<Vec<(u16, Option<&'static str>)>>,
    calls: Arc<AtomicUsize>,
    ready: bool,
}

impl Scripted {
    fn new(answers: &[(u16, Option<&'static str>)]) -> Self {
        Self {
            answers: Arc::new(answers.to_vec()),
            calls: Arc::default(),
            ready: false,
        }
    }
}

impl Clone for Scripted {
    fn clone(&self) -> Self {
        Self {
            answers: Arc::clone(&self.answers),
            calls: Arc::clone(&self.calls),
            ready: false,
        }
    }
}

impl Service<Request<Full<Bytes>>> for Scripted {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called unready");
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let (status, after) = self.answers.get(call).copied().unwrap_or((200, None));
        let mut response = Response::builder().status(status);
        if let Some(after) = after {
            response = response.header("retry-after", after);
        }
        ready(Ok(response.body(Full::default()).unwrap()))
    }
}

fn request(method: Method) -> Request<Full<Bytes>> {
    let mut request = post("/x", "body");
    *request.method_mut() = method;
    request
}

/// How often a request is sent whose first answer is this one.
async fn sent(request: Request<Full<Bytes>>, status: u16, after: Option<&'static str>) -> usize {
    let server = Scripted::new(&[(status, after)]);
    let calls = Arc::clone(&server.calls);
    let service = RetryLayer::new().replay(IfClone).layer(server);
    service.oneshot(request).await.unwrap();
    calls.load(Ordering::SeqCst)
}

#[tokio::test(start_paused = true)]
async fn sends_again_what_was_refused_and_says_when_to_come_again() {
    let rows = [
        (Method::GET, 429, Some("1"), 2),
        (Method::POST, 429, Some("1"), 2),
        (Method::POST, 503, Some("1"), 2),
        (Method::POST, 429, Some("0"), 2),
        (Method::POST, 429, None, 1),
        (Method::GET, 503, None, 1),
        (Method::GET, 429, Some("soon"), 1),
        (Method::GET, 500, Some("1"), 2),
        (Method::GET, 504, Some("1"), 2),
        (Method::POST, 500, Some("1"), 1),
        (Method::POST, 504, Some("1"), 1),
        (Method::PUT, 500, Some("1"), 1),
        (Method::DELETE, 500, Some("1"), 1),
        (Method::GET, 500, None, 1),
        (Method::GET, 409, Some("1"), 1),
        (Method::GET, 302, Some("1"), 1),
        (Method::GET, 200, Some("1"), 1),
        (Method::GET, 429, Some("86400"), 1),
        (Method::GET, 429, Some("31"), 1),
        (Method::GET, 429, Some("30"), 2),
        (Method::GET, 503, Some("Sun, 22 Nov 2026 09:00:07 GMT"), 2),
    ];
    for (method, status, after, expected) in rows {
        let row = format!("{method} {status} {after:?}");
        assert_eq!(
            sent(request(method), status, after).await,
            expected,
            "{row}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_may_say_that_it_can_be_repeated() {
    let mut repeatable = request(Method::PUT);
    repeatable.extensions_mut().insert(Repeatable);
    assert_eq!(sent(repeatable, 500, Some("1")).await, 2);
}

#[tokio::test(start_paused = true)]
async fn waits_as_long_as_the_server_asks_and_half_as_long_again_at_most() {
    for seed in 0..50 {
        fastrand::seed(seed);
        let started = Instant::now();
        sent(request(Method::GET), 429, Some("4")).await;
        let waited = started.elapsed();
        assert!((4_000..=6_001).contains(&waited.as_millis()), "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_refusals_ends_with_the_refusal_and_the_reasons() {
    let storm = vec![(429, Some("1")); 1_000];
    let server = Scripted::new(&storm);
    let calls = Arc::clone(&server.calls);
    let service = RetryLayer::new().replay(IfClone).layer(server);
    let started = Instant::now();
    let response = service.oneshot(get("/x")).await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let attempts = response.extensions().get::<Attempts>().unwrap();
    assert_eq!(attempts.attempts(), calls.load(Ordering::SeqCst));
    assert_eq!(attempts.attempts(), 11);
    assert_eq!(attempts.reasons()[9], "429 Too Many Requests");
    assert!(
        started.elapsed() <= Duration::from_secs(31),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn all_waits_together_stay_within_the_budget() {
    let policy = DefaultRetry::new().retries(1_000);
    let server = Scripted::new(&vec![(503, Some("2")); 1_000]);
    let service = RetryLayer::new()
        .policy(policy)
        .replay(IfClone)
        .layer(server);
    let started = Instant::now();
    service.oneshot(get("/x")).await.unwrap();
    assert!(
        started.elapsed() <= Duration::from_secs(31),
        "{:?}",
        started.elapsed()
    );
    assert!(
        started.elapsed() >= Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_cannot_be_copied_is_sent_once() {
    let server = Scripted::new(&[(429, Some("1"))]);
    let service = RetryLayer::new().replay(Never).layer(server.clone());
    service.oneshot(request(Method::POST)).await.unwrap();
    let none = |_: &Full<Bytes>| None;
    let service = RetryLayer::new().replay(none).layer(server.clone());
    service.oneshot(request(Method::POST)).await.unwrap();
    assert_eq!(server.calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_closure_is_a_policy() {
    let policy = |attempt: &Attempt<'_>| (attempt.number < 4).then_some(Duration::from_secs(7));
    let server = Scripted::new(&[(200, None); 9]);
    let service = RetryLayer::new().policy(policy).replay(IfClone);
    let started = Instant::now();
    service
        .layer(server.clone())
        .oneshot(get("/x"))
        .await
        .unwrap();
    assert_eq!(server.calls.load(Ordering::SeqCst), 4);
    assert_eq!(started.elapsed(), Duration::from_secs(21));
}

#[tokio::test(start_paused = true)]
async fn the_error_tells_attempts_and_reasons() {
    let refused = service_fn(|_: http::Uri| async {
        Err::<k8s_testing::MemoryStream, _>(std::io::Error::from(
            std::io::ErrorKind::ConnectionRefused,
        ))
    });
    let transport = Transport::new(refused);
    let service = RetryLayer::new()
        .policy(DefaultRetry::new().retries(2))
        .replay(IfClone);
    let error = service.layer(transport).oneshot(post("http://s/", "x"));
    let error = error.await.unwrap_err();
    let reason = "no connection could be made: connection refused";
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.reasons(), [reason, reason]);
    assert_eq!(
        error.to_string(),
        format!("sending the request, attempt 3 (before it: 2 times {reason})")
    );
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "no connection could be made");
}

#[tokio::test(start_paused = true)]
async fn what_got_no_answer_is_told_at_once_where_one_wants_that() {
    let refused = service_fn(|_: http::Uri| async {
        Err::<k8s_testing::MemoryStream, _>(std::io::Error::from(
            std::io::ErrorKind::ConnectionRefused,
        ))
    });
    let policy = || {
        RetryLayer::new()
            .policy(DefaultRetry::new().unanswered(false))
            .replay(IfClone)
    };
    let lost = policy()
        .layer(Transport::new(refused))
        .oneshot(get("http://s/"));
    assert_eq!(lost.await.unwrap_err().attempts(), 1);

    let busy = Scripted::new(&[(429, Some("1"))]);
    let answer = policy().layer(busy.clone()).oneshot(get("/x")).await;
    assert_eq!(answer.unwrap().status(), 200);
    assert_eq!(busy.calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_nobody_sees_keeps_its_connection() {
    let fault = RequestFault::Status {
        code: StatusCode::TOO_MANY_REQUESTS,
        retry_after: Some(Duration::from_secs(1)),
    };
    let server = service_fn(|_: Request<Incoming>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("done")))
    });
    let server = FaultLayer::new(Script::of([Some(fault), Some(fault), None])).layer(server);
    let (connector, counters) = counted(MemoryConnector::new(server), false);
    let service = RetryLayer::new()
        .replay(IfClone)
        .layer(Transport::new(connector));
    let response = service.oneshot(post("http://server/", "x")).await.unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "done"
    );
    assert_eq!(counters.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn goodbyes_lose_no_request_and_repeat_none() {
    let begun = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&begun);
    let server = service_fn(move |request: Request<Incoming>| {
        counting.fetch_add(1, Ordering::SeqCst);
        async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            Ok::<_, Infallible>(Response::new(Full::from(body)))
        }
    });
    let memory = MemoryConnector::new(server);
    let (connector, _) = counted(memory.clone(), true);
    let service = RetryLayer::new()
        .replay(IfClone)
        .layer(Transport::new(connector));
    for _ in 0..200 {
        memory.goaway();
        let response = service.clone().oneshot(post("http://server/", "once"));
        let body = response.await.unwrap().into_body();
        assert_eq!(body.collect().await.unwrap().to_bytes(), "once");
    }
    assert_eq!(begun.load(Ordering::SeqCst), 200);
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_sent_once_is_not_sent_again() {
    assert_eq!(sent(request(Method::GET), 429, Some("1")).await, 2);
    let mut once = request(Method::GET);
    once.extensions_mut().insert(SendOnce);
    assert_eq!(sent(once, 429, Some("1")).await, 1);
}
