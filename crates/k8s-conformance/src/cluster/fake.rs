//! The in-memory server as a cluster: on a TLS socket, in a thread of its own.

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use k8s_client::Client;
use k8s_testing::issuer::Issuer;
use k8s_testing::{
    ApiServer, Kubeconfig, KubeconfigFile, ListenOptions, Listening, ServiceAccountDir,
};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{Ask, Backstage, Cluster};

/// What must live as long as the cluster.
#[derive(Debug)]
pub(super) struct Running {
    server: ApiServer,
    _mount: ServiceAccountDir,
    _kubeconfig: KubeconfigFile,
    _listening: Listening,
    _runtime: tokio::runtime::Runtime,
}

impl Running {
    /// A token that ends this many seconds from now, which may have been before.
    pub(super) fn account_token(&self, namespace: &str, name: &str, seconds: i64) -> String {
        let lifetime = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        let token = self
            .server
            .issue_service_account_token_for(namespace, name, lifetime);
        token.expose_secret().to_owned()
    }

    pub(super) fn trust_issuer(&self, issuer: &Issuer) {
        self.server.trust_issuer(issuer, "kubernetes");
    }
}

/// Starts the server and writes the files that lead to it.
pub(super) fn start() -> Cluster {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = ApiServer::new();
    runtime.block_on(let_the_pod_view(&server));
    let listening = runtime
        .block_on(server.listen_with(ListenOptions::new()))
        .unwrap();
    let token = server.issue_service_account_token("default", "default");
    let mount = ServiceAccountDir::new(&token, listening.ca_pem(), "default").unwrap();
    let admin = server.issue_certificate("admin", &["system:masters"]);
    let kubeconfig = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .client_certificate(&admin);
    let kubeconfig = KubeconfigFile::new(&kubeconfig).unwrap();
    Cluster {
        kubeconfig: kubeconfig.path().to_owned(),
        service_account: mount.path().to_owned(),
        host: listening.addr().ip().to_string(),
        port: listening.addr().port(),
        names: AtomicU32::new(0),
        book: None,
        backstage: Backstage::Fake(Box::new(Running {
            server,
            _mount: mount,
            _kubeconfig: kubeconfig,
            _listening: listening,
            _runtime: runtime,
        })),
    }
}

/// Binds the Pod's account to ClusterRole `view`, as the real cluster's is.
async fn let_the_pod_view(server: &ApiServer) {
    let token = server.issue_token("setup", &["system:masters"]);
    let binding = json!({
        "metadata": {"name": "default-may-view"},
        "roleRef": {"kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "default", "name": "default"}],
    });
    let path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
    let ask = Ask::post(path, &binding).bearer(token.expose_secret());
    let answer = ask.of(&Client::new(server.clone())).await;
    assert_eq!(answer.code, 201, "{answer:?}");
}
