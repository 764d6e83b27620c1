//! A kubeconfig as YAML text, to the letter as kubectl writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use std::collections::BTreeMap;

use super::{AuthInfo, Base, Cluster, Context, ExecConfig, Kubeconfig, Stanza};
use crate::identity::{AuthProvider, InteractiveMode};
use crate::raw::{RawJson, UnknownField};
use crate::yaml::{self, Out};

impl Kubeconfig {
    /// The whole as YAML, secrets included: keys sorted, quotes and line breaks as kubectl has them, paths as they were written.
    ///
    /// Follows `clientcmd.Write`; fields that are not known, which kubectl drops, are kept.
    #[must_use]
    pub fn to_yaml(&self) -> SecretString {
        SecretString::from(yaml::document(self.out()))
    }

    /// What is written: the fields in the order of Go's types, which is that of kubectl's JSON.
    pub(crate) fn out(&self) -> Out {
        let mut fields = Fields::default();
        fields.text("kind", Some("Config"));
        fields.text("apiVersion", Some("v1"));
        let mut preferences = Fields::default();
        preferences.flag("colors", self.colors);
        preferences.extensions(&self.preference_extensions);
        if !preferences.0.is_empty() {
            fields.add("preferences", Out::Map(preferences.0));
        }
        fields.add("clusters", named(&self.clusters, "cluster", cluster));
        fields.add("users", named(&self.users, "user", user));
        fields.add("contexts", named(&self.contexts, "context", context));
        fields.always("current-context", self.current_context.as_deref());
        fields.extensions(&self.extensions);
        fields.finish(&self.unknown)
    }
}

/// A cluster, user or context.
pub(crate) trait Entry: Clone {
    /// What is written of it.
    fn out(&self) -> Out;

    /// Where it stands.
    fn origin(&self) -> &Stanza;

    /// Writes new paths relative to `base`, where they lie below it.
    fn relativize(&mut self, base: &Base);
}

impl Entry for Cluster {
    fn out(&self) -> Out {
        cluster(self)
    }

    fn origin(&self) -> &Stanza {
        &self.origin
    }

    fn relativize(&mut self, base: &Base) {
        if self.origin.take_relative("certificate-authority") {
            base.relativize(&mut self.certificate_authority);
        }
    }
}

impl Entry for AuthInfo {
    fn out(&self) -> Out {
        user(self)
    }

    fn origin(&self) -> &Stanza {
        &self.origin
    }

    fn relativize(&mut self, base: &Base) {
        if self.origin.take_relative("client-certificate") {
            base.relativize(&mut self.client_certificate);
        }
        if self.origin.take_relative("client-key") {
            base.relativize(&mut self.client_key);
        }
    }
}

impl Entry for Context {
    fn out(&self) -> Out {
        context(self)
    }

    fn origin(&self) -> &Stanza {
        &self.origin
    }

    fn relativize(&mut self, _: &Base) {}
}

/// The fields of one map, in any order.
#[derive(Default)]
struct Fields(Vec<(String, Out)>);

impl Fields {
    fn add(&mut self, key: &str, value: Out) {
        self.0.push((key.to_owned(), value));
    }

    fn always(&mut self, key: &str, text: Option<&str>) {
        self.add(key, Out::Text(text.unwrap_or_default().to_owned()));
    }

    fn text(&mut self, key: &str, text: Option<&str>) {
        if text.is_some() {
            self.always(key, text);
        }
    }

    fn flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.add(key, Out::Bool(true));
        }
    }

    fn secret(&mut self, key: &str, secret: Option<&SecretString>) {
        self.text(key, secret.map(|secret| secret.expose_secret()));
    }

    fn data(&mut self, key: &str, data: Option<&std::sync::Arc<SecretSlice<u8>>>) {
        self.text(
            key,
            data.map(|data| STANDARD.encode(data.expose_secret()))
                .as_deref(),
        );
    }

    fn extensions(&mut self, extensions: &BTreeMap<String, RawJson>) {
        if !extensions.is_empty() {
            self.add("extensions", named(extensions, "extension", raw));
        }
    }

    fn finish(mut self, unknown: &[UnknownField]) -> Out {
        self.0.extend(
            unknown
                .iter()
                .map(|field| (field.name.clone(), raw(&field.value))),
        );
        Out::Map(self.0)
    }
}

fn named<T>(entries: &BTreeMap<String, T>, kind: &str, write: fn(&T) -> Out) -> Out {
    if entries.is_empty() {
        return Out::Null;
    }
    let entry = |(name, value): (&String, &T)| {
        Out::Map(vec![
            ("name".to_owned(), Out::Text(name.clone())),
            (kind.to_owned(), write(value)),
        ])
    };
    Out::List(entries.iter().map(entry).collect())
}

fn raw(json: &RawJson) -> Out {
    // It was made by us, so it can be read.
    yaml::parse(json.expose())
        .ok()
        .flatten()
        .map_or(Out::Null, |node| Out::from(&node).sorted())
}

fn cluster(cluster: &Cluster) -> Out {
    let mut fields = Fields::default();
    fields.always("server", cluster.server.as_ref().map(|url| url.expose()));
    fields.text("tls-server-name", cluster.tls_server_name.as_deref());
    fields.flag("insecure-skip-tls-verify", cluster.insecure_skip_tls_verify);
    fields.text(
        "certificate-authority",
        cluster.certificate_authority.as_deref(),
    );
    fields.data(
        "certificate-authority-data",
        cluster.certificate_authority_data.as_ref(),
    );
    fields.text(
        "proxy-url",
        cluster.proxy_url.as_ref().map(|url| url.expose()),
    );
    fields.flag("disable-compression", cluster.disable_compression);
    fields.extensions(&cluster.extensions);
    fields.finish(&cluster.unknown)
}

fn context(context: &Context) -> Out {
    let mut fields = Fields::default();
    fields.always("cluster", context.cluster.as_deref());
    fields.always("user", context.user.as_deref());
    fields.text("namespace", context.namespace.as_deref());
    fields.extensions(&context.extensions);
    fields.finish(&context.unknown)
}

fn user(user: &AuthInfo) -> Out {
    let mut fields = Fields::default();
    fields.text("client-certificate", user.client_certificate.as_deref());
    fields.data(
        "client-certificate-data",
        user.client_certificate_data.as_ref(),
    );
    fields.text("client-key", user.client_key.as_deref());
    fields.data("client-key-data", user.client_key_data.as_ref());
    fields.secret("token", user.token.as_ref());
    fields.text("tokenFile", user.token_file.as_deref());
    fields.text("as", user.impersonate.as_deref());
    fields.text("as-uid", user.impersonate_uid.as_deref());
    if !user.impersonate_groups.is_empty() {
        fields.add(
            "as-groups",
            texts(user.impersonate_groups.iter().map(String::as_str)),
        );
    }
    if !user.impersonate_user_extra.is_empty() {
        let list = |values: &[String]| Out::List(values.iter().cloned().map(Out::Text).collect());
        let extra = user.impersonate_user_extra.iter();
        let extra = extra.map(|(key, values)| (key.clone(), list(values)));
        fields.add("as-user-extra", Out::Map(extra.collect()));
    }
    fields.text("username", user.username.as_deref());
    fields.secret("password", user.password.as_ref());
    if let Some(provider) = &user.auth_provider {
        fields.add("auth-provider", auth_provider(provider));
    }
    if let Some(exec_config) = &user.exec {
        fields.add("exec", exec(exec_config));
    }
    fields.extensions(&user.extensions);
    fields.finish(&user.unknown)
}

/// A list, `null` when it is empty, as Go writes one that was never filled.
fn texts<'t>(items: impl Iterator<Item = &'t str>) -> Out {
    let items: Vec<Out> = items.map(|item| Out::Text(item.to_owned())).collect();
    if items.is_empty() {
        Out::Null
    } else {
        Out::List(items)
    }
}

fn auth_provider(provider: &AuthProvider) -> Out {
    let config = provider.config.iter();
    let config: Vec<_> = config
        .map(|(key, value)| (key.clone(), Out::Text(value.expose_secret().to_owned())))
        .collect();
    let mut fields = Fields::default();
    fields.always("name", Some(&provider.name));
    fields.add(
        "config",
        if config.is_empty() {
            Out::Null
        } else {
            Out::Map(config)
        },
    );
    Out::Map(fields.0)
}

fn exec(exec: &ExecConfig) -> Out {
    let mut fields = Fields::default();
    fields.always("command", exec.command.as_deref());
    fields.add(
        "args",
        texts(exec.args.iter().map(|arg| arg.expose_secret())),
    );
    let env = exec.env.iter().map(|env| {
        let mut fields = Fields::default();
        fields.always("name", Some(&env.name));
        fields.always("value", Some(env.value.expose_secret()));
        Out::Map(fields.0)
    });
    let env: Vec<Out> = env.collect();
    fields.add(
        "env",
        if env.is_empty() {
            Out::Null
        } else {
            Out::List(env)
        },
    );
    fields.text("apiVersion", exec.api_version.as_deref());
    fields.text("installHint", exec.install_hint.as_deref());
    fields.add("provideClusterInfo", Out::Bool(exec.provide_cluster_info));
    fields.text(
        "interactiveMode",
        exec.interactive_mode.map(InteractiveMode::as_str),
    );
    fields.finish(&exec.unknown)
}
