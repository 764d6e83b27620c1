//! How one HTTP/2 stream ends, whoever ends it: the request's body, the caller, the server, or silence.
#![cfg(feature = "http2")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/streams.rs"]
mod streams;
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
use http::{Request, Response, Uri};
use http_body_util::BodyExt as _;
use http_body_util::channel::Channel;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use k8s_testing::MemoryConnector;
use k8s_transport::{Task, Transport, TransportOptions};
use streams::{Seen, Sending, Server, echo, empty, post, reader, send, transport};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use tower::{ServiceExt as _, service_fn};
use wire::{counted, fetch, get, read};

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
