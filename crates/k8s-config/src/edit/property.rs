//! Single fields by their dotted names: `kubectl config set users.me.token …` and `unset`.

use std::fmt;
use std::sync::Arc;

use secrecy::{SecretSlice, SecretString};

use crate::identity::{AuthProvider, InteractiveMode};
use crate::kubeconfig::{AuthInfo, Cluster, Context, ExecConfig, Kubeconfig, UrlText};
use crate::yaml::decode_base64;

/// A field that takes one value.
enum Slot<'k> {
    Text(&'k mut Option<String>),
    Url(&'k mut Option<UrlText>),
    Secret(&'k mut Option<SecretString>),
    Data(&'k mut Option<Arc<SecretSlice<u8>>>),
    Flag(&'k mut bool),
    Mode(&'k mut ExecConfig),
    /// A map, a list or a struct: it can be taken away, not set.
    Whole(Box<dyn FnOnce() + 'k>),
}

impl Kubeconfig {
    /// Sets a field by its dotted name, making the stanza if there is none: `clusters.prod.eu.server`; names may hold dots. As `kubectl config set`.
    ///
    /// Impersonation has kubectl's names here: `act-as`, `act-as-uid`. Fields of `exec` and `auth-provider` can be set, too, which kubectl refuses.
    /// `…-data` takes base64, or with `raw_bytes` the bytes themselves. A field that excludes others leaves them as they are; see
    /// [`SetCluster`](crate::SetCluster).
    ///
    /// # Errors
    /// [`PropertyError`]; then nothing changed but that an empty stanza may be there.
    pub fn set_property(
        &mut self,
        path: &str,
        value: &str,
        raw_bytes: bool,
    ) -> Result<(), PropertyError> {
        if value.is_empty() {
            return Err(PropertyError::NoValue);
        }
        let (list, name, field) = split(path)?;
        let slot = match (list, name, field) {
            (_, Some(_), None) => return Err(PropertyError::NotSingle),
            ("clusters", Some(name), Some(field)) => {
                cluster_slot(self.clusters.entry(name).or_default(), field)
            }
            ("users", Some(name), Some(field)) => {
                let user = self.users.entry(name).or_default();
                if let Some(key) = field.strip_prefix("auth-provider.config.") {
                    let provider = user
                        .auth_provider
                        .get_or_insert_with(|| AuthProvider::new("", Default::default()));
                    provider.config.insert(key.to_owned(), value.into());
                    return Ok(());
                }
                user_slot(user, field, true)
            }
            ("contexts", Some(name), Some(field)) => {
                context_slot(self.contexts.entry(name).or_default(), field)
            }
            (field, _, _) => self.root_slot(field),
        };
        slot.ok_or(PropertyError::NoSuchField)?
            .set(value, raw_bytes)
    }

    /// Takes away a field, a stanza (`users.me`) or a whole list (`users`) by its dotted name. As `kubectl config unset`.
    ///
    /// # Errors
    /// [`PropertyError::NoSuchField`]; [`PropertyError::NotThere`] for a field of a stanza that does not exist.
    pub fn unset_property(&mut self, path: &str) -> Result<(), PropertyError> {
        let slot = match split(path)? {
            ("clusters", Some(name), None) => {
                self.clusters.remove(&name);
                return Ok(());
            }
            ("users", Some(name), None) => {
                self.users.remove(&name);
                return Ok(());
            }
            ("contexts", Some(name), None) => {
                self.contexts.remove(&name);
                return Ok(());
            }
            ("clusters", Some(name), Some(field)) => {
                cluster_slot(there(self.clusters.get_mut(&name))?, field)
            }
            ("contexts", Some(name), Some(field)) => {
                context_slot(there(self.contexts.get_mut(&name))?, field)
            }
            ("users", Some(name), Some(field)) => {
                let user = there(self.users.get_mut(&name))?;
                if let Some(key) = field.strip_prefix("auth-provider.config.") {
                    there(user.auth_provider.as_mut())?.config.remove(key);
                    return Ok(());
                }
                user_slot(user, field, false)
            }
            (field, _, _) => self.root_slot(field),
        };
        slot.ok_or(PropertyError::NoSuchField)?.unset();
        Ok(())
    }

    fn root_slot(&mut self, field: &str) -> Option<Slot<'_>> {
        Some(match field {
            "current-context" => Slot::Text(&mut self.current_context),
            "preferences.colors" => Slot::Flag(&mut self.colors),
            "preferences" => Slot::Whole(Box::new(|| {
                self.colors = false;
                self.preference_extensions.clear();
            })),
            "clusters" => Slot::Whole(Box::new(|| self.clusters.clear())),
            "users" => Slot::Whole(Box::new(|| self.users.clear())),
            "contexts" => Slot::Whole(Box::new(|| self.contexts.clear())),
            "extensions" => Slot::Whole(Box::new(|| self.extensions.clear())),
            _ => return None,
        })
    }
}

fn there<T>(stanza: Option<&mut T>) -> Result<&mut T, PropertyError> {
    stanza.ok_or(PropertyError::NotThere)
}

type Path<'p> = (&'p str, Option<String>, Option<&'p str>);

/// The list, the name of a stanza, and the field in it. Follows `newNavigationSteps`: a name goes on until a field's name comes.
fn split(path: &str) -> Result<Path<'_>, PropertyError> {
    if path.is_empty() {
        return Err(PropertyError::NoSuchField);
    }
    let Some((list @ ("clusters" | "users" | "contexts"), rest)) = path.split_once('.') else {
        return Ok((path, None, None));
    };
    let fields: &[&str] = match list {
        "clusters" => &CLUSTER,
        "users" => &USER,
        _ => &CONTEXT,
    };
    let mut at = 0;
    for (index, part) in rest.split('.').enumerate() {
        if index > 0 && fields.contains(&part) {
            return Ok((list, Some(rest[..at - 1].to_owned()), Some(&rest[at..])));
        }
        at += part.len() + 1;
    }
    Ok((list, Some(rest.to_owned()), None))
}

const CLUSTER: [&str; 8] = [
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "certificate-authority",
    "certificate-authority-data",
    "proxy-url",
    "disable-compression",
    "extensions",
];
const CONTEXT: [&str; 4] = ["cluster", "user", "namespace", "extensions"];
const USER: [&str; 15] = [
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "token",
    "tokenFile",
    "act-as",
    "act-as-uid",
    "act-as-groups",
    "act-as-user-extra",
    "username",
    "password",
    "auth-provider",
    "exec",
    "extensions",
];

fn cluster_slot<'k>(cluster: &'k mut Cluster, field: &str) -> Option<Slot<'k>> {
    Some(match field {
        "server" => Slot::Url(&mut cluster.server),
        "tls-server-name" => Slot::Text(&mut cluster.tls_server_name),
        "insecure-skip-tls-verify" => Slot::Flag(&mut cluster.insecure_skip_tls_verify),
        "certificate-authority" => Slot::Text(&mut cluster.certificate_authority),
        "certificate-authority-data" => Slot::Data(&mut cluster.certificate_authority_data),
        "proxy-url" => Slot::Url(&mut cluster.proxy_url),
        "disable-compression" => Slot::Flag(&mut cluster.disable_compression),
        "extensions" => Slot::Whole(Box::new(|| cluster.extensions.clear())),
        _ => return None,
    })
}

fn context_slot<'k>(context: &'k mut Context, field: &str) -> Option<Slot<'k>> {
    Some(match field {
        "cluster" => Slot::Text(&mut context.cluster),
        "user" => Slot::Text(&mut context.user),
        "namespace" => Slot::Text(&mut context.namespace),
        "extensions" => Slot::Whole(Box::new(|| context.extensions.clear())),
        _ => return None,
    })
}

/// With `make`, what stands above the field is made where it is missing.
fn user_slot<'k>(user: &'k mut AuthInfo, field: &str, make: bool) -> Option<Slot<'k>> {
    if let Some(field) = field.strip_prefix("exec.") {
        if make {
            user.exec.get_or_insert_default();
        }
        return match &mut user.exec {
            Some(exec) => exec_slot(exec, field),
            None => Some(Slot::Whole(Box::new(|| ()))),
        };
    }
    Some(match field {
        "client-certificate" => Slot::Text(&mut user.client_certificate),
        "client-certificate-data" => Slot::Data(&mut user.client_certificate_data),
        "client-key" => Slot::Text(&mut user.client_key),
        "client-key-data" => Slot::Data(&mut user.client_key_data),
        "token" => Slot::Secret(&mut user.token),
        "tokenFile" => Slot::Text(&mut user.token_file),
        "act-as" => Slot::Text(&mut user.impersonate),
        "act-as-uid" => Slot::Text(&mut user.impersonate_uid),
        "act-as-groups" => Slot::Whole(Box::new(|| user.impersonate_groups.clear())),
        "act-as-user-extra" => Slot::Whole(Box::new(|| user.impersonate_user_extra.clear())),
        "username" => Slot::Text(&mut user.username),
        "password" => Slot::Secret(&mut user.password),
        "auth-provider" => Slot::Whole(Box::new(|| user.auth_provider = None)),
        "exec" => Slot::Whole(Box::new(|| user.exec = None)),
        "extensions" => Slot::Whole(Box::new(|| user.extensions.clear())),
        _ => return None,
    })
}

fn exec_slot<'k>(exec: &'k mut ExecConfig, field: &str) -> Option<Slot<'k>> {
    Some(match field {
        "command" => Slot::Text(&mut exec.command),
        "args" => Slot::Whole(Box::new(|| exec.args.clear())),
        "env" => Slot::Whole(Box::new(|| exec.env.clear())),
        "apiVersion" => Slot::Text(&mut exec.api_version),
        "installHint" => Slot::Text(&mut exec.install_hint),
        "provideClusterInfo" => Slot::Flag(&mut exec.provide_cluster_info),
        "interactiveMode" => Slot::Mode(exec),
        _ => return None,
    })
}

impl Slot<'_> {
    fn set(self, value: &str, raw_bytes: bool) -> Result<(), PropertyError> {
        match self {
            Self::Text(slot) => *slot = Some(value.to_owned()),
            Self::Url(slot) => *slot = Some(value.into()),
            Self::Secret(slot) => *slot = Some(value.into()),
            Self::Data(slot) => {
                let bytes = if raw_bytes {
                    Some(value.into())
                } else {
                    decode_base64(value)
                };
                let bytes = bytes.ok_or(PropertyError::NotBase64)?;
                *slot = Some(Arc::new(SecretSlice::from(bytes)));
            }
            Self::Flag(slot) => *slot = flag(value).ok_or(PropertyError::NotABool)?,
            Self::Mode(exec) => {
                let mode = InteractiveMode::parse(value).ok_or(PropertyError::NoSuchMode)?;
                exec.interactive_mode = Some(mode);
                exec.unknown.retain(|field| field.name != "interactiveMode");
                exec.unknown_mode = false;
            }
            Self::Whole(_) => return Err(PropertyError::NotSingle),
        }
        Ok(())
    }

    fn unset(self) {
        match self {
            Self::Text(slot) => *slot = None,
            Self::Url(slot) => *slot = None,
            Self::Secret(slot) => *slot = None,
            Self::Data(slot) => *slot = None,
            Self::Flag(slot) => *slot = false,
            Self::Mode(exec) => {
                exec.interactive_mode = None;
                exec.unknown.retain(|field| field.name != "interactiveMode");
                exec.unknown_mode = false;
            }
            Self::Whole(clear) => clear(),
        }
    }
}

/// As `strconv.ParseBool`.
fn flag(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// A field cannot be set or taken away. Never repeats the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PropertyError {
    /// There is no field of this name.
    NoSuchField,
    /// The value is empty.
    NoValue,
    /// The name is that of a map, a list or a stanza.
    NotSingle,
    /// The stanza does not exist.
    NotThere,
    /// Not base64.
    NotBase64,
    /// Neither `true` nor `false`.
    NotABool,
    /// None of the three modes of a plugin.
    NoSuchMode,
}

impl fmt::Display for PropertyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchField => "no field has this name",
            Self::NoValue => "you cannot use set to unset a property",
            Self::NotSingle => "can't set a map to a value",
            Self::NotThere => "current map key is invalid",
            Self::NotBase64 => {
                "error decoding input value: not base64 (standard alphabet, with padding)"
            }
            Self::NotABool => "can't be parsed as bool",
            Self::NoSuchMode => {
                "invalid interactive mode type, can be only IfAvailable, Never, Always"
            }
        })
    }
}

impl std::error::Error for PropertyError {}
