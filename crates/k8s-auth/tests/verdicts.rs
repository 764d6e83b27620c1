//! What is said when a certificate is turned down: by us for a reason of cryptography, by the server after the handshake.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http_body_util::Empty;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use k8s_auth::{Identity, Trust, crypto};
use k8s_config::Material;
use k8s_testing::certs::{Ca, Leaf};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower::Layer as _;

#[test]
fn a_chain_on_p521_says_which_provider_can_check_it() {
    let ca = include_str!("fixtures/p521-ca.pem");
    let leaf = include_bytes!("fixtures/p521-leaf.pem");
    let leaf = CertificateDer::from_pem_slice(leaf).unwrap();
    let trust = Trust::new(Material::inline(ca, "bundle"), crypto::ring()).unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let error = trust
        .verifier()
        .verify_server_cert(&leaf, &[], &name, &[], UnixTime::now())
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("P-521") && text.contains("aws-lc-rs"),
        "{text}"
    );
}

/// A server that lets nobody in who has no certificate of `clients`.
async fn strict(ca: &Ca, clients: &Ca) -> std::net::SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(clients.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let pair = ca.issue(&Leaf::server().ip([127, 0, 0, 1]));
    let key = PrivateKeyDer::from_pem_slice(pair.key_pem().expose_secret().as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![pair.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            // Turning the client down is all that this server does.
            tokio::spawn(async move { acceptor.accept(stream).await.map(drop) });
        }
    });
    address
}

async fn said_to(identity: Option<Identity>, ca: &Ca, clients: &Ca) -> String {
    let address = strict(ca, clients).await;
    let mut trust = Trust::new(Material::inline(ca.pem(), "bundle"), crypto::ring()).unwrap();
    if let Some(identity) = identity {
        trust = trust.identity(identity).unwrap();
    }
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let client: Client<_, Empty<Bytes>> =
        Client::builder(TokioExecutor::new()).build(trust.layer().layer(tcp));
    let request = Request::get(format!("https://{address}/"))
        .body(Empty::new())
        .unwrap();
    let error = client.request(request).await.unwrap_err();
    let mut text = error.to_string();
    let mut next = std::error::Error::source(&error);
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_is_understood() {
    let (ca, clients) = (Ca::new("servers"), Ca::new("clients"));
    let text = said_to(None, &ca, &clients).await;
    assert!(
        text.contains("wants a client certificate, and none was shown"),
        "{text}"
    );
}

#[tokio::test]
async fn a_server_that_refuses_the_certificate_is_understood() {
    let (ca, clients) = (Ca::new("servers"), Ca::new("clients"));
    let pair = Ca::new("somebody-else").issue(&Leaf::client("me"));
    let identity = Identity::new(
        Material::inline(pair.pem(), "certificate"),
        Material::inline(pair.key_pem().expose_secret(), "key"),
    );
    let text = said_to(Some(identity), &ca, &clients).await;
    let unknown = text.contains("does not know the CA of the client certificate");
    assert!(
        unknown || text.contains("refused the client certificate"),
        "{text}"
    );
}
