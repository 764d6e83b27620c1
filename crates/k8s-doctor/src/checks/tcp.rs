//! Whether something listens where the host and the port lead.

mod explain;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::case::Case;
use crate::finding::{Checked, Finding};

pub(super) async fn check(case: &Case<'_>, limit: Duration) -> Checked {
    let until = Instant::now() + limit;
    let addresses = &case.addresses;
    let mut failures = Vec::new();
    for (at, address) in addresses.iter().enumerate() {
        // Each address has its part of what is left.
        let left = until.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - at).unwrap_or(1);
        match dial(*address, share).await {
            Ok(()) => {
                let of = case.route.whose();
                return Ok(Finding::Passed(format!("{of} listens at {address}")));
            }
            Err(kind) => failures.push((*address, kind)),
        }
    }
    let other = other_family(&failures).await;
    Err(explain::unreachable(case, &failures, other))
}

async fn dial(address: SocketAddr, limit: Duration) -> Result<(), io::Error> {
    match timeout(limit, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// Where the one loopback address refuses, whether the other one answers.
async fn other_family(failures: &[(SocketAddr, io::Error)]) -> Option<SocketAddr> {
    let [(address, error)] = failures else {
        return None;
    };
    let other: IpAddr = match address.ip() {
        IpAddr::V4(ip) if ip.is_loopback() => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_loopback() => Ipv4Addr::LOCALHOST.into(),
        _ => return None,
    };
    if error.kind() != io::ErrorKind::ConnectionRefused {
        return None;
    }
    let other = SocketAddr::new(other, address.port());
    let answers = dial(other, Duration::from_millis(200)).await.is_ok();
    answers.then_some(other)
}
