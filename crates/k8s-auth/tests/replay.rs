//! After a 401: what is sent a second time, what is handed on, and how often the source is asked.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use http::{Request, Response, StatusCode};
use k8s_auth::token::{Cached, Renew};
use k8s_auth::{AuthorizeLayer, IfClone, Origin, ReplayBody, Token};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

/// A server that takes one token, and counts what it sees.
#[derive(Clone, Default)]
struct Server {
    takes: Arc<Mutex<String>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn answer(&self, request: &Request<&'static str>) -> Response<String> {
        let token = request.headers()["authorization"].to_str().unwrap();
        self.seen
            .lock()
            .unwrap()
            .push(format!("{} {} {token}", request.uri(), request.body()));
        let taken = token == format!("Bearer {}", self.takes.lock().unwrap());
        let code = if taken {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        Response::builder()
            .status(code)
            .body(code.to_string())
            .unwrap()
    }

    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

/// A vault with one token after the other, `a`, `b`, `c`…, behind a cache; and the clock.
struct Set {
    server: Server,
    renewals: Arc<AtomicUsize>,
    now: Arc<Mutex<SystemTime>>,
}

impl Set {
    fn new(takes: &str) -> Self {
        let server = Server::default();
        *server.takes.lock().unwrap() = takes.to_owned();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        Self {
            server,
            renewals: Arc::default(),
            now: Arc::new(Mutex::new(now)),
        }
    }

    fn advance(&self) {
        *self.now.lock().unwrap() += Duration::from_secs(11);
    }

    fn renewals(&self) -> usize {
        self.renewals.load(Ordering::SeqCst)
    }

    /// A function that sends a request and answers with the status code.
    fn client<P>(&self, replay: P) -> impl AsyncFn(&'static str) -> StatusCode
    where
        P: ReplayBody<&'static str> + Clone + 'static,
    {
        let (renewals, now) = (self.renewals.clone(), self.now.clone());
        let vault = service_fn(move |_: Renew| {
            let number = renewals.fetch_add(1, Ordering::SeqCst);
            let text = char::from(b'a' + u8::try_from(number % 26).unwrap()).to_string();
            std::future::ready(Token::new(text))
        });
        let source = Cached::new(vault).clock(move || *now.lock().unwrap());
        let origin = Origin::https(&"https://a.example".parse().unwrap()).unwrap();
        let server = self.server.clone();
        let inner = service_fn(move |request: Request<&'static str>| {
            std::future::ready(Ok::<_, Infallible>(server.answer(&request)))
        });
        let service = AuthorizeLayer::new(source, origin)
            .replay(replay)
            .layer(inner);
        async move |body| {
            let request = Request::post("/x").body(body).unwrap();
            service
                .clone()
                .ready()
                .await
                .unwrap()
                .call(request)
                .await
                .unwrap()
                .status()
        }
    }
}

#[tokio::test]
async fn a_request_that_can_be_cloned_is_sent_again_with_the_new_token() {
    let set = Set::new("a");
    let client = set.client(IfClone);
    assert_eq!(client("one").await, StatusCode::OK);
    *set.server.takes.lock().unwrap() = "b".to_owned();
    set.advance();
    assert_eq!(client("two").await, StatusCode::OK);
    assert_eq!(
        set.server.seen(),
        ["/x one Bearer a", "/x two Bearer a", "/x two Bearer b"]
    );
    assert_eq!(client("three").await, StatusCode::OK);
    assert_eq!(set.server.seen(), ["/x three Bearer b"]);
    assert_eq!(set.renewals(), 2);
}

#[tokio::test]
async fn a_request_that_cannot_is_handed_its_401_and_the_next_one_is_well() {
    let set = Set::new("a");
    let client = set.client(|body: &&'static str| (*body != "stream").then_some(*body));
    assert_eq!(client("one").await, StatusCode::OK);
    *set.server.takes.lock().unwrap() = "b".to_owned();
    set.advance();
    assert_eq!(client("stream").await, StatusCode::UNAUTHORIZED);
    assert_eq!(client("two").await, StatusCode::OK);
    assert_eq!(
        set.server.seen(),
        ["/x one Bearer a", "/x stream Bearer a", "/x two Bearer b"],
        "the stream was sent once"
    );
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_too_is_kept_and_the_401_handed_on() {
    let set = Set::new("nothing");
    let client = set.client(IfClone);
    assert_eq!(client("one").await, StatusCode::UNAUTHORIZED);
    set.advance();
    assert_eq!(client("two").await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        set.server.seen(),
        ["/x one Bearer a", "/x two Bearer a", "/x two Bearer b"]
    );
    assert_eq!(client("three").await, StatusCode::UNAUTHORIZED);
    assert_eq!(set.server.seen(), ["/x three Bearer b"], "b is fresh");
}

#[tokio::test]
async fn a_thousand_401s_of_a_proxied_backend_make_one_renewal() {
    let set = Set::new("nothing");
    let client = set.client(IfClone);
    client("first").await;
    set.advance();
    for _ in 0..1000 {
        assert_eq!(client("again").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(set.renewals(), 2);
    assert_eq!(set.server.seen().len(), 1 + 1000 + 1);
}

#[tokio::test]
async fn everything_of_the_request_is_sent_again() {
    #[derive(Clone, Debug, PartialEq)]
    struct Mark(u8);

    let tokens = Arc::new(AtomicUsize::new(0));
    let source = service_fn(move |_: Renew| {
        let number = tokens.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Token::new(format!("t{number}")))
    });
    let origin = Origin::https(&"https://a.example".parse().unwrap()).unwrap();
    let inner = service_fn(|request: Request<u8>| {
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("PUT", "/x")
        );
        assert_eq!(request.headers()["x-mine"], "1");
        assert_eq!(request.headers().get_all("authorization").iter().count(), 1);
        assert_eq!(request.extensions().get(), Some(&Mark(3)));
        let first = request.headers()["authorization"] == "Bearer t0";
        let code = if first {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::OK
        };
        let answer = Response::builder()
            .status(code)
            .body(*request.body())
            .unwrap();
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    let service = AuthorizeLayer::new(source, origin)
        .replay(IfClone)
        .layer(inner);
    let mut request = Request::put("/x").header("x-mine", "1").body(7).unwrap();
    request.extensions_mut().insert(Mark(3));
    let answer = service.oneshot(request).await.unwrap();
    assert_eq!((answer.status(), answer.into_body()), (StatusCode::OK, 7));
}
