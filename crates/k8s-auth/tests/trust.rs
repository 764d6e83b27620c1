//! Bundles and client certificates: what fails closed at the start, what is kept later.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use k8s_auth::{Identity, Trust, crypto};
use k8s_config::{Material, MemorySource};
use k8s_testing::certs::{Ca, Leaf};
use secrecy::ExposeSecret as _;
use tokio::time::advance;

const PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

fn bundle(text: &str) -> (MemorySource, Material) {
    let source = MemorySource::new().with_file(PATH, text);
    let material = Material::file(Arc::new(source.clone()), PATH);
    (source, material)
}

fn check_refused(text: &str, expected: &str, cause: &str) {
    let error = Trust::new(bundle(text).1, crypto::ring()).unwrap_err();
    assert_eq!(error.to_string(), expected.replace("PATH", PATH));
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    assert_eq!(source, cause);
}

#[test]
fn ic10_a_bundle_that_vouches_for_nobody_is_an_error() {
    let reading = "reading the CA bundle in PATH";
    check_refused("", reading, "it is empty");
    check_refused("\n \n", reading, "it is empty");
    check_refused("garbage", reading, "it holds no certificate in PEM");
    let unparsable = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    check_refused(
        unparsable,
        "the CA bundle in PATH holds no certificate that can be a root",
        "",
    );
    let (source, material) = bundle("x");
    source.remove_file(PATH);
    let error = Trust::new(material, crypto::ring()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("reading the CA bundle in {PATH}")
    );
    assert!(error.source().is_some());
}

/// Whether the configuration is the same one.
fn same(trust: &Trust, before: &Arc<impl Sized>, now: impl Fn(&Trust) -> *const ()) -> bool {
    std::ptr::eq(Arc::as_ptr(before).cast(), now(trust))
}

#[tokio::test(start_paused = true)]
async fn ic11_another_bundle_makes_another_configuration() {
    let (source, material) = bundle(Ca::new("one").pem());
    let trust = Trust::new(material, crypto::ring()).unwrap();
    let now = |trust: &Trust| Arc::as_ptr(&trust.client_config().unwrap()).cast();
    let first = trust.client_config().unwrap();
    advance(Duration::from_secs(60)).await;
    assert!(same(&trust, &first, now), "nothing changed");
    source.set_file(PATH, Ca::new("two").pem());
    advance(Duration::from_secs(2)).await;
    assert!(!same(&trust, &first, now), "the bundle changed");
}

#[tokio::test(start_paused = true)]
async fn ic12_old_roots_are_kept_while_the_bundle_is_bad() {
    let (source, material) = bundle(Ca::new("one").pem());
    let trust = Trust::new(material, crypto::ring()).unwrap();
    let now = |trust: &Trust| Arc::as_ptr(&trust.client_config().unwrap()).cast();
    let first = trust.client_config().unwrap();
    for bad in ["", "garbage"] {
        source.set_file(PATH, bad);
        advance(Duration::from_secs(60)).await;
        assert!(same(&trust, &first, now), "{bad:?}");
    }
    source.remove_file(PATH);
    advance(Duration::from_secs(60)).await;
    assert!(same(&trust, &first, now), "the file is away");
}

fn trust() -> Trust {
    Trust::new(bundle(Ca::new("any").pem()).1, crypto::ring()).unwrap()
}

fn identity(certificate: &str, key: &str) -> Identity {
    Identity::new(
        Material::inline(certificate, "the certificate"),
        Material::inline(key, "the key"),
    )
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let ca = Ca::new("any");
    let (one, two) = (
        ca.issue(&Leaf::client("one")),
        ca.issue(&Leaf::client("two")),
    );
    let key = two.key_pem().expose_secret();
    let error = trust().identity(identity(&one.pem(), key)).unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert_eq!(
        cause,
        "the key in the key does not belong to the certificate in the certificate"
    );
}

#[test]
fn an_x509_v1_client_certificate_is_taken() {
    let client = Ca::new("any").issue(&Leaf::client("old").x509_v1());
    trust()
        .identity(identity(&client.pem(), client.key_pem().expose_secret()))
        .unwrap();
}

#[test]
fn no_error_and_no_debug_holds_the_key() {
    let client = Ca::new("any").issue(&Leaf::client("me"));
    let key = client.key_pem().expose_secret();
    let secret = key.lines().nth(1).unwrap();
    let other = Ca::new("any").issue(&Leaf::client("other"));
    let identity = identity(&other.pem(), key);
    let shown = format!(
        "{identity:?} {:?}",
        trust().identity(identity.clone()).unwrap_err()
    );
    assert!(!shown.contains(secret), "{shown}");
}

#[test]
fn a_server_name_that_is_none_is_refused() {
    let error = trust().server_name("not a name").unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"the TLS server name "not a name" is neither a DNS name nor an IP address"#
    );
}
