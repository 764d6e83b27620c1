//! One seed, one history: writes, watches and faults in simulated time, the same to the byte in every run.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use fastrand::Rng;
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use k8s_testing::faults::{FaultLayer, Faults, Inject, RequestFault, Seeded};
use k8s_testing::{ApiServer, Body, Clock};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::time::timeout;
use tower::{Layer, ServiceExt};

const STEPS: usize = 2_000;
const PATIENCE: Duration = Duration::from_secs(5);
const PODS: &str = "/api/v1/namespaces/default/pods";
/// What is watched: not the service accounts' bundles, whose certificates no seed makes.
const CHOSEN: &str = "labelSelector=sim";

/// What happened, in order, and how often.
#[derive(Default)]
struct History {
    hash: DefaultHasher,
    bytes: usize,
    writes: BTreeMap<&'static str, u64>,
    faults: BTreeMap<&'static str, u64>,
    relists: u64,
    rewatches: u64,
    events: u64,
    done: bool,
}

impl History {
    fn note(&mut self, who: &str, what: &[u8]) {
        self.hash.write(who.as_bytes());
        self.hash.write(what);
        self.bytes += who.len() + what.len();
    }
}

/// A client of the simulated server, behind the faults.
#[derive(Clone)]
struct Client {
    service: Faults<ApiServer>,
    token: SecretString,
    history: Arc<Mutex<History>>,
}

/// Code and body, or nothing when no whole answer came.
type Answer = Option<(StatusCode, Bytes)>;

impl Client {
    async fn open(
        &self,
        method: &str,
        uri: &str,
        kind: &str,
        body: String,
    ) -> Option<(StatusCode, Body)> {
        let token = format!("Bearer {}", self.token.expose_secret());
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", token)
            .header("content-type", kind)
            .body(Full::<Bytes>::from(body))
            .expect("a request");
        let answer = timeout(PATIENCE, self.service.clone().oneshot(request)).await;
        let Ok(answer) = answer.ok()?;
        Some((answer.status(), answer.into_body()))
    }

    async fn send(&self, method: &str, uri: &str, kind: &str, body: String) -> Answer {
        let (code, body) = self.open(method, uri, kind, body).await?;
        let body = timeout(PATIENCE, body.collect()).await.ok()?.ok()?;
        Some((code, body.to_bytes()))
    }

    fn note(&self, who: &str, what: &[u8]) {
        self.history.lock().expect("no panic").note(who, what);
    }

    fn with(&self, change: impl FnOnce(&mut History)) {
        change(&mut self.history.lock().expect("no panic"));
    }
}

/// The faults of one seed, counted by kind.
struct Counted {
    dice: Seeded<RequestFault>,
    history: Arc<Mutex<History>>,
}

impl Counted {
    fn new(seed: u64, history: &Arc<Mutex<History>>) -> Self {
        let status = |code: u16, seconds: Option<u64>| RequestFault::Status {
            code: StatusCode::from_u16(code).expect("a code"),
            retry_after: seconds.map(Duration::from_secs),
        };
        let slow = RequestFault::SlowBody {
            bytes: 64,
            every: Duration::from_millis(3),
        };
        let faults = [
            status(429, Some(1)),
            status(500, None),
            status(503, None),
            slow,
            RequestFault::BreakBody(700),
            RequestFault::EndBody(900),
            RequestFault::Expired,
            RequestFault::Hang,
            RequestFault::Latency(Duration::from_millis(40)),
        ];
        let dice = faults
            .into_iter()
            .fold(Seeded::new(seed), |dice, fault| dice.chance(0.015, fault));
        let history = Arc::clone(history);
        Self { dice, history }
    }
}

impl Inject<Parts, RequestFault> for Counted {
    fn inject(&self, head: &Parts) -> Option<RequestFault> {
        let fault = self.dice.inject(head)?;
        let name = match fault {
            RequestFault::BreakBody(_) => "break",
            RequestFault::EndBody(_) => "end",
            RequestFault::Expired => "expired",
            RequestFault::Hang => "hang",
            RequestFault::Latency(_) => "latency",
            RequestFault::SlowBody { .. } => "slow",
            RequestFault::Status { code, .. } if code == 429 => "429",
            RequestFault::Status { code, .. } if code == 500 => "500",
            _ => "503",
        };
        let mut history = self.history.lock().expect("no panic");
        *history.faults.entry(name).or_default() += 1;
        Some(fault)
    }
}

/// Writes, step by step; history is compacted now and then.
async fn write(client: &Client, server: &ApiServer, seed: u64) {
    let mut rng = Rng::with_seed(seed ^ 0x5eed);
    for _ in 0..STEPS {
        let path = format!("{PODS}/p{}", rng.usize(..12));
        let labels = json!({"sim": rng.u8(..3).to_string()});
        let (verb, method, path, kind, body) = match rng.usize(..20) {
            0..7 => (
                "create",
                "POST",
                PODS.to_owned(),
                "json",
                pod(&path, &labels),
            ),
            7..11 => (
                "merge",
                "PATCH",
                path,
                "merge-patch+json",
                json!({"metadata": {"labels": labels}}),
            ),
            11..14 => {
                let list = json!([{"op": "add", "path": "/metadata/annotations", "value": labels}]);
                ("json", "PATCH", path, "json-patch+json", list)
            }
            14..16 => {
                let change = json!({"status": {"message": labels["sim"]}});
                (
                    "status",
                    "PATCH",
                    format!("{path}/status"),
                    "merge-patch+json",
                    change,
                )
            }
            16..19 => ("delete", "DELETE", path, "json", Value::Null),
            _ => {
                let chosen = format!("{PODS}?labelSelector=sim%3D{}", rng.u8(..3));
                ("deletecollection", "DELETE", chosen, "json", Value::Null)
            }
        };
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = client
            .send(method, &path, &format!("application/{kind}"), body)
            .await;
        client.with(|history| *history.writes.entry(verb).or_default() += 1);
        let (code, body) = answer.unwrap_or_default();
        client.note(&format!("{verb} {path} {code}"), &body);
        if rng.usize(..40) == 0 {
            server.compact();
        }
        pass(Duration::from_millis(rng.u64(..60))).await;
    }
    client.with(|history| history.done = true);
}

fn pod(path: &str, labels: &Value) -> Value {
    let name = path.rsplit('/').next();
    let containers = json!([{"name": "main", "image": "registry.example/app:1"}]);
    json!({"metadata": {"name": name, "labels": labels}, "spec": {"containers": containers}})
}

/// Lets simulated time pass.
async fn pass(time: Duration) {
    let _ = timeout(time, std::future::pending::<()>()).await;
}

/// What a reflector has seen: names, with the version of each.
type Cache = BTreeMap<String, String>;

/// Lists and watches until the writer is done and nothing more comes.
async fn reflect(client: &Client, who: &str) -> Cache {
    let (mut cache, mut version) = (Cache::new(), None);
    loop {
        let Some(from) = version.clone() else {
            version = list(client, who, &mut cache).await;
            continue;
        };
        let uri = format!(
            "{PODS}?watch=1&{CHOSEN}&timeoutSeconds=60&allowWatchBookmarks=true&resourceVersion={from}"
        );
        client.with(|history| history.rewatches += 1);
        match client
            .open("GET", &uri, "application/json", String::new())
            .await
        {
            Some((StatusCode::OK, body)) => {
                let quiet = follow(client, who, body, &mut cache, &mut version).await;
                if quiet && client.history.lock().expect("no panic").done {
                    return cache;
                }
            }
            Some((StatusCode::GONE, _)) => version = None,
            _ => pass(Duration::from_millis(200)).await,
        }
    }
}

/// One list; nothing when it did not come whole.
async fn list(client: &Client, who: &str, cache: &mut Cache) -> Option<String> {
    client.with(|history| history.relists += 1);
    let uri = format!("{PODS}?{CHOSEN}");
    let answer = client
        .send("GET", &uri, "application/json", String::new())
        .await;
    let (code, body) = answer.unwrap_or_default();
    client.note(&format!("{who} list {code}"), &body);
    let list: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(items) = list["items"].as_array().filter(|_| code == StatusCode::OK) else {
        pass(Duration::from_millis(100)).await;
        return None;
    };
    *cache = items.iter().map(entry).collect();
    list["metadata"]["resourceVersion"]
        .as_str()
        .map(str::to_owned)
}

fn entry(object: &Value) -> (String, String) {
    let text = |name: &str| {
        object["metadata"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    (text("name"), text("resourceVersion"))
}

/// Reads a watch to its end; whether it ended because nothing came for long.
async fn follow(
    client: &Client,
    who: &str,
    mut body: Body,
    cache: &mut Cache,
    version: &mut Option<String>,
) -> bool {
    let mut read = BytesMut::new();
    loop {
        let Ok(frame) = timeout(Duration::from_secs(20), body.frame()).await else {
            return true;
        };
        let Some(Ok(frame)) = frame else {
            return false;
        };
        read.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
        while let Some(end) = read.iter().position(|byte| *byte == b'\n') {
            let line = read.split_to(end + 1);
            client.note(who, &line);
            client.with(|history| history.events += 1);
            let event: Value = serde_json::from_slice(&line).expect("an event");
            let (name, seen) = entry(&event["object"]);
            match event["type"].as_str() {
                Some("ADDED" | "MODIFIED") => drop(cache.insert(name, seen.clone())),
                Some("DELETED") => drop(cache.remove(&name)),
                Some("BOOKMARK") => {}
                _ => {
                    *version = None;
                    return false;
                }
            }
            *version = Some(seen);
        }
    }
}

/// A whole run: what happened, and what its hash is.
async fn run(seed: u64) -> (u64, History) {
    let clock = Clock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    let server = ApiServer::seeded(clock, seed);
    let history = Arc::new(Mutex::new(History::default()));
    let client = Client {
        service: FaultLayer::new(Counted::new(seed, &history)).layer(server.clone()),
        token: server.issue_token("simulation", &["system:masters"]),
        history,
    };
    let writing = write(&client, &server, seed);
    let ((), one, two) = tokio::join!(writing, reflect(&client, "one"), reflect(&client, "two"));
    let admin = crate::client::User::admin(&server);
    let list = admin.get(&format!("{PODS}?{CHOSEN}")).await.is(200).json;
    let there: Cache = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(entry)
        .collect();
    assert_eq!(
        (&one, &two),
        (&there, &there),
        "whoever watches through faults knows all in the end"
    );
    let history = std::mem::take(&mut *client.history.lock().expect("no panic"));
    (history.hash.finish(), history)
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_makes_the_same_history() {
    let (first, history) = run(1).await;
    println!(
        "steps={STEPS} bytes={} events={} relists={} watches={} writes={:?} faults={:?} hash={first:016x}",
        history.bytes,
        history.events,
        history.relists,
        history.rewatches,
        history.writes,
        history.faults
    );
    assert!(history.relists >= 10 && history.rewatches >= 10);
    assert_eq!((history.writes.len(), history.faults.len()), (6, 9));
    for (kind, count) in history.writes.iter().chain(&history.faults) {
        assert!(*count >= 10, "{kind}: {count}");
    }
    for _ in 0..2 {
        assert_eq!(run(1).await.0, first);
    }
    assert_ne!(run(2).await.0, first);
}
