//! Credential plugins: every run is a real child process.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

mod answers;
mod failures;
mod interactive;
mod killed;
mod policy;
mod renewal;
mod told;

use std::time::Duration;

use k8s_auth::exec::{ExecError, PluginStderr};
use k8s_auth::token::Renew;
use k8s_auth::{ExecPlugin, Token, crypto};
use k8s_config::Exec;
use k8s_testing::plugin::{Behaviour, Plugin};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const V1: &str = "client.authentication.k8s.io/v1";
const V1BETA1: &str = "client.authentication.k8s.io/v1beta1";

/// A plugin on disk that does this.
fn scripted(behaviour: &Behaviour) -> Plugin {
    Plugin::new(behaviour).unwrap()
}

/// What a kubeconfig says of it.
fn configured(plugin: &Plugin) -> Exec {
    Exec::new(plugin.path().to_string_lossy(), V1)
}

fn exec_plugin(exec: Exec) -> ExecPlugin {
    ExecPlugin::new(exec, crypto::ring())
        .unwrap()
        .stderr(PluginStderr::Kept)
        .timeout(Some(Duration::from_secs(20)))
}

async fn ask(plugin: &ExecPlugin) -> Result<Token, ExecError> {
    plugin.clone().oneshot(Renew::default()).await
}

/// What comes of a plugin that does this.
async fn outcome(behaviour: &Behaviour) -> Result<Token, ExecError> {
    let plugin = scripted(behaviour);
    ask(&exec_plugin(configured(&plugin))).await
}

/// An answer with this status, by this version.
fn answer(version: &str, status: &Value) -> String {
    json!({"kind": "ExecCredential", "apiVersion": version, "status": status}).to_string()
}

fn header(token: &Token) -> &str {
    token.header().unwrap().to_str().unwrap()
}

/// An error and its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}
