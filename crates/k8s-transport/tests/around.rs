//! What stands around a request: headers, warnings, limits of rate and size.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use http::{HeaderValue, Request, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full, StreamBody};
use k8s_transport::{
    BodyLimit, BodyLimitLayer, BodyTooLong, DefaultHeadersLayer, LongRunning, Measurement,
    RateLimitLayer, Warning, WarningsLayer,
};
use tokio::time::Instant;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

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

/// Panics when it is called without having been ready.
#[derive(Default)]
struct Strict {
    ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<Full<Bytes>>> for Strict {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Answer>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called unready");
        ready(Ok(Response::default()))
    }
}

// === headers

#[tokio::test]
async fn headers_are_added_and_a_requests_own_are_kept() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let inner = {
        let seen = Arc::clone(&seen);
        service_fn(move |request: Request<Full<Bytes>>| {
            let agents = request.headers().get_all(header::USER_AGENT);
            *seen.lock().unwrap() = agents.iter().cloned().collect();
            ready::<Answer>(Ok(Response::default()))
        })
    };
    let layer = DefaultHeadersLayer::new().user_agent(HeaderValue::from_static("ours"));
    let service = layer.layer(inner);
    service.clone().oneshot(get("/")).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["ours"]);
    let mut own = get("/");
    for name in ["one", "two"] {
        own.headers_mut()
            .append(header::USER_AGENT, name.parse().unwrap());
    }
    service.oneshot(own).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["one", "two"]);
}

#[test]
fn values_of_headers_are_not_shown() {
    let secret = HeaderValue::from_static("s3cret");
    let layer = DefaultHeadersLayer::new().header(header::COOKIE, secret);
    assert_eq!(format!("{layer:?}"), r#"["cookie"]"#);
    assert!(!format!("{:?}", layer.layer(())).contains("s3cret"));
}

// === warnings

#[tokio::test]
async fn warnings_reach_the_hook_with_the_answer() {
    let inner = service_fn(|_: Request<Full<Bytes>>| {
        let response = Response::builder()
            .header(header::WARNING, r#"299 - "old api", 299 - "odd field""#)
            .header(header::WARNING, r#"299 agent "third""#);
        ready::<Answer>(Ok(response.body(Full::default()).unwrap()))
    });
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let heard = Arc::clone(&heard);
        move |warning: &Warning| heard.lock().unwrap().push(warning.clone())
    };
    let service = WarningsLayer::new(hook).layer(inner);
    service.oneshot(get("/")).await.unwrap();
    let heard = heard.lock().unwrap();
    let heard: Vec<_> = heard.iter().map(|w| (w.agent(), w.text())).collect();
    assert_eq!(
        heard,
        [("-", "old api"), ("-", "odd field"), ("agent", "third")]
    );
}

// === size

/// The body's parts, and what is read of them.
async fn read(parts: &'static [&'static str], limit: Option<u64>) -> Result<Bytes, Option<u64>> {
    let inner = service_fn(move |_: Request<Full<Bytes>>| {
        let frames =
            stream::iter(parts).map(|part| Ok::<_, Infallible>(Frame::data(Bytes::from(*part))));
        ready(Ok::<_, Infallible>(Response::new(StreamBody::new(frames))))
    });
    let layer = BodyLimitLayer::new(BodyLimit(Some(10)));
    let mut request = get("/");
    request.extensions_mut().insert(BodyLimit(limit));
    let response = layer.layer(inner).oneshot(request).await.unwrap();
    match response.into_body().collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(error.downcast_ref().map(BodyTooLong::limit)),
    }
}

#[tokio::test]
async fn a_body_may_be_as_long_as_its_limit_and_no_longer() {
    assert_eq!(read(&["abc", "def"], Some(6)).await.unwrap(), "abcdef");
    assert_eq!(read(&["abc", "def"], Some(5)).await, Err(Some(5)));
    assert_eq!(read(&["abc"], Some(0)).await, Err(Some(0)));
    assert_eq!(read(&[], Some(0)).await.unwrap(), "");
    assert_eq!(read(&["abc", "def"], None).await.unwrap(), "abcdef");
}

#[tokio::test]
async fn a_body_that_says_that_it_is_too_long_is_not_read() {
    let layer = BodyLimitLayer::new(BodyLimit(Some(3)));
    let response = layer.layer(answers("four")).oneshot(get("/")).await;
    let mut body = response.unwrap().into_body();
    let error = body.frame().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the answer's body has more than 3 bytes");
}

// === rate

#[tokio::test(start_paused = true)]
async fn a_burst_goes_at_once_then_one_after_the_other() {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let waits = Arc::clone(&waits);
        move |measured: &Measurement<'_>| {
            let told = (measured.name(), (measured.value() * 1000.0).round());
            waits.lock().unwrap().push(told);
        }
    };
    let layer = RateLimitLayer::new(5.0, 2).on_measurement(hook);
    let started = Instant::now();
    for (service, after) in [
        (layer.layer(Strict::default()), 0),
        (layer.layer(Strict::default()), 0),
        (layer.layer(Strict::default()), 200),
        (layer.layer(Strict::default()), 400),
    ] {
        service.oneshot(get("/")).await.unwrap();
        assert_eq!(started.elapsed().as_millis().div_ceil(10) * 10, after);
    }
    let name = "rest_client_rate_limiter_duration_seconds";
    let expected = [(name, 0.0), (name, 0.0), (name, 200.0), (name, 199.0)];
    for (wait, expected) in waits.lock().unwrap().iter().zip(expected) {
        assert_eq!(wait.0, expected.0);
        assert!((wait.1 - expected.1).abs() < 3.0, "{wait:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_for_long_is_not_limited() {
    let layer = RateLimitLayer::new(0.001, 1);
    let started = Instant::now();
    for _ in 0..100 {
        let mut watch = get("/");
        watch.extensions_mut().insert(LongRunning);
        let service = layer.layer(Strict::default());
        service.oneshot(watch).await.unwrap();
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_gives_the_place_back() {
    let layer = RateLimitLayer::new(1.0, 1);
    let service = || layer.layer(Strict::default());
    service().oneshot(get("/")).await.unwrap();
    for _ in 0..50 {
        let mut waiting = Box::pin(service().oneshot(get("/")));
        assert!((&mut waiting).now_or_never().is_none());
    }
    let started = Instant::now();
    service().oneshot(get("/")).await.unwrap();
    assert_eq!(started.elapsed().as_millis().div_ceil(10), 100);
}
