//! The flags that every command takes, and the client that they describe.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_auth::{Pin, Trust, TrustError, danger};
use k8s_client::discovery::{Discovery, Resources};
use k8s_client::{Client, ClientOptions, DefaultRetry, crypto};
use k8s_config::{Config, FileOrData, LoadingRules, Overrides, Roots, UrlText, parse_timeout};
use secrecy::SecretString;

use crate::args::{Args, Flag, Kind};
use crate::failure::Failure;
use crate::io::Io;
use crate::warned::{Tell, TellKey};

/// Flags of every command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::new(
        "as",
        Kind::Text(""),
        "Username to impersonate for the operation. User could be a regular user or a service account in a namespace.",
    ),
    Flag::new(
        "as-group",
        Kind::Repeated,
        "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
    ),
    Flag::new(
        "as-uid",
        Kind::Text(""),
        "UID to impersonate for the operation.",
    ),
    Flag::new(
        "as-user-extra",
        Kind::Repeated,
        "User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key.",
    ),
    Flag::new(
        "certificate-authority",
        Kind::Text(""),
        "Path to a cert file for the certificate authority",
    ),
    Flag::new(
        "client-certificate",
        Kind::Text(""),
        "Path to a client certificate file for TLS",
    ),
    Flag::new(
        "client-key",
        Kind::Text(""),
        "Path to a client key file for TLS",
    ),
    Flag::new(
        "cluster",
        Kind::Text(""),
        "The name of the kubeconfig cluster to use",
    ),
    Flag::new(
        "context",
        Kind::Text(""),
        "The name of the kubeconfig context to use",
    ),
    Flag::new(
        "disable-compression",
        Kind::Bool(false),
        "If true, opt-out of response compression for all requests to the server",
    ),
    Flag::new(
        "insecure-skip-tls-verify",
        Kind::Bool(false),
        "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
    ),
    Flag::new(
        "kubeconfig",
        Kind::Text(""),
        "Path to the kubeconfig file to use for CLI requests.",
    ),
    Flag::new(
        "namespace",
        Kind::Text(""),
        "If present, the namespace scope for this CLI request",
    )
    .short('n'),
    Flag::new(
        "password",
        Kind::Text(""),
        "Password for basic authentication to the API server",
    ),
    Flag::new(
        "pin",
        Kind::Repeated,
        "Public key of the server: sha256: and 64 hexadecimal digits of its SubjectPublicKeyInfo. A server that has it is believed, whoever signed its certificate; any other is not. May be repeated.",
    ),
    Flag::new(
        "request-timeout",
        Kind::Text("0"),
        "The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don't timeout requests.",
    ),
    Flag::new(
        "server",
        Kind::Text(""),
        "The address and port of the Kubernetes API server",
    )
    .short('s'),
    Flag::new(
        "tls-server-name",
        Kind::Text(""),
        "Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used",
    ),
    Flag::new(
        "token",
        Kind::Text(""),
        "Bearer token for authentication to the API server",
    ),
    Flag::new(
        "user",
        Kind::Text(""),
        "The name of the kubeconfig user to use",
    ),
    Flag::new(
        "username",
        Kind::Text(""),
        "Username for basic authentication to the API server",
    ),
];

/// Where requests go, and as whom.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) namespace: String,
    pub(crate) config: Config,
    discovery: Discovery,
}

impl Session {
    /// Finds the cluster; nothing is sent.
    pub(crate) fn open(io: &mut Io, args: &Args) -> Result<Self, Failure> {
        let config = config(io, args)?;
        // Whoever waits for an answer is told at once that there is none, as kubectl tells them.
        let options = ClientOptions::new()
            .retry(DefaultRetry::new().unanswered(false))
            .on_warning(Tell::default());
        let options = match trust(&config, args)? {
            Some(trust) => options.trust(trust),
            None => options,
        };
        io.server = config.server.authority().map(ToString::to_string);
        let client = Client::with_options(&config, &crypto::ring(), &options)?;
        Ok(Self {
            discovery: Discovery::new(client.clone()),
            client,
            namespace: config.namespace.clone(),
            config,
        })
    }

    /// What the server has, asked for once.
    pub(crate) async fn resources(&self) -> Result<Arc<Resources>, Failure> {
        Ok(self.discovery.resources().await?)
    }
}

/// Where the cluster is and who asks, as flags, files and the Pod's mount say.
pub(crate) fn config(io: &mut Io, args: &Args) -> Result<Config, Failure> {
    let overrides = overrides(args)?;
    let source = Arc::clone(&io.source);
    let config = match args.some_text("kubeconfig") {
        Some(path) => LoadingRules::explicit(source, path).resolve(&overrides)?,
        None => Config::infer_with(source, &overrides)?,
    };
    for warning in config.warnings() {
        io.warn(&warning.to_string());
    }
    Ok(config)
}

/// Whom to believe, where that is not the configuration's authorities: a key, or anybody, of whom the key is told.
fn trust(config: &Config, args: &Args) -> Result<Option<Trust>, Failure> {
    let failed = |error: TrustError| Failure::chain(&error);
    let pins = args.list("pin");
    let pins: Result<Vec<Pin>, Failure> = pins
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error| Failure::new(format!("--pin {text}: {error}")))
        })
        .collect();
    let pins = pins?;
    if !pins.is_empty() {
        return Trust::pinned(pins, crypto::ring())
            .map(Some)
            .map_err(failed);
    }
    if !matches!(config.tls.roots, Roots::Unverified) {
        return Ok(None);
    }
    let anybody = danger::trust_any_server(crypto::ring()).map_err(failed)?;
    let told = anybody.on_event(TellKey::default()).map_err(failed)?;
    Ok(Some(told))
}

/// What the flags say, in the place of what files say.
pub(crate) fn overrides(args: &Args) -> Result<Overrides, Failure> {
    let file = |flag| {
        args.some_text(flag)
            .map(|path| FileOrData::File(path.into()))
    };
    let secret = |flag| args.some_text(flag).map(SecretString::from);
    let mut overrides = Overrides::default();
    overrides.context = args.some_text("context");
    overrides.cluster = args.some_text("cluster");
    overrides.user = args.some_text("user");
    overrides.namespace = args.some_text("namespace");
    overrides.server = args.some_text("server").map(UrlText::new);
    overrides.tls_server_name = args.some_text("tls-server-name");
    overrides.insecure_skip_tls_verify = args.is("insecure-skip-tls-verify");
    overrides.certificate_authority = file("certificate-authority");
    overrides.client_certificate = file("client-certificate");
    overrides.client_key = file("client-key");
    overrides.token = secret("token");
    overrides.username = args.some_text("username");
    overrides.password = secret("password");
    overrides.impersonate = args.some_text("as");
    overrides.impersonate_uid = args.some_text("as-uid");
    overrides.impersonate_groups = args.list("as-group");
    overrides.impersonate_user_extra = extra(&args.list("as-user-extra"))?;
    overrides.request_timeout =
        parse_timeout(args.text("request-timeout")).map_err(|error| Failure::chain(&error))?;
    overrides.disable_compression = args.is("disable-compression");
    Ok(overrides)
}

/// `key=value`, each once or more.
fn extra(pairs: &[String]) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in pairs {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| Failure::new(format!("{pair} must be formatted as key=value")))?;
        extra
            .entry(key.to_owned())
            .or_default()
            .push(value.to_owned());
    }
    Ok(extra)
}
