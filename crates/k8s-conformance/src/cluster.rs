//! A cluster under test: where it is, and who we can be there.

mod ask;
mod control;
mod custom;
mod dial;
mod events;
mod fake;
mod forge;
mod kubectl;
mod record;
mod relay;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use k8s_api_core::{ApiResource, DynamicObject, ObjectMeta, Scope, TypeMeta};
use k8s_client::{Api, Client, ClientOptions, CreateParams, crypto, stack};
use k8s_config::{Config, InCluster, MemorySource};
use k8s_testing::issuer::Issuer;
use serde_json::json;

pub(crate) use self::ask::{Answer, Ask, at};
use self::control::Control;
pub(crate) use self::custom::{DEFINITIONS, Definition, Place, is};
pub(crate) use self::dial::FixedAddress;
pub(crate) use self::events::{events, events_as, told};
pub(crate) use self::record::CASE;
use self::record::{Book, Recorded};
pub(crate) use self::relay::Relay;

/// A cluster, fake or real, and the two ways to be somebody in it.
#[derive(Debug)]
pub struct Cluster {
    kubeconfig: PathBuf,
    service_account: PathBuf,
    host: String,
    port: u16,
    /// Makes names that no other case has.
    names: AtomicU32,
    backstage: Backstage,
    /// Where answers are written, if they are.
    book: Option<Book>,
}

/// What can be done to a server from behind.
#[derive(Debug)]
enum Backstage {
    /// The in-memory server does it itself; it lives as long as this.
    Fake(Box<fake::Running>),
    /// A real one: the key that it checks tokens with, the control socket, its kubectl.
    Real {
        key: PathBuf,
        control: Control,
        kubectl: PathBuf,
    },
}

/// What `cargo xtask cluster run` would have set.
#[derive(Debug)]
pub struct Missing(pub &'static str);

impl Cluster {
    /// The in-memory server on a TLS socket, with files as kubelet and an administrator would write them.
    pub fn fake() -> Self {
        fake::start()
    }

    /// The control plane that `cargo xtask cluster run` exported to this process.
    ///
    /// # Errors
    ///
    /// If a variable is not set: [`Missing`] names it.
    pub fn real() -> Result<Self, Missing> {
        let var = |name: &'static str| std::env::var(name).map_err(|_| Missing(name));
        let port = var("KUBERNETES_SERVICE_PORT_HTTPS")?;
        Ok(Self {
            kubeconfig: var("KUBECONFIG")?.into(),
            service_account: var("SA_DIR")?.into(),
            host: var("KUBERNETES_SERVICE_HOST")?,
            port: port
                .parse()
                .map_err(|_| Missing("KUBERNETES_SERVICE_PORT_HTTPS"))?,
            names: AtomicU32::new(0),
            book: None,
            backstage: Backstage::Real {
                key: Path::new(&var("CLUSTER_DIR")?).join("pki/sa.key"),
                control: Control(var("CLUSTER_CONTROL")?.into()),
                kubectl: var("CLUSTER_KUBECTL")?.into(),
            },
        })
    }

    /// Writes what the server answers to a file, one JSON object a line.
    #[must_use]
    pub fn recording(mut self, path: &Path) -> Self {
        self.book = Some(Book::open(path));
        self
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host.parse().unwrap(), self.port)
    }

    /// The cluster's CA bundle, PEM.
    pub fn ca_file(&self) -> PathBuf {
        self.service_account.join("ca.crt")
    }

    /// What a Pod would find out: the service account's configuration.
    pub fn pod_config(&self) -> Config {
        self.pod_config_at(&self.host, &self.service_account)
    }

    /// The same for another host in `KUBERNETES_SERVICE_HOST`, or another mount.
    pub fn pod_config_at(&self, host: &str, mount: &Path) -> Config {
        let source = MemorySource::new()
            .rooted_at("/")
            .with_var("KUBERNETES_SERVICE_HOST", host)
            .with_var("KUBERNETES_SERVICE_PORT_HTTPS", self.port.to_string());
        InCluster::from_source(Arc::new(source))
            .directory(mount)
            .resolve()
            .unwrap()
    }

    /// The administrator's configuration: a client certificate of `system:masters`.
    pub fn admin_config(&self) -> Config {
        Config::from_kubeconfig(&self.kubeconfig, None).unwrap()
    }

    /// The administrator.
    pub fn admin(&self) -> Client {
        self.client(&self.admin_config(), "admin")
    }

    /// A Pod of the account that may `view`.
    pub fn pod(&self) -> Client {
        self.client(&self.pod_config(), "pod")
    }

    /// Nobody: the same server and CA, no credential.
    pub fn anonymous(&self) -> Client {
        let mut config = self.pod_config();
        config.user = k8s_config::User::default();
        self.client(&config, "anonymous")
    }

    /// A client like any other, but that its answers may be written down.
    fn client(&self, config: &Config, user: &'static str) -> Client {
        let Some(book) = &self.book else {
            return Client::from_config(config, &crypto::ring()).unwrap();
        };
        let service = stack::assemble(config, &crypto::ring(), &ClientOptions::new()).unwrap();
        Client::new(Recorded::new(service, user, book.clone()))
    }

    /// A token of a service account that ends, or ended, this many seconds from now.
    pub async fn account_token(&self, namespace: &str, name: &str, seconds: i64) -> String {
        match &self.backstage {
            Backstage::Fake(running) => running.account_token(namespace, name, seconds),
            Backstage::Real { key, .. } => {
                let path = format!("{}/{name}", at(namespace, "serviceaccounts"));
                // Not written down: only a real server is asked.
                let admin = Client::try_from(self.admin_config()).unwrap();
                let account = Ask::get(path).of(&admin).await.ok();
                forge::token(key, &account, seconds)
            }
        }
    }

    /// Takes ID tokens that `issuer` gives to the client `kubernetes`, and of no other issuer.
    ///
    /// One case only may do it: a real server has one configuration.
    pub async fn trust_issuer(&self, issuer: &Issuer) {
        match &self.backstage {
            Backstage::Fake(running) => running.trust_issuer(issuer),
            Backstage::Real { control, .. } => {
                let ca = tempfile::NamedTempFile::new().unwrap();
                std::fs::write(&ca, issuer.ca_pem()).unwrap();
                let (url, ca) = (issuer.url(), ca.path().display());
                control
                    .order(&format!("trust-issuer {url} kubernetes {ca}"))
                    .await;
            }
        }
    }

    /// A name that no other case has.
    pub fn name(&self, stem: &str) -> String {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        format!("{stem}-{}-{number}", std::process::id())
    }

    /// A namespace of its own, with the `default` service account that Pods need.
    pub async fn namespace(&self) -> String {
        let name = self.name("case");
        self.make_namespace(&name).await;
        name
    }

    /// A namespace of this name, with that account.
    pub async fn make_namespace(&self, name: &str) {
        let namespaces = Api::<DynamicObject>::all_of(self.admin(), namespaces());
        let object = DynamicObject::new(TypeMeta::new("v1", "Namespace"), ObjectMeta::named(name));
        namespaces
            .create(&object, &CreateParams::default())
            .await
            .unwrap();
        let account = at(name, "serviceaccounts/default");
        let admin = self.admin();
        eventually("the default service account", async || {
            let answer = Ask::get(&account).of(&admin).await;
            (answer.code == 200).then_some(())
        })
        .await;
    }
}

/// The resource `namespaces`.
pub(crate) fn namespaces() -> ApiResource {
    ApiResource::new("", "v1", "Namespace", "namespaces", Scope::Cluster)
}

/// The resource `pods`.
pub(crate) fn pods() -> ApiResource {
    ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced)
}

/// The resource `configmaps`.
pub(crate) fn maps() -> ApiResource {
    ApiResource::new("", "v1", "ConfigMap", "configmaps", Scope::Namespaced)
}

/// The resource `deployments`.
pub(crate) fn deployments() -> ApiResource {
    ApiResource::new("apps", "v1", "Deployment", "deployments", Scope::Namespaced)
}

/// The resource `serviceaccounts`.
pub(crate) fn accounts() -> ApiResource {
    ApiResource::new(
        "",
        "v1",
        "ServiceAccount",
        "serviceaccounts",
        Scope::Namespaced,
    )
}

/// The resource `secrets`.
pub(crate) fn secrets() -> ApiResource {
    ApiResource::new("", "v1", "Secret", "secrets", Scope::Namespaced)
}

/// A pod that the server accepts.
pub(crate) fn pod(name: &str) -> DynamicObject {
    DynamicObject::new(TypeMeta::new("v1", "Pod"), ObjectMeta::named(name)).field(
        "spec",
        json!({"containers": [{"name": "main", "image": "registry.example/app:1"}]}),
    )
}

/// A secret with one key.
pub(crate) fn secret(name: &str) -> DynamicObject {
    DynamicObject::new(TypeMeta::new("v1", "Secret"), ObjectMeta::named(name))
        .field("stringData", json!({"key": "value"}))
}

/// A map with one key.
pub(crate) fn map(name: &str) -> DynamicObject {
    DynamicObject::new(TypeMeta::new("v1", "ConfigMap"), ObjectMeta::named(name))
        .field("data", json!({"colour": "red"}))
}

/// A deployment of no Pods, so that nothing starts.
pub(crate) fn deployment(name: &str) -> DynamicObject {
    let types = TypeMeta::new("apps/v1", "Deployment");
    let labels = json!({"app": name});
    let containers = json!([{"name": "main", "image": "registry.example/app:1"}]);
    let spec = json!({
        "replicas": 0,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    });
    DynamicObject::new(types, ObjectMeta::named(name)).field("spec", spec)
}

/// Tries until there is something: controllers of a real cluster act a moment later.
pub(crate) async fn eventually<T>(what: &str, mut tried: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..300 {
        if let Some(found) = tried().await {
            return found;
        }
        // real time: the controller is another process
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited 15 s in vain for {what}");
}
