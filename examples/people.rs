//! Do the credentials that people have work on a real server: plugins, logins, requested tokens, a kubeconfig that changes?
//!
//! On a real control plane: `cargo xtask cluster run --audit --oidc -- target/debug/examples/people`.
//! Each part begins with a kubeconfig and nothing to configure; the last line says what came of all of them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it tells what it does"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use examples::kubeconfig::{Rewritten, token};
use examples::plane::{Failure, Plane};
use k8s_client::kinds::TokenRequestSpec;
use k8s_client::{Client, ClientOptions, Config, Credentials, TokenRequestSource, crypto};
use k8s_testing::issuer::Issuer;
use k8s_testing::plugin::{Behaviour, Plugin};
use k8s_testing::{Clock, Kubeconfig, KubeconfigFile};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, json};
use tokio::time::sleep;

const ACCOUNT: &str = "system:serviceaccount:default:default";
const PERSON: &str = "person";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", examples::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let world = World::new()?;
    let runs = world.a_plugins_token().await?;
    println!("plugin_runs={runs} of 2000 requests of two clients");
    let refused = world.a_plugins_certificate().await?;
    println!("certificate_refused={refused} and renewed");
    let logins = world.a_login().await?;
    println!("logins={logins} by refresh tokens that are good for one use");
    let tokens = world.requested_tokens().await?;
    println!("requested_tokens={tokens} in half an hour of the client's clock");
    let (sent, failed) = Rewritten::new(&world.plane, &world.admin, &world.server)
        .run()
        .await?;
    println!("rewritten: requests={sent} failed={failed}");
    println!(
        "plugin_runs={runs} certificate_refused={refused} logins={logins} requested_tokens={tokens} failed={failed}"
    );
    let well = runs == 1 && refused == 1 && logins == 4 && tokens == 3 && failed == 0 && sent > 100;
    well.then_some(())
        .ok_or_else(|| "not as it should be".into())
}

struct World {
    plane: Plane,
    admin: Client,
    server: String,
    ca: PathBuf,
}

impl World {
    fn new() -> Result<Self, Failure> {
        let config = Config::infer()?;
        let plane = Plane::from_env()?;
        Ok(Self {
            server: config.server.to_string().trim_end_matches('/').to_owned(),
            admin: Client::try_from(config)?,
            ca: plane.pki.join("ca.crt"),
            plane,
        })
    }

    fn kubeconfig(&self) -> Kubeconfig {
        Kubeconfig::new(&self.server).ca_file(&self.ca)
    }

    /// A thousand requests at once, by each of two clients that share the credential: how often the plugin ran.
    async fn a_plugins_token(&self) -> Result<usize, Failure> {
        let token = token(&self.admin, None).await?;
        // The plugin is at work while all of them come.
        let slow = Behaviour::new().waits(Duration::from_millis(500));
        let plugin = Plugin::new(&slow.prints_token(&token, None))?;
        let file = KubeconfigFile::new(&self.kubeconfig().exec(plugin.path(), &[]))?;
        let (config, crypto) = (Config::from_kubeconfig(file.path(), None)?, crypto::ring());
        let options = ClientOptions::new().credentials(Credentials::from_config(&config, &crypto)?);
        for _ in 0..2 {
            let client = Client::with_options(&config, &crypto, &options)?;
            let thousand: Vec<_> = (0..1_000)
                .map(|_| client.clone())
                .map(|client| tokio::spawn(async move { client.api_versions().await.map(drop) }))
                .collect();
            for request in thousand {
                request.await??;
            }
        }
        Ok(plugin.runs()?.len())
    }

    /// A certificate that expires on a connection that stays open: how often the server refused it.
    async fn a_plugins_certificate(&self) -> Result<usize, Failure> {
        let until = SystemTime::now() + Duration::from_secs(12);
        let plugin = Plugin::new(&self.certificate(until)?)?;
        let file = KubeconfigFile::new(&self.kubeconfig().exec(plugin.path(), &[]))?;
        let client = Client::try_from(Config::from_kubeconfig(file.path(), None)?)?;
        client.api_versions().await?;
        sleep(until.duration_since(SystemTime::now())? + Duration::from_secs(2)).await;
        plugin.set(&self.certificate(SystemTime::now() + Duration::from_secs(3_600))?)?;
        client.api_versions().await?;
        // The audit log is written behind the answers.
        sleep(Duration::from_secs(1)).await;
        if plugin.runs()?.len() != 2 || self.plane.credentials_seen(PERSON, "X509SHA256=")? != 2 {
            return Err("the plugin's second certificate was not seen".into());
        }
        self.plane.refused()
    }

    fn certificate(&self, until: SystemTime) -> Result<Behaviour, Failure> {
        let (certificate, key) = self.plane.client_certificate_until(PERSON, until)?;
        let status = json!({"clientCertificateData": certificate, "clientKeyData": key});
        Ok(Behaviour::new().prints_status(&status))
    }

    /// Logins in one kubeconfig that four programs use, two at a time, each with the refresh token that the last one was given.
    async fn a_login(&self) -> Result<usize, Failure> {
        let issuer = Issuer::listen().await?;
        // Too short to be used again.
        issuer.lifetime(Duration::from_secs(9));
        let directory = tempfile::tempdir()?;
        let authority = directory.path().join("issuer.crt");
        std::fs::write(&authority, issuer.ca_pem())?;
        order(&format!(
            "trust-issuer {} kubernetes {}",
            issuer.url(),
            authority.display()
        ))
        .await?;
        let session = issuer.log_in(PERSON, Map::new());
        self.until_known(&session.id_token, &issuer).await?;
        let provider = json!({"name": "oidc", "config": {
            "idp-issuer-url": issuer.url(),
            "client-id": "kubernetes",
            "idp-certificate-authority": authority,
            "refresh-token": session.refresh_token.expose_secret(),
        }});
        let file = KubeconfigFile::new(&self.kubeconfig().user_field("auth-provider", provider))?;
        let mut logins = 0;
        for _ in 0..2 {
            let program = || -> Result<Client, Failure> {
                Ok(Client::try_from(Config::from_kubeconfig(
                    file.path(),
                    None,
                )?)?)
            };
            let (one, other) = (program()?, program()?);
            let (one, other) = tokio::join!(one.api_versions(), other.api_versions());
            one?;
            other?;
            logins += 2;
        }
        let written = Config::from_kubeconfig(file.path(), None)?
            .user
            .auth_provider;
        let written = written.ok_or("the login is gone from the file")?;
        let refresh = written.config["refresh-token"].expose_secret();
        (refresh != session.refresh_token.expose_secret())
            .then_some(logins)
            .ok_or_else(|| "the new refresh token is not in the file".into())
    }

    /// The server asks a new issuer for its keys in the background.
    async fn until_known(&self, id_token: &SecretString, issuer: &Issuer) -> Result<(), Failure> {
        let mut fresh = id_token.clone();
        for _ in 0..200 {
            let config = self.kubeconfig().token(&fresh);
            let file = KubeconfigFile::new(&config)?;
            let client = Client::try_from(Config::from_kubeconfig(file.path(), None)?)?;
            if client.api_versions().await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(200)).await;
            fresh = issuer.log_in(PERSON, Map::new()).id_token;
        }
        Err("the server did not take the issuer within 40 s".into())
    }

    /// Tokens of ten minutes, over half an hour of a clock of ours: how many the server saw.
    async fn requested_tokens(&self) -> Result<usize, Failure> {
        let before = self.plane.credentials_seen(ACCOUNT, "JTI=")?;
        let mut wanted = TokenRequestSpec::default();
        wanted.expiration_seconds = Some(600);
        let source = TokenRequestSource::new(self.admin.clone(), "default", "default", wanted);
        let clock = Clock::system();
        let time = clock.clone();
        let robot = Credentials::from_source_by_clock(source, move || time.now());
        let file = KubeconfigFile::new(&self.kubeconfig())?;
        let config = Config::from_kubeconfig(file.path(), None)?;
        let client = Client::with_options(
            &config,
            &crypto::ring(),
            &ClientOptions::new().credentials(robot),
        )?;
        for step in [0, 400, 200, 590] {
            // At 0 s, 400 s (the same token), 600 s and 1190 s of it.
            clock.advance(Duration::from_secs(step));
            client.api_versions().await?;
        }
        // The audit log is written behind the answers.
        sleep(Duration::from_secs(1)).await;
        Ok(self.plane.credentials_seen(ACCOUNT, "JTI=")? - before)
    }
}

/// Tells the control plane to do something.
async fn order(order: &str) -> Result<(), Failure> {
    use std::io::{BufRead as _, BufReader, Write as _};
    let socket = std::env::var_os("CLUSTER_CONTROL").ok_or("CLUSTER_CONTROL is not set")?;
    let mut socket = std::os::unix::net::UnixStream::connect(Path::new(&socket))?;
    writeln!(socket, "{order}")?;
    let mut answer = String::new();
    // Others go on: the issuer answers the server meanwhile.
    tokio::task::spawn_blocking(move || {
        BufReader::new(socket)
            .read_line(&mut answer)
            .map(|_| answer)
    })
    .await??
    .starts_with("ok")
    .then_some(())
    .ok_or_else(|| format!("the control plane refused: {order}").into())
}
