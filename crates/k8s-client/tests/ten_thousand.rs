//! Ten thousand requests at one time over TLS, on a hundred connections: none is lost, and memory is bounded.
//!
//! `cargo test -p k8s-client --test ten_thousand -- --nocapture` prints the figures. Client and server share the process,
//! so both halves are in them.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may"
)]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use k8s_client::{AnyConnector, Body, Client, ClientOptions, crypto};
use k8s_config::{Config, Material, Roots};
use k8s_testing::ListenOptions;
use k8s_transport::Tcp;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tower::{ServiceExt as _, service_fn};

const REQUESTS: usize = 10_000;
const CONNECTIONS: usize = 100;
/// MiB, of client and server together, beyond what the process had before.
const MEMORY: usize = 512;

/// The most that the process has held, in MiB; `None` where the system does not say.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_is_lost_and_memory_is_bounded() {
    // Nobody is answered before all have asked: they are there at one time.
    let all = Arc::new(Barrier::new(REQUESTS));
    let server = service_fn(move |request: Request<Incoming>| {
        let all = Arc::clone(&all);
        async move {
            all.wait().await;
            let path = request.uri().path().to_owned();
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(path)))
        }
    });
    let options = ListenOptions::new().max_streams(100);
    let listening = options.serve(server).await.unwrap();

    let mut config = Config::new(listening.url().parse().unwrap());
    config.tls.roots = Roots::Bundle(Material::inline(listening.ca_pem(), "the server's CA"));
    let made = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&made);
    let connector = AnyConnector::new(Tcp::new().map_response(move |io| {
        counting.fetch_add(1, Ordering::SeqCst);
        io
    }));
    let options = ClientOptions::new().connector(connector);
    let client = Client::with_options(&config, &crypto::ring(), &options).unwrap();

    let before = peak();
    let mut requests = JoinSet::new();
    for number in 0..REQUESTS {
        let client = client.clone();
        requests.spawn(async move {
            let path = format!("/{number}");
            let request = Request::get(&path).body(Body::empty()).unwrap();
            let answer = client.send(request).await.ok()?.into_body().bytes().await;
            (answer.ok()? == path).then_some(())
        });
    }
    let answers = requests.join_all().await;
    let lost = answers.iter().filter(|answer| answer.is_none()).count();
    let memory = peak().zip(before).map(|(after, before)| after - before);
    let made = made.load(Ordering::SeqCst);
    println!(
        "requests={REQUESTS} lost={lost} connections={made} memory_mib={}",
        memory.map_or_else(|| "unknown".to_owned(), |mib| mib.to_string())
    );
    assert_eq!(lost, 0);
    assert!(made <= CONNECTIONS, "{made} connections");
    assert!(memory.is_none_or(|mib| mib < MEMORY), "{memory:?} MiB");
}
