//! The server on a TLS socket: certificates, protocols, and the end of it.

use k8s_testing::certs::{Ca, Certificate, Leaf};
use k8s_testing::{ApiServer, ListenOptions};

use crate::client::Tls;

#[tokio::test]
async fn answers_over_tls_by_both_protocols() {
    let server = ApiServer::new();
    let token = server.issue_token("alice", &[]);
    let listening = server.listen().await.unwrap();
    for alpn in ["h2", "http/1.1"] {
        let tls = Tls {
            alpn: vec![alpn],
            ..Tls::trusting(&listening)
        };
        let answer = tls
            .get(&listening, "/api", Some(&token))
            .await
            .unwrap()
            .is(200);
        assert_eq!(answer.json["kind"], "APIVersions");
    }
}

#[tokio::test]
async fn another_authority_is_not_trusted() {
    let listening = ApiServer::new().listen().await.unwrap();
    let tls = Tls {
        ca_pem: Ca::new("another").pem().to_owned(),
        ..Tls::default()
    };
    let error = tls
        .get(&listening, "/healthz", None)
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
}

#[tokio::test]
async fn is_reached_by_the_names_in_its_certificate_only() {
    let server = ApiServer::new();
    let options = ListenOptions::new().leaf(Leaf::server().dns("kubernetes.default.svc"));
    let listening = server.listen_with(options).await.unwrap();
    let named = Tls {
        name: Some("kubernetes.default.svc"),
        ..Tls::trusting(&listening)
    };
    named
        .get(&listening, "/healthz", None)
        .await
        .unwrap()
        .is(200);
    let by_ip = Tls::trusting(&listening);
    let error = by_ip
        .get(&listening, "/healthz", None)
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains("not valid for name"), "{error}");
}

#[tokio::test]
async fn listens_on_ipv6() {
    let options = ListenOptions::new().ip(std::net::Ipv6Addr::LOCALHOST);
    let listening = ApiServer::new().listen_with(options).await.unwrap();
    assert!(listening.url().starts_with("https://[::1]:"));
    Tls::trusting(&listening)
        .get(&listening, "/healthz", None)
        .await
        .unwrap()
        .is(200);
}

#[tokio::test]
async fn shows_another_certificate_after_a_rotation() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let new = Ca::new("new");
    listening
        .rotate(&new.issue(&Leaf::server().ip(listening.addr().ip())))
        .unwrap();
    let old = Tls::trusting(&listening);
    assert!(old.get(&listening, "/healthz", None).await.is_err());
    let both = Tls {
        ca_pem: format!("{}{}", old.ca_pem, new.pem()),
        ..Tls::default()
    };
    both.get(&listening, "/healthz", None)
        .await
        .unwrap()
        .is(200);
}

#[tokio::test]
async fn bad_serving_certificates_are_refused_by_clients() {
    let server = ApiServer::new();
    let ip = std::net::Ipv4Addr::LOCALHOST;
    for (leaf, says) in [
        (Leaf::server().ip(ip).expired(), "Expired"),
        (Leaf::server().ip(ip).not_yet_valid(), "NotValidYet"),
        (Leaf::server().dns("elsewhere"), "not valid for name"),
        (Leaf::client("alice").ip(ip), "InvalidPurpose"),
    ] {
        let listening = server
            .listen_with(ListenOptions::new().leaf(leaf))
            .await
            .unwrap();
        let tls = Tls::trusting(&listening);
        let error = tls
            .get(&listening, "/healthz", None)
            .await
            .map(|_| ())
            .unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains(says), "{text}");
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_its_own_authority() {
    let server = ApiServer::new();
    let leaf = Leaf::server().ip(std::net::Ipv4Addr::LOCALHOST);
    for (leaf, refused) in [(leaf.clone(), false), (leaf.marked_as_ca(), true)] {
        let own = Certificate::self_signed(&leaf);
        let options = ListenOptions::new().certificate(own.clone());
        let listening = server.listen_with(options).await.unwrap();
        let tls = Tls {
            ca_pem: own.pem(),
            ..Tls::default()
        };
        let answer = tls.get(&listening, "/healthz", None).await;
        assert_eq!(answer.is_err(), refused);
    }
}

#[tokio::test]
async fn dropping_it_closes_every_connection() {
    use hyper_util::rt::TokioIo;
    let options = ListenOptions::new().plain();
    let listening = ApiServer::new().listen_with(options).await.unwrap();
    let stream = tokio::net::TcpStream::connect(listening.addr())
        .await
        .unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let request = crate::client::request("GET", "/healthz", None, String::new());
    assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
    let address = listening.addr();
    drop(listening);
    // hyper reports the end in one way or the other; that it comes is what counts.
    let _ = connection.await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_first_answer_comes_within_fifty_milliseconds() {
    let began = std::time::Instant::now();
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let opened = began.elapsed();
    Tls::trusting(&listening)
        .get(&listening, "/healthz", None)
        .await
        .unwrap()
        .is(200);
    let answered = began.elapsed();
    // Ten times as much, because tests share a machine; the measured time is printed by `--nocapture`.
    println!("opened={opened:?} answered={answered:?}");
    assert!(answered.as_millis() < 500, "{answered:?}");
}
