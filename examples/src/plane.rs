//! What a control plane of `cargo xtask cluster run` gives, and what is replaced in it.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, fs};

use http::Uri;
use k8s_client::Client;
use k8s_config::{Config, Material, Roots};
use k8s_testing::certs::{Ca, Leaf};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use secrecy::ExposeSecret as _;
use serde_json::Value;

/// Whatever went wrong.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Files of the control plane that `cargo xtask cluster run` started.
#[derive(Debug)]
pub struct Plane {
    /// Where its certificates and keys are.
    pub pki: PathBuf,
    /// Its audit log.
    pub audit: PathBuf,
    /// Where it takes orders.
    pub control: PathBuf,
}

impl Plane {
    /// The one whose files the environment names.
    ///
    /// # Errors
    ///
    /// If a variable is not set; the text says which.
    pub fn from_env() -> Result<Self, Failure> {
        let var = |name: &str| {
            env::var_os(name).ok_or_else(|| {
                format!("{name} is not set: run this under cargo xtask cluster run --audit")
            })
        };
        Ok(Self {
            pki: Path::new(&var("CLUSTER_DIR")?).join("pki"),
            audit: var("CLUSTER_AUDIT_LOG")?.into(),
            control: var("CLUSTER_CONTROL")?.into(),
        })
    }

    /// A client certificate of the cluster's own CA: certificate and key, PEM.
    ///
    /// # Errors
    ///
    /// If the CA's key cannot be read.
    pub fn client_certificate(&self, user: &str) -> Result<(String, String), Failure> {
        let day = Duration::from_secs(86_400);
        self.client_certificate_until(user, SystemTime::now() + day)
    }

    /// As [`client_certificate`](Self::client_certificate), good until then.
    ///
    /// # Errors
    ///
    /// If the CA's key cannot be read.
    pub fn client_certificate_until(
        &self,
        user: &str,
        until: SystemTime,
    ) -> Result<(String, String), Failure> {
        let mut authority = CertificateParams::default();
        authority
            .distinguished_name
            .push(DnType::CommonName, "cluster-ca");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::from_pem(&fs::read_to_string(self.pki.join("ca.key"))?)?;
        let issuer = Issuer::new(authority, key);
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, user);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_after = until.into();
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &issuer)?.pem(), key.serialize_pem()))
    }

    /// Has the server show a certificate of another CA, and waits until it does.
    ///
    /// # Errors
    ///
    /// If it does not within 10 s.
    pub async fn serve_under(&self, ca: &Ca, server: &Uri) -> Result<(), Failure> {
        let serving = ca.issue(&Leaf::server().dns("localhost").ip([127, 0, 0, 1]));
        replace(
            &self.pki.join("server.key"),
            serving.key_pem().expose_secret(),
        )?;
        replace(&self.pki.join("server.crt"), &serving.pem())?;
        let mut next = Config::new(server.clone());
        next.tls.roots = Roots::Bundle(Material::inline(ca.pem(), "the next bundle"));
        let next = Client::try_from(next)?;
        for _ in 0..200 {
            // Anybody may read the version; who answers is what counts.
            if next.server_version().await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the server did not take its new certificate within 10 s".into())
    }

    /// How many requests for `/api` the server answered with 401.
    ///
    /// # Errors
    ///
    /// If the audit log cannot be read.
    pub fn refused(&self) -> Result<usize, Failure> {
        let log = fs::read_to_string(&self.audit)?;
        let events = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let refused =
            |event: &Value| event["requestURI"] == "/api" && event["responseStatus"]["code"] == 401;
        Ok(events.filter(refused).count())
    }

    /// How many credentials of a kind (`JTI=`, `X509SHA256=`) the server saw of a user who asked for `/api`.
    ///
    /// # Errors
    ///
    /// If the audit log cannot be read.
    pub fn credentials_seen(&self, user: &str, kind: &str) -> Result<usize, Failure> {
        let mut seen = BTreeSet::new();
        self.audited("\"/api\"", |event| {
            if event["requestURI"] != "/api" || event["user"]["username"] != user {
                return;
            }
            let id = &event["user"]["extra"]["authentication.kubernetes.io/credential-id"][0];
            if let Some(id) = id.as_str().filter(|id| id.starts_with(kind)) {
                seen.insert(id.to_owned());
            }
        })?;
        Ok(seen.len())
    }

    /// Goes through the events of the audit log whose text has `part` in it.
    ///
    /// # Errors
    ///
    /// If the audit log cannot be read.
    pub fn audited(&self, part: &str, mut each: impl FnMut(&Value)) -> Result<(), Failure> {
        let log = BufReader::new(fs::File::open(&self.audit)?);
        for line in log.lines() {
            let line = line?;
            // The last line may be half written.
            if line.contains(part)
                && let Ok(event) = serde_json::from_str(&line)
            {
                each(&event);
            }
        }
        Ok(())
    }

    /// Has the control plane do something (`restart-apiserver`), and waits until it is done.
    ///
    /// # Errors
    ///
    /// If it cannot; the text is its own.
    pub async fn order(&self, order: &str) -> Result<(), Failure> {
        let (path, order) = (self.control.clone(), format!("{order}\n"));
        let asking = tokio::task::spawn_blocking(move || {
            let mut stream = UnixStream::connect(path)?;
            stream.write_all(order.as_bytes())?;
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer)?;
            Ok::<_, std::io::Error>(answer)
        });
        let answer = asking.await??;
        if answer.starts_with("ok") {
            Ok(())
        } else {
            Err(answer.trim().into())
        }
    }
}

/// Replaces a file in one step, as kubelet and careful people do.
///
/// # Errors
///
/// If the file cannot be written.
pub fn replace(path: &Path, content: &str) -> Result<(), Failure> {
    let next = path.with_extension("next");
    fs::write(&next, content)?;
    Ok(fs::rename(next, path)?)
}
