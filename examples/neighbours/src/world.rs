//! A server, and the directory in which its client finds CA, token and client certificate.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use hyper_util::client::legacy::connect::HttpConnector;
use k8s_auth::{AuthEvent, Identity, Origin, Thing, TokenFile, Trust, crypto};
use k8s_config::{ClientCertificate, Config, Material, Roots, SystemSource};
use k8s_testing::certs::{Ca, Certificate, Leaf};
use k8s_testing::{ApiServer, ListenOptions, Listening, ServiceAccountDir};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Failure;
use crate::gate::{Gate, Ledger};

/// What the neighbours ask for.
pub(crate) const NAMESPACES: &str = "/api/v1/namespaces";

const USER: &str = "neighbour";
const HOUR: Duration = Duration::from_secs(3_600);

/// One file for certificate and key, as kubelet has it: the two change in one step.
const PAIR: &str = "client.pem";

/// A server and its client's files. The CA bundle is a stranger's at first.
pub(crate) struct World {
    server: ApiServer,
    listening: Listening,
    gate: Gate,
    mount: ServiceAccountDir,
    token: SecretString,
    trust: Trust,
    bundles_read: Arc<AtomicUsize>,
    ca: Ca,
}

impl World {
    pub(crate) async fn start() -> Result<Self, Failure> {
        let server = ApiServer::new();
        server.allow(USER, "list", "namespaces");
        let gate = Gate::new(server.clone());
        let ca = Ca::new("the-first-ca");
        let listening = ListenOptions::new()
            .certificate(serving(&ca))
            .faults(gate.doorbell())
            .serve(gate.clone())
            .await?;
        let token = server.issue_token(USER, &[]);
        let stranger = Ca::new("a-stranger");
        let mut mount = ServiceAccountDir::new(&token, stranger.pem(), "default")?;
        // This one ends when the server's clock is set forward.
        let now = SystemTime::now();
        let short = Leaf::client(USER).valid(now - HOUR, now + HOUR);
        mount.replace(PAIR, pair(&server.ca().issue(&short)))?;
        let bundles_read = Arc::new(AtomicUsize::new(0));
        let trust = trust(&mount, bundles_read.clone())?;
        Ok(Self {
            server,
            listening,
            gate,
            mount,
            token,
            trust,
            bundles_read,
            ca,
        })
    }

    // === what the client is made of

    pub(crate) fn trust(&self) -> &Trust {
        &self.trust
    }

    pub(crate) fn token(&self) -> TokenFile {
        TokenFile::new(material(&self.mount, "token"))
    }

    pub(crate) fn url(&self) -> String {
        self.listening.url()
    }

    /// All of it as a configuration.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let file = |name| material(&self.mount, name);
        let mut config = Config::new(self.url().parse()?);
        config.tls.roots = Roots::Bundle(file("ca.crt"));
        config.user.token_file = Some(file("token"));
        config.user.certificate = Some(ClientCertificate::new(file(PAIR), file(PAIR)));
        Ok(config)
    }

    pub(crate) fn origin(&self) -> Result<Origin, Failure> {
        Ok(Origin::https(&self.url().parse()?)?)
    }

    // === what changes

    /// Another token; the old one is refused from now on.
    pub(crate) fn rotate_token(&mut self) -> Result<(), Failure> {
        let next = self.server.issue_token(USER, &[]);
        self.mount.rotate_token(&next)?;
        self.server.revoke_token(&self.token);
        self.token = next;
        Ok(())
    }

    /// Another client certificate; the old one is still good.
    pub(crate) fn rotate_client_certificate(&mut self) -> Result<(), Failure> {
        let next = self.server.issue_certificate(USER, &[]);
        Ok(self.mount.replace(PAIR, pair(&next))?)
    }

    /// The first client certificate has ended, by the server's clock.
    pub(crate) fn end_first_client_certificate(&self) {
        self.server.clock().advance(2 * HOUR);
    }

    /// Who signed the first serving certificate.
    pub(crate) fn first_ca(&self) -> &Ca {
        &self.ca
    }

    /// Serves under this CA from the next handshake on.
    pub(crate) fn serve_under(&self, ca: &Ca) -> Result<(), Failure> {
        Ok(self.listening.rotate(&serving(ca))?)
    }

    /// Writes the client's CA bundle.
    pub(crate) fn write_bundle(&mut self, cas: &[&Ca]) -> Result<(), Failure> {
        let bundle: String = cas.iter().map(|ca| ca.pem()).collect();
        Ok(self.mount.rotate_ca(&bundle)?)
    }

    // === what was seen

    /// What the server saw.
    pub(crate) fn ledger(&self) -> Ledger {
        self.gate.ledger()
    }

    /// How often the client found another CA bundle.
    pub(crate) fn bundles_read(&self) -> usize {
        self.bundles_read.load(Ordering::Relaxed)
    }
}

/// A connector that dials `https` URIs too, and leaves TLS to the layer above it.
pub(crate) fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp
}

fn trust(mount: &ServiceAccountDir, bundles_read: Arc<AtomicUsize>) -> Result<Trust, Failure> {
    let pair = material(mount, PAIR);
    let count = move |event: AuthEvent<'_>| {
        if let AuthEvent::Reloaded {
            thing: Thing::Roots,
            ..
        } = event
        {
            bundles_read.fetch_add(1, Ordering::Relaxed);
        }
    };
    Ok(Trust::new(material(mount, "ca.crt"), crypto::ring())?
        .identity(Identity::new(pair.clone(), pair))?
        .on_event(count)?)
}

fn material(mount: &ServiceAccountDir, file: &str) -> Material {
    Material::file(Arc::new(SystemSource), mount.path().join(file))
}

fn serving(ca: &Ca) -> Certificate {
    ca.issue(&Leaf::server().ip(Ipv4Addr::LOCALHOST))
}

fn pair(certificate: &Certificate) -> String {
    certificate.pem() + certificate.key_pem().expose_secret()
}
