//! Rotation on real TLS sockets: servers under a new CA, bundles rewritten, connections made anew.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo};
use k8s_auth::{AuthEvent, PinnedTls, Renewed, Thing, Trust, crypto, danger};
use k8s_config::{Material, MemorySource};
use k8s_testing::certs::{Ca, Certificate, Leaf};
use k8s_testing::{ApiServer, ListenOptions, Listening};
use tokio::net::TcpStream;
use tower::{Layer as _, Service, ServiceExt as _};

const PATH: &str = "/ca.crt";

type Plain<C> = Client<PinnedTls<C>, Empty<Bytes>>;

/// A server and a bundle file that vouches for it.
struct Set {
    listening: Listening,
    source: MemorySource,
    trust: Trust,
}

async fn set() -> Set {
    let listening = ApiServer::new().listen().await.unwrap();
    let source = MemorySource::new().with_file(PATH, listening.ca_pem());
    let bundle = Material::file(Arc::new(source.clone()), PATH);
    let trust = Trust::new(bundle, crypto::ring()).unwrap();
    Set {
        listening,
        source,
        trust,
    }
}

fn client(trust: &Trust) -> Plain<HttpConnector> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    Client::builder(TokioExecutor::new()).build(trust.layer().http2(true).layer(tcp))
}

fn request(listening: &Listening) -> Request<Empty<Bytes>> {
    Request::get(format!("{}/version", listening.url()))
        .body(Empty::new())
        .unwrap()
}

async fn ask(trust: &Trust, listening: &Listening) -> Result<StatusCode, String> {
    match client(trust).request(request(listening)).await {
        Ok(response) => Ok(response.status()),
        Err(error) => Err(chain(&error)),
    }
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// A serving certificate under a new CA, and the CA's PEM.
fn renewed_certificate() -> (Certificate, String) {
    let ca = Ca::new("the-next-ca");
    (
        ca.issue(&Leaf::server().ip([127, 0, 0, 1])),
        ca.pem().to_owned(),
    )
}

#[tokio::test]
async fn ic11_a_server_under_a_new_ca_is_believed_as_soon_as_the_bundle_has_it() {
    let Set {
        listening,
        source,
        trust,
    } = set().await;
    assert_eq!(ask(&trust, &listening).await, Ok(StatusCode::OK));
    let (certificate, ca) = renewed_certificate();
    listening.rotate(&certificate).unwrap();
    let refused = ask(&trust, &listening).await.unwrap_err();
    assert!(
        refused.contains("unknown issuer") && refused.contains("CN=the-next-ca"),
        "{refused}"
    );
    source.set_file(PATH, ca);
    // At once: no second has passed since the bundle was looked at.
    assert_eq!(ask(&trust, &listening).await, Ok(StatusCode::OK));
}

/// Counts the connections that were dialled.
#[derive(Clone)]
struct Counted(HttpConnector, Arc<AtomicUsize>);

impl Service<Uri> for Counted {
    type Response = <HttpConnector as Service<Uri>>::Response;
    type Error = <HttpConnector as Service<Uri>>::Error;
    type Future = <HttpConnector as Service<Uri>>::Future;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        Service::<Uri>::poll_ready(&mut self.0, cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.call(uri)
    }
}

#[tokio::test]
async fn a_server_that_is_believed_or_not_is_dialled_once() {
    let Set {
        listening,
        source,
        trust,
    } = set().await;
    let dialled = Arc::new(AtomicUsize::new(0));
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let connector = trust.layer().layer(Counted(tcp, dialled.clone()));
    let client: Plain<Counted> = Client::builder(TokioExecutor::new()).build(connector);
    client.request(request(&listening)).await.unwrap();
    assert_eq!(dialled.load(Ordering::Relaxed), 1);

    source.set_file(PATH, Ca::new("somebody-else").pem());
    let other = Trust::new(Material::file(Arc::new(source), PATH), crypto::ring()).unwrap();
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let connector = other.layer().layer(Counted(tcp, dialled.clone()));
    let client: Plain<Counted> = Client::builder(TokioExecutor::new()).build(connector);
    client.request(request(&listening)).await.unwrap_err();
    assert_eq!(
        dialled.load(Ordering::Relaxed),
        2,
        "an unchanged bundle is no reason to dial again"
    );
}

#[tokio::test]
async fn no_request_goes_out_on_a_connection_of_old_roots() {
    let Set {
        listening,
        source,
        trust,
    } = set().await;
    let dialled = Arc::new(AtomicUsize::new(0));
    let make = {
        let (trust, dialled) = (trust.clone(), dialled.clone());
        move |_| {
            let mut tcp = HttpConnector::new();
            tcp.enforce_http(false);
            let connector = trust.layer().layer(Counted(tcp, dialled.clone()));
            Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(connector)
        }
    };
    let renewed = Renewed::new(trust, make).unwrap();
    let ask = async || {
        renewed
            .clone()
            .oneshot(request(&listening))
            .await
            .unwrap()
            .status()
    };
    assert_eq!((ask().await, ask().await), (StatusCode::OK, StatusCode::OK));
    assert_eq!(dialled.load(Ordering::Relaxed), 1, "the connection is kept");

    source.set_file(
        PATH,
        format!("{}{}", listening.ca_pem(), Ca::new("overlapping").pem()),
    );
    // real time: sockets do not follow a paused clock, and files are looked at once a second
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!((ask().await, ask().await), (StatusCode::OK, StatusCode::OK));
    assert_eq!(
        dialled.load(Ordering::Relaxed),
        2,
        "clones share the new connection"
    );
}

#[tokio::test]
async fn the_verifier_follows_the_bundle_by_itself() {
    let Set {
        listening,
        source,
        trust,
    } = set().await;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(trust.verifier())
        .with_no_client_auth();
    config.resumption = rustls::client::Resumption::disabled();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let shake = async || {
        let tcp = TcpStream::connect(listening.addr()).await.unwrap();
        let name = rustls_pki_types::ServerName::try_from("127.0.0.1").unwrap();
        connector
            .connect(name, tcp)
            .await
            .map(TokioIo::new)
            .map(drop)
    };
    shake().await.unwrap();
    let (certificate, ca) = renewed_certificate();
    listening.rotate(&certificate).unwrap();
    assert!(
        shake()
            .await
            .unwrap_err()
            .to_string()
            .contains("unknown issuer")
    );
    source.set_file(PATH, ca);
    shake().await.unwrap();
}

async fn serve(certificate: Certificate) -> Listening {
    let options = ListenOptions::new().certificate(certificate);
    ApiServer::new().listen_with(options).await.unwrap()
}

fn bundle(pem: String) -> Trust {
    Trust::new(Material::inline(pem, "the bundle"), crypto::ring()).unwrap()
}

#[tokio::test]
async fn a_bundle_that_holds_the_servers_own_leaf_vouches_for_it() {
    let own = Ca::new("unknown").issue(&Leaf::server().ip([127, 0, 0, 1]));
    let listening = serve(own.clone()).await;
    assert_eq!(
        ask(&bundle(own.pem()), &listening).await,
        Ok(StatusCode::OK)
    );

    let elsewhere = Certificate::self_signed(&Leaf::server().dns("elsewhere.example"));
    let error = ask(&bundle(elsewhere.pem()), &serve(elsewhere).await)
        .await
        .unwrap_err();
    assert!(error.contains("elsewhere.example"), "{error}");

    let late = Ca::new("unknown").issue(&Leaf::server().ip([127, 0, 0, 1]).expired());
    let error = ask(&bundle(late.pem()), &serve(late).await)
        .await
        .unwrap_err();
    assert!(error.contains("expired"), "{error}");

    let early = Ca::new("unknown").issue(&Leaf::server().ip([127, 0, 0, 1]).not_yet_valid());
    let error = ask(&bundle(early.pem()), &serve(early).await)
        .await
        .unwrap_err();
    assert!(error.contains("not valid yet"), "{error}");
}

#[tokio::test]
async fn an_expired_certificate_says_since_when() {
    let ca = Ca::new("known");
    let listening = serve(ca.issue(&Leaf::server().ip([127, 0, 0, 1]).expired())).await;
    let error = ask(&bundle(ca.pem().to_owned()), &listening)
        .await
        .unwrap_err();
    assert!(
        error.contains("certificate expired") && error.contains("seconds ago"),
        "{error}"
    );
}

#[tokio::test]
async fn a_pinned_key_is_believed_and_another_is_told() {
    let listening = serve(Certificate::self_signed(&Leaf::server().dns("whatever"))).await;
    let wrong = k8s_auth::Pin::sha256([7; 32]);
    let error = ask(&Trust::pinned([wrong], crypto::ring()).unwrap(), &listening)
        .await
        .unwrap_err();
    let shown = error
        .split("the server's key is ")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    let right: k8s_auth::Pin = shown.parse().unwrap();
    let trust = Trust::pinned([wrong, right], crypto::ring()).unwrap();
    assert_eq!(ask(&trust, &listening).await, Ok(StatusCode::OK));
    assert!(Trust::pinned([], crypto::ring()).is_err());
}

#[tokio::test]
async fn an_unverified_server_is_told_with_the_key_to_pin() {
    let listening = serve(Certificate::self_signed(&Leaf::server().dns("whatever"))).await;
    let told = Arc::new(Mutex::new(None));
    let listener = {
        let told = told.clone();
        move |event: AuthEvent<'_>| {
            if let AuthEvent::Unverified { key, .. } = event {
                *told.lock().unwrap() = key;
            }
        }
    };
    let anybody = danger::trust_any_server(crypto::ring()).unwrap();
    ask(&anybody.on_event(listener).unwrap(), &listening)
        .await
        .unwrap();
    let pin = told.lock().unwrap().unwrap();
    let trust = Trust::pinned([pin], crypto::ring()).unwrap();
    assert_eq!(ask(&trust, &listening).await, Ok(StatusCode::OK));
}

#[tokio::test]
async fn rotations_failures_and_unverified_connections_are_told() {
    let Set {
        listening,
        source,
        trust,
    } = set().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = {
        let heard = heard.clone();
        move |event: AuthEvent<'_>| {
            heard.lock().unwrap().push(match event {
                AuthEvent::Reloaded {
                    thing: Thing::Roots,
                    ..
                } => "reloaded",
                AuthEvent::Kept {
                    thing: Thing::Roots,
                    ..
                } => "kept",
                AuthEvent::Unverified { .. } => "unverified",
                _ => "something else",
            });
        }
    };
    let trust = trust.on_event(listener.clone()).unwrap();
    let (certificate, ca) = renewed_certificate();
    listening.rotate(&certificate).unwrap();
    source.set_file(PATH, "garbage");
    ask(&trust, &listening).await.unwrap_err();
    ask(&trust, &listening).await.unwrap_err();
    source.set_file(PATH, ca);
    ask(&trust, &listening).await.unwrap();
    let anybody = danger::trust_any_server(crypto::ring())
        .unwrap()
        .on_event(listener)
        .unwrap();
    ask(&anybody, &listening).await.unwrap();
    assert_eq!(*heard.lock().unwrap(), ["kept", "reloaded", "unverified"]);
}
