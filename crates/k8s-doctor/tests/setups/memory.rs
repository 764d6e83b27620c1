//! The cluster in memory, on a socket; and whoever runs it, by the commands that the fixes print.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use k8s_client::kinds::TokenRequestSpec;
use k8s_client::{Client, Config, crypto, service_account};
use k8s_config::{Material, Roots};
use k8s_testing::certs::{Certificate, Leaf};
use k8s_testing::{ApiServer, Body, ListenOptions, Listening};
use secrecy::{ExposeSecret as _, SecretString};
use tower::{Service as _, service_fn};

use crate::shell::{Line, kubectl_config};

pub(crate) struct Memory {
    pub(crate) server: ApiServer,
    pub(crate) listening: Listening,
    pub(crate) is_ready: Arc<AtomicBool>,
    /// Verb and resource of the roles that were created.
    roles: HashMap<String, (String, String)>,
}

impl Memory {
    pub(crate) async fn start() -> Self {
        let server = ApiServer::new();
        let is_ready = Arc::new(AtomicBool::new(true));
        let options = ListenOptions::new().ca(server.ca());
        let listening = serve(options, &server, &is_ready).await.unwrap();
        Self {
            server,
            listening,
            is_ready,
            roles: HashMap::new(),
        }
    }

    /// The same server on another socket; an error when the machine has no such address.
    pub(crate) async fn move_to(&mut self, options: ListenOptions) -> std::io::Result<()> {
        let options = options.ca(self.server.ca());
        self.listening = serve(options, &self.server, &self.is_ready).await?;
        Ok(())
    }

    pub(crate) fn port(&self) -> u16 {
        self.listening.addr().port()
    }

    pub(crate) fn token(&self) -> SecretString {
        self.server.issue_service_account_token("default", "app")
    }

    pub(crate) async fn token_for(&self, audience: &str) -> SecretString {
        self.token();
        let mut config = Config::new(self.listening.url().parse().unwrap());
        config.tls.roots = Roots::Bundle(Material::inline(self.server.ca().pem(), "the CA"));
        let admin = self.server.issue_token("admin", &["system:masters"]);
        config.user.token = Some(Material::inline(admin.expose_secret(), "the administrator"));
        let client = Client::from_config(&config, &crypto::ring()).unwrap();
        let spec = TokenRequestSpec::new([audience]);
        let issued = service_account::create_token(&client, "default", "app", spec).await;
        issued.unwrap().token
    }

    /// A serving certificate of the cluster's CA.
    pub(crate) fn serving(&self, leaf: Leaf) -> Certificate {
        self.server.ca().issue(&leaf)
    }

    pub(crate) fn run(&mut self, line: &str, desk: &Path) -> Result<(), String> {
        if line == "kubeadm certs renew apiserver" {
            let leaf = Leaf::server().dns("localhost").ip([127, 0, 0, 1]);
            let renewed = self.serving(leaf);
            return self
                .listening
                .rotate(&renewed)
                .map_err(|error| error.to_string());
        }
        let token = |line: &str| self.create_token(&Line::parse(line, |_| String::new()));
        let line = Line::parse(line, token);
        let words: Vec<&str> = line.words.iter().map(String::as_str).collect();
        match words[..] {
            ["kubectl", "config", ..] => kubectl_config(&line, desk),
            ["kubectl", "create", "token", _] => {
                let file = line.output.as_ref().ok_or("the token goes nowhere")?;
                std::fs::write(file, self.create_token(&line)).map_err(|error| error.to_string())
            }
            ["kubectl", "create", "role" | "clusterrole", name] => {
                let flag = |name| line.flag(name).map(str::to_owned);
                let what = flag("resource").or_else(|| flag("non-resource-url"));
                let role = (flag("verb").ok_or("no verb")?, what.ok_or("no resource")?);
                self.roles.insert(name.to_owned(), role);
                Ok(())
            }
            ["kubectl", "create", "rolebinding" | "clusterrolebinding", _] => self.bind(&line),
            _ => Err(format!("unknown: {line:?}")),
        }
    }

    /// `kubectl create token app --namespace default`.
    fn create_token(&self, line: &Line) -> String {
        assert_eq!(line.words, ["kubectl", "create", "token", "app"]);
        assert_eq!(line.flag("namespace"), Some("default"));
        self.token().expose_secret().to_owned()
    }

    fn bind(&self, line: &Line) -> Result<(), String> {
        let role = line.flag("role").or_else(|| line.flag("clusterrole"));
        let role = role.and_then(|name| self.roles.get(name));
        let (verb, resource) = role.ok_or("there is no such role")?;
        let account = line.flag("serviceaccount");
        let user = match (account, line.flag("user")) {
            (Some(account), _) => format!("system:serviceaccount:{account}"),
            (None, Some(user)) => user.to_owned(),
            (None, None) => return Err("nobody is bound".to_owned()),
        };
        match line.flag("namespace") {
            Some(namespace) => self.server.allow_in(namespace, &user, verb, resource),
            None => self.server.allow(&user, verb, resource),
        }
        Ok(())
    }
}

/// The server, whose `/readyz` can be made to fail.
async fn serve(
    options: ListenOptions,
    server: &ApiServer,
    is_ready: &Arc<AtomicBool>,
) -> std::io::Result<Listening> {
    let (server, is_ready) = (server.clone(), Arc::clone(is_ready));
    let service = service_fn(move |request: Request<Incoming>| {
        let (mut server, is_ready) = (server.clone(), Arc::clone(&is_ready));
        async move {
            if request.uri().path() == "/readyz" && !is_ready.load(Ordering::Relaxed) {
                let text = "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n";
                return Ok::<_, Infallible>(answer(StatusCode::INTERNAL_SERVER_ERROR, text));
            }
            server.call(request).await
        }
    });
    options.serve(service).await
}

fn answer(code: StatusCode, text: &str) -> Response<Body> {
    let mut answer = Response::new(Body::from(text.to_owned()));
    *answer.status_mut() = code;
    answer
}
