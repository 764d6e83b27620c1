//! Why a server was not believed, and what to do about it.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use k8s_auth::{Certificate, TlsFault, TrustError};
use k8s_config::Roots;
use secrecy::ExposeSecret as _;

use super::evidence;
use crate::Fix;
use crate::case::{Case, tls_error};
use crate::finding::{Fault, chain, find};
use crate::time::{relative, span, written};

/// The authorities could not be read.
pub(super) fn no_trust(case: &Case<'_>, error: &k8s_client::Error) -> Fault {
    let cause = match find::<TrustError>(error) {
        Some(error) => format!("no server can be believed: {}", chain(error)),
        None => chain(error),
    };
    Fault::new(chain(error), cause, authority(case))
}

/// Nothing came of the handshake.
pub(super) fn silent(case: &Case<'_>, limit: Duration) -> Fault {
    let evidence = format!("a connection, and no TLS handshake within {}", span(limit));
    nothing_said(case, &evidence)
}

fn nothing_said(case: &Case<'_>, evidence: &str) -> Fault {
    let port = port_wrong(case);
    Fault::new(
        evidence,
        format!(
            "{} is silent: something takes connections and answers nothing, as a load balancer without a server behind it does",
            case.route.target()
        ),
        port,
    )
}

/// The handshake failed; `seen` is what the server shows to anybody.
pub(super) fn refused(
    case: &Case<'_>,
    error: &(dyn std::error::Error + 'static),
    seen: &[Certificate],
) -> Fault {
    let fault = tls_error(error).map_or(TlsFault::Other, |error| error.fault());
    let leaf = seen.first();
    let (cause, fix) = match (fault, leaf) {
        (TlsFault::BadSignature | TlsFault::UnknownIssuer, Some(_)) => {
            (stranger(case, seen), authority(case))
        }
        (TlsFault::BadSignature | TlsFault::UnknownIssuer, None) => (
            "the server's certificate is signed by a CA that is not trusted".to_owned(),
            authority(case),
        ),
        (TlsFault::Expired, Some(leaf)) => out_of_date(case, leaf, "expired", leaf.not_after),
        (TlsFault::NotYetValid, Some(leaf)) => {
            out_of_date(case, leaf, "is not valid yet", leaf.not_before)
        }
        (TlsFault::WrongName, Some(leaf)) => misnamed(case, leaf),
        (TlsFault::NotTls, _) => in_clear(case),
        (TlsFault::Timeout, _) => return nothing_said(case, &chain(error)),
        (TlsFault::Closed, _) => (
            format!(
                "{} ends the connection in the TLS handshake: it is no API server, or one that is starting or ending",
                case.route.target()
            ),
            port_wrong(case),
        ),
        _ => (
            format!(
                "no TLS connection to {}: {}",
                case.route.target(),
                chain(error)
            ),
            Fix::new("mend what the evidence names"),
        ),
    };
    Fault::new(evidence(case, error, seen), cause, fix)
}

/// The CA is another one: of a rotation, or of another cluster.
fn stranger(case: &Case<'_>, seen: &[Certificate]) -> String {
    let issuer = seen
        .last()
        .map(|last| last.issuer.as_str())
        .unwrap_or_default();
    let whence = case.whence();
    let Roots::Bundle(bundle) = &case.config.tls.roots else {
        return format!("no CA is configured, and the system's roots do not know {issuer}");
    };
    let read = bundle.read().ok();
    let known = read
        .and_then(|bytes| Certificate::from_pem(bytes.expose_secret()).ok())
        .unwrap_or_default();
    if known.iter().any(|ca| ca.subject == issuer) {
        return format!("the CA was rotated: {bundle} holds an older {issuer} with another key");
    }
    let subjects: Vec<&str> = known.iter().map(|ca| ca.subject.as_str()).collect();
    let of = match whence.mount() {
        Some(_) => "is not this cluster's",
        None => "is another cluster's, or the server is not the one that was meant",
    };
    format!(
        "wrong CA: {bundle} holds {}, the server's certificate is signed by {issuer}; the CA {of}",
        subjects.join(", ")
    )
}

/// Where the right CA comes from.
fn authority(case: &Case<'_>) -> Fix {
    let whence = case.whence();
    let place = whence.of_any(&["certificate-authority-data", "certificate-authority"]);
    match whence.mount() {
        Some(_) => Fix::new(format!("see that the ConfigMap kube-root-ca.crt of this namespace holds the cluster's CA (the controller manager's --root-ca-file), and start the Pod anew: {place} comes from there")),
        None => Fix::new(format!("have the cluster's CA in the file ca.crt, by a way you trust (every namespace has it in the ConfigMap kube-root-ca.crt), and put it into {place}"))
            .commands(whence.set_cluster(&["--certificate-authority=ca.crt", "--embed-certs"])),
    }
}

fn out_of_date(case: &Case<'_>, leaf: &Certificate, how: &str, when: SystemTime) -> (String, Fix) {
    let now = case.clock().now();
    let cause = format!(
        "the server's certificate ({}) {how}: {}, {}",
        leaf.subject,
        written(when),
        relative(when, now)
    );
    let fix = Fix::new(format!(
        "renew the server's certificate ({}), and have the server read it",
        leaf.subject
    ))
    .command("kubeadm certs renew apiserver");
    (cause, fix)
}

fn misnamed(case: &Case<'_>, leaf: &Certificate) -> (String, Fix) {
    let host = case
        .config
        .tls
        .server_name
        .as_deref()
        .unwrap_or_else(|| crate::route::bare(&case.config.server));
    let what = if host.parse::<IpAddr>().is_ok() {
        "IP address"
    } else {
        "name"
    };
    let cause = format!(
        "the server's certificate is not for the {what} {host}, but for {}",
        super::names(leaf)
    );
    let whence = case.whence();
    let is_name = |name: &&String| name.parse::<IpAddr>().is_err() && !name.contains('*');
    let other = leaf
        .names
        .iter()
        .find(is_name)
        .or_else(|| leaf.names.first());
    let renew = format!("have the server's certificate issued for {host}, too");
    let Some(other) = other else {
        return (cause, Fix::new(renew));
    };
    match whence.set_cluster(&[&format!("--tls-server-name={other}")]) {
        Some(command) => {
            let text = format!(
                "expect a name that the certificate is for, if that is the server which was meant; or {renew}"
            );
            (cause, Fix::new(text).command(command))
        }
        None => (cause, Fix::new(renew)),
    }
}

/// What answers speaks no TLS.
fn in_clear(case: &Case<'_>) -> (String, Fix) {
    let cause = format!(
        "what listens at {} speaks no TLS, and the URL says https",
        case.route.target()
    );
    (cause, port_wrong(case))
}

fn port_wrong(case: &Case<'_>) -> Fix {
    let whence = case.whence();
    let server = case.route.server_with(None, None, Some("PORT"));
    Fix::new(format!(
        "see what listens there; mend the port in {}",
        whence.of("server")
    ))
    .commands(whence.set_cluster(&[&format!("--server={server}")]))
}
