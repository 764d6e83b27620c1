//! Does a watch miss anything when its connection breaks again and again, and the server forgets the past meanwhile?
//!
//! On a real control plane, without a watch cache and with a past of one second:
//! `cargo xtask cluster run --apiserver-arg=--watch-cache=false --apiserver-arg=--etcd-compaction-interval=1s --
//! target/release/examples/churn --seconds 60`.
//! A writer makes, changes and deletes objects; a watcher, whose connection is cut for 3 s every 5 s, keeps them in a
//! map. At the end the map must be what is there. The last line is `missed=N relists=N loops=N`: objects of which the
//! watcher has not seen the final state, lists after the first, seconds in which it sent more than five requests.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it tells what it does"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use examples::plane::Failure;
use examples::relay::Relay;
use http::Request;
use k8s_client::watch::{Update, Watcher, WatcherParams};
use k8s_client::{
    Api, ApiResource, Body, Client, ClientOptions, Config, CreateParams, DeleteParams,
    DynamicObject, ObjectMeta, PartialObject, ReplaceParams, Resource as _, Scope, TypeMeta,
    crypto, stack,
};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt as _;

const UP: Duration = Duration::from_secs(2);
const DOWN: Duration = Duration::from_secs(3);
/// So many objects come and go.
const OBJECTS: u64 = 60;
/// More requests than this in a second are a loop.
const MANY: usize = 5;

type Maps = Api<DynamicObject>;
/// What is there: the version of each object by its name.
type Versions = BTreeMap<String, String>;

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
    let seconds = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [flag, seconds] if flag == "--seconds" => seconds.parse()?,
        [] => 60,
        _ => return Err("usage: churn [--seconds N]".into()),
    };
    let config = Config::infer()?;
    let relay = Relay::to(address(&config)?).await?;
    let writer = maps(Client::try_from(config.clone())?);
    create_namespace(writer.client()).await?;
    let requests = Requests::default();
    let watcher = maps(requests.count(relayed(config, &relay)?)?);
    let mut seen = Seen::new(&watcher);

    let end = Instant::now() + Duration::from_secs(seconds);
    let (written, (), ()) = tokio::join!(
        write(&writer, end),
        seen.watch_until(end),
        cut_until(&relay, end)
    );
    let (there, writes) = written?;
    // Whole again: what is missing has half a minute to come.
    seen.catch_up(&there, Duration::from_secs(30)).await;

    let missed = seen.missed(&there);
    let (relists, loops) = (seen.lists.saturating_sub(1), requests.loops());
    println!(
        "writes={writes} objects={} updates={} errors={} requests={}",
        there.len(),
        seen.updates,
        seen.errors,
        requests.sent()
    );
    println!("missed={missed} relists={relists} loops={loops}");
    Ok(missed == 0 && relists >= 3 && loops == 0)
}

/// Where the server listens.
fn address(config: &Config) -> Result<SocketAddr, Failure> {
    let authority = config.server.authority().ok_or("a server without a host")?;
    Ok(authority.as_str().parse()?)
}

/// The same server, by way of the relay.
fn relayed(mut config: Config, relay: &Relay) -> Result<Config, Failure> {
    config.server = format!("https://{}", relay.address()).parse()?;
    Ok(config)
}

fn maps(client: Client) -> Maps {
    let resource = ApiResource::new("", "v1", "ConfigMap", "configmaps", Scope::Namespaced);
    Api::namespaced_of(client, resource, "churn")
}

async fn create_namespace(client: &Client) -> Result<(), Failure> {
    let resource = ApiResource::new("", "v1", "Namespace", "namespaces", Scope::Cluster);
    let object = DynamicObject::new(TypeMeta::new("v1", "Namespace"), ObjectMeta::named("churn"));
    let namespaces = Api::<DynamicObject>::all_of(client.clone(), resource);
    namespaces.create(&object, &CreateParams::default()).await?;
    Ok(())
}

/// Cuts the relay for 3 s every 5 s; leaves it whole.
async fn cut_until(relay: &Relay, end: Instant) {
    while Instant::now() < end {
        sleep(UP).await;
        relay.cut();
        sleep(DOWN).await;
        relay.mend();
    }
}

/// Makes, changes and deletes objects until the end; what is there then, and how often it wrote.
async fn write(maps: &Maps, end: Instant) -> Result<(Versions, u64), Failure> {
    let mut there = Versions::new();
    let mut writes = 0_u64;
    while Instant::now() < end {
        writes += 1;
        let name = format!("m{}", fastrand::u64(..OBJECTS));
        let object = object(&name, writes);
        let stored = match (there.contains_key(&name), fastrand::u8(..3)) {
            (true, 0) => {
                maps.delete(&name, &DeleteParams::default()).await?;
                there.remove(&name);
                continue;
            }
            (true, _) => {
                maps.replace(&name, &object, &ReplaceParams::default())
                    .await?
            }
            (false, _) => maps.create(&object, &CreateParams::default()).await?,
        };
        there.insert(name, version(stored.resource_version()));
        sleep(Duration::from_millis(5)).await;
    }
    Ok((there, writes))
}

fn object(name: &str, write: u64) -> DynamicObject {
    let mut metadata = ObjectMeta::named(name);
    metadata.labels.insert("churn", "yes");
    DynamicObject::new(TypeMeta::new("v1", "ConfigMap"), metadata)
        .field("data", json!({"write": write.to_string()}))
}

fn version(version: Option<&str>) -> String {
    version.unwrap_or_default().to_owned()
}

/// What the watcher knows.
struct Seen {
    watcher: Watcher<PartialObject>,
    known: Versions,
    /// What the list that is under way holds.
    listed: BTreeSet<String>,
    lists: usize,
    updates: usize,
    errors: usize,
}

impl Seen {
    fn new(maps: &Maps) -> Self {
        let params = WatcherParams::default()
            .labels("churn=yes")
            .longest_wait(Duration::from_secs(2));
        Self {
            watcher: maps.as_kind::<PartialObject>().watcher(&params),
            known: Versions::new(),
            listed: BTreeSet::new(),
            lists: 0,
            updates: 0,
            errors: 0,
        }
    }

    async fn watch_until(&mut self, end: Instant) {
        while let Ok(Some(update)) = tokio::time::timeout_at(end, self.watcher.next()).await {
            self.take(update);
        }
    }

    /// Watches until it knows what is there, or the time is over.
    async fn catch_up(&mut self, there: &Versions, time: Duration) {
        let catching = async {
            while self.known != *there
                && let Some(update) = self.watcher.next().await
            {
                self.take(update);
            }
        };
        // What is missing then is counted.
        let _ = timeout(time, catching).await;
    }

    fn take(&mut self, update: Result<Update<PartialObject>, k8s_client::Error>) {
        self.updates += 1;
        match update {
            Err(_) => self.errors += 1,
            Ok(Update::Restarted) => self.listed.clear(),
            Ok(Update::Synced) => {
                self.lists += 1;
                self.known.retain(|name, _| self.listed.contains(name));
            }
            Ok(Update::Listed(object)) => {
                self.listed.extend(object.name().map(str::to_owned));
                self.put(&object);
            }
            Ok(Update::Applied(object)) => {
                // Between the beginning of a list and its end, too.
                self.listed.extend(object.name().map(str::to_owned));
                self.put(&object);
            }
            Ok(Update::Deleted(object)) => {
                let name = object.name().unwrap_or_default();
                self.listed.remove(name);
                self.known.remove(name);
            }
            Ok(_) => {}
        }
    }

    fn put(&mut self, object: &PartialObject) {
        let name = object.name().unwrap_or_default().to_owned();
        self.known.insert(name, version(object.resource_version()));
    }

    /// Objects whose final state it has not seen, those that it takes to be there among them.
    fn missed(&self, there: &Versions) -> usize {
        let names: BTreeSet<_> = there.keys().chain(self.known.keys()).collect();
        let differs = |name: &&&String| there.get(**name) != self.known.get(**name);
        names.iter().filter(differs).count()
    }
}

/// When the watcher sent a request.
#[derive(Clone, Default)]
struct Requests(Arc<Mutex<Vec<Instant>>>);

impl Requests {
    /// A client whose requests are counted.
    fn count(&self, config: Config) -> Result<Client, Failure> {
        let times = self.0.clone();
        let stack = stack::assemble(&config, &crypto::ring(), &ClientOptions::new())?;
        Ok(Client::new(stack.map_request(
            move |request: Request<Body>| {
                let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
                times.push(Instant::now());
                request
            },
        )))
    }

    fn times(&self) -> Vec<Instant> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn sent(&self) -> usize {
        self.times().len()
    }

    /// How often there were too many in a second.
    fn loops(&self) -> usize {
        let times = self.times();
        let is_loop = |few: &&[Instant]| few[MANY] - few[0] < Duration::from_secs(1);
        times.windows(MANY + 1).filter(is_loop).count()
    }
}
