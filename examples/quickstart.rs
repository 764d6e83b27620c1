//! What does a program in a Pod do to reach the Kubernetes API?
//!
//! Without arguments it brings its own cluster: an API server in memory, on a TLS socket, and a service-account
//! directory as kubelet writes it. With `--cluster` it asks whatever cluster is configured: a kubeconfig, else the Pod.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it tells what it does"
)]

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use k8s_auth::token::StaticToken;
use k8s_auth::{AuthorizeLayer, Origin, Token};
use k8s_client::{Api, Client, ListParams, Resource as _, request};
use k8s_config::{Config, MemorySource, Provenance, Roots};
use k8s_openapi::api::core::v1::Pod;
use k8s_testing::{ApiServer, Listening, ServiceAccountDir};
use secrecy::ExposeSecret as _;
use tower::Layer as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", examples::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let pod = Embedded::start().await?;
            visit(Config::in_cluster_from(pod.source())?).await
        }
        ["--cluster"] => visit(Config::infer()?).await,
        _ => Err("usage: quickstart [--cluster]".into()),
    }
}

/// The main job: from a configuration to the pods of all namespaces.
async fn visit(config: Config) -> Result<(), Box<dyn Error>> {
    let found = describe(&config);
    let ca = ca(&config.tls.roots);
    println!("1. cluster    {} (found: {found})", config.server);
    println!("2. trust      {ca}");
    println!("3. identity   {}", identity(&config));
    println!("4. namespace  {}", config.namespace);

    let namespace = config.namespace.clone();
    let client = Client::try_from(config)?;
    let bytes = client.request_bytes(request::raw("/api")?).await?;
    println!("5. GET /api, as the server sent it:");
    println!("{}", String::from_utf8_lossy(&bytes).trim_end());

    let pods = Api::<Pod>::all(client).list(&ListParams::default()).await?;
    println!("6. the pods of all namespaces ({}):", pods.items.len());
    print!("{}", pod_table(&pods.items));
    println!("found={found} ca={ca} namespace={namespace}");
    Ok(())
}

fn describe(config: &Config) -> &'static str {
    match config.provenance {
        Provenance::InCluster { .. } => "in-cluster",
        Provenance::Kubeconfig { .. } => "kubeconfig",
        _ => "given",
    }
}

fn ca(roots: &Roots) -> String {
    match roots {
        Roots::Bundle(bundle) => bundle.to_string(),
        Roots::System => "system-roots".to_owned(),
        _ => "none".to_owned(),
    }
}

fn identity(config: &Config) -> String {
    let user = &config.user;
    match (&user.token_file, &user.token, &user.certificate) {
        (Some(file), ..) => format!("token in {file}"),
        (None, Some(token), _) => format!("token: {token}"),
        (None, None, Some(pair)) => format!("client certificate in {}", pair.certificate),
        _ => "anonymous".to_owned(),
    }
}

fn pod_table(pods: &[Pod]) -> String {
    let phase = |pod: &Pod| pod.status.as_ref().and_then(|status| status.phase.clone());
    let phases: Vec<_> = pods
        .iter()
        .map(|pod| phase(pod).unwrap_or_default())
        .collect();
    let mut rows = vec![["NAMESPACE", "NAME", "STATUS"]];
    for (pod, phase) in pods.iter().zip(&phases) {
        rows.push([
            pod.namespace().unwrap_or_default(),
            pod.name().unwrap_or_default(),
            phase,
        ]);
    }
    examples::table(&rows)
}

/// A cluster for those who have none, and what kubelet would have prepared for a Pod in it.
struct Embedded {
    listening: Listening,
    mount: ServiceAccountDir,
}

impl Embedded {
    async fn start() -> Result<Self, Box<dyn Error>> {
        let server = ApiServer::new();
        let listening = server.listen().await?;
        let token = server.issue_service_account_token("default", "default");
        server.allow("system:serviceaccount:default:default", "list", "pods");
        let mount = ServiceAccountDir::new(&token, listening.ca_pem(), "default")?;
        let admin = admin(server, &listening)?;
        for (namespace, name) in [
            ("default", "web-0"),
            ("default", "web-1"),
            ("kube-system", "dns"),
        ] {
            create_pod(&admin, namespace, name).await?;
        }
        println!("0. an API server in memory listens on {}", listening.url());
        Ok(Self { listening, mount })
    }

    /// The Pod's environment and disk: the variables that kubelet sets, the directory that it mounts.
    fn source(&self) -> Arc<MemorySource> {
        let address = self.listening.addr();
        let source = MemorySource::new()
            .rooted_at(self.mount.root())
            .with_var("KUBERNETES_SERVICE_HOST", address.ip().to_string())
            .with_var("KUBERNETES_SERVICE_PORT_HTTPS", address.port().to_string());
        Arc::new(source)
    }
}

/// The administrator, straight into the server's memory: the same client over another transport.
fn admin(server: ApiServer, listening: &Listening) -> Result<Client, Box<dyn Error>> {
    let token = server.issue_token("admin", &["system:masters"]);
    let token = StaticToken::new(Token::new(token.expose_secret())?);
    let authorize = AuthorizeLayer::new(token, Origin::https(&listening.url().parse()?)?);
    Ok(Client::new(authorize.layer(server)))
}

async fn create_pod(admin: &Client, namespace: &str, name: &str) -> Result<(), Box<dyn Error>> {
    use k8s_client::{CreateParams, DynamicObject, ObjectMeta, StaticResource as _, TypeMeta};

    let containers = serde_json::json!([{"name": "main", "image": "registry.example/app:1"}]);
    let pod = DynamicObject::new(TypeMeta::new("v1", "Pod"), ObjectMeta::named(name))
        .field("spec", serde_json::json!({ "containers": containers }));
    let pods = Api::namespaced_of(admin.clone(), Pod::api_resource(), namespace);
    pods.create(&pod, &CreateParams::default()).await?;
    Ok(())
}
