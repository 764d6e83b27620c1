//! Does a running client survive it when its token, its certificate and the server's CA are replaced?
//!
//! On a real control plane: `cargo xtask cluster run --audit -- target/release/examples/rotation --seconds 30`.
//! Two clients, one with a token and one with a certificate, send requests for the whole run and are never made anew.
//! Meanwhile the files that they were made of are replaced, and old tokens die. What the server saw is counted in its
//! audit log; the last line is `failed=N tokens=N cas=N certs=N`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it tells what it does"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use examples::load::Load;
use examples::plane::{Failure, Plane, replace};
use http::Request;
use k8s_client::{Client, request};
use k8s_config::{ClientCertificate, Config, Impersonate, Material, Roots, SystemSource, User};
use k8s_testing::certs::Ca;
use serde_json::{Value, json};
use tokio::time::sleep;

const TOKEN_USER: &str = "system:serviceaccount:default:default";
const CERTIFICATE_USER: &str = "rotation";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", examples::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool, Failure> {
    let seconds = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [flag, seconds] if flag == "--seconds" => seconds.parse()?,
        [] => 30,
        _ => return Err("usage: rotation [--seconds N]".into()),
    };
    let set = Set::new(Plane::from_env()?).await?;
    let load = Load::start(&[set.token_client()?, set.certificate_client()?], 2);
    let cas = set.rotate_for(Duration::from_secs(seconds)).await?;
    let (sent, failed) = load.stop().await?;
    check_impersonation(&set).await?;
    // The audit log is written behind the answers.
    sleep(Duration::from_secs(1)).await;
    let tokens = set.plane.credentials_seen(TOKEN_USER, "JTI=")?;
    let certs = set
        .plane
        .credentials_seen(CERTIFICATE_USER, "X509SHA256=")?;
    println!("requests={sent}");
    println!("failed={failed} tokens={tokens} cas={cas} certs={certs}");
    Ok(failed == 0 && tokens >= 2 && cas >= 2 && certs >= 2)
}

/// The files that the clients are made of, and how each is replaced.
struct Set {
    plane: Plane,
    files: PathBuf,
    server: http::Uri,
    admin: Client,
    _temporary: tempfile::TempDir,
}

impl Set {
    async fn new(plane: Plane) -> Result<Self, Failure> {
        let temporary = tempfile::tempdir()?;
        let files = temporary.path().to_owned();
        std::fs::copy(plane.pki.join("ca.crt"), files.join("ca.crt"))?;
        let mut admin = Config::infer()?;
        admin.tls.roots = roots(&files);
        let server = admin.server.clone();
        let admin = Client::try_from(admin)?;
        let set = Self {
            plane,
            files,
            server,
            admin,
            _temporary: temporary,
        };
        set.rotate_token(0).await?;
        set.rotate_certificate()?;
        Ok(set)
    }

    fn file(&self, name: &str) -> Material {
        Material::file(Arc::new(SystemSource), self.files.join(name))
    }

    fn client(&self, user: User) -> Result<Client, Failure> {
        let mut config = Config::new(self.server.clone());
        config.tls.roots = roots(&self.files);
        config.user = user;
        Ok(Client::try_from(config)?)
    }

    fn token_client(&self) -> Result<Client, Failure> {
        let mut user = User::default();
        user.token_file = Some(self.file("token"));
        self.client(user)
    }

    fn certificate_client(&self) -> Result<Client, Failure> {
        let mut user = User::default();
        user.certificate = Some(ClientCertificate::new(
            self.file("tls.crt"),
            self.file("tls.key"),
        ));
        self.client(user)
    }

    /// Replaces everything again and again; answers how many CAs the server was verified by.
    async fn rotate_for(&self, time: Duration) -> Result<usize, Failure> {
        let end = tokio::time::Instant::now() + time;
        let mut rounds = 0;
        while tokio::time::Instant::now() < end {
            rounds += 1;
            self.rotate_token(rounds).await?;
            sleep(Duration::from_millis(500)).await;
            self.rotate_certificate()?;
            sleep(Duration::from_millis(500)).await;
            self.rotate_ca(rounds).await?;
        }
        Ok(rounds)
    }

    /// A new token, bound to a Secret of its own; the Secret of the one before goes, and that token with it.
    async fn rotate_token(&self, round: usize) -> Result<(), Failure> {
        let secrets = "/api/v1/namespaces/default/secrets";
        let name = format!("rotation-{round}");
        let anchor = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
        let anchor = self.post(secrets, &anchor).await?;
        let bound = json!({
            "kind": "Secret", "apiVersion": "v1", "name": name, "uid": anchor["metadata"]["uid"],
        });
        let wanted = json!({
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 600, "boundObjectRef": bound},
        });
        let path = "/api/v1/namespaces/default/serviceaccounts/default/token";
        let answer = self.post(path, &wanted).await?;
        let token = answer["status"]["token"]
            .as_str()
            .ok_or("a TokenRequest without a token")?;
        replace(&self.files.join("token"), token)?;
        if let Some(before) = round.checked_sub(1) {
            let request = Request::delete(format!("{secrets}/rotation-{before}"));
            self.admin
                .request_bytes(request.body(Bytes::new())?)
                .await?;
        }
        Ok(())
    }

    /// A new client certificate. Key first and certificate second: between the two they do not fit, and the old pair is kept.
    fn rotate_certificate(&self) -> Result<(), Failure> {
        let (certificate, key) = self.plane.client_certificate(CERTIFICATE_USER)?;
        replace(&self.files.join("tls.key"), &key)?;
        replace(&self.files.join("tls.crt"), &certificate)
    }

    /// The server under a new CA: the bundle holds both, then the server changes, then the bundle holds the new one alone.
    async fn rotate_ca(&self, round: usize) -> Result<(), Failure> {
        let ca = Ca::new(&format!("serving-ca-{round}"));
        let bundle = self.files.join("ca.crt");
        replace(
            &bundle,
            &format!("{}{}", std::fs::read_to_string(&bundle)?, ca.pem()),
        )?;
        self.plane.serve_under(&ca, &self.server).await?;
        replace(&bundle, ca.pem())
    }

    async fn post(&self, path: &str, object: &Value) -> Result<Value, Failure> {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .body(Bytes::from(serde_json::to_vec(object)?))?;
        Ok(self.admin.request(request).await?)
    }
}

fn roots(files: &Path) -> Roots {
    Roots::Bundle(Material::file(Arc::new(SystemSource), files.join("ca.crt")))
}

/// Whom does the server see when the administrator acts as somebody else?
async fn check_impersonation(set: &Set) -> Result<(), Failure> {
    let mut config = Config::infer()?;
    config.tls.roots = roots(&set.files);
    let mut who = Impersonate::new("bob");
    who.groups = vec!["devs".to_owned()];
    config.user.impersonate = Some(who);
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Bytes::from(serde_json::to_vec(&review)?))?;
    let answer: Value = Client::try_from(config)?.request(request).await?;
    let seen = &answer["status"]["userInfo"];
    if seen["username"] != "bob" || seen["groups"] != json!(["devs", "system:authenticated"]) {
        return Err(format!("the server saw {seen}").into());
    }
    // A path that is asked for proves that the client is whole: no request is made for its own sake.
    set.admin.request_bytes(request::raw("/readyz")?).await?;
    println!("impersonated=bob");
    Ok(())
}
