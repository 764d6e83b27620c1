//! A client certificate that expired on connections that stay open: the server says 401, the client comes back anew.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use k8s_auth::{AuthorizeLayer, Identity, IfClone, Origin, Renewed, RenewedError, Trust, crypto};
use k8s_config::{Material, MemorySource};
use k8s_testing::certs::Leaf;
use k8s_testing::{ApiServer, Clock, ListenOptions, Listening};
use secrecy::ExposeSecret as _;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

const HOUR: Duration = Duration::from_secs(3600);

/// A service of everything that a server answers, which counts its 401s.
fn counting(
    server: ApiServer,
    refused: Arc<AtomicUsize>,
) -> impl Service<
    Request<Incoming>,
    Response = Response<k8s_testing::Body>,
    Error = Infallible,
    Future: Send,
> + Clone
+ Send
+ 'static {
    service_fn(move |request: Request<Incoming>| {
        let (mut server, refused) = (server.clone(), refused.clone());
        async move {
            let answer = server.call(request).await?;
            let unauthorized = answer.status() == StatusCode::UNAUTHORIZED;
            refused.fetch_add(usize::from(unauthorized), Ordering::SeqCst);
            Ok(answer)
        }
    })
}

/// Sends one request, and answers with the status code.
fn client(trust: &Trust, listening: &Listening) -> impl AsyncFn() -> StatusCode {
    let make = {
        let trust = trust.clone();
        move |_| {
            let mut tcp = HttpConnector::new();
            tcp.enforce_http(false);
            // HTTP/1.1, so that concurrent requests mean several connections.
            let pinned = trust.layer().layer(tcp);
            Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(pinned)
        }
    };
    let pool = Renewed::new(trust.clone(), make)
        .unwrap()
        .map_err(RenewedError::into_boxed);
    let origin = Origin::https(&listening.url().parse().unwrap()).unwrap();
    let authorize = AuthorizeLayer::new(trust.certificate_source(), origin).replay(IfClone);
    let (client, uri) = (
        authorize.layer(pool),
        format!("{}/api/v1/namespaces", listening.url()),
    );
    async move || {
        let request = Request::get(uri.clone()).body(Empty::new()).unwrap();
        let answer = client.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        // Read to its end, so that the connection is free again.
        answer.into_body().collect().await.unwrap();
        status
    }
}

async fn eight_are_well(ask: &impl AsyncFn() -> StatusCode) {
    let eight = join_all((0..8).map(|_| ask())).await;
    assert!(
        eight.iter().all(|status| *status == StatusCode::OK),
        "{eight:?}"
    );
}

#[tokio::test]
async fn one_401_and_one_replay_on_a_new_connection() {
    let now = SystemTime::now();
    let clock = Clock::starting_at(now);
    let server = ApiServer::with_clock(clock.clone());
    let refused = Arc::new(AtomicUsize::new(0));
    let counted = counting(server.clone(), refused.clone());
    let listening = ListenOptions::new()
        .ca(server.ca())
        .serve(counted)
        .await
        .unwrap();
    let source = MemorySource::new();
    let issue = |until: SystemTime| {
        let leaf = Leaf::client("me")
            .organization("system:masters")
            .valid(now - HOUR, until);
        let pair = server.ca().issue(&leaf);
        source.set_file("/tls.key", pair.key_pem().expose_secret());
        source.set_file("/tls.crt", pair.pem());
    };
    issue(now + HOUR);
    let file = |path: &str| Material::file(Arc::new(source.clone()), path);
    let trust = Trust::new(
        Material::inline(listening.ca_pem(), "bundle"),
        crypto::ring(),
    )
    .unwrap()
    .identity(Identity::new(file("/tls.crt"), file("/tls.key")))
    .unwrap();
    let ask = client(&trust, &listening);

    eight_are_well(&ask).await;
    assert_eq!(refused.load(Ordering::SeqCst), 0);
    clock.advance(2 * HOUR);
    issue(now + 24 * HOUR);
    // At once: less than a second after the files were looked at, with eight connections of the old certificate.
    assert_eq!(ask().await, StatusCode::OK);
    assert_eq!(refused.load(Ordering::SeqCst), 1);
    eight_are_well(&ask).await;
    assert_eq!(
        refused.load(Ordering::SeqCst),
        1,
        "nothing more went out on an old connection"
    );
}
