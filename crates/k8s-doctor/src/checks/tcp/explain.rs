//! Why nothing listens, and what to do about it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use crate::Fix;
use crate::case::Case;
use crate::finding::Fault;

/// An address and why it was not reached.
type Failure = (SocketAddr, io::Error);

/// No address of the host could be reached; `other` is one of the other family that can.
pub(super) fn unreachable(
    case: &Case<'_>,
    failures: &[Failure],
    other: Option<SocketAddr>,
) -> Fault {
    let seen: Vec<String> = failures
        .iter()
        .map(|(address, error)| format!("{address}: {}", words(error)))
        .collect();
    let seen = seen.join("; ");
    match other {
        Some(other) => wrong_family(case, &seen, other),
        None => {
            let (cause, fix) = cause(case, failures);
            Fault::new(seen, cause, fix)
        }
    }
}

fn wrong_family(case: &Case<'_>, seen: &str, other: SocketAddr) -> Fault {
    let whence = case.whence();
    let (family, named) = if other.is_ipv6() {
        ("IPv6", "IPv4")
    } else {
        ("IPv4", "IPv6")
    };
    let host = other.ip().to_string();
    let server = case.route.server_with(None, Some(&host), None);
    let text = format!("name the {family} address in {}", whence.of("server"));
    Fault::new(
        format!("{seen}; {other}: something listens"),
        format!("the server listens on {family} only, and its URL names an {named} address"),
        Fix::new(text).commands(whence.set_cluster(&[&format!("--server={server}")])),
    )
}

fn cause(case: &Case<'_>, failures: &[Failure]) -> (String, Fix) {
    let (whose, host, port) = (case.route.whose(), case.route.host(), case.route.port());
    let place = match case.route.proxy {
        Some(_) => super::super::proxy::set_in(case),
        None => case.whence().of("server"),
    };
    let all = |kinds: &[ErrorKind]| failures.iter().all(|(_, e)| kinds.contains(&e.kind()));
    let only_ipv6 = failures.iter().all(|(address, _)| address.is_ipv6());
    if all(&[ErrorKind::ConnectionRefused, ErrorKind::ConnectionReset]) {
        return (
            format!(
                "nothing listens at port {port} of {host}: {whose} does not run, or the port is wrong"
            ),
            Fix::new(format!("start {whose}, or name another one in {place}"))
                .commands(another_port(case)),
        );
    }
    let no_way = [ErrorKind::NetworkUnreachable, ErrorKind::HostUnreachable];
    if only_ipv6 && all(&[no_way[0], no_way[1], ErrorKind::AddrNotAvailable]) {
        return (
            format!("{whose} has IPv6 addresses only, and this machine has no way there"),
            Fix::new(format!(
                "give this machine IPv6, or name an IPv4 address in {place}"
            )),
        );
    }
    if all(&no_way) {
        return (
            format!("this machine has no way to the network of {whose}"),
            Fix::new(format!(
                "connect to that network (VPN, routes), or mend the address in {place}"
            )),
        );
    }
    let cause = format!(
        "{whose} does not answer at port {port}: a firewall or a NetworkPolicy drops packets, or no machine has the address"
    );
    let text = format!("let packets through to {host}:{port}, or mend the address in {place}");
    (cause, Fix::new(text).commands(another_port(case)))
}

/// The command that names another port, or does without the proxy.
fn another_port(case: &Case<'_>) -> Option<String> {
    if case.route.proxy.is_some() {
        return super::super::proxy::without(case);
    }
    let server = case.route.server_with(None, None, Some("PORT"));
    case.whence().set_cluster(&[&format!("--server={server}")])
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        ErrorKind::TimedOut => "no answer in time".to_owned(),
        _ => error.to_string(),
    }
}
