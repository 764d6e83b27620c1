//! Whether what answers is a Kubernetes API server.

use std::time::Duration;

use http::{Request, Response, StatusCode};
use k8s_auth::{ClientCertificateRefused, TlsFault};
use k8s_client::discovery::Version;
use k8s_client::{Body, Client, Error};
use tokio::time::timeout;

use super::credential;
use crate::Fix;
use crate::case::{Case, tls_error};
use crate::finding::{Checked, Fault, Finding, chain, find};
use crate::time::span;

pub(super) async fn check(case: &Case<'_>, limit: Duration) -> Checked {
    let answer = timeout(limit, get(case.client()?, "/version")).await;
    match answer {
        Ok(Ok((head, body))) => judge(case, &head, &body),
        Ok(Err(error)) => Err(unanswered(case, &error)),
        Err(_) => Err(silent(case, "/version", limit)),
    }
}

/// The head of an answer and its bytes.
pub(super) async fn get(
    client: &Client,
    path: &'static str,
) -> Result<(Response<()>, Vec<u8>), Error> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = http::Uri::from_static(path);
    let (head, body) = client.send(request).await?.into_parts();
    let body = body.bytes().await.unwrap_or_default();
    Ok((Response::from_parts(head, ()), body.to_vec()))
}

fn judge(case: &Case<'_>, head: &Response<()>, body: &[u8]) -> Checked {
    let code = head.status();
    let line = format!("{:?} {code}", head.version());
    let version = serde_json::from_slice::<Version>(body).ok();
    if let Some(version) =
        version.filter(|version| code.is_success() && !version.git_version.is_empty())
    {
        return Ok(Finding::Passed(format!(
            "{line}, Kubernetes {}",
            version.git_version
        )));
    }
    // Whoever refuses with a Status speaks the API; identity and access say more.
    let refused = matches!(code, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    if refused && is_status(body) {
        return Ok(Finding::Passed(format!(
            "{line}: refused, by an API server"
        )));
    }
    let server = case.route.target();
    let (cause, fix) = match code.as_u16() {
        429 | 503 if is_status(body) => (
            format!("the API server at {server} has too much to do, or is starting"),
            Fix::new("try again in a moment; if it stays, see the API server's load and its log"),
        ),
        502..=504 => (
            format!(
                "what answers at {server} is a gateway that does not reach the API server ({code})"
            ),
            Fix::new("see whether the API server behind it runs"),
        ),
        _ => (
            format!("what answers at {server} is no Kubernetes API server ({code})"),
            wrong_server(case),
        ),
    };
    Err(Fault::new(line, cause, fix))
}

fn is_status(body: &[u8]) -> bool {
    serde_json::from_slice::<k8s_client::Status>(body).is_ok_and(|status| status.code >= 400)
}

fn wrong_server(case: &Case<'_>) -> Fix {
    let whence = case.whence();
    Fix::new(format!(
        "mend host, port and path of server in {}",
        whence.of("server")
    ))
    .commands(whence.set_cluster(&["--server=https://HOST:PORT"]))
}

/// Nothing came back.
pub(super) fn unanswered(case: &Case<'_>, error: &Error) -> Fault {
    let evidence = chain(error);
    let refused = tls_error(error).is_some_and(|error| error.fault() == TlsFault::Refused);
    if refused || find::<ClientCertificateRefused>(error).is_some() {
        let cause = "the server refuses the client certificate";
        return Fault::new(
            evidence,
            cause,
            credential::renew_certificate(case, "the same name"),
        );
    }
    let cause = format!(
        "{} took the connection and ended it without an answer",
        case.route.target()
    );
    Fault::new(
        evidence,
        cause,
        Fix::new("try again in a moment; if it stays, see the API server's log"),
    )
}

/// The time ran out.
pub(super) fn silent(case: &Case<'_>, path: &str, limit: Duration) -> Fault {
    Fault::new(
        format!("no answer to {path} within {}", span(limit)),
        format!(
            "the API server at {} takes requests and does not answer them",
            case.route.target()
        ),
        Fix::new("see the API server's load and its log, and that of etcd"),
    )
}
