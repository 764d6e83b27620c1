//! The Pod this runs in: variables that name the API server, and the mount with CA, token and namespace.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::ExposeSecret as _;

use crate::config::Config;
use crate::error::Error;
use crate::kubeconfig::{AuthInfo, Cluster, UrlText};
use crate::live::Live;
use crate::material::Material;
use crate::overrides::Overrides;
use crate::provenance::{Origin, Provenance};
use crate::resolve::{Stanzas, build};
use crate::source::{Source, Stamp, SystemSource};

mod error;

pub use error::{MountError, MountFault, NotInCluster};

/// Where kubelet mounts the service account.
pub const SERVICE_ACCOUNT_DIRECTORY: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The variables that name the host, and the port: the one that the documentation names, and the one that other clients read.
const HOST: &str = "KUBERNETES_SERVICE_HOST";
const PORTS: [&str; 2] = ["KUBERNETES_SERVICE_PORT_HTTPS", "KUBERNETES_SERVICE_PORT"];

/// Finds the cluster of the Pod this runs in; every variable and path can be given instead.
///
/// The server is `https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT_HTTPS`, or with `$KUBERNETES_SERVICE_PORT` when that is not set. It must
/// prove itself with a certificate from `ca.crt`, and nothing else. Follows client-go's `rest.InClusterConfig`, but never falls back to system roots.
///
/// ```
/// use std::sync::Arc;
/// use k8s_config::{InCluster, MemorySource};
///
/// let source = MemorySource::new()
///     .with_var("KUBERNETES_SERVICE_HOST", "10.0.0.1")
///     .with_var("KUBERNETES_SERVICE_PORT_HTTPS", "443")
///     .with_file("/sa/ca.crt", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
///     .with_file("/sa/token", "t\n")
///     .with_file("/sa/namespace", "prod\n");
/// let config = InCluster::from_source(Arc::new(source)).directory("/sa").resolve()?;
/// assert_eq!(config.server, "https://10.0.0.1:443/");
/// assert_eq!(config.namespace, "prod");
/// # Ok::<(), k8s_config::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct InCluster {
    source: Arc<dyn Source>,
    directory: PathBuf,
    host: Option<String>,
    port: Option<String>,
    ca_file: Option<PathBuf>,
    token_file: Option<PathBuf>,
    namespace_file: Option<PathBuf>,
    system_roots: bool,
}

impl Default for InCluster {
    fn default() -> Self {
        Self::new()
    }
}

impl InCluster {
    /// As kubelet sets it up, asking the operating system.
    #[must_use]
    pub fn new() -> Self {
        Self::from_source(Arc::new(SystemSource))
    }

    /// As kubelet sets it up, asking `source`.
    #[must_use]
    pub fn from_source(source: Arc<dyn Source>) -> Self {
        Self {
            source,
            directory: PathBuf::from(SERVICE_ACCOUNT_DIRECTORY),
            host: None,
            port: None,
            ca_file: None,
            token_file: None,
            namespace_file: None,
            system_roots: false,
        }
    }

    /// Where the service account is mounted. Default: [`SERVICE_ACCOUNT_DIRECTORY`].
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// The server's host or address (IPv6 without brackets) instead of `KUBERNETES_SERVICE_HOST`.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// The server's port instead of the variables'.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port.to_string());
        self
    }

    /// The CA bundle. Default: `ca.crt` in the directory.
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// The token. Default: `token` in the directory.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token_file = Some(path.into());
        self
    }

    /// The namespace. Default: `namespace` in the directory.
    #[must_use]
    pub fn namespace_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.namespace_file = Some(path.into());
        self
    }

    /// Trusts whom the operating system trusts, and does not look at `ca.crt`. For clusters whose API server has a certificate of a public authority;
    /// anywhere else this lets others pose as the API server.
    #[must_use]
    pub const fn trust_system_roots(mut self) -> Self {
        self.system_roots = true;
        self
    }

    /// Whether this looks like a Pod: host and port are known, and there is a token. Follows `inClusterClientConfig.Possible`.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        let token = self.source.stat(&self.token_path());
        self.address().is_ok() && token.is_ok_and(|stamp| !stamp.is_dir())
    }

    /// Reads variables and mount.
    ///
    /// # Errors
    /// [`Error::NotInCluster`] without the variables; [`Error::Mount`] when the bundle or the token is missing, empty, or no bundle or token at all.
    pub fn resolve(&self) -> Result<Config, Error> {
        self.resolve_with(&Overrides::default())
    }

    /// As [`resolve`](Self::resolve), with what flags say taking the place of what is mounted.
    ///
    /// A token or token file takes the place of the mounted one; a server, authority or namespace of the Pod's. What is replaced need not be there.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve), and [`Error::Invalid`] for what `overrides` brings in.
    pub fn resolve_with(&self, overrides: &Overrides) -> Result<Config, Error> {
        let overrides = &overrides.normalised(&*self.source);
        let address = self.address().map_err(Error::NotInCluster)?;
        self.check_mount(overrides).map_err(Error::Mount)?;
        let text = |path: PathBuf| Some(path.to_string_lossy().into_owned());
        let mut cluster = Cluster {
            server: Some(UrlText::new(address.server())),
            certificate_authority: if self.system_roots {
                None
            } else {
                text(self.ca_path())
            },
            ..Cluster::default()
        };
        let mut user = AuthInfo {
            token_file: text(self.token_path()),
            ..AuthInfo::default()
        };
        overrides.apply_to_cluster(&mut cluster);
        overrides.apply_to_user(&mut user);
        let mut faults = crate::validate::cluster("in-cluster", &cluster, &*self.source);
        faults.extend(crate::validate::user("in-cluster", &user, &*self.source));
        let origin = |field: &'static str| match field {
            "server" => address
                .host_variable
                .map_or(Origin::Given, Origin::Variable),
            "certificate-authority" => Origin::Mount(self.ca_path()),
            "tokenFile" => Origin::Mount(self.token_path()),
            _ => Origin::Default,
        };
        let stanzas = Stanzas {
            cluster_name: "in-cluster",
            user_name: "in-cluster",
            cluster: &cluster,
            user: &user,
            source: &self.source,
            overrides,
            origin: &origin,
        };
        let config = build(&stanzas, &mut faults).filter(|_| faults.is_empty());
        let mut config = config.ok_or_else(|| Error::invalid(faults))?;
        self.finish(&mut config, overrides, &address);
        Ok(config)
    }

    fn finish(&self, config: &mut Config, overrides: &Overrides, address: &Address) {
        let path = self.namespace_path();
        let stamp = self.source.stat(&path).ok();
        let (namespace, origin) = match &overrides.namespace {
            Some(namespace) => (namespace.clone(), Origin::Flag("--namespace")),
            None => self
                .namespace()
                .unwrap_or_else(|| ("default".to_owned(), Origin::Default)),
        };
        let seen: Option<(PathBuf, Option<Stamp>)> =
            matches!(origin, Origin::Mount(_)).then_some((path, stamp));
        config.set_namespace(namespace, origin);
        config.request_timeout = overrides
            .request_timeout
            .filter(|timeout| !timeout.is_zero());
        config.provenance = Provenance::InCluster {
            host_variable: address.host_variable,
            port_variable: address.port_variable,
            directory: self.directory.clone(),
        };
        config.live = Live::pod(self.clone(), overrides.clone(), seen);
    }

    /// `POD_NAMESPACE`, else the mounted file, both trimmed.
    pub(crate) fn namespace(&self) -> Option<(String, Origin)> {
        let variable = self
            .source
            .var("POD_NAMESPACE")
            .map(|name| name.trim().to_owned());
        if let Some(name) = variable.filter(|name| !name.is_empty()) {
            return Some((name, Origin::Variable("POD_NAMESPACE")));
        }
        let path = self.namespace_path();
        let bytes = self.source.read(&path).ok()?;
        let name = String::from_utf8(bytes).ok()?.trim().to_owned();
        (!name.is_empty()).then_some((name, Origin::Mount(path)))
    }

    fn check_mount(&self, overrides: &Overrides) -> Result<(), MountError> {
        let no_directory = || self.source.stat(&self.directory).is_err();
        if !self.system_roots
            && overrides.certificate_authority.is_none()
            && !overrides.insecure_skip_tls_verify
        {
            check_bundle(&self.material(&self.ca_path()))
                .map_err(|error| error.unmounted(no_directory))?;
        }
        if overrides.token.is_none() && overrides.token_file.is_none() {
            check_token(&self.material(&self.token_path()))
                .map_err(|error| error.unmounted(no_directory))?;
        }
        Ok(())
    }

    fn address(&self) -> Result<Address, NotInCluster> {
        let var = |name: &str| {
            self.source
                .var(name)
                .filter(|value| !value.trim().is_empty())
        };
        let host = match &self.host {
            Some(host) => Some((host.clone(), None)),
            None => var(HOST).map(|host| (host, Some(HOST))),
        };
        let port = match &self.port {
            Some(port) => Some((port.clone(), None)),
            None => PORTS
                .into_iter()
                .find_map(|name| var(name).map(|port| (port, Some(name)))),
        };
        match (host, port) {
            (Some((host, host_variable)), Some((port, port_variable))) => Ok(Address {
                host,
                port,
                host_variable,
                port_variable,
            }),
            (host, port) => Err(NotInCluster::new(host.is_none(), port.is_none())),
        }
    }

    fn material(&self, path: &Path) -> Material {
        Material::file(Arc::clone(&self.source), path)
    }

    pub(crate) const fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    fn ca_path(&self) -> PathBuf {
        self.ca_file
            .clone()
            .unwrap_or_else(|| self.directory.join("ca.crt"))
    }

    fn token_path(&self) -> PathBuf {
        self.token_file
            .clone()
            .unwrap_or_else(|| self.directory.join("token"))
    }

    fn namespace_path(&self) -> PathBuf {
        self.namespace_file
            .clone()
            .unwrap_or_else(|| self.directory.join("namespace"))
    }
}

struct Address {
    host: String,
    port: String,
    host_variable: Option<&'static str>,
    port_variable: Option<&'static str>,
}

impl Address {
    /// IPv6 gets its brackets, and the `%` of a zone is escaped, as in RFC 6874.
    fn server(&self) -> String {
        let (host, port) = (self.host.trim(), self.port.trim());
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if bare.contains(':') {
            let bare = if bare.contains("%25") {
                bare.to_owned()
            } else {
                bare.replace('%', "%25")
            };
            return format!("https://[{bare}]:{port}");
        }
        format!("https://{host}:{port}")
    }
}

fn check_bundle(bundle: &Material) -> Result<(), MountError> {
    let bytes = bundle.read().map_err(MountError::unreadable)?;
    let bytes = bytes.expose_secret();
    let fault = if bytes.trim_ascii().is_empty() {
        MountFault::EmptyBundle
    } else if !has_certificate(bytes) {
        MountFault::NoCertificate
    } else {
        return Ok(());
    };
    Err(MountError::new(bundle, fault))
}

/// Whether there is a whole PEM block of a certificate; whether it holds one is for those to see who understand it.
fn has_certificate(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let begin = text.find("-----BEGIN CERTIFICATE-----");
    begin.is_some_and(|begin| text[begin..].contains("-----END CERTIFICATE-----"))
}

fn check_token(token: &Material) -> Result<(), MountError> {
    let bytes = token.read().map_err(MountError::unreadable)?;
    let text = bytes.expose_secret().trim_ascii();
    let fault = if text.is_empty() {
        MountFault::EmptyToken
    } else if !text.iter().all(u8::is_ascii_graphic) {
        MountFault::UnusableToken
    } else {
        return Ok(());
    };
    Err(MountError::new(token, fault))
}
