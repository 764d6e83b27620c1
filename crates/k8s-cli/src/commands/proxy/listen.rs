//! Where `k8s proxy` listens, and how it says that it cannot.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use k8s_proxy::Listener;
use tokio::net::lookup_host;

use super::flags::PORT;
use crate::args::Args;
use crate::failure::Failure;
use crate::io::words;

/// As kubectl: a port beside a socket file is refused only when it is not the default.
pub(super) fn exclusive(args: &Args) -> Result<(), Failure> {
    if args.int("port") != PORT && !args.text("unix-socket").is_empty() {
        return Err(Failure::new(
            "cannot set --unix-socket and --port at the same time",
        ));
    }
    if args.is("disable-filter") && args.is("read-only") {
        return Err(Failure::new(
            "cannot set --read-only and --disable-filter at the same time",
        ));
    }
    Ok(())
}

/// The socket of the API.
pub(super) async fn open(args: &Args) -> Result<Listener, Failure> {
    let path = args.text("unix-socket");
    if !path.is_empty() {
        return unix(path);
    }
    let port = port(&args.int("port").to_string())?;
    let host = args.text("address");
    let listener = tcp(host, port).await.map_err(|error| {
        let why = words(&error);
        Failure::new(match parse(host) {
            Some(ip) => format!("listen tcp {}: bind: {why}", SocketAddr::new(ip, port)),
            None => format!("listen tcp {host}:{port}: {why}"),
        })
    })?;
    Ok(listener.keepalive(args.duration("keepalive")))
}

/// The socket of the probes, on all addresses: a kubelet comes from outside of the Pod.
pub(super) async fn health(args: &Args) -> Result<Option<Listener>, Failure> {
    let text = args.text("health-port");
    if text.is_empty() {
        return Ok(None);
    }
    let port = port(text)?;
    let listener = tcp("", port).await;
    let why =
        |error: io::Error| Failure::new(format!("listen tcp :{port}: bind: {}", words(&error)));
    listener.map(Some).map_err(why)
}

fn port(text: &str) -> Result<u16, Failure> {
    text.parse()
        .map_err(|_| Failure::new(format!("listen tcp: address {text}: invalid port")))
}

/// `::1` and `[::1]` are the same.
fn parse(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

async fn tcp(host: &str, port: u16) -> io::Result<Listener> {
    if host.is_empty() {
        return match Listener::tcp((Ipv6Addr::UNSPECIFIED, port).into()).await {
            // A machine without IPv6.
            Err(error) if error.kind() != ErrorKind::AddrInUse => {
                Listener::tcp((Ipv4Addr::UNSPECIFIED, port).into()).await
            }
            listener => listener,
        };
    }
    if let Some(ip) = parse(host) {
        return Listener::tcp((ip, port).into()).await;
    }
    let mut failed = io::Error::new(ErrorKind::AddrNotAvailable, "the name has no address");
    for address in lookup_host((host, port)).await? {
        match Listener::tcp(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

#[cfg(unix)]
fn unix(path: &str) -> Result<Listener, Failure> {
    Listener::unix(path)
        .map_err(|error| Failure::new(format!("listen unix {path}: bind: {}", words(&error))))
}

#[cfg(not(unix))]
fn unix(path: &str) -> Result<Listener, Failure> {
    Err(Failure::new(format!(
        "listen unix {path}: there are no socket files on this system"
    )))
}
