//! Whether the host that is dialled has an address.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::time::timeout;

use crate::Fix;
use crate::case::Case;
use crate::finding::{Checked, Fault, Finding};
use crate::time::span;

pub(super) async fn check(case: &mut Case<'_>, limit: Duration) -> Checked {
    let (host, port) = (case.route.host().to_owned(), case.route.port());
    if let Ok(ip) = host.parse::<IpAddr>() {
        case.addresses = vec![(ip, port).into()];
        return Ok(Finding::Passed(format!("{host} is an address")));
    }
    let failed = |evidence: String| unresolved(case, &host, evidence);
    let mut addresses: Vec<SocketAddr> =
        match timeout(limit, tokio::net::lookup_host((&*host, port))).await {
            Ok(Ok(found)) => found.collect(),
            Ok(Err(error)) => return Err(failed(format!("looking up {host}: {error}"))),
            Err(_) => {
                return Err(failed(format!(
                    "no answer about {host} within {}",
                    span(limit)
                )));
            }
        };
    if addresses.is_empty() {
        return Err(failed(format!("{host} has no address")));
    }
    addresses.dedup();
    let list: Vec<String> = addresses.iter().map(|one| one.ip().to_string()).collect();
    case.addresses = addresses;
    Ok(Finding::Passed(format!("{host} is {}", list.join(", "))))
}

fn unresolved(case: &Case<'_>, host: &str, evidence: String) -> Fault {
    let whence = case.whence();
    if let Some(proxy) = &case.route.proxy {
        let cause = format!("the proxy's name {host} cannot be resolved (DNS)");
        let fix = Fix::new(format!(
            "mend the name of the proxy {proxy}, set in {}",
            super::proxy::set_in(case)
        ));
        return Fault::new(evidence, cause, fix);
    }
    let cause = format!("the server's name {host} cannot be resolved (DNS)");
    let fix = match whence.mount() {
        Some(_) => Fix::new(
            "see whether the cluster's DNS (kube-dns, CoreDNS) answers in this Pod, and the Pod's dnsPolicy",
        ),
        None => Fix::new(format!(
            "mend the host of server in {}, or connect to the network (VPN) whose DNS knows it",
            whence.of("server")
        ))
        .commands(whence.set_cluster(&[&format!(
            "--server={}",
            case.route.server_with(None, Some("HOST"), None)
        )])),
    };
    Fault::new(evidence, cause, fix)
}
