//! Plugins that do not end: killed with their children when time is up, or when nobody waits any more.

use std::fs;
use std::path::Path;
use std::time::Duration;

use k8s_auth::exec::PluginStderr;
use k8s_testing::plugin::{Behaviour, Plugin};

use super::{ask, configured, exec_plugin, scripted};

/// A plugin that hangs, with a grandchild that hangs too; both write down who they are.
fn hanging() -> (Plugin, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let (child, grandchild) = (dir.path().join("child"), dir.path().join("grandchild"));
    let line = format!(
        "echo $$ >{}; sh -c 'echo $$ >{}; exec sleep 3600' & wait",
        child.display(),
        grandchild.display()
    );
    let behaviour = Behaviour::new().says("waiting for a key").runs(&line);
    (scripted(&behaviour), dir)
}

fn number(path: &Path) -> Option<String> {
    fs::read_to_string(path)
        .ok()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// Whether a process is there and not just waiting to be buried.
fn lives(number: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        // real time: processes of the kernel come and go
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not happen in 5 s");
}

async fn both_are_there(dir: &Path) -> [String; 2] {
    let names = ["child", "grandchild"].map(|name| dir.join(name));
    until("the start", || {
        names.iter().all(|name| number(name).is_some())
    })
    .await;
    names.map(|name| number(&name).unwrap())
}

#[tokio::test]
async fn time_is_up_for_it_and_its_children() {
    let (script, dir) = hanging();
    let plugin = exec_plugin(configured(&script)).timeout(Some(Duration::from_millis(500)));
    let error = ask(&plugin).await.unwrap_err();
    assert!(error.is_timeout());
    let text = error.to_string();
    assert!(
        text.contains("took longer than 500ms and was killed; it said: waiting for a key"),
        "{text}"
    );
    let numbers = both_are_there(dir.path()).await;
    until("their end", || !numbers.iter().any(|number| lives(number))).await;
}

#[tokio::test]
async fn who_waits_no_more_leaves_nothing_behind() {
    let (script, dir) = hanging();
    let plugin = exec_plugin(configured(&script)).timeout(None);
    let numbers = {
        let asking = std::pin::pin!(ask(&plugin));
        let there = std::pin::pin!(both_are_there(dir.path()));
        match futures_util::future::select(asking, there).await {
            futures_util::future::Either::Left(_) => panic!("it does not end"),
            futures_util::future::Either::Right((numbers, _)) => numbers,
        }
    };
    until("their end", || !numbers.iter().any(|number| lives(number))).await;
}

#[tokio::test]
async fn a_timeout_of_towers_kills_it_too() {
    let (script, dir) = hanging();
    let plugin = exec_plugin(configured(&script)).timeout(None);
    // real time: a process hangs
    let waited = tokio::time::timeout(Duration::from_millis(500), ask(&plugin)).await;
    assert!(waited.is_err());
    let numbers = both_are_there(dir.path()).await;
    until("their end", || !numbers.iter().any(|number| lives(number))).await;
}

#[tokio::test]
async fn what_it_leaves_running_on_purpose_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("agent");
    let line = format!("sh -c 'echo $$ >{}; exec sleep 30' &", file.display());
    let behaviour = Behaviour::new().runs(&line).prints_token(&"t".into(), None);
    let script = scripted(&behaviour);
    let plugin = exec_plugin(configured(&script)).timeout(Some(Duration::from_secs(10)));
    assert!(ask(&plugin).await.is_ok());
    until("the agent's start", || number(&file).is_some()).await;
    let agent = number(&file).unwrap();
    assert!(lives(&agent), "an agent that keeps a session may stay");
    let killed = std::process::Command::new("kill").arg(&agent).status();
    assert!(killed.unwrap().success());
}

#[tokio::test]
async fn standard_error_is_passed_on_or_kept() {
    if std::env::var_os("PASSES_ON").is_some() {
        let script = scripted(&Behaviour::new().says("for our standard error").exits(1));
        let plugin = exec_plugin(configured(&script)).stderr(PluginStderr::PassedOn);
        let text = ask(&plugin).await.unwrap_err().to_string();
        assert!(!text.contains("for our standard error"), "{text}");
        return;
    }
    let this = std::env::current_exe().unwrap();
    let output = std::process::Command::new(this)
        .args([
            "--exact",
            "killed::standard_error_is_passed_on_or_kept",
            "--nocapture",
        ])
        .env("PASSES_ON", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("for our standard error"),
        "{said}"
    );
}
