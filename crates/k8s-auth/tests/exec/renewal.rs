//! When a plugin is run again: at its end, after a 401, once for all who ask; and what follows from a new certificate.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use k8s_auth::token::Cached;
use k8s_auth::{
    AuthEvent, AuthorizeLayer, ExecPlugin, IfClone, Origin, PluginEnd, Renewed, RenewedError,
    Trust, crypto,
};
use k8s_config::{Material, MemorySource};
use k8s_testing::certs::{Ca, Leaf};
use k8s_testing::plugin::{Behaviour, Plugin};
use k8s_testing::{ApiServer, Clock, ListenOptions, Listening};
use tower::{Layer as _, ServiceExt as _};

use super::{ask, configured, exec_plugin, scripted};

const HOUR: Duration = Duration::from_secs(3_600);

fn rfc3339(time: SystemTime) -> String {
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    k8s_api_time(seconds)
}

/// As `date -u` prints it.
fn k8s_api_time(seconds: u64) -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A client of `server` that asks for its namespaces with what the plugin prints, and answers with the status code.
fn client(
    server: &ApiServer,
    plugin: Cached<ExecPlugin>,
    replays: bool,
) -> impl AsyncFn() -> StatusCode {
    let origin = Origin::https(&"https://kubernetes".parse().unwrap()).unwrap();
    let never = |_: &Empty<Bytes>| None;
    let always = |_: &Empty<Bytes>| Some(Empty::<Bytes>::new());
    let replay: fn(&Empty<Bytes>) -> Option<Empty<Bytes>> = if replays { always } else { never };
    let service = AuthorizeLayer::new(plugin, origin)
        .replay(replay)
        .layer(server.clone());
    async move || {
        let request = Request::get("/api/v1/namespaces")
            .body(Empty::new())
            .unwrap();
        service.clone().oneshot(request).await.unwrap().status()
    }
}

#[tokio::test]
async fn x27_a_token_is_kept_until_its_end_or_a_401() {
    let (server, clock) = (ApiServer::new(), Clock::system());
    server.allow("alice", "list", "namespaces");
    let script = scripted(&Behaviour::new());
    let prints = |token: &secrecy::SecretString, expires: Option<&str>| {
        script
            .set(&Behaviour::new().prints_token(token, expires))
            .unwrap();
    };
    let time = clock.clone();
    let plugin = exec_plugin(configured(&script)).clock(move || time.now());
    let time = clock.clone();
    let cached = Cached::new(plugin).clock(move || time.now());
    let ask = client(&server, cached.clone(), false);

    let token1 = server.issue_token("alice", &[]);
    prints(&token1, None);
    assert_eq!(ask().await, StatusCode::OK);
    let token2 = server.issue_token("alice", &[]);
    prints(&token2, None);
    assert_eq!(ask().await, StatusCode::OK, "the first one is kept");
    assert_eq!(script.runs().unwrap().len(), 1);

    // The server wants the second one. Without a second copy of the request, its 401 is the answer, as in client-go.
    server.revoke_token(&token1);
    clock.advance(Duration::from_secs(30));
    assert_eq!(ask().await, StatusCode::UNAUTHORIZED);
    assert_eq!(ask().await, StatusCode::OK);

    // With a copy nobody sees it.
    let token3 = server.issue_token("alice", &[]);
    let end = rfc3339(clock.now() + HOUR);
    prints(&token3, Some(&end));
    server.revoke_token(&token2);
    clock.advance(Duration::from_secs(30));
    let replaying = client(&server, cached, true);
    assert_eq!(replaying().await, StatusCode::OK);
    assert_eq!(script.runs().unwrap().len(), 3);

    // Its end comes without a 401.
    let token4 = server.issue_token("alice", &[]);
    prints(&token4, None);
    server.revoke_token(&token3);
    clock.advance(2 * HOUR);
    assert_eq!(ask().await, StatusCode::OK);
    assert_eq!(script.runs().unwrap().len(), 4);
}

#[tokio::test]
async fn a_thousand_requests_at_once_run_it_once_and_so_do_two_clients_that_share_it() {
    let server = ApiServer::new();
    server.allow("alice", "list", "namespaces");
    let token = server.issue_token("alice", &[]);
    // real time: all of them come while it runs
    let slow = Behaviour::new()
        .waits(Duration::from_millis(200))
        .prints_token(&token, None);
    let script = scripted(&slow);
    let cached = Cached::new(exec_plugin(configured(&script)));
    for _ in 0..2 {
        let ask = client(&server, cached.clone(), true);
        let thousand = join_all((0..1_000).map(|_| ask())).await;
        assert!(thousand.iter().all(|status| *status == StatusCode::OK));
        assert_eq!(script.runs().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn x01_who_shares_the_handle_shares_the_credential_and_nobody_else() {
    let script = scripted(&Behaviour::new().prints_token(&"t".into(), None));
    let one = Cached::new(exec_plugin(configured(&script)));
    let renew = k8s_auth::token::Renew::default;
    for handle in [one.clone(), one] {
        handle.oneshot(renew()).await.unwrap();
    }
    assert_eq!(script.runs().unwrap().len(), 1);
    // The same configuration again: client-go would find it in its table of the process, we have none.
    let other = Cached::new(exec_plugin(configured(&script)));
    other.oneshot(renew()).await.unwrap();
    assert_eq!(script.runs().unwrap().len(), 2);
}

/// A server that knows clients by certificates of `clients`, and a client of it with what the plugin prints.
struct ByCertificate {
    listening: Listening,
    clients: Ca,
    clock: Clock,
    script: Plugin,
}

impl ByCertificate {
    async fn new() -> Self {
        let (server, clients, clock) = (ApiServer::new(), Ca::new("clients"), Clock::system());
        server.allow("alice", "list", "namespaces");
        server.trust_clients_of(&clients);
        let listening = server.listen_with(ListenOptions::new()).await.unwrap();
        let script = scripted(&Behaviour::new());
        Self {
            listening,
            clients,
            clock,
            script,
        }
    }

    fn prints(&self, leaf: &Leaf) {
        let pair = self.clients.issue(leaf);
        self.script
            .set(&Behaviour::new().prints_certificate(&pair, None))
            .unwrap();
    }

    fn client(&self) -> impl AsyncFn() -> Option<StatusCode> {
        let time = self.clock.clone();
        let plugin = exec_plugin(configured(&self.script));
        let files = MemorySource::new().with_file("/ca.crt", self.listening.ca_pem());
        let trust = Trust::new(Material::file(Arc::new(files), "/ca.crt"), crypto::ring()).unwrap();
        let trust = trust.identity(plugin.identity()).unwrap();
        let make = {
            let trust = trust.clone();
            move |_| {
                let mut tcp = HttpConnector::new();
                tcp.enforce_http(false);
                let pinned = trust.layer().layer(tcp);
                Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(pinned)
            }
        };
        let pool = Renewed::new(trust, make)
            .unwrap()
            .map_err(RenewedError::into_boxed);
        let cached = Cached::new(plugin).clock(move || time.now());
        let origin = Origin::https(&self.listening.url().parse().unwrap()).unwrap();
        let service = AuthorizeLayer::new(cached, origin)
            .replay(IfClone)
            .layer(pool);
        let uri = format!("{}/api/v1/namespaces", self.listening.url());
        async move || {
            let request = Request::get(uri.clone()).body(Empty::new()).unwrap();
            let answer = service.clone().oneshot(request).await.ok()?;
            let status = answer.status();
            answer.into_body().collect().await.ok()?;
            Some(status)
        }
    }
}

#[tokio::test]
async fn x29_a_certificate_is_shown_from_the_first_request_on_and_replaced_after_a_401() {
    let world = ByCertificate::new().await;
    let now = SystemTime::now();
    world.prints(&Leaf::client("alice").valid(now - HOUR, now + Duration::from_secs(2)));
    let ask = world.client();
    assert_eq!(ask().await, Some(StatusCode::OK), "and no 401 before");
    assert_eq!(world.script.runs().unwrap().len(), 1);
    // real time: the certificate expires by the server's clock
    tokio::time::sleep(Duration::from_millis(2_600)).await;
    world.prints(&Leaf::client("alice"));
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(ask().await, Some(StatusCode::OK));
    assert_eq!(world.script.runs().unwrap().len(), 2);
    // One that another authority signed: nobody to the server.
    let strangers = Ca::new("strangers").issue(&Leaf::client("alice"));
    world
        .script
        .set(&Behaviour::new().prints_certificate(&strangers, None))
        .unwrap();
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(
        ask().await,
        Some(StatusCode::OK),
        "what is at hand is good still"
    );
}

#[tokio::test]
async fn x30_requests_and_renewals_at_the_same_time() {
    let world = ByCertificate::new().await;
    world.prints(&Leaf::client("alice"));
    let ask = world.client();
    for round in 0..5 {
        world.prints(&Leaf::client("alice").organization(format!("round-{round}")));
        world.clock.advance(Duration::from_secs(30));
        let many = join_all((0..50).map(|_| ask())).await;
        assert!(
            many.iter().all(|status| *status == Some(StatusCode::OK)),
            "{many:?}"
        );
    }
}

#[tokio::test]
async fn x33_every_run_is_told_of() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = events.clone();
    let script = scripted(&Behaviour::new());
    let listen = move |event: AuthEvent<'_>| match event {
        AuthEvent::PluginEnded { end, .. } => heard.lock().unwrap().push(Ok(end)),
        AuthEvent::PluginPolicy { allowed, .. } => heard.lock().unwrap().push(Err(allowed)),
        _ => {}
    };
    let plugin = exec_plugin(configured(&script)).on_event(listen.clone());
    for behaviour in [
        Behaviour::new().prints_token(&"t".into(), None),
        Behaviour::new().exits(3),
        Behaviour::new().crashes(),
    ] {
        script.set(&behaviour).unwrap();
        let _ = ask(&plugin).await;
    }
    let mut missing = configured(&script);
    missing.command = "no-such-plugin".to_owned();
    let _ = ask(&exec_plugin(missing.clone()).on_event(listen.clone())).await;
    missing.policy = k8s_config::PluginPolicy::DenyAll;
    let _ = ask(&exec_plugin(missing).on_event(listen)).await;
    let (allowed, denied) = (Err(true), Err(false));
    let expected = [
        allowed,
        Ok(PluginEnd::Well),
        allowed,
        Ok(PluginEnd::Code(3)),
        allowed,
        Ok(PluginEnd::Code(-1)),
        allowed,
        Ok(PluginEnd::NotFound),
        denied,
        Ok(PluginEnd::Failed),
    ];
    assert_eq!(*events.lock().unwrap(), expected);
}
