//! What becomes of a connection through a proxy that helps, refuses, hangs or lies.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::convert::Infallible;
use std::error::Error;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use k8s_testing::{MemoryConnector, Proxy as TestProxy};
use k8s_transport::{Proxied, Proxy, ProxyError, Tcp, Transport, TransportError};
use secrecy::SecretString;
use tokio::time::Instant;
use tower::service_fn;
use wire::{fetch, get};

type Server =
    tower::util::BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;

const SCHEMES: [&str; 2] = ["http", "socks5"];
const SECRET: &str = "s3cret p@ss";

fn server() -> MemoryConnector<Server> {
    MemoryConnector::new(Server::new(service_fn(|_: Request<Incoming>| async {
        Ok(Response::new(Full::from("hello")))
    })))
}

fn password() -> SecretString {
    SECRET.to_owned().into()
}

fn through(proxy: &TestProxy, url: &str) -> Transport<Full<Bytes>> {
    let connector = proxy.connector(server());
    Transport::new(Proxied::new(url.parse().unwrap(), connector))
}

async fn ask(transport: &Transport<Full<Bytes>>) -> Result<StatusCode, TransportError> {
    let response = fetch(transport, get("http://kubernetes:6443/api")).await?;
    Ok(response.status())
}

fn found(error: &TransportError) -> &ProxyError {
    error.source().unwrap().downcast_ref().unwrap()
}

/// All levels of an error, and its `Debug`.
fn whole(error: &TransportError) -> String {
    let mut text = format!("{error:?}");
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

#[tokio::test(start_paused = true)]
async fn a_proxy_is_asked_for_the_server_once_a_connection() {
    for scheme in SCHEMES {
        let proxy = TestProxy::new();
        let transport = through(&proxy, &format!("{scheme}://proxy.example:3128"));
        for _ in 0..3 {
            assert_eq!(ask(&transport).await.unwrap(), StatusCode::OK);
        }
        let seen = proxy.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (seen[0].server.as_str(), &seen[0].user),
            ("kubernetes:6443", &None)
        );
        assert!(
            seen[0].sent.starts_with(b"GET /api HTTP/1.1\r\n"),
            "{scheme}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn addresses_and_implied_ports_are_said_as_proxies_want_them() {
    for scheme in SCHEMES {
        for (uri, server) in [
            ("http://a.example/", "a.example:80"),
            ("http://10.0.0.1:6443/", "10.0.0.1:6443"),
            ("http://[fd00::1]:6443/", "[fd00::1]:6443"),
        ] {
            let proxy = TestProxy::new();
            let transport = through(&proxy, &format!("{scheme}://proxy"));
            fetch(&transport, get(uri)).await.unwrap();
            assert_eq!(proxy.seen()[0].server, server, "{scheme}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn user_name_and_password_go_to_the_proxy_and_nowhere_else() {
    for scheme in SCHEMES {
        let proxy = TestProxy::new().credentials("me", &password());
        let url = format!("{scheme}://me:s3cret%20p%40ss@proxy");
        let transport = through(&proxy, &url);
        assert_eq!(ask(&transport).await.unwrap(), StatusCode::OK);
        let seen = proxy.seen();
        assert_eq!(seen[0].user.as_deref(), Some("me"));
        let sent = String::from_utf8_lossy(&seen[0].sent).to_ascii_lowercase();
        assert!(
            !sent.contains("proxy-auth") && !sent.contains("s3cret"),
            "{sent}"
        );
        let parsed: Proxy = url.parse().unwrap();
        let shown = format!("{parsed} {parsed:?} {transport:?}");
        assert!(
            !shown.contains("s3cret") && !shown.contains("me"),
            "{shown}"
        );
    }
}

#[test]
fn refuses_credentials_with_a_broken_escape() {
    for userinfo in ["me%", "me%4", "me%zz", "me%+1", "me:%FF", "%C3:p"] {
        let parsed = format!("http://{userinfo}@proxy").parse::<Proxy>();
        assert!(parsed.is_err(), "{userinfo}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_stands_in_the_error_and_the_password_does_not() {
    let rows: [(&str, &[&[u8]], &str, bool); 8] = [
        (
            "http",
            &[b"HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nreason"],
            "the proxy http://proxy:3128 refused kubernetes:6443: 403 Forbidden",
            false,
        ),
        (
            "http",
            &[b"HTTP/1.0 407 Proxy Authentication Required\r\n\r\n"],
            "the proxy http://proxy:3128 refused kubernetes:6443: 407 Proxy Authentication Required",
            false,
        ),
        (
            "http",
            &[b"HTTP/1.1 503 Service Unavailable\r\n\r\n"],
            "the proxy http://proxy:3128 refused kubernetes:6443: 503 Service Unavailable",
            true,
        ),
        (
            "socks5",
            &[&[5, 0], &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]],
            "the proxy socks5://proxy:3128 refused kubernetes:6443: not allowed by its rules",
            false,
        ),
        (
            "socks5",
            &[&[5, 0], &[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]],
            "the proxy socks5://proxy:3128 refused kubernetes:6443: host unreachable",
            true,
        ),
        (
            "socks5",
            &[&[5, 2], &[1, 1]],
            "the proxy socks5://proxy:3128 refused the user name or the password",
            false,
        ),
        (
            "socks5",
            &[&[5, 0xff]],
            "the proxy socks5://proxy:3128 accepts none of the ways to say who asks: nobody, or a user name and a password",
            false,
        ),
        (
            "socks5",
            &[&[5, 1]],
            "the proxy socks5://proxy:3128 answered with a way to authenticate that was not offered",
            false,
        ),
    ];
    for (scheme, answers, expected, transient) in rows {
        let proxy = TestProxy::new().says(answers);
        let transport = through(&proxy, &format!("{scheme}://me:s3cret@proxy:3128"));
        let error = ask(&transport).await.unwrap_err();
        assert_eq!(found(&error).to_string(), expected);
        assert!(error.is_connect() && error.is_unprocessed());
        assert_eq!(error.is_transient(), transient, "{expected}");
        assert!(!whole(&error).contains("s3cret"), "{}", whole(&error));
    }
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_refusal_can_be_asked_for() {
    let proxy = TestProxy::new().credentials("me", &password());
    let error = ask(&through(&proxy, "http://me:wrong@proxy"))
        .await
        .unwrap_err();
    let status = found(&error).status();
    assert_eq!(status, Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_none_is_an_error() {
    let long = [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 20_000]].concat();
    let rows: [(&str, &[&[u8]], &str); 6] = [
        ("http", &[b"SSH-2.0-OpenSSH_9.9\r\n"], "what is no HTTP"),
        ("http", &[&[5, 0]], "what is no HTTP"),
        ("http", &[&long], "a head of more than 16 KiB"),
        (
            "socks5",
            &[b"HTTP/1.1 400 Bad Request\r\n\r\n"],
            "what is no SOCKS5",
        ),
        ("socks5", &[&[5, 0], &[4, 0, 0, 1]], "what is no SOCKS5"),
        (
            "socks5",
            &[&[5, 0], &[5, 0, 0, 9]],
            "an address of an unknown kind",
        ),
    ];
    for (scheme, answers, expected) in rows {
        let proxy = TestProxy::new().says(answers);
        let error = ask(&through(&proxy, &format!("{scheme}://proxy")))
            .await
            .unwrap_err();
        let text = found(&error).to_string();
        assert!(
            text.ends_with(&format!("answered with {expected}")),
            "{text}"
        );
        assert!(!error.is_transient());
    }
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_hangs_is_given_up_after_a_minute() {
    let rows: [(&str, &[&[u8]]); 5] = [
        ("http", &[]),
        ("http", &[b"HTTP/1.1 200 OK\r\nVia: so"]),
        ("socks5", &[]),
        ("socks5", &[&[5, 0]]),
        ("socks5", &[&[5, 0], &[5, 0, 0, 3, 9]]),
    ];
    for (scheme, answers) in rows {
        let proxy = TestProxy::new().says(answers);
        let started = Instant::now();
        let error = ask(&through(&proxy, &format!("{scheme}://proxy")))
            .await
            .unwrap_err();
        assert_eq!(started.elapsed().as_secs(), 60);
        assert!(
            found(&error).is_timeout() && error.is_transient(),
            "{error:?}"
        );
        assert!(
            found(&error)
                .to_string()
                .ends_with("gave no connection to kubernetes:6443 within 60s")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_hangs_up_is_named_with_what_happened() {
    for scheme in SCHEMES {
        let connector = service_fn(|_: Uri| async {
            let closed = tokio::io::duplex(64).0;
            Ok::<_, Infallible>(hyper_util::rt::TokioIo::new(closed))
        });
        let url = format!("{scheme}://proxy");
        let transport = Transport::new(Proxied::new(url.parse().unwrap(), connector));
        let error = ask(&transport).await.unwrap_err();
        let proxy = found(&error);
        assert!(
            proxy
                .to_string()
                .starts_with(&format!("asking the proxy {scheme}://proxy:")),
            "{proxy}"
        );
        assert!(proxy.source().unwrap().is::<std::io::Error>() && error.is_transient());
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_from_a_server_that_is_not() {
    for scheme in SCHEMES {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = gone.local_addr().unwrap();
        drop(gone);
        let url = format!("{scheme}://{address}");
        let transport = Transport::new(Proxied::new(url.parse().unwrap(), Tcp::new()));
        let error = ask(&transport).await.unwrap_err();
        assert!(found(&error).is_dial());
        assert_eq!(
            found(&error).to_string(),
            format!("connecting to the proxy {url}")
        );

        let listening = TestProxy::new().listen().await.unwrap();
        let proxy: Proxy = listening.url(scheme).parse().unwrap();
        let transport = Transport::new(Proxied::new(proxy, Tcp::new()));
        let uri = format!("http://{address}/");
        let error = fetch(&transport, get(&uri)).await.unwrap_err();
        let refused = if scheme == "http" {
            "502 Bad Gateway"
        } else {
            "connection refused"
        };
        assert!(
            found(&error)
                .to_string()
                .ends_with(&format!("refused {address}: {refused}")),
            "{}",
            found(&error)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_says_behind_the_answer_is_not_lost() {
    let answer = b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
    let proxy = TestProxy::new().says([answer]);
    let mut connector = Proxied::new("http://proxy".parse().unwrap(), proxy.connector(server()));
    let tunnel = tower::Service::call(&mut connector, Uri::from_static("http://kubernetes"))
        .await
        .unwrap();
    let mut io = hyper_util::rt::TokioIo::new(tunnel);
    let mut heard = [0; 27];
    tokio::io::AsyncReadExt::read_exact(&mut io, &mut heard)
        .await
        .unwrap();
    assert_eq!(&heard, b"HTTP/1.1 204 No Content\r\n\r\n");
}
