//! Plugins that are missing, fail, or talk too much: what the error says.

use std::time::Duration;

use k8s_auth::exec::ExecError;
use k8s_auth::{ExecPlugin, crypto};
use k8s_config::{Exec, ExecEnv};
use k8s_testing::plugin::Behaviour;

use super::{V1, ask, chain, configured, exec_plugin, outcome, scripted};

fn contains(error: &ExecError, expected: &[&str]) {
    let text = chain(error);
    for part in expected {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[tokio::test]
async fn x20_a_missing_program_is_told_with_its_hint() {
    let mut exec = Exec::new("no-such-plugin", V1);
    exec.install_hint = Some("install it by: brew install no-such-plugin".to_owned());
    let error = ask(&exec_plugin(exec)).await.unwrap_err();
    assert!(error.is_not_found());
    contains(
        &error,
        &[
            "executable no-such-plugin not found",
            "mend PATH",
            "brew install no-such-plugin",
        ],
    );
}

#[tokio::test]
async fn x31_the_hint_is_told_ten_times_an_hour() {
    let mut exec = Exec::new("no-such-plugin", V1);
    exec.install_hint = Some("install it".to_owned());
    let plugin = exec_plugin(exec);
    let mut told = 0;
    for _ in 0..12 {
        let text = ask(&plugin).await.unwrap_err().to_string();
        told += usize::from(text.ends_with(": install it"));
    }
    assert_eq!(told, 10);
}

#[tokio::test]
async fn x21_an_exit_code_is_told_with_the_last_lines_of_its_standard_error() {
    let behaviour = Behaviour::new()
        .says("one")
        .says("the session is over")
        .exits(73);
    let error = outcome(&behaviour).await.unwrap_err();
    assert_eq!(error.exit_code(), Some(73));
    contains(
        &error,
        &[
            "credential-plugin",
            "failed with exit code 73",
            "it said: one | the session is over",
        ],
    );
    contains(
        &outcome(&Behaviour::new().exits(1)).await.unwrap_err(),
        &["run it by hand to see why"],
    );
}

#[tokio::test]
async fn nothing_of_what_may_be_secret_is_told() {
    let behaviour = Behaviour::new()
        .says("cannot use s3cr3t-of-env, s3cr3t-of-arg or Bearer s3cr3t-of-http")
        .prints("s3cr3t-printed")
        .exits(2);
    let script = scripted(&behaviour);
    let mut exec = configured(&script);
    exec.env = vec![ExecEnv::new("CLIENT_SECRET", "s3cr3t-of-env")];
    exec.args = vec!["--client-secret=s3cr3t-of-arg".into()];
    let plugin = exec_plugin(exec);
    let error = ask(&plugin).await.unwrap_err();
    let text = format!("{} {error:?} {plugin:?}", chain(&error));
    assert!(!text.contains("s3cr3t"), "{text}");
    assert!(
        text.contains("cannot use [hidden], [hidden] or Bearer [hidden]"),
        "{text}"
    );
}

#[tokio::test]
async fn one_that_crashes_is_told_by_its_signal() {
    let error = outcome(&Behaviour::new().says("ouch").crashes())
        .await
        .unwrap_err();
    contains(&error, &["was killed by signal 9", "it said: ouch"]);
}

#[tokio::test]
async fn ten_megabytes_are_too_much() {
    let behaviour = Behaviour::new().runs("head -c 10485760 /dev/zero; sleep 3600");
    let error = outcome(&behaviour).await.unwrap_err();
    contains(&error, &["printed more than 1024 KiB and was killed"]);
}

#[tokio::test]
async fn ten_megabytes_of_standard_error_are_read_and_forgotten() {
    let behaviour = Behaviour::new()
        .runs("head -c 10485760 /dev/zero | tr '\\0' 'x' >&2; echo >&2")
        .says("at last")
        .prints_token(&"t".into(), None);
    assert!(outcome(&behaviour).await.is_ok());
    let error = outcome(&behaviour.exits(1)).await.unwrap_err();
    contains(&error, &["exit code 1; it said: at last"]);
}

#[tokio::test]
async fn one_that_cannot_be_started_is_told_why() {
    let script = scripted(&Behaviour::new());
    std::fs::write(script.path(), "\x7fELF no more").unwrap();
    contains(
        &ask(&exec_plugin(configured(&script))).await.unwrap_err(),
        &["could not be started"],
    );
}

#[tokio::test]
async fn the_alpha_version_is_refused_before_anything_runs() {
    let exec = Exec::new("plugin", "client.authentication.k8s.io/v1alpha1");
    let error = ExecPlugin::new(exec, crypto::ring()).unwrap_err();
    contains(
        &error,
        &["exec plugin plugin: invalid apiVersion", "v1beta1"],
    );
}

#[test]
fn without_a_runtime_it_is_an_error_and_no_panic() {
    let script = scripted(&Behaviour::new());
    let plugin = exec_plugin(configured(&script)).timeout(None);
    let error = futures_util::FutureExt::now_or_never(ask(&plugin))
        .unwrap()
        .unwrap_err();
    contains(&error, &["needs a tokio runtime"]);
}

#[tokio::test]
async fn a_slow_one_is_waited_for() {
    // real time: a process sleeps
    let behaviour = Behaviour::new()
        .waits(Duration::from_millis(200))
        .prints_token(&"t".into(), None);
    assert!(outcome(&behaviour).await.is_ok());
}
