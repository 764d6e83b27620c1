//! Plugins that may want to ask somebody: with a terminal of their own, or without any.

use std::io::Write as _;
use std::process::{Command, Stdio};

use k8s_auth::exec::ExecError;
use k8s_auth::{ExecPlugin, Token};
use k8s_config::InteractiveMode::{self, Always, IfAvailable, Never};
use k8s_testing::plugin::{Behaviour, Plugin};
use serde_json::Value;

use super::{ask, configured, exec_plugin, scripted};

fn plugin(mode: InteractiveMode) -> (Plugin, ExecPlugin) {
    let plugin = scripted(&Behaviour::new().prints_token(&"t".into(), None));
    let mut exec = configured(&plugin);
    exec.interactive_mode = mode;
    (plugin, exec_plugin(exec))
}

/// What the plugin was told, or why it was not run.
fn told(plugin: &Plugin, outcome: Result<Token, ExecError>) -> Result<bool, String> {
    outcome.map_err(|error| error.to_string())?;
    let info: Value = serde_json::from_str(&plugin.runs().unwrap()[0].exec_info).unwrap();
    Ok(info["spec"]["interactive"].as_bool().unwrap())
}

async fn check(mode: InteractiveMode, taken: Option<&str>, expected: Result<bool, &str>) {
    let (script, mut plugin) = plugin(mode);
    if let Some(why) = taken {
        plugin = plugin.stdin_unavailable(why);
    }
    match (told(&script, ask(&plugin).await), expected) {
        (Ok(interactive), Ok(expected)) => assert_eq!(interactive, expected, "{mode:?} {taken:?}"),
        (Err(text), Err(expected)) => {
            assert!(text.contains(expected), "{text}");
            assert!(script.runs().unwrap().is_empty());
        }
        (outcome, _) => panic!("{mode:?} {taken:?} gave {outcome:?}, not {expected:?}"),
    }
}

/// Runs one test of this program again: with a terminal, into which `typed` is typed.
fn at_a_terminal(test: &str, typed: &str) {
    let this = std::env::current_exe().unwrap();
    let command = format!("{} --exact {test} --nocapture", this.display());
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("AT_A_TERMINAL", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut terminal = script.stdin.take().unwrap();
    terminal.write_all(typed.as_bytes()).unwrap();
    // The terminal stays open until its program ends.
    let output = script.wait_with_output().unwrap();
    drop(terminal);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
}

fn is_at_a_terminal() -> bool {
    std::env::var_os("AT_A_TERMINAL").is_some()
}

/// Runs one test of this program again: without a terminal, whatever the one who runs the tests has.
fn without_a_terminal(test: &str) {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this)
        .args(["--exact", test])
        .env("WITHOUT_A_TERMINAL", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
}

#[tokio::test]
async fn x06_x07_x08_x09_x12_without_a_terminal() {
    if std::env::var_os("WITHOUT_A_TERMINAL").is_none() {
        return without_a_terminal("interactive::x06_x07_x08_x09_x12_without_a_terminal");
    }
    check(Never, None, Ok(false)).await;
    check(Never, Some(""), Ok(false)).await;
    check(IfAvailable, None, Ok(false)).await;
    check(IfAvailable, Some(""), Ok(false)).await;
    let none = "cannot support interactive mode: standard input is not a terminal";
    check(Always, None, Err(none)).await;
}

#[tokio::test]
async fn x10_x11_x13_x14_x15_at_a_terminal() {
    if !is_at_a_terminal() {
        return at_a_terminal("interactive::x10_x11_x13_x14_x15_at_a_terminal", "");
    }
    check(Never, None, Ok(false)).await;
    check(IfAvailable, None, Ok(true)).await;
    check(IfAvailable, Some(""), Ok(false)).await;
    let taken = "cannot support interactive mode: standard input is unavailable";
    check(Always, Some(""), Err(taken)).await;
    check(
        Always,
        Some("some message"),
        Err("standard input is unavailable: some message"),
    )
    .await;
    check(Always, None, Ok(true)).await;
}

#[tokio::test]
async fn one_that_asks_is_answered_from_the_terminal() {
    if !is_at_a_terminal() {
        return at_a_terminal(
            "interactive::one_that_asks_is_answered_from_the_terminal",
            "open-sesame\n",
        );
    }
    // In a group of its own the terminal would stop it when it reads.
    let asks = r#"read answer </dev/tty; printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$answer""#;
    let script = scripted(&Behaviour::new().runs(asks));
    let mut exec = configured(&script);
    exec.interactive_mode = Always;
    let token = ask(&exec_plugin(exec)).await.unwrap();
    assert_eq!(super::header(&token), "Bearer open-sesame");
}

#[tokio::test]
async fn one_that_is_not_to_ask_has_nothing_to_read() {
    let reads = "read answer && exit 9";
    let script = scripted(&Behaviour::new().runs(reads).prints_token(&"t".into(), None));
    assert!(ask(&exec_plugin(configured(&script))).await.is_ok());
}
