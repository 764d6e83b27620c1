//! What a plugin is told and what it says: `ExecCredential`, as JSON.

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_config::{Exec, ReadError};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::cluster::Cluster;

const KIND: &str = "ExecCredential";

/// The value of `KUBERNETES_EXEC_INFO`. `cluster` is for a plugin that wants to be told.
///
/// Fields follow `k8s.io/client-go/pkg/apis/clientauthentication/v1`.
pub(super) fn told(
    exec: &Exec,
    cluster: Option<&Cluster>,
    interactive: bool,
) -> Result<SecretString, ReadError> {
    let mut spec = json!({"interactive": interactive});
    if let Some(cluster) = cluster {
        spec["cluster"] = described(cluster, exec)?;
    }
    let told = json!({"kind": KIND, "apiVersion": exec.api_version, "spec": spec});
    Ok(told.to_string().into())
}

fn described(cluster: &Cluster, exec: &Exec) -> Result<Value, ReadError> {
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("server", cluster.server.as_str().into());
    if let Some(name) = &cluster.tls_server_name {
        set("tls-server-name", name.as_str().into());
    }
    if cluster.insecure {
        set("insecure-skip-tls-verify", true.into());
    }
    if let Some(authority) = &cluster.authority {
        let pem = authority.read()?;
        let encoded = STANDARD.encode(pem.expose_secret());
        set("certificate-authority-data", encoded.into());
    }
    if let Some(proxy) = &cluster.proxy {
        set("proxy-url", proxy.secret_text().expose_secret().into());
    }
    if cluster.disable_compression {
        set("disable-compression", true.into());
    }
    let config = exec.cluster_config.as_ref().map(|config| config.expose());
    let config = config.and_then(|text| serde_json::from_str(text).ok());
    set("config", config.unwrap_or(Value::Null));
    Ok(Value::Object(fields))
}

/// What a plugin said.
pub(super) struct Answer {
    pub(super) token: Option<SecretString>,
    /// Certificate chain and key, PEM.
    pub(super) pair: Option<(SecretString, SecretString)>,
    pub(super) expires: Option<SystemTime>,
}

/// What is wrong with what a plugin said. It holds nothing of it, but for names of kinds and versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Silent,
    BreaksOff,
    NotJson { line: usize, column: usize },
    Kind { found: String },
    Version { wanted: String, found: String },
    NoStatus,
    NoCredential,
    HalfPair,
    Type { field: &'static str },
    Time,
}

/// Reads what a plugin printed.
pub(super) fn read(printed: &[u8], version: &str) -> Result<Answer, Fault> {
    if printed.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::Silent);
    }
    // The error of a `Value` says where, never what.
    let answer: Value = serde_json::from_slice(printed).map_err(|error| {
        if error.is_eof() {
            return Fault::BreaksOff;
        }
        let (line, column) = (error.line(), error.column());
        Fault::NotJson { line, column }
    })?;
    let word = |name| shown(answer.get(name).and_then(Value::as_str).unwrap_or_default());
    let (kind, found) = (word("kind"), word("apiVersion"));
    if kind != KIND {
        return Err(Fault::Kind { found: kind });
    }
    if found != version {
        let wanted = version.to_owned();
        return Err(Fault::Version { wanted, found });
    }
    let status = match answer.get("status") {
        None | Some(Value::Null) => return Err(Fault::NoStatus),
        Some(Value::Object(status)) => status,
        Some(_) => return Err(Fault::Type { field: "status" }),
    };
    let token = text(status, "token")?;
    let certificate = text(status, "clientCertificateData")?;
    let key = text(status, "clientKeyData")?;
    let pair = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err(Fault::HalfPair),
    };
    if token.is_none() && pair.is_none() {
        return Err(Fault::NoCredential);
    }
    let expires = text(status, "expirationTimestamp")?;
    let expires = expires.map(|text| time(text.expose_secret()).ok_or(Fault::Time));
    Ok(Answer {
        token,
        pair,
        expires: expires.transpose()?,
    })
}

/// A field that is a text, and not an empty one.
fn text(status: &Map<String, Value>, field: &'static str) -> Result<Option<SecretString>, Fault> {
    match status.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str().into())),
        Some(_) => Err(Fault::Type { field }),
    }
}

/// RFC 3339, as Go reads it.
fn time(text: &str) -> Option<SystemTime> {
    let bytes = text.as_bytes();
    // jiff takes a space and small letters, too.
    if bytes.get(10) != Some(&b'T') || bytes.contains(&b'z') {
        return None;
    }
    let time: jiff::Timestamp = text.parse().ok()?;
    let since = Duration::try_from(time.duration_since(jiff::Timestamp::UNIX_EPOCH)).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// A name as it may be shown: what does not look like one may be a secret in the wrong place.
fn shown(name: &str) -> String {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if name.len() <= 64 && name.bytes().all(of_a_name) {
        name.to_owned()
    } else {
        "(not a name)".to_owned()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent => f.write_str("printed nothing"),
            Self::BreaksOff => f.write_str("printed JSON that breaks off"),
            Self::NotJson { line, column } => {
                write!(f, "printed what is no JSON at line {line}, column {column}")
            }
            Self::Kind { found } => write!(f, "printed a {found:?} and not an {KIND:?}"),
            Self::Version { wanted, found } => write!(
                f,
                "is configured to use API version {wanted}, plugin returned version {found:?}"
            ),
            Self::NoStatus => f.write_str("didn't return a status field"),
            Self::NoCredential => f.write_str("didn't return a token or cert/key pair"),
            Self::HalfPair => f.write_str("returned only certificate or key, not both"),
            Self::Type { field } => write!(f, "returned a {field} of another type"),
            Self::Time => f.write_str("returned an expirationTimestamp that is no RFC 3339 time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        let read = time(text).map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap());
        assert_eq!(read, expected.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn reads_times_as_go_does() {
        check("2006-01-02T15:04:05Z", Some(1_136_214_245));
        check("2006-01-02T17:04:05+02:00", Some(1_136_214_245));
        check("2006-01-02 15:04:05Z", None);
        check("2006-01-02t15:04:05z", None);
        check("2006-01-02", None);
        check("soon", None);
        check("", None);
    }
}
