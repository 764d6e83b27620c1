//! What becomes of requests while the API server sheds load, says goodbye to connections, or restarts?
//!
//! On a real control plane, below `cargo xtask cluster run --audit`, as a service account: the administrator is exempt
//! from throttling.
//!
//! - `load --requests 20000 --inflight 64`, over HTTP/2, with `--apiserver-arg=--goaway-chance=0.02`: the last line is
//!   `lost=N duplicated=N goaways=N`.
//! - `load --posts 200 --inflight 32`, with `--apiserver-arg=--enable-priority-and-fairness=false`,
//!   `--max-requests-inflight=1` and `--max-mutating-requests-inflight=1`: `created=N throttled=N`.
//! - `load --restarts 2 --inflight 16`, with `--apiserver-arg=--authorization-mode=AlwaysAllow` (a new server does not know
//!   its roles at once, and refuses): the API server is stopped and started meanwhile: `restarts=N requests=N failed=N`.
//!
//! What the server did is read from its audit log, each request by an ID of its own.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it tells what it does"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use examples::account::Account;
use examples::counted::{Connections, Counted};
use examples::plane::{Failure, Plane};
use examples::tally::Tally;
use http::Request;
use k8s_client::{AnyConnector, Client, ClientOptions, Error, crypto};
use k8s_config::Config;
use k8s_transport::Tcp;
use serde_json::json;
use tokio::time::sleep;

/// The account that the requests are made as.
const ACCOUNT: &str = "load";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", examples::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool, Failure> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = args.iter().map(String::as_str).collect();
    let [what, count, "--inflight", inflight] = words[..] else {
        return Err(
            "usage: load --requests N | --posts N | --restarts N, then --inflight N".into(),
        );
    };
    let (count, inflight) = (count.parse()?, inflight.parse()?);
    let load = Load::new().await?;
    match what {
        "--requests" => load.goodbyes(count, inflight).await,
        "--posts" => load.shedding(count, inflight).await,
        "--restarts" => load.restarts(count, inflight).await,
        other => Err(format!("no mode {other}").into()),
    }
}

/// A client as a service account, on connections that are counted.
struct Load {
    plane: Plane,
    client: Client,
    connections: Connections,
    failed: Arc<AtomicUsize>,
}

impl Load {
    async fn new() -> Result<Self, Failure> {
        let plane = Plane::from_env()?;
        let admin = Config::infer()?;
        let account = Account::create(&Client::try_from(admin.clone())?, ACCOUNT).await?;
        let connections = Connections::default();
        let wire = Counted::new(Tcp::new(), connections.clone());
        let options = ClientOptions::new().connector(AnyConnector::new(wire));
        Ok(Self {
            plane,
            client: Client::with_options(&account.config(&admin), &crypto::ring(), &options)?,
            connections,
            failed: Arc::default(),
        })
    }

    /// Sends requests by so many tasks, each with an ID of its own, and tells how they end.
    async fn send(
        &self,
        count: usize,
        inflight: usize,
        request: fn(usize) -> Request<Bytes>,
    ) -> Result<(), Failure> {
        let next = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..inflight)
            .map(|_| {
                let (next, client, failed) = (
                    Arc::clone(&next),
                    self.client.clone(),
                    Arc::clone(&self.failed),
                );
                tokio::spawn(async move {
                    loop {
                        let id = next.fetch_add(1, Ordering::Relaxed);
                        if id >= count {
                            return;
                        }
                        note(client.request_bytes(request(id)).await, &failed);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await?;
        }
        Ok(())
    }

    /// Each request is answered once and acted on once, although the server closes connections all the time.
    async fn goodbyes(&self, count: usize, inflight: usize) -> Result<bool, Failure> {
        self.send(count, inflight, |id| match id % 4 {
            0 => post(
                format!("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?load={id}"),
                &review(),
            ),
            _ => get(format!("/api?load={id}")),
        })
        .await?;
        let goaways = self.connections.closed();
        let tally = Tally::when(&self.plane, ACCOUNT, |tally| tally.answered() >= count).await?;
        let failed = self.failed.load(Ordering::Relaxed);
        let lost = failed.max(count.saturating_sub(tally.answered()));
        let duplicated = tally.duplicated();
        println!(
            "requests={count} failed={failed} connections={}",
            self.connections.made()
        );
        println!("lost={lost} duplicated={duplicated} goaways={goaways}");
        Ok(lost == 0 && duplicated == 0 && goaways * 200 >= count)
    }

    /// Each object is made once, although the server turns most requests down at first.
    async fn shedding(&self, count: usize, inflight: usize) -> Result<bool, Failure> {
        self.send(count, inflight, |id| {
            let object = json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "load-"},
            });
            post(
                format!("/api/v1/namespaces/{ACCOUNT}/configmaps?load={id}"),
                &object,
            )
        })
        .await?;
        let tally = Tally::when(&self.plane, ACCOUNT, |tally| tally.of(201) >= count).await?;
        let failed = self.failed.load(Ordering::Relaxed);
        let (created, throttled) = (tally.of(201), tally.of(429));
        println!(
            "posts={count} failed={failed} duplicated={}",
            tally.duplicated()
        );
        println!("created={created} throttled={throttled}");
        Ok(failed == 0 && created == count && tally.duplicated() == 0 && throttled * 10 >= count)
    }

    /// No GET fails, although the server goes away and comes back.
    async fn restarts(&self, count: usize, inflight: usize) -> Result<bool, Failure> {
        let (stop, sent) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicUsize::new(0)),
        );
        let tasks: Vec<_> = (0..inflight)
            .map(|_| {
                let (stop, sent) = (Arc::clone(&stop), Arc::clone(&sent));
                let (client, failed) = (self.client.clone(), Arc::clone(&self.failed));
                tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        let id = sent.fetch_add(1, Ordering::Relaxed);
                        let path = format!("/api/v1/namespaces/{ACCOUNT}/configmaps?load={id}");
                        note(client.request_bytes(get(path)).await, &failed);
                    }
                })
            })
            .collect();
        for _ in 0..count {
            sleep(Duration::from_secs(1)).await;
            self.plane.order("restart-apiserver").await?;
        }
        sleep(Duration::from_secs(1)).await;
        stop.store(true, Ordering::Relaxed);
        for task in tasks {
            task.await?;
        }
        let (requests, failed) = (
            sent.load(Ordering::Relaxed),
            self.failed.load(Ordering::Relaxed),
        );
        println!("restarts={count} requests={requests} failed={failed}");
        Ok(failed == 0 && requests > inflight * count)
    }
}

fn note(answered: Result<Bytes, Error>, failed: &AtomicUsize) {
    if let Err(error) = answered {
        failed.fetch_add(1, Ordering::Relaxed);
        eprintln!("failed: {}", examples::chain(&error));
    }
}

fn get(path: String) -> Request<Bytes> {
    let request = Request::get(path).body(Bytes::new());
    request.expect("a number makes no path invalid")
}

fn post(path: String, object: &serde_json::Value) -> Request<Bytes> {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.body(Bytes::from(object.to_string()));
    request.expect("a number makes no path invalid")
}

/// A question that changes nothing, and that nobody sends twice by themselves: it is a POST.
fn review() -> serde_json::Value {
    json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}},
    })
}
