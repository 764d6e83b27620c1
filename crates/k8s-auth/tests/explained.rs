//! What is there for whoever explains a connection: what a certificate says, and what sort of failure it was.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::time::{Duration, SystemTime};

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use k8s_auth::{Certificate, TlsError, TlsFault, TlsStream, Trust, crypto};
use k8s_config::Material;
use k8s_testing::certs::{Ca, Leaf};
use k8s_testing::{ApiServer, ListenOptions};
use tokio::net::TcpStream;
use tower::{Layer as _, Service as _};

fn trust(pem: &str) -> Trust {
    Trust::new(Material::inline(pem, "the test's bundle"), crypto::ring()).unwrap()
}

async fn connect(trust: &Trust, server: &str) -> Result<TlsStream<TokioIo<TcpStream>>, TlsError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let limit = Duration::from_millis(300);
    let layer = trust.layer().handshake_timeout(limit);
    layer.layer(tcp).call(server.parse().unwrap()).await
}

async fn check(options: ListenOptions, ca: &Ca, expected: TlsFault) {
    let listening = options.serve(ApiServer::new()).await.unwrap();
    let server = listening.url().replace("http://", "https://");
    let error = connect(&trust(ca.pem()), &server).await.unwrap_err();
    assert_eq!(error.fault(), expected, "{error:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_server_is_told_apart() {
    let ca = Ca::new("kubernetes");
    let with = |leaf: Leaf| ListenOptions::new().ca(&ca).leaf(leaf);
    let here = || Leaf::server().ip([127, 0, 0, 1]);
    check(with(here()), &Ca::new("other"), TlsFault::UnknownIssuer).await;
    check(with(here()), &Ca::new("kubernetes"), TlsFault::BadSignature).await;
    check(with(here().expired()), &ca, TlsFault::Expired).await;
    check(with(here().not_yet_valid()), &ca, TlsFault::NotYetValid).await;
    check(
        with(Leaf::server().dns("elsewhere")),
        &ca,
        TlsFault::WrongName,
    )
    .await;
    check(ListenOptions::new().plain(), &ca, TlsFault::NotTls).await;
}

#[tokio::test]
async fn what_is_no_server_is_told_apart() {
    let trust = trust(Ca::new("kubernetes").pem());
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("https://{}", silent.local_addr().unwrap());
    let fault = connect(&trust, &server).await.unwrap_err().fault();
    assert_eq!(fault, TlsFault::Timeout);
    drop(silent);
    let fault = connect(&trust, &server).await.unwrap_err().fault();
    assert_eq!(fault, TlsFault::Dial);

    let closing = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("https://{}", closing.local_addr().unwrap());
    let (fault, _) = tokio::join!(connect(&trust, &server), async {
        drop(closing.accept().await.unwrap());
    });
    assert_eq!(fault.unwrap_err().fault(), TlsFault::Closed);
    let fault = connect(&trust, "https://a_b*/")
        .await
        .map_err(|error| error.fault());
    assert_eq!(fault.unwrap_err(), TlsFault::Name);
}

#[tokio::test]
async fn a_connection_knows_what_its_server_showed() {
    let listening = ApiServer::new().listen().await.unwrap();
    let trust = trust(listening.ca_pem());
    let stream = connect(&trust, &listening.url()).await.unwrap();
    let shown = stream.peer_certificates();
    let leaf = Certificate::from_der(&shown[0]).unwrap();
    assert_eq!(leaf.subject, "CN=kube-apiserver");
    // Whoever holds that key is believed by its pin.
    let pin = leaf.pin(&crypto::ring()).unwrap();
    let pinned = Trust::pinned([pin], crypto::ring()).unwrap();
    assert!(connect(&pinned, &listening.url()).await.is_ok());
    let plain = ListenOptions::new()
        .plain()
        .serve(ApiServer::new())
        .await
        .unwrap();
    let stream = connect(&trust, &plain.url()).await.unwrap();
    assert!(stream.peer_certificates().is_empty());
}

#[test]
fn a_certificate_says_whose_it_is_for_what_and_until_when() {
    let ca = Ca::new("kubernetes");
    let at = |secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
    let leaf = Leaf::client("app")
        .organization("system:masters")
        .dns("kubernetes")
        .ip([10, 0, 0, 1])
        .ip([0, 0, 0, 0, 0, 0, 0, 1])
        .valid(at(1_000_000_000), at(2_600_000_000));
    let issued = ca.issue(&leaf);
    let text = format!("{}{}", issued.pem(), ca.pem());
    let [leaf, root] = &Certificate::from_pem(text.as_bytes()).unwrap()[..] else {
        panic!("two certificates are in {text}");
    };
    assert_eq!(leaf.subject, "O=system:masters, CN=app");
    assert_eq!((&leaf.issuer, &root.subject), (&root.issuer, &root.issuer));
    assert_eq!(leaf.names, ["kubernetes", "10.0.0.1", "::1"]);
    assert_eq!(
        (leaf.not_before, leaf.not_after),
        (at(1_000_000_000), at(2_600_000_000))
    );
    assert!(root.names.is_empty());
    assert_ne!(leaf.pin(&crypto::ring()), root.pin(&crypto::ring()));
    let whole = issued.der();
    for end in 0..whole.len() {
        assert!(Certificate::from_der(&whole[..end].into()).is_none());
    }
    for (text, fault) in [("", "it is empty"), ("x", "it holds no certificate in PEM")] {
        let error = Certificate::from_pem(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), fault);
    }
    let old = ca.issue(&Leaf::client("app").x509_v1());
    assert_eq!(Certificate::from_der(old.der()).unwrap().subject, "CN=app");
}
