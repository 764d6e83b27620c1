//! A network that falls apart while a request is under way, in simulated time (turmoil): what is sent vanishes, and
//! neither end is told.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use k8s_transport::Transport;
use tower::{ServiceExt as _, service_fn};
use turmoil::net::{TcpListener, TcpStream};

use crate::table::{Case, Protocol, Requests, ask};
use crate::wire::counted;

const CLIENT: &str = "client";
const SERVER: &str = "server";
const PORT: u16 = 80;

/// When the network falls apart, and when it is whole again, both from the start of the request.
#[derive(Clone, Copy)]
pub struct Partition {
    pub from: Duration,
    pub until: Duration,
}

/// What the caller is told, and what the server saw.
pub fn run(case: &Arc<Case>, partition: Partition) -> [String; 5] {
    let mut sim = turmoil::Builder::new()
        .simulation_duration(Duration::from_secs(600))
        .tick_duration(Duration::from_millis(10))
        .rng_seed(1)
        .build();
    fastrand::seed(1);
    let case = Arc::clone(case);
    let requests = Requests::default();
    let seen = Arc::new(Mutex::new(None));

    let (served, counting) = (Arc::clone(&case), Arc::clone(&requests));
    sim.host(SERVER, move || {
        serve(Arc::clone(&served), Arc::clone(&counting))
    });
    let told = Arc::clone(&seen);
    sim.client(CLIENT, async move {
        let http2 = case.protocol == Protocol::Http2;
        let (connector, counters) = counted(service_fn(dial), http2);
        let transport = Transport::new(connector);
        tokio::spawn(fall_apart(partition));
        let (answer, attempts) = ask(&transport, case.request()).await;
        *told.lock().unwrap() = Some([
            answer,
            attempts.to_string(),
            counters.made().to_string(),
            requests.load(Ordering::SeqCst).to_string(),
            counters.bytes().to_string(),
        ]);
        Ok(())
    });
    sim.run().unwrap();
    let seen = seen.lock().unwrap().take();
    seen.unwrap()
}

async fn fall_apart(partition: Partition) {
    // real time: never, it is the simulation's
    tokio::time::sleep(partition.from).await;
    turmoil::partition(CLIENT, SERVER);
    // real time: never, it is the simulation's
    tokio::time::sleep(partition.until - partition.from).await;
    turmoil::repair(CLIENT, SERVER);
}

async fn dial(_: Uri) -> io::Result<TokioIo<TcpStream>> {
    let stream = TcpStream::connect((SERVER, PORT)).await?;
    Ok(TokioIo::new(stream))
}

/// The in-memory server behind a simulated socket.
async fn serve(case: Arc<Case>, requests: Requests) -> turmoil::Result {
    let memory = case.memory(&requests);
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    loop {
        let (mut client, _) = listener.accept().await?;
        let memory = memory.clone();
        tokio::spawn(async move {
            let server = memory.oneshot(Uri::from_static("http://server")).await;
            let mut server = TokioIo::new(server.unwrap());
            // The client sees how it ends.
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        });
    }
}
