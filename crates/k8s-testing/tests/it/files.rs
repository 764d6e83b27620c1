//! What the kit writes: service-account directories, kubeconfigs, exec plugins.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use k8s_testing::plugin::{Behaviour, Plugin};
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile, ServiceAccountDir};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::process::Command;

#[test]
fn a_service_account_directory_is_written_as_kubelet_writes_it() {
    let server = ApiServer::new();
    let token = server.issue_service_account_token("default", "web");
    let mut dir = ServiceAccountDir::new(&token, server.ca().pem(), "default").unwrap();
    let read = |file: &str| fs::read_to_string(dir.path().join(file));
    assert_eq!(read("token").unwrap(), token.expose_secret());
    assert_eq!(
        (
            read("ca.crt").unwrap().as_str(),
            read("namespace").unwrap().as_str()
        ),
        (server.ca().pem(), "default")
    );
    assert_eq!(
        fs::read_link(dir.path().join("token")).unwrap().to_str(),
        Some("..data/token")
    );
    let before = fs::read_link(dir.path().join("..data")).unwrap();
    assert!(before.to_str().unwrap().starts_with("..20"));

    dir.rotate_token(&"new".to_owned().into()).unwrap();
    let after = fs::read_link(dir.path().join("..data")).unwrap();
    assert_ne!(before, after);
    assert!(
        !dir.path().join(before).exists(),
        "the old directory is gone"
    );
    assert_eq!(fs::read_to_string(dir.path().join("token")).unwrap(), "new");
    dir.rotate_ca("").unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("ca.crt")).unwrap(), "");
    dir.remove("ca.crt").unwrap();
    assert!(!dir.path().join("ca.crt").exists());
    let path = dir.path().to_owned();
    drop(dir);
    assert!(!path.exists());
}

#[test]
fn a_kubeconfig_is_readable_by_its_owner_only_and_replaced_in_one_step() {
    let server = ApiServer::new();
    let config = Kubeconfig::new("https://127.0.0.1:1")
        .ca_pem(server.ca().pem())
        .namespace("n");
    let file = KubeconfigFile::new(&config.clone().token(&"one".to_owned().into())).unwrap();
    let mode = fs::metadata(file.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let read = || serde_json::from_str::<Value>(&fs::read_to_string(file.path()).unwrap()).unwrap();
    assert_eq!(read()["users"][0]["user"]["token"], "one");
    assert_eq!(read()["contexts"][0]["context"]["namespace"], "n");
    let identity = server.issue_certificate("alice", &["dev"]);
    let config = config.client_certificate(&identity);
    file.write(&config).unwrap();
    assert!(read()["users"][0]["user"]["client-key-data"].is_string());
    assert!(!format!("{config:?}").contains("key"));
}

async fn run(plugin: &Plugin) -> std::process::Output {
    let mut command = Command::new(plugin.path());
    command
        .arg("a b")
        .arg("c")
        .env("KUBERNETES_EXEC_INFO", r#"{"kind":"ExecCredential"}"#);
    command.output().await.expect("a run")
}

#[tokio::test]
async fn a_plugin_prints_fails_and_crashes_as_told_and_notes_its_runs() {
    let token = "it's a \"t0ken\" $HOME `x`".to_owned().into();
    let behaviour = Behaviour::new()
        .says("hello")
        .prints_token(&token, Some("2030-01-01T00:00:00Z"));
    let plugin = Plugin::new(&behaviour).unwrap();
    assert_eq!(
        fs::metadata(plugin.path()).unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert!(plugin.runs().unwrap().is_empty());
    let output = run(&plugin).await;
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["status"]["token"], token.expose_secret());
    assert_eq!(output.stderr, b"hello\n");

    plugin
        .set(&Behaviour::new().prints("false answer").exits(3))
        .unwrap();
    let output = run(&plugin).await;
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(3), &b"false answer\n"[..])
    );
    plugin.set(&Behaviour::new().crashes()).unwrap();
    assert_eq!(run(&plugin).await.status.code(), None, "killed by a signal");
    let identity = ApiServer::new().issue_certificate("alice", &[]);
    plugin
        .set(&Behaviour::new().prints_certificate(&identity, None))
        .unwrap();
    let answer: Value = serde_json::from_slice(&run(&plugin).await.stdout).unwrap();
    assert_eq!(answer["status"]["clientCertificateData"], identity.pem());

    let runs = plugin.runs().unwrap();
    assert_eq!(runs.len(), 4);
    assert_eq!(
        (runs[0].arguments.as_str(), runs[0].exec_info.as_str()),
        ("a b c", r#"{"kind":"ExecCredential"}"#)
    );
}

#[tokio::test]
async fn a_plugin_that_hangs_hangs_until_its_group_is_killed() {
    let plugin = Plugin::new(&Behaviour::new().hangs()).unwrap();
    let mut command = Command::new(plugin.path());
    command
        .process_group(0)
        .stdout(Stdio::null())
        .kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(100), child.wait()).await;
    assert!(waited.is_err());
    let group = format!("-{}", child.id().unwrap());
    Command::new("kill")
        .args(["-KILL", "--", &group])
        .status()
        .await
        .unwrap();
    assert_eq!(child.wait().await.unwrap().code(), None);
}
