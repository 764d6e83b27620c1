//! The answer: one server, how to trust it, who to be there, and where each of these was found.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;

use crate::error::Error;
use crate::identity::User;
use crate::in_cluster::InCluster;
use crate::live::Live;
use crate::loading::LoadingRules;
use crate::material::Material;
use crate::overrides::Overrides;
use crate::provenance::{FieldOrigin, Origin, Provenance};
use crate::proxy::ProxyUrl;
use crate::source::{Source, SystemSource};
use crate::warning::Warning;

/// Where the cluster is and who you are there: everything a client needs, nothing connected yet.
///
/// Files are kept as [`Material`], so their content may change under a running client; see [`Config::sources_changed`] for the rest.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The API server: always absolute, `https` or `http`, perhaps with a path, never with user info.
    pub server: Uri,
    /// How the server proves who it is. Without meaning when [`server`](Self::server) is `http`.
    pub tls: Tls,
    /// Who is asking. Holds no credential when [`server`](Self::server) is `http`, but for the opt-in in [`Overrides`].
    pub user: User,
    /// The namespace to use when a request names none; never empty.
    pub namespace: String,
    /// The proxy that the cluster's entry asks for; without one, a client asks the environment of [`source`](Self::source).
    pub proxy: Option<ProxyUrl>,
    /// Whether the server should be asked not to compress its answers. Default: false.
    pub disable_compression: bool,
    /// How long one request may take in all. Only an override sets it. Default: no limit.
    pub request_timeout: Option<Duration>,
    /// Where all this comes from.
    pub provenance: Provenance,
    pub(crate) origins: Vec<FieldOrigin>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) live: Live,
}

/// How the API server proves who it is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tls {
    /// Who may have signed its certificate.
    pub roots: Roots,
    /// The name its certificate must carry, where that is not the server's host.
    pub server_name: Option<String>,
}

impl Tls {
    /// Trusts `roots`, expects the server's own host name.
    #[must_use]
    pub const fn new(roots: Roots) -> Self {
        Self {
            roots,
            server_name: None,
        }
    }
}

/// Who may have signed the API server's certificate.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Roots {
    /// The authorities in this PEM bundle, and no others. In a Pod it is always this, unless system roots were chosen by name.
    Bundle(Material),
    /// Those the operating system trusts; what kubectl uses when a cluster's entry names no authority.
    System,
    /// Anybody: `insecure-skip-tls-verify`. Whoever sits between can read and change everything.
    Unverified,
}

impl Config {
    /// A configuration made by hand: anonymous, system roots, namespace `default`. Change the public fields to taste.
    #[must_use]
    pub fn new(server: Uri) -> Self {
        Self {
            server,
            tls: Tls::new(Roots::System),
            user: User::default(),
            namespace: "default".to_owned(),
            proxy: None,
            disable_compression: false,
            request_timeout: None,
            provenance: Provenance::Given,
            origins: Vec::new(),
            warnings: Vec::new(),
            live: Live::default(),
        }
    }

    /// Finds the cluster as kubectl does: a kubeconfig when there is one, else the Pod this runs in.
    ///
    /// # Errors
    /// As [`infer_from`](Self::infer_from).
    pub fn infer() -> Result<Self, Error> {
        Self::infer_from(Arc::new(SystemSource))
    }

    /// As [`infer`](Self::infer), asking `source`.
    ///
    /// # Errors
    /// A kubeconfig that exists and is broken is an error, never silently another identity; when there is nothing at all, the error lists what was
    /// looked at.
    pub fn infer_from(source: Arc<dyn Source>) -> Result<Self, Error> {
        crate::infer::infer(source, &Overrides::default())
    }

    /// As [`infer_from`](Self::infer_from), with what flags said taking the place of what files say.
    ///
    /// # Errors
    /// As [`infer_from`](Self::infer_from).
    pub fn infer_with(source: Arc<dyn Source>, overrides: &Overrides) -> Result<Self, Error> {
        crate::infer::infer(source, overrides)
    }

    /// The cluster of the Pod this runs in. [`InCluster`] has the details and the knobs.
    ///
    /// # Errors
    /// As [`InCluster::resolve`].
    pub fn in_cluster() -> Result<Self, Error> {
        InCluster::new().resolve()
    }

    /// As [`in_cluster`](Self::in_cluster), asking `source`.
    ///
    /// # Errors
    /// As [`InCluster::resolve`].
    pub fn in_cluster_from(source: Arc<dyn Source>) -> Result<Self, Error> {
        InCluster::from_source(source).resolve()
    }

    /// One kubeconfig file, and in it `context`, or its `current-context`.
    ///
    /// # Errors
    /// The file cannot be read, is not a kubeconfig, or what the context names is missing or wrong.
    pub fn from_kubeconfig(path: impl AsRef<Path>, context: Option<&str>) -> Result<Self, Error> {
        Self::from_kubeconfig_from(Arc::new(SystemSource), path, context)
    }

    /// As [`from_kubeconfig`](Self::from_kubeconfig), asking `source`.
    ///
    /// # Errors
    /// As [`from_kubeconfig`](Self::from_kubeconfig).
    pub fn from_kubeconfig_from(
        source: Arc<dyn Source>,
        path: impl AsRef<Path>,
        context: Option<&str>,
    ) -> Result<Self, Error> {
        let overrides = Overrides {
            context: context.map(str::to_owned),
            ..Overrides::default()
        };
        LoadingRules::explicit(source, path.as_ref()).resolve(&overrides)
    }

    /// The same cluster, asked by nobody: no credential, no impersonation, no user name for the proxy, and nothing to read again.
    ///
    /// Holds no secret. Follows `rest.AnonymousClientConfig`, which keeps the proxy's password.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        let mut anonymous = Self::new(self.server.clone());
        anonymous.tls.clone_from(&self.tls);
        anonymous.namespace.clone_from(&self.namespace);
        anonymous.proxy = self.proxy.as_ref().map(ProxyUrl::anonymous);
        anonymous.disable_compression = self.disable_compression;
        anonymous.request_timeout = self.request_timeout;
        anonymous.provenance.clone_from(&self.provenance);
        anonymous.with_source(self.source())
    }

    /// What was odd but not wrong.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Which file and line, variable, flag or default set each field, by the field's name in a kubeconfig (`server`, `token`, `namespace`…).
    #[must_use]
    pub fn origins(&self) -> &[FieldOrigin] {
        &self.origins
    }

    /// What set one field, by its name in a kubeconfig; `None` when nothing did.
    #[must_use]
    pub fn origin_of(&self, field: &str) -> Option<&Origin> {
        self.origins
            .iter()
            .find(|entry| entry.field == field)
            .map(|entry| &entry.origin)
    }

    pub(crate) fn set_namespace(&mut self, namespace: String, origin: Origin) {
        self.namespace = namespace;
        self.origins.retain(|entry| entry.field != "namespace");
        self.origins.push(FieldOrigin {
            field: "namespace",
            origin,
        });
    }
}
