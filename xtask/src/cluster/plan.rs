//! Where each component listens, and the command line it is started with.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use super::args::Run;
use super::certs::Pki;
use super::oidc::{self, Oidc};

/// Addresses and ports of one control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Where kube-apiserver listens.
    pub(super) host: &'static str,
    pub(super) port: u16,
    pub(super) etcd: u16,
    etcd_peer: u16,
    /// Where kwok listens, as kubelet does.
    pub(super) kubelet: u16,
    /// Range of service IPs; its first one is the `kubernetes` service's.
    services: &'static str,
    /// What the `kubernetes` service's endpoint says; may not be loopback.
    advertised: &'static str,
}

impl Place {
    /// On loopback, at these ports (etcd, etcd's peers, kube-apiserver, kubelet).
    pub(super) fn loopback([etcd, etcd_peer, port, kubelet]: [u16; 4]) -> Self {
        Self {
            host: "127.0.0.1",
            port,
            etcd,
            etcd_peer,
            kubelet,
            services: "10.0.0.0/24",
            // Of the range for documentation: kube-apiserver would look for a default route, which not every machine has.
            advertised: "192.0.2.1",
        }
    }

    /// In a network namespace of its own, where all ports are free: at a Pod's idea of the API server.
    pub(super) fn pod() -> Self {
        Self {
            host: "10.0.0.1",
            port: 443,
            etcd: 2379,
            etcd_peer: 2380,
            kubelet: 10250,
            services: "10.96.0.0/24", // a service IP may not be an address of the server itself
            advertised: "10.0.0.1",
        }
    }

    /// The server's URL, as a kubeconfig names it.
    pub(super) fn url(&self) -> String {
        format!("https://{}:{}", self.host, self.port)
    }
}

/// Four ports that are free now: somebody may take one before it is used, then the start is tried again.
pub(super) fn free_ports() -> io::Result<[u16; 4]> {
    let take = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let held = [take()?, take()?, take()?, take()?]; // all held until all are known, so that they differ
    let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
    Ok([
        port(&held[0])?,
        port(&held[1])?,
        port(&held[2])?,
        port(&held[3])?,
    ])
}

/// etcd: no durability is needed, it lives as long as one command.
pub(super) fn etcd(place: &Place, directory: &Path, run: &Run) -> Vec<String> {
    let clients = format!("http://127.0.0.1:{}", place.etcd);
    let mut args = vec![
        format!("--data-dir={}", directory.join("etcd").display()),
        format!("--listen-client-urls={clients}"),
        format!("--advertise-client-urls={clients}"),
        format!("--listen-peer-urls=http://127.0.0.1:{}", place.etcd_peer),
        "--unsafe-no-fsync".into(),
    ];
    args.extend(run.etcd_args.iter().cloned());
    args
}

/// kube-apiserver, with RBAC and an issuer of service account tokens.
pub(super) fn apiserver(place: &Place, directory: &Path, pki: &Pki, run: &Run) -> Vec<String> {
    let file = |option: &str, name: &str| format!("--{option}={}", pki.file(name).display());
    let mut args = vec![
        format!("--etcd-servers=http://127.0.0.1:{}", place.etcd),
        format!("--bind-address={}", place.host),
        format!("--secure-port={}", place.port),
        format!("--advertise-address={}", place.advertised),
        format!("--service-cluster-ip-range={}", place.services),
        format!("--cert-dir={}", directory.join("generated").display()),
        file("tls-cert-file", "server.crt"),
        file("tls-private-key-file", "server.key"),
        file("client-ca-file", "ca.crt"),
        file("service-account-key-file", "sa.pub"),
        file("service-account-signing-key-file", "sa.key"),
        "--service-account-issuer=https://kubernetes.default.svc".into(),
        "--authorization-mode=RBAC".into(),
        "--allow-privileged".into(),
    ];
    if run.audit {
        args.push(format!(
            "--audit-log-path={}",
            directory.join("audit.log").display()
        ));
        args.push(format!(
            "--audit-policy-file={}",
            directory.join("audit-policy.yaml").display()
        ));
    }
    if run.oidc != Oidc::Off {
        args.push(format!(
            "--authentication-config={}",
            directory.join(oidc::FILE).display()
        ));
    }
    args.extend(run.apiserver_args.iter().cloned());
    args
}

/// Every request once, when it was answered: who asked, as whom, with which program, what came of it.
pub(super) const AUDIT_POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
";

/// kube-controller-manager, with the controllers that make accounts and tokens.
pub(super) fn controller_manager(kubeconfig: &Path, pki: &Pki) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        format!(
            "--service-account-private-key-file={}",
            pki.file("sa.key").display()
        ),
        format!("--root-ca-file={}", pki.bundle().display()),
        "--use-service-account-credentials".into(),
        // Each controller makes its account first: at the usual 20 requests a second that alone takes four seconds.
        "--kube-api-qps=1000".into(),
        "--kube-api-burst=1000".into(),
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_arguments_come_last_and_so_win() {
        let run = Run {
            apiserver_args: vec!["--authorization-mode=AlwaysAllow".into()],
            etcd_args: vec!["--log-level=debug".into()],
            ..Run::default()
        };
        let scratch = tempfile::tempdir().unwrap();
        let pki = Pki::create(scratch.path().join("pki")).unwrap();
        let place = Place::loopback([1, 2, 3, 4]);
        let server = apiserver(&place, scratch.path(), &pki, &run);
        assert_eq!(server.last().unwrap(), "--authorization-mode=AlwaysAllow");
        let etcd = etcd(&place, scratch.path(), &run);
        assert_eq!(etcd.last().unwrap(), "--log-level=debug");
    }

    #[test]
    fn free_ports_differ() {
        let ports = free_ports().unwrap();
        let distinct: std::collections::BTreeSet<u16> = ports.into();
        assert_eq!(distinct.len(), ports.len(), "{ports:?}");
    }
}
