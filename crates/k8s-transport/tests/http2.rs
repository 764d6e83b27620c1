//! What passes on one HTTP/2 stream: bodies both ways, at one time, and how either side ends them.
#![cfg(feature = "http2")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::convert::Infallible;
use std::error::Error as _;
use std::future::{Future, pending, ready};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri, header};
use http_body_util::channel::{Channel, Sender};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use k8s_testing::MemoryConnector;
use k8s_transport::{Body, Task, Transport, TransportError, TransportOptions};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use tower::util::BoxCloneSyncService;
use tower::{ServiceExt as _, service_fn};
use wire::{counted, fetch, get, read};

type Server = BoxCloneSyncService<
    Request<Incoming>,
    Response<UnsyncBoxBody<Bytes, hyper::Error>>,
    Infallible,
>;
type Sending = Transport<Channel<Bytes, io::Error>>;

/// What a server saw of a request's body: its bytes, or why they broke off.
type Seen = Arc<Mutex<Vec<Result<Bytes, String>>>>;

fn transport(server: Server) -> Sending {
    let (connector, _) = counted(MemoryConnector::new(server), true);
    Transport::new(connector)
}

fn empty() -> UnsyncBoxBody<Bytes, hyper::Error> {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// Reads requests to their end, then answers.
fn reader(seen: &Seen) -> Server {
    let seen = Arc::clone(seen);
    Server::new(service_fn(move |request: Request<Incoming>| {
        let seen = Arc::clone(&seen);
        async move {
            let body = request.into_body().collect().await;
            let body = body.map(http_body_util::Collected::to_bytes);
            seen.lock()
                .unwrap()
                .push(body.map_err(|error| format!("{error:?}")));
            Ok(Response::new(empty()))
        }
    }))
}

/// Answers with what comes, as it comes.
fn echo() -> Server {
    Server::new(service_fn(|request: Request<Incoming>| async move {
        Ok(Response::new(request.into_body().boxed_unsync()))
    }))
}

fn post(room: usize) -> (Sender<Bytes, io::Error>, Request<Channel<Bytes, io::Error>>) {
    let (sender, body) = Channel::new(room);
    (sender, Request::post("http://server/").body(body).unwrap())
}

async fn send(transport: &Sending, request: Request<Channel<Bytes, io::Error>>) -> Answer {
    transport.clone().oneshot(request).await
}

type Answer = Result<Response<Body>, TransportError>;

#[tokio::test(start_paused = true)]
async fn an_answer_may_begin_before_its_request_ends() {
    let (mut sender, request) = post(1);
    let answer = send(&transport(echo()), request).await.unwrap();
    let mut body = answer.into_body();
    for text in ["one", "two", "three"] {
        sender.send_data(Bytes::from(text)).await.unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), text);
    }
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", "3".parse().unwrap());
    sender.send_trailers(trailers.clone()).await.unwrap();
    drop(sender);
    let frame = body.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_trailers().unwrap(), trailers);
    assert!(body.frame().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_body_is_sent_as_fast_as_the_server_reads_it_and_no_faster() {
    const PIECE: usize = 64 * 1024;
    let (begin, begun) = oneshot::channel::<()>();
    let begun = Arc::new(tokio::sync::Mutex::new(Some(begun)));
    let server = Server::new(service_fn(move |request: Request<Incoming>| {
        let begun = Arc::clone(&begun);
        async move {
            begun.lock().await.take().unwrap().await.unwrap();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let mut answer = Response::new(empty());
            answer.headers_mut().insert("x-length", body.len().into());
            Ok(answer)
        }
    }));
    let transport = transport(server);
    let (mut sender, request) = post(1);
    let answer = tokio::spawn(async move { send(&transport, request).await });
    let mut taken = 0;
    // The windows of both sides, and what waits in between.
    while timeout(
        Duration::from_secs(1),
        sender.send_data(vec![0; PIECE].into()),
    )
    .await
    .is_ok()
    {
        taken += PIECE;
        assert!(taken < 8 << 20, "a body is taken that nobody reads");
    }
    begin.send(()).unwrap();
    for _ in 0..100 {
        sender.send_data(vec![0; PIECE].into()).await.unwrap();
    }
    drop(sender);
    let answer = answer.await.unwrap().unwrap();
    let length: usize = answer.headers()["x-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    // The piece whose sending was given up was not taken.
    assert_eq!(length, taken + 100 * PIECE);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_off_is_the_requests_own_fault_and_no_end() {
    for piece in [None, Some(Bytes::from_static(b"some"))] {
        let seen = Seen::default();
        let transport = transport(reader(&seen));
        let (mut sender, request) = post(2);
        let feed = async {
            if let Some(piece) = piece.clone() {
                sender.send_data(piece).await.unwrap();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            sender.abort(io::Error::other("the disk is gone"));
        };
        let (answer, ()) = tokio::join!(send(&transport, request), feed);
        let error = answer.unwrap_err();
        assert_eq!(error.to_string(), "the request cannot be sent");
        assert_eq!(error.source().unwrap().to_string(), "the disk is gone");
        assert!(!error.is_transient());
        tokio::time::sleep(Duration::from_millis(10)).await;
        let seen = seen.lock().unwrap();
        assert!(seen.iter().all(Result::is_err), "{seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_takes_its_body_along() {
    let seen = Seen::default();
    let transport = transport(reader(&seen));
    let (mut sender, request) = post(1);
    let answer = tokio::spawn({
        let transport = transport.clone();
        async move { send(&transport, request).await }
    });
    sender.send_data(Bytes::from_static(b"some")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    answer.abort();
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert!(sender.send_data(Bytes::new()).await.is_err());
    assert!(matches!(&**seen.lock().unwrap(), [Err(why)] if why.contains("CANCEL")));
    // Its connection is as good as before.
    let (sender, request) = post(1);
    drop(sender);
    send(&transport, request).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_has_heard_enough_may_answer_and_hang_up() {
    let server = Server::new(service_fn(|request: Request<Incoming>| async move {
        drop(request);
        Ok(Response::new(empty()))
    }));
    let (mut sender, request) = post(1);
    let answer = send(&transport(server), request).await.unwrap();
    assert_eq!(read(answer.into_body()).await, "");
    tokio::time::sleep(Duration::from_millis(10)).await;
    // The body of the request is let go of, without an error that anybody sees.
    assert!(sender.send_data(Bytes::from_static(b"more")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn headers_of_a_connection_are_left_out_and_a_length_is_added() {
    let server = Server::new(service_fn(|request: Request<Incoming>| async move {
        let mut answer = Response::new(empty());
        for (name, value) in request.headers() {
            let name = format!("saw-{name}").parse::<header::HeaderName>().unwrap();
            answer.headers_mut().append(name, value.clone());
        }
        Ok(answer)
    }));
    let (connector, _) = counted(MemoryConnector::new(server), true);
    let transport = Transport::<Full<Bytes>>::new(connector);
    let request = Request::put("http://server/")
        .header("connection", "keep-alive, x-odd, te")
        .header("connection", "x-other")
        .header("keep-alive", "timeout=5")
        .header("proxy-connection", "keep-alive")
        .header("te", "trailers")
        .header("transfer-encoding", "chunked")
        .header("x-odd", "1")
        .header("x-other", "1")
        .header("x-kept", "1")
        .body(Full::from("four"));
    let answer = transport.oneshot(request.unwrap()).await.unwrap();
    let mut saw: Vec<_> = answer.headers().iter().collect();
    saw.retain(|(name, _)| name.as_str().starts_with("saw-"));
    let mut saw: Vec<_> = saw
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    saw.sort_unstable();
    let expected = [
        ("saw-content-length", "4"),
        ("saw-te", "trailers"),
        ("saw-x-kept", "1"),
    ];
    assert_eq!(saw, expected);
}

/// Begins an answer, then neither says nor reads anything.
async fn fall_silent(io: DuplexStream) {
    let mut connection = h2::server::handshake(io).await.unwrap();
    let (_, mut respond) = connection.accept().await.unwrap().unwrap();
    let mut answer = respond.send_response(Response::new(()), false).unwrap();
    answer
        .send_data(Bytes::from_static(b"one\n"), false)
        .unwrap();
    // Until that is written.
    let _never = timeout(Duration::from_secs(1), connection.accept()).await;
    pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_server_does_not_say_whether_it_lives_ends_and_says_so() {
    let connector = service_fn(|_: Uri| {
        let (near, far) = duplex(64 * 1024);
        tokio::spawn(fall_silent(far));
        ready(Ok::<_, Infallible>(TokioIo::new(near)))
    });
    let (connector, counters) = counted(connector, true);
    let transport = Transport::new(connector);
    let answer = transport.oneshot(get("http://server/")).await.unwrap();
    let mut body = answer.into_body();
    let since = Instant::now();
    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "one\n"
    );
    let error = body.frame().await.unwrap().unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert_eq!(
        cause,
        "the server fell silent: it did not answer an HTTP/2 ping"
    );
    // Asked after 30 s, given up 15 s later.
    assert_eq!(since.elapsed().as_secs(), 45);
    assert_eq!(counters.open(), 0);
}

/// Polls a task only while it is let.
struct Stopped {
    task: Task,
    is: Arc<AtomicBool>,
}

impl Future for Stopped {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.is.load(Ordering::SeqCst) {
            return Poll::Pending;
        }
        self.task.as_mut().poll(cx)
    }
}

/// Answers one request, then reads nothing until it is told to; then answers all.
async fn pause(io: DuplexStream, go_on: oneshot::Receiver<()>) {
    let mut connection = h2::server::handshake(io).await.unwrap();
    let (_, mut respond) = connection.accept().await.unwrap().unwrap();
    respond.send_response(Response::new(()), true).unwrap();
    // Until that is written.
    let _never = timeout(Duration::from_secs(1), connection.accept()).await;
    go_on.await.unwrap();
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        respond.send_response(Response::new(()), true).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_server_said_while_the_program_was_stopped_is_heard_first() {
    let (go_on, told) = oneshot::channel();
    let told = Arc::new(Mutex::new(Some(told)));
    let connector = service_fn(move |_: Uri| {
        let (near, far) = duplex(64 * 1024);
        tokio::spawn(pause(far, told.lock().unwrap().take().unwrap()));
        ready(Ok::<_, Infallible>(TokioIo::new(near)))
    });
    let (connector, counters) = counted(connector, true);
    let stopped = Arc::new(AtomicBool::new(false));
    let is = Arc::clone(&stopped);
    let options = TransportOptions::new().spawn(move |task| {
        let is = Arc::clone(&is);
        tokio::spawn(Stopped { task, is });
    });
    let transport = Transport::with_options(connector, options);
    fetch(&transport, get("http://server/")).await.unwrap();
    // Asked after 30 s, and stopped before the answer.
    tokio::time::sleep(Duration::from_secs(35)).await;
    stopped.store(true, Ordering::SeqCst);
    go_on.send(()).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    stopped.store(false, Ordering::SeqCst);
    // The request wakes the connection.
    fetch(&transport, get("http://server/")).await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!((counters.made(), counters.open()), (1, 1));
}

/// A transport whose connections are served by `serve`.
fn served<B, F>(serve: impl Fn(DuplexStream) -> F + Clone + Send + Sync + 'static) -> Transport<B>
where
    F: Future<Output = ()> + Send + 'static,
{
    let connector = service_fn(move |_: Uri| {
        let (near, far) = duplex(64 * 1024);
        tokio::spawn(serve(far));
        ready(Ok::<_, Infallible>(TokioIo::new(near)))
    });
    Transport::new(counted(connector, true).0)
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_reset_before_its_end_is_no_whole_one() {
    // As proxies do when what is behind them dies.
    for (reason, length) in [
        (h2::Reason::NO_ERROR, None),
        (h2::Reason::NO_ERROR, Some("8")),
        (h2::Reason::CANCEL, None),
    ] {
        let transport = served(move |io| async move {
            let mut connection = h2::server::handshake(io).await.unwrap();
            let (_, mut respond) = connection.accept().await.unwrap().unwrap();
            let mut head = Response::builder();
            if let Some(length) = length {
                head = head.header("content-length", length);
            }
            let mut answer = respond
                .send_response(head.body(()).unwrap(), false)
                .unwrap();
            answer
                .send_data(Bytes::from_static(b"half"), false)
                .unwrap();
            let _ = timeout(Duration::from_secs(1), connection.accept()).await;
            answer.send_reset(reason);
            while connection.accept().await.is_some() {}
        });
        let answer = transport.oneshot(get("http://server/")).await.unwrap();
        let read = answer.into_body().collect().await;
        assert!(read.is_err(), "{reason} {length:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_dropped_takes_the_rest_of_its_request_along() {
    let seen = Arc::new(Mutex::new(None));
    let saw = Arc::clone(&seen);
    let server = Server::new(service_fn(move |request: Request<Incoming>| {
        let saw = Arc::clone(&saw);
        let (mut begin, body) = Channel::<Bytes, hyper::Error>::new(1);
        tokio::spawn(async move {
            begin.send_data(Bytes::from_static(b"one")).await.unwrap();
            let read = request.into_body().collect().await;
            *saw.lock().unwrap() = Some(format!("{:?}", read.map(|_| ())));
            drop(begin);
        });
        async move { Ok(Response::new(body.boxed_unsync())) }
    }));
    let (connector, counters) = counted(MemoryConnector::new(server), true);
    let transport: Sending = Transport::new(connector);
    let (mut sender, request) = post(1);
    let answer = send(&transport, request).await.unwrap();
    sender.send_data(Bytes::from_static(b"some")).await.unwrap();
    drop(answer);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert!(sender.send_data(Bytes::from_static(b"more")).await.is_err());
    let seen = seen.lock().unwrap().take();
    assert!(
        seen.as_ref().is_some_and(|why| why.contains("CANCEL")),
        "{seen:?}"
    );
    drop(transport);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(counters.open(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_http2_must_not_carry_is_an_error_and_no_wait() {
    let seen = Seen::default();
    let transport = transport(reader(&seen));
    let (mut sender, request) = post(2);
    let mut trailers = HeaderMap::new();
    trailers.insert("connection", "x".parse().unwrap());
    sender.send_data(Bytes::from_static(b"some")).await.unwrap();
    let trail = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        sender.send_trailers(trailers).await.unwrap();
        drop(sender);
    };
    let asked = timeout(Duration::from_secs(5), send(&transport, request));
    let (answer, ()) = tokio::join!(asked, trail);
    let error = answer.expect("it waits").unwrap_err();
    assert_eq!(error.to_string(), "the request cannot be sent");
}

#[tokio::test(start_paused = true)]
async fn times_that_no_clock_knows_are_as_good_as_never() {
    let options = TransportOptions::new()
        .idle_timeout(Duration::MAX)
        .http2_read_idle_timeout(Duration::MAX)
        .http2_ping_timeout(Duration::MAX);
    let eager = options
        .clone()
        .http2_read_idle_timeout(Duration::from_secs(30));
    for options in [options, eager] {
        let (connector, counters) = counted(MemoryConnector::new(echo()), true);
        let transport = Transport::with_options(connector, options);
        for _ in 0..3 {
            fetch(&transport, get("http://server/")).await.unwrap();
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        assert_eq!((counters.made(), counters.open()), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_length_of_an_answer_to_head_is_not_that_of_its_body() {
    let server = Server::new(service_fn(|_: Request<Incoming>| async move {
        let answer = Response::builder().header("content-length", "5000");
        Ok(answer.body(empty()).unwrap())
    }));
    let (connector, _) = counted(MemoryConnector::new(server), true);
    let request = Request::head("http://server/").body(Full::<Bytes>::default());
    let answer = Transport::new(connector)
        .oneshot(request.unwrap())
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-length"], "5000");
    assert_eq!(http_body::Body::size_hint(answer.body()).exact(), Some(0));
    assert_eq!(read(answer.into_body()).await, "");
}
