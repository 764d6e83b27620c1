//! `k8s config set-cluster`: a cluster, made or changed.

use k8s_config::SetCluster;

use super::edit::{edit, embeddable, file_or_data, misused};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;

pub(super) const SET: Command = Command {
    name: "set-cluster",
    about: "Set a cluster entry in kubeconfig",
    long: "Set a cluster entry in kubeconfig.\n\n Specifying a name that already exists will merge new fields on top of existing values for those fields.",
    usage: "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
    examples: "  # Set only the server field on the e2e cluster entry\n  k8s config set-cluster e2e --server=https://1.2.3.4\n  \n  # Embed certificate authority data for the e2e cluster entry\n  k8s config set-cluster e2e --embed-certs \\\n    --certificate-authority=~/.kube/e2e/kubernetes.ca.crt\n  \n  # Set the proxy URL for the e2e cluster entry\n  k8s config set-cluster e2e --proxy-url=https://1.2.3.4",
    flags: &[
        Flag::new(
            "certificate-authority",
            Kind::Text(""),
            "Path to certificate-authority file for the cluster entry in kubeconfig",
        ),
        Flag::new(
            "embed-certs",
            Kind::Bool(false),
            "embed-certs for the cluster entry in kubeconfig",
        ),
        Flag::new(
            "insecure-skip-tls-verify",
            Kind::Bool(false),
            "insecure-skip-tls-verify for the cluster entry in kubeconfig",
        ),
        Flag::new(
            "proxy-url",
            Kind::Text(""),
            "proxy-url for the cluster entry in kubeconfig",
        ),
        Flag::new(
            "server",
            Kind::Text(""),
            "server for the cluster entry in kubeconfig",
        ),
        Flag::new(
            "tls-server-name",
            Kind::Text(""),
            "tls-server-name for the cluster entry in kubeconfig",
        ),
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [name] = args.positional()[..] else {
            return misused(io, SET.name, args);
        };
        if name.is_empty() {
            return Err(Failure::new("you must specify a non-empty cluster name"));
        }
        let set = changes(io, args)?;
        edit(io, args, |kubeconfig| {
            let cluster = kubeconfig.clusters.entry(name.to_owned());
            Ok(set.apply(cluster.or_default())?)
        })
        .await?;
        io.print(&format!("Cluster {name:?} set.\n"))
    })
}

fn changes(io: &Io, args: &Args) -> Result<SetCluster, Failure> {
    embeddable(io, args, &["certificate-authority"])?;
    let text = |flag| args.is_given(flag).then(|| args.text(flag).to_owned());
    let mut set = SetCluster::default();
    set.server = text("server").map(Into::into);
    set.tls_server_name = text("tls-server-name");
    set.insecure_skip_tls_verify = args
        .is_given("insecure-skip-tls-verify")
        .then(|| args.is("insecure-skip-tls-verify"));
    set.certificate_authority = file_or_data(io, args, "certificate-authority")?;
    set.proxy_url = text("proxy-url").map(Into::into);
    Ok(set)
}
