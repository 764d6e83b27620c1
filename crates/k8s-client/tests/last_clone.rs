//! When the last clone of a client is dropped, the server sees every connection close within a second.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use k8s_client::{Body, Client, crypto};
use k8s_config::{Config, Material, MemorySource, Roots};
use k8s_testing::ListenOptions;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tower::service_fn;

const AT_ONCE: usize = 20;

/// Stands in front of a server and counts the connections that its clients hold open.
struct Door {
    address: SocketAddr,
    open: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
}

impl Door {
    /// Leads to `server`; without one, it lets everybody in and nobody speaks to them.
    async fn to(server: Option<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (open, made) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (opening, making) = (Arc::clone(&open), Arc::clone(&made));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                making.fetch_add(1, Ordering::SeqCst);
                opening.fetch_add(1, Ordering::SeqCst);
                let open = Arc::clone(&opening);
                tokio::spawn(async move {
                    lead(client, server).await;
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self {
            address,
            open,
            made,
        }
    }

    fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    async fn empties_within_a_second(&self) -> bool {
        for _ in 0..100 {
            if self.open() == 0 {
                return true;
            }
            // real time: sockets close when the kernel says so
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}

/// Until the client hangs up.
async fn lead(client: TcpStream, server: Option<SocketAddr>) {
    let (mut from_client, mut to_client) = client.into_split();
    let Some(server) = server else {
        let _ = tokio::io::copy(&mut from_client, &mut tokio::io::sink()).await;
        return;
    };
    let (mut from_server, mut to_server) = TcpStream::connect(server).await.unwrap().into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
}

fn client(door: &Door, ca_pem: &str, http1: bool) -> Client {
    let server = format!("https://{}", door.address).parse().unwrap();
    let mut source = MemorySource::new();
    if http1 {
        source = source.with_var("DISABLE_HTTP2", "1");
    }
    let mut config = Config::new(server).with_source(Arc::new(source));
    config.tls.roots = Roots::Bundle(Material::inline(ca_pem, "the server's CA"));
    Client::from_config(&config, &crypto::ring()).unwrap()
}

async fn get(client: Client) {
    let request = Request::get("/").body(Body::empty()).unwrap();
    let answer = client.send(request).await.unwrap();
    answer.into_body().bytes().await.unwrap();
}

#[tokio::test]
async fn connections_that_are_unused_close() {
    for http1 in [true, false] {
        let all = Arc::new(Barrier::new(AT_ONCE));
        let server = service_fn(move |_: Request<Incoming>| {
            let all = Arc::clone(&all);
            async move {
                all.wait().await;
                Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("hello")))
            }
        });
        let options = ListenOptions::new().max_streams(4);
        let listening = options.serve(server).await.unwrap();
        let door = Door::to(Some(listening.addr())).await;
        let client = client(&door, listening.ca_pem(), http1);
        let mut requests = JoinSet::new();
        for _ in 0..AT_ONCE {
            requests.spawn(get(client.clone()));
        }
        requests.join_all().await;
        let connections = if http1 { AT_ONCE } else { AT_ONCE / 4 };
        assert_eq!(
            (door.open(), door.made.load(Ordering::SeqCst)),
            (connections, connections)
        );
        let last = client.clone();
        drop(client);
        assert_eq!(door.open(), connections);
        drop(last);
        assert!(door.empties_within_a_second().await, "HTTP/1.1: {http1}");
    }
}

#[tokio::test]
async fn a_connection_that_is_being_made_is_given_up() {
    let door = Door::to(None).await;
    let ca = k8s_testing::certs::Ca::new("nobody");
    let client = client(&door, ca.pem(), false);
    let waiting = tokio::time::timeout(Duration::from_millis(200), get(client.clone()));
    waiting.await.unwrap_err();
    assert_eq!(door.open(), 1);
    drop(client);
    assert!(door.empties_within_a_second().await);
}
