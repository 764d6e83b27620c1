//! What becomes of requests when an HTTP/2 server says goodbye: of those that it looked at, and of those that it did not.
#![cfg(feature = "http2")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Future, pending, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use h2::server::handshake;
use http::{Response, Uri};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use k8s_transport::{IfClone, RetryLayer, Transport, TransportOptions};
use tokio::io::{AsyncWriteExt as _, DuplexStream, copy, duplex, sink, split};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::{Layer as _, ServiceExt as _, service_fn};
use wire::{Counters, counted, fetch, post};

const BUFFER: usize = 64 * 1024;

/// How often the server acted on each request, by its path.
#[derive(Clone, Default)]
struct Acted(Arc<Mutex<HashMap<String, usize>>>);

impl Acted {
    fn on(&self, uri: &Uri) {
        let mut acted = self.0.lock().unwrap();
        *acted.entry(uri.path().to_owned()).or_default() += 1;
    }

    fn times(&self) -> Vec<usize> {
        self.0.lock().unwrap().values().copied().collect()
    }
}

/// A transport whose connections are served by `serve`, which is told how many came before.
fn transport<F>(
    serve: impl Fn(usize, DuplexStream) -> F + Clone + Send + Sync + 'static,
) -> (Transport<Full<Bytes>>, Counters)
where
    F: Future<Output = ()> + Send + 'static,
{
    let made = Arc::new(AtomicUsize::new(0));
    let connector = service_fn(move |_: Uri| {
        let (near, far) = duplex(BUFFER);
        tokio::spawn(serve(made.fetch_add(1, Ordering::SeqCst), far));
        ready(Ok::<_, Infallible>(TokioIo::new(near)))
    });
    let (connector, counters) = counted(connector, true);
    (Transport::new(connector), counters)
}

/// Answers everything; says goodbye after so many, and answers what still comes.
async fn answer(io: DuplexStream, acted: Acted, goodbye_after: usize) {
    let (inner, outer) = duplex(BUFFER);
    tokio::spawn(linger(io, outer));
    let Ok(mut connection) = handshake(inner).await else {
        return;
    };
    let mut answered = 0;
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        acted.on(request.uri());
        // Whoever has gone away is not told.
        let _gone = respond.send_response(Response::new(()), true);
        answered += 1;
        if answered == goodbye_after {
            connection.graceful_shutdown();
        }
    }
}

/// Answers one request, takes three more, then says that it looked at the first `looked_at` of those, and goes.
async fn go(io: DuplexStream, acted: Acted, looked_at: usize) {
    let (inner, outer) = duplex(BUFFER);
    let (say, said) = oneshot::channel();
    tokio::spawn(relay(io, outer, said));
    let mut connection = handshake(inner).await.unwrap();
    let (_, mut respond) = connection.accept().await.unwrap().unwrap();
    respond.send_response(Response::new(()), true).unwrap();
    let mut held = Vec::new();
    while held.len() < 3 {
        let (request, respond) = connection.accept().await.unwrap().unwrap();
        if held.len() < looked_at {
            acted.on(request.uri());
        }
        held.push(respond);
    }
    let last = held[looked_at - 1].stream_id();
    say.send(u32::from(last)).unwrap();
    while connection.accept().await.is_some() {}
}

/// Passes bytes on, and leaves a connection open that the server is done with until the client closes it, as Go's server
/// does for a second: a client that writes just then would otherwise never read the goodbye.
async fn linger(client: DuplexStream, server: DuplexStream) {
    let ((mut heard, mut told), (mut answers, mut requests)) = (split(client), split(server));
    let up = async {
        // Whichever of the two is gone.
        let _gone = copy(&mut heard, &mut requests).await;
        let _gone = copy(&mut heard, &mut sink()).await;
        let _gone = requests.shutdown().await;
    };
    let _gone = tokio::join!(up, copy(&mut answers, &mut told));
}

/// Passes bytes on until there is a goodbye to say.
async fn relay(client: DuplexStream, server: DuplexStream, said: oneshot::Receiver<u32>) {
    let ((mut heard, mut told), (mut answers, mut requests)) = (split(client), split(server));
    let last = tokio::select! {
        _ = copy(&mut heard, &mut requests) => return,
        _ = copy(&mut answers, &mut told) => return,
        last = async {
            let last = said.await.unwrap();
            // Until all that was written before has passed.
            // real time: never, its callers have paused theirs
            sleep(Duration::from_millis(1)).await;
            last
        } => last,
    };
    // RFC 9113, 6.8: length, type, flags, stream; the last stream looked at, NO_ERROR.
    told.write_all(&[0, 0, 8, 7, 0, 0, 0, 0, 0]).await.unwrap();
    told.write_u32(last).await.unwrap();
    told.write_u32(0).await.unwrap();
}

/// Three requests under way when the server goes that says to have looked at so many: how they end.
async fn three(looked_at: usize) -> (Vec<String>, Acted, Counters) {
    let acted = Acted::default();
    let acting = acted.clone();
    let (transport, counters) = transport(move |before, io| {
        let acted = acting.clone();
        async move {
            match before {
                0 => go(io, acted, looked_at).await,
                _ => answer(io, acted, usize::MAX).await,
            }
        }
    });
    fetch(&transport, post("http://server/first", "x"))
        .await
        .unwrap();
    let service = RetryLayer::new().replay(IfClone).layer(transport);
    let mut requests = JoinSet::new();
    for uri in ["http://server/a", "http://server/b", "http://server/c"] {
        requests.spawn(service.clone().oneshot(post(uri, "x")));
    }
    let ended = requests.join_all().await.into_iter();
    let mut ended: Vec<_> = ended
        .map(|ended| match ended {
            Ok(answer) => answer.status().to_string(),
            Err(error) => error.into_boxed().to_string(),
        })
        .collect();
    ended.sort();
    (ended, acted, counters)
}

#[tokio::test(start_paused = true)]
async fn a_post_that_the_goodbye_covers_is_not_sent_again() {
    let (ended, acted, counters) = three(3).await;
    assert_eq!(ended, ["the connection broke"; 3]);
    assert_eq!(acted.times(), [1, 1, 1]);
    assert_eq!(counters.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn posts_beyond_the_goodbye_are_sent_again_and_those_below_are_not() {
    for looked_at in [1, 2] {
        let (ended, acted, counters) = three(looked_at).await;
        let (answered, broken) = ended.split_at(3 - looked_at);
        assert!(answered.iter().all(|it| it == "200 OK"), "{ended:?}");
        assert!(
            broken.iter().all(|it| it == "the connection broke"),
            "{ended:?}"
        );
        assert_eq!(acted.times(), [1, 1, 1]);
        assert_eq!(counters.made(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_connection_nobody_runs_any_more_is_broken_and_not_to_blame() {
    let (connector, _) = counted(
        service_fn(|_: Uri| {
            let (near, far) = duplex(BUFFER);
            tokio::spawn(async move {
                let mut connection = handshake(far).await.unwrap();
                let _held = connection.accept().await;
                pending::<()>().await;
            });
            ready(Ok::<_, Infallible>(TokioIo::new(near)))
        }),
        true,
    );
    let running = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&running);
    let options = TransportOptions::new().spawn(move |task| {
        *keep.lock().unwrap() = Some(tokio::spawn(task));
    });
    let transport = Transport::with_options(connector, options);
    let request = tokio::spawn(async move { fetch(&transport, post("http://server/", "x")).await });
    sleep(Duration::from_millis(1)).await;
    running.lock().unwrap().take().unwrap().abort();
    let error = request.await.unwrap().unwrap_err();
    assert!(error.is_transient() && !error.is_unprocessed(), "{error}");
}

/// Requests on many threads, to a server that goes after every fifth: its goodbye meets requests at each point of their way.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn goodbyes_at_any_moment_lose_no_post_and_repeat_none() {
    const TASKS: usize = 32;
    const EACH: usize = 60;
    let acted = Acted::default();
    let acting = acted.clone();
    let (transport, counters) = transport(move |_, io| answer(io, acting.clone(), 5));
    let service = RetryLayer::new().replay(IfClone).layer(transport);
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let service = service.clone();
        tasks.spawn(async move {
            for turn in 0..EACH {
                let uri = format!("http://server/{task}-{turn}");
                service.clone().oneshot(post(&uri, "x")).await.unwrap();
            }
        });
    }
    // real time: threads race; so long only if a request hangs
    let all = timeout(Duration::from_secs(60), tasks.join_all()).await;
    all.expect("a request hangs");
    let times = acted.times();
    let repeated = times.iter().filter(|times| **times > 1).count();
    assert_eq!((times.len(), repeated), (TASKS * EACH, 0));
    assert!(counters.made() > TASKS * EACH / 100);
}
