//! What a view does not show: secrets, what may hold some, and what kubectl drops.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use crate::kubeconfig::{AuthInfo, Cluster, Kubeconfig, UrlText};
use crate::raw::RawJson;
use crate::yaml;

const REDACTED: &str = "REDACTED";
/// Settings of `oidc` that say where and as which program, but let nobody in.
const HARMLESS: [&str; 4] = [
    "client-id",
    "extra-scopes",
    "idp-certificate-authority",
    "idp-issuer-url",
];

type Data = Arc<SecretSlice<u8>>;

/// Takes out fields of unknown meaning.
pub(super) fn unknown(kubeconfig: &mut Kubeconfig) {
    kubeconfig.unknown.clear();
    for cluster in kubeconfig.clusters.values_mut() {
        cluster.unknown.clear();
    }
    for context in kubeconfig.contexts.values_mut() {
        context.unknown.clear();
    }
    for user in kubeconfig.users.values_mut() {
        user.unknown.clear();
        if let Some(exec) = &mut user.exec {
            // The field is known, its value is not.
            exec.unknown.retain(|field| field.name == "interactiveMode");
        }
    }
}

/// Follows `clientcmd/api.RedactSecrets` and `ShortenConfig`, and goes on.
pub(super) fn secrets(kubeconfig: &mut Kubeconfig) {
    extensions(&mut kubeconfig.extensions);
    extensions(&mut kubeconfig.preference_extensions);
    kubeconfig.clusters.values_mut().for_each(cluster);
    kubeconfig.users.values_mut().for_each(user);
    for context in kubeconfig.contexts.values_mut() {
        extensions(&mut context.extensions);
    }
}

fn cluster(cluster: &mut Cluster) {
    data(&mut cluster.certificate_authority_data);
    url(&mut cluster.server);
    url(&mut cluster.proxy_url);
    extensions(&mut cluster.extensions);
}

fn user(user: &mut AuthInfo) {
    secret(&mut user.token);
    secret(&mut user.password);
    data(&mut user.client_certificate_data);
    data(&mut user.client_key_data);
    extensions(&mut user.extensions);
    if let Some(provider) = &mut user.auth_provider {
        for (key, value) in &mut provider.config {
            if !HARMLESS.contains(&key.as_str()) {
                replace(value);
            }
        }
    }
    if let Some(exec) = &mut user.exec {
        exec.args.iter_mut().for_each(replace);
        exec.env.iter_mut().for_each(|env| replace(&mut env.value));
    }
}

fn secret(secret: &mut Option<SecretString>) {
    secret.iter_mut().for_each(replace);
}

/// An empty value holds no secret, and is shown as what it is.
fn replace(secret: &mut SecretString) {
    if !secret.expose_secret().is_empty() {
        *secret = REDACTED.into();
    }
}

/// What base64 turns into `DATA+OMITTED`: as kubectl does it.
fn data(data: &mut Option<Data>) {
    if let Some(data) = data {
        let omitted = yaml::decode_base64("DATA+OMITTED").unwrap_or_default();
        *data = Arc::new(SecretSlice::from(omitted));
    }
}

fn url(url: &mut Option<UrlText>) {
    if let Some(text) = url {
        let (scheme, rest) = match text.expose().split_once("://") {
            Some((scheme, rest)) => (format!("{scheme}://"), rest),
            None => (String::new(), text.expose()),
        };
        if let Some((_, rest)) = rest.rsplit_once('@') {
            *text = UrlText::new(format!("{scheme}{REDACTED}@{rest}"));
        }
    }
}

fn extensions(extensions: &mut BTreeMap<String, RawJson>) {
    for json in extensions.values_mut() {
        *json = RawJson::new(yaml::without_strings(json.expose(), REDACTED));
    }
}
