//! Answers questions about kubeconfig files, one line of JSON each, for `cargo xtask differential config`, which asks client-go the same.
//!
//! An answer holds no secrets but as hashes; a refusal says which kinds of fault there were.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use k8s_config::{
    Config, Exec, Fault, FaultKind, FileFaultKind, FileOrData, LoadingRules, Material, Overrides,
    Roots, Source, Stamp, SystemSource, User, WarningKind, parse_timeout,
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

#[expect(clippy::print_stdout, reason = "printing is what this program is for")]
fn main() -> Result<(), Box<dyn Error>> {
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        println!("{}", answer(&question));
    }
    Ok(())
}

/// The system's files, under an environment that the question sets.
#[derive(Debug)]
struct Asked {
    variables: BTreeMap<&'static str, String>,
}

impl Source for Asked {
    fn var(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        SystemSource.read(path)
    }

    fn stat(&self, path: &Path) -> io::Result<Stamp> {
        SystemSource.stat(path)
    }

    fn current_dir(&self) -> io::Result<PathBuf> {
        SystemSource.current_dir()
    }
}

fn answer(question: &Value) -> Value {
    let variable = |name: &str| text(&question[name]).unwrap_or_default();
    let variables = [
        ("HOME", variable("home")),
        ("KUBECONFIG", variable("kubeconfig")),
    ];
    let source = Arc::new(Asked {
        variables: variables.into(),
    });
    let rules = match text(&question["explicit"]) {
        Some(path) => LoadingRules::explicit(source, path),
        None => LoadingRules::from_source(source),
    };
    let flags = &question["overrides"];
    let mut overrides = overrides(flags);
    let timeout = text(&flags["timeout"]).map(|timeout| parse_timeout(&timeout));
    let bad_timeout = matches!(timeout, Some(Err(_)));
    overrides.request_timeout = timeout.and_then(Result::ok).flatten();
    match rules.resolve(&overrides) {
        Ok(_) if bad_timeout => json!({"failed": ["timeout"], "text": "timeout"}),
        Ok(config) => describe(&config),
        Err(error) => {
            let mut classes = classes(&error);
            classes.extend(bad_timeout.then_some("timeout"));
            classes.sort_unstable();
            classes.dedup();
            json!({"failed": classes, "text": error.to_string()})
        }
    }
}

fn overrides(flags: &Value) -> Overrides {
    let mut overrides = Overrides::default();
    let get = |name: &str| text(&flags[name]);
    let file = |name: &str| get(name).map(|path| FileOrData::File(path.into()));
    overrides.context = get("context");
    overrides.cluster = get("cluster");
    overrides.user = get("user");
    overrides.namespace = get("namespace");
    overrides.server = get("server").map(Into::into);
    overrides.default_server = get("defaultServer").map(Into::into);
    overrides.tls_server_name = get("tlsServerName");
    overrides.insecure_skip_tls_verify = flags["insecure"] == true;
    overrides.certificate_authority = file("certificateAuthority");
    overrides.client_certificate = file("clientCertificate");
    overrides.client_key = file("clientKey");
    overrides.token = get("token").map(Into::into);
    overrides.token_file = get("tokenFile").map(Into::into);
    overrides.username = get("username");
    overrides.password = get("password").map(Into::into);
    overrides.impersonate = get("as");
    overrides.impersonate_uid = get("asUid");
    overrides.impersonate_groups = texts(&flags["asGroups"]);
    let extra = flags["asUserExtra"].as_object().into_iter().flatten();
    overrides.impersonate_user_extra = extra
        .map(|(key, values)| (key.clone(), texts(values)))
        .collect();
    overrides.proxy_url = get("proxyUrl").map(Into::into);
    overrides.disable_compression = flags["disableCompression"] == true;
    overrides
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    list.filter_map(|item| Some(item.as_str()?.to_owned()))
        .collect()
}

fn describe(config: &Config) -> Value {
    let roots = match &config.tls.roots {
        Roots::Bundle(bundle) => material(Some(bundle)),
        Roots::System => "system".to_owned(),
        _ => "unverified".to_owned(),
    };
    let proxy = config.proxy.as_ref().map(|proxy| proxy.secret_text());
    let timeout = config.request_timeout.unwrap_or_default();
    let mut answer = json!({
        "server": config.server.to_string(),
        "roots": roots,
        "serverName": config.tls.server_name.as_deref().unwrap_or_default(),
        "namespace": config.namespace,
        "proxy": proxy.map(|text| text.expose_secret()).unwrap_or_default(),
        "disableCompression": config.disable_compression,
        "timeoutNanos": i64::try_from(timeout.as_nanos()).unwrap_or(i64::MAX),
        "warnings": config.warnings().iter().map(|warning| name_of(&warning.kind)).collect::<Vec<_>>(),
    });
    describe_user(&config.user, &mut answer);
    answer
}

/// The warnings that stand for something client-go would have done otherwise.
const fn name_of(kind: &WarningKind) -> &'static str {
    match kind {
        WarningKind::DataBeatsFile { .. } => "data-beats-file",
        WarningKind::CredentialsInServer { .. } => "credentials-in-server",
        _ => "other",
    }
}

fn describe_user(user: &User, answer: &mut Value) {
    let basic = user.basic.as_ref();
    let pair = user.certificate.as_ref();
    // client-go reads the file at once when there is no token; the token is the file's then.
    let token = user.token.as_ref().or(user.token_file.as_ref());
    answer["token"] = hash_of(token).into();
    answer["tokenFile"] = material(user.token_file.as_ref()).into();
    answer["certificate"] = material(pair.map(|pair| &pair.certificate)).into();
    answer["key"] = material(pair.map(|pair| &pair.key)).into();
    answer["username"] = basic.map_or("", |basic| &*basic.username).into();
    answer["password"] = hash_of(basic.map(|basic| &basic.password)).into();
    answer["exec"] = user.exec.as_ref().map_or(Value::Null, describe_exec);
    let provider = user.auth_provider.as_ref();
    answer["authProvider"] = provider.map_or("", |provider| &*provider.name).into();
    let settings = provider
        .iter()
        .flat_map(|provider| &provider.config)
        .map(|(name, value)| (name.clone(), hash(value.expose_secret().as_bytes()).into()));
    answer["providerConfig"] = Value::Object(settings.collect());
    let other = user.impersonate.as_ref();
    answer["as"] = other.map_or("", |other| &*other.user).into();
    answer["asUid"] = other
        .and_then(|other| other.uid.as_deref())
        .unwrap_or_default()
        .into();
    answer["asGroups"] = json!(other.map_or(&[][..], |other| &other.groups));
    let extra = other.iter().flat_map(|other| &other.extra);
    answer["asUserExtra"] = json!(extra.collect::<BTreeMap<_, _>>());
}

fn describe_exec(exec: &Exec) -> Value {
    let args = exec
        .args
        .iter()
        .map(|arg| hash(arg.expose_secret().as_bytes()));
    let env = exec
        .env
        .iter()
        .map(|env| [env.name.clone(), hash(env.value.expose_secret().as_bytes())]);
    let config = exec.cluster_config.as_ref();
    json!({
        "command": exec.command,
        "args": args.collect::<Vec<_>>(),
        "env": env.collect::<Vec<_>>(),
        "apiVersion": exec.api_version,
        "installHint": exec.install_hint.as_deref().unwrap_or_default(),
        "provideClusterInfo": exec.provide_cluster_info,
        "interactiveMode": exec.interactive_mode.as_str(),
        "config": config.and_then(|json| serde_json::from_str::<Value>(json.expose()).ok()),
    })
}

/// A file by its path, bytes by their hash, nothing by nothing.
fn material(material: Option<&Material>) -> String {
    let path = material.and_then(Material::path);
    path.map_or_else(|| hash_of(material), |path| path.display().to_string())
}

fn hash_of(material: Option<&Material>) -> String {
    let Some(material) = material else {
        return String::new();
    };
    material.read().map_or_else(
        |_| "unreadable".to_owned(),
        |bytes| hash(bytes.expose_secret()),
    )
}

/// FNV-1a, 64 bits; nothing stays nothing.
fn hash(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("#{hash:016x}")
}

fn classes(error: &k8s_config::Error) -> Vec<&'static str> {
    match error {
        k8s_config::Error::Load(error) => {
            let files = error.files().iter();
            files
                .flat_map(|file| file.faults())
                .map(|fault| file_class(&fault.kind))
                .collect()
        }
        k8s_config::Error::Invalid(invalid) => invalid.faults().iter().map(class).collect(),
        _ => vec!["other"],
    }
}

const fn file_class(kind: &FileFaultKind) -> &'static str {
    match kind {
        FileFaultKind::Unreadable(_) | FileFaultKind::TooLong => "unreadable",
        FileFaultKind::NotText | FileFaultKind::Syntax(_) => "syntax",
        FileFaultKind::WrongType { .. } => "type",
        FileFaultKind::Base64 => "base64",
        FileFaultKind::DuplicateName { .. } => "duplicate-name",
        FileFaultKind::ApiVersion | FileFaultKind::WrongKind => "version-or-kind",
        _ => "other-load",
    }
}

const fn class(fault: &Fault) -> &'static str {
    match &fault.kind {
        FaultKind::NoConfiguration => "no-configuration",
        FaultKind::NoContext { .. } => "no-context",
        FaultKind::ContextNotFound { .. } => "context-not-found",
        FaultKind::DoesNotExist { .. } => "does-not-exist",
        FaultKind::NotSpecified { .. } => "not-specified",
        FaultKind::NotFound { .. } => "not-found",
        FaultKind::EmptyCluster | FaultKind::NoServer { .. } => "no-server",
        FaultKind::InvalidServer { .. } => "server",
        FaultKind::ProxyUrl { .. } => "proxy-url",
        FaultKind::AuthorityAndInsecure { .. } => "authority-and-insecure",
        FaultKind::BothSpecified { .. } => "both-specified",
        FaultKind::Unreadable { .. } => "unreadable-material",
        FaultKind::NoKey { .. } => "no-key",
        FaultKind::ManyMethods { .. } => "many-methods",
        FaultKind::ImpersonatesNobody { .. } => "impersonates-nobody",
        FaultKind::Exec { .. } => "exec",
        _ => "other",
    }
}
