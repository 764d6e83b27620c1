//! What a plugin is told: its environment, its arguments, the cluster.

use std::sync::Arc;

use k8s_auth::{ExecPlugin, crypto};
use k8s_config::{Config, ExecEnv, MemorySource};
use k8s_testing::plugin::{Behaviour, Plugin};
use serde_json::{Value, json};

use super::{V1, ask, chain, configured, exec_plugin, header, scripted};

fn kubeconfig(
    plugin: &Plugin,
    provides: bool,
    cluster: &Value,
) -> Result<Config, k8s_config::Error> {
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": {"exec": {
            "apiVersion": V1, "command": plugin.path(), "interactiveMode": "Never", "provideClusterInfo": provides,
        }}}],
    });
    let source = MemorySource::new()
        .with_file("/config", config.to_string())
        .with_file("/ca.crt", "baz");
    Config::from_kubeconfig_from(Arc::new(source), "/config", None)
}

async fn check(provides: bool, cluster: Value, expected: Value) {
    let plugin = scripted(&Behaviour::new().prints_token(&"t".into(), None));
    let config = kubeconfig(&plugin, provides, &cluster).unwrap();
    let exec = ExecPlugin::from_config(&config, crypto::ring());
    ask(&exec.unwrap().unwrap()).await.unwrap();
    let runs = plugin.runs().unwrap();
    let told: Value = serde_json::from_str(&runs[0].exec_info).unwrap();
    assert_eq!(told["spec"], expected, "{cluster}");
    assert_eq!(
        (&told["kind"], &told["apiVersion"]),
        (&json!("ExecCredential"), &json!(V1))
    );
}

#[tokio::test]
async fn x22_x32_the_cluster_when_it_is_asked_for() {
    let told = |cluster: Value| json!({"interactive": false, "cluster": cluster});
    let whole = json!({
        "server": "https://foo:6443",
        "tls-server-name": "bar",
        "certificate-authority-data": "YmF6",
        "proxy-url": "http://me:secret@proxy:3128",
        "disable-compression": true,
        "extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {"apiVersion": "v1", "list": [1, "2"]}}],
    });
    let mut expected = whole.clone();
    expected.as_object_mut().unwrap().remove("extensions");
    expected["config"] = json!({"apiVersion": "v1", "list": [1, "2"]});
    check(true, whole, told(expected)).await;
    let file = json!({"server": "https://foo/prefix", "certificate-authority": "/ca.crt"});
    let expected = json!({"server": "https://foo/prefix", "certificate-authority-data": "YmF6", "config": null});
    check(true, file, told(expected)).await;
    let insecure = json!({"server": "https://foo", "insecure-skip-tls-verify": true});
    let expected =
        json!({"server": "https://foo", "insecure-skip-tls-verify": true, "config": null});
    check(true, insecure, told(expected)).await;
}

#[tokio::test]
async fn x23_nothing_of_the_cluster_when_it_is_not() {
    let cluster = json!({"server": "https://foo", "certificate-authority": "/ca.crt"});
    check(false, cluster, json!({"interactive": false})).await;
}

#[tokio::test]
async fn x32_a_ca_that_cannot_be_read_is_an_error() {
    let plugin = scripted(&Behaviour::new().prints_token(&"t".into(), None));
    let cluster = json!({"server": "https://foo"});
    let mut config = kubeconfig(&plugin, true, &cluster).unwrap();
    let gone = k8s_config::Material::file(Arc::new(MemorySource::new()), "/gone.crt");
    config.tls.roots = k8s_config::Roots::Bundle(gone);
    let exec = ExecPlugin::from_config(&config, crypto::ring());
    let text = chain(&ask(&exec.unwrap().unwrap()).await.unwrap_err());
    assert!(
        text.contains("failed to load CA bundle for execProvider"),
        "{text}"
    );
    assert!(text.contains("(configured in /config:"), "{text}");
    assert!(text.contains("reading /gone.crt"), "{text}");
    assert_eq!(plugin.runs().unwrap().len(), 0);
}

#[tokio::test]
async fn x25_version_1_without_a_mode_is_refused_with_the_configuration() {
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://foo"}}],
        "users": [{"name": "u", "user": {"exec": {"apiVersion": V1, "command": "plugin"}}}],
    });
    let source = MemorySource::new().with_file("/config", config.to_string());
    let error = Config::from_kubeconfig_from(Arc::new(source), "/config", None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("interactiveMode must be specified"),
        "{error}"
    );
}

#[tokio::test]
async fn its_environment_is_ours_and_its_own_goes_before() {
    let says = r#"printf '{"kind":"ExecCredential","apiVersion":"%s","status":{"token":"%s"}}' "$V" "$HOME-$1-$TOKEN""#;
    let plugin = scripted(&Behaviour::new().runs(says));
    let mut exec = configured(&plugin);
    exec.args = vec!["login".into(), "--now".into()];
    exec.env = vec![
        ExecEnv::new("V", "wrong"),
        ExecEnv::new("V", V1),
        ExecEnv::new("TOKEN", "t"),
        ExecEnv::new("KUBERNETES_EXEC_INFO", "of the user"),
    ];
    let token = ask(&exec_plugin(exec)).await.unwrap();
    let home = std::env::var("HOME").unwrap_or_default();
    assert_eq!(header(&token), format!("Bearer {home}-login-t"));
    let run = plugin.runs().unwrap().remove(0);
    assert_eq!(run.arguments, "login --now");
    assert!(
        run.exec_info.starts_with('{'),
        "ours goes before the user's"
    );
}
