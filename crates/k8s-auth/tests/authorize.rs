//! The authorize layer in a plain tower stack: no transport of ours, any body, any answer, any error.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::fmt;

use http::{Request, Response, StatusCode};
use k8s_auth::token::{Renew, StaticToken};
use k8s_auth::{Authorize, AuthorizeError, AuthorizeLayer, Origin, Token};
use tower::{Layer as _, Service as _, ServiceBuilder, ServiceExt as _, service_fn};
use tower_test::mock::{self, Handle, Mock};

/// Bodies that nobody knows.
#[derive(Debug, PartialEq)]
struct Body(u8);
#[derive(Debug, PartialEq)]
struct Said(&'static str);

type Answer = Response<Said>;
type Inner = Mock<Request<Body>, Answer>;

fn answer(code: StatusCode) -> Answer {
    Response::builder()
        .status(code)
        .body(Said("something"))
        .unwrap()
}

fn origin() -> Origin {
    Origin::https(&"https://a.example".parse().unwrap()).unwrap()
}

fn layer() -> AuthorizeLayer<StaticToken> {
    AuthorizeLayer::new(StaticToken::new(Token::new("abc").unwrap()), origin())
}

fn pair() -> (Authorize<Inner, StaticToken>, Handle<Request<Body>, Answer>) {
    let (inner, handle) = mock::pair();
    (ServiceBuilder::new().layer(layer()).service(inner), handle)
}

fn get(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body(7)).unwrap()
}

#[tokio::test]
async fn puts_a_sensitive_token_on_the_request() {
    let (service, mut handle) = pair();
    let answered = tokio::spawn(service.oneshot(get("/api")));
    let (request, respond) = handle.next_request().await.unwrap();
    let value = &request.headers()["authorization"];
    assert_eq!(value, "Bearer abc");
    assert!(value.is_sensitive());
    assert_eq!(request.into_body(), Body(7));
    respond.send_response(answer(StatusCode::OK));
    let answered = answered.await.unwrap().unwrap();
    assert_eq!(
        (answered.status(), answered.into_body()),
        (StatusCode::OK, Said("something"))
    );
}

#[tokio::test]
async fn leaves_the_callers_own_header_alone_and_never_waits() {
    let (inner, mut handle) = mock::pair::<Request<Body>, Answer>();
    let never = service_fn(|_: Renew| std::future::pending::<Result<Token, Infallible>>());
    let service = AuthorizeLayer::new(never, origin());
    let service = ServiceBuilder::new().layer(service).service(inner);
    let mut request = get("/api");
    request
        .headers_mut()
        .insert("authorization", "Basic x".parse().unwrap());
    let answered = tokio::spawn(service.oneshot(request));
    let (request, respond) = handle.next_request().await.unwrap();
    assert_eq!(request.headers()["authorization"], "Basic x");
    respond.send_response(answer(StatusCode::OK));
    answered.await.unwrap().unwrap();
}

#[tokio::test]
async fn refuses_another_origin_and_sends_nothing() {
    let (mut service, mut handle) = pair();
    handle.allow(1);
    let error = service
        .ready()
        .await
        .unwrap()
        .call(get("https://b.example/api"))
        .await;
    assert!(matches!(
        error.unwrap_err(),
        AuthorizeError::ForeignOrigin(_)
    ));
    drop(service);
    assert!(
        handle.next_request().await.is_none(),
        "the request was sent"
    );
}

#[tokio::test]
async fn a_request_without_a_token_is_never_sent() {
    let (inner, mut handle) = mock::pair::<Request<Body>, Answer>();
    let broken =
        service_fn(async |_: Renew| Err::<Token, _>(std::io::Error::other("vault is sealed")));
    let mut service = ServiceBuilder::new()
        .layer(AuthorizeLayer::new(broken, origin()))
        .service(inner);
    handle.allow(1);
    let error = service
        .ready()
        .await
        .unwrap()
        .call(get("/api"))
        .await
        .unwrap_err();
    let AuthorizeError::Credential(cause) = error else {
        panic!("another error")
    };
    let cause = std::error::Error::source(&cause).unwrap();
    assert_eq!(cause.to_string(), "vault is sealed");
    drop(service);
    assert!(
        handle.next_request().await.is_none(),
        "the request was sent"
    );
}

#[tokio::test]
async fn keeps_the_type_of_the_inner_error() {
    #[derive(Debug)]
    struct Mine;
    impl fmt::Display for Mine {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("mine")
        }
    }
    impl std::error::Error for Mine {}

    let inner = service_fn(async |_: Request<Body>| Err::<Answer, _>(Mine));
    let error = layer().layer(inner).oneshot(get("/api")).await.unwrap_err();
    assert!(matches!(error, AuthorizeError::Inner(Mine)));
    assert_eq!(error.into_boxed().to_string(), "mine");
}

#[tokio::test]
async fn calls_only_services_that_were_polled_ready() {
    // The mock panics when a clone that was not polled ready is called.
    let (mut service, mut handle) = pair();
    let serve = tokio::spawn(async move {
        for _ in 0..3 {
            let (_, respond) = handle.next_request().await.unwrap();
            respond.send_response(answer(StatusCode::OK));
        }
    });
    for _ in 0..3 {
        service
            .ready()
            .await
            .unwrap()
            .call(get("/api"))
            .await
            .unwrap();
    }
    serve.await.unwrap();
}

#[tokio::test]
async fn dropping_the_future_before_the_token_is_there_sends_nothing() {
    let (inner, mut handle) = mock::pair::<Request<Body>, Answer>();
    let never = service_fn(|_: Renew| std::future::pending::<Result<Token, Infallible>>());
    let mut service = ServiceBuilder::new()
        .layer(AuthorizeLayer::new(never, origin()))
        .service(inner);
    handle.allow(1);
    let mut future = Box::pin(service.ready().await.unwrap().call(get("/api")));
    tokio::select! {
        biased;
        _ = &mut future => panic!("answered without a token"),
        () = std::future::ready(()) => {}
    }
    drop(future);
    drop(service);
    assert!(
        handle.next_request().await.is_none(),
        "the request was sent"
    );
}
