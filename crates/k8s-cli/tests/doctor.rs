//! `k8s doctor` as it is run: what it prints in 80 columns, in JSON, and with which code it ends.

#![expect(
    clippy::unwrap_used,
    reason = "tests run the program, and clippy knows functions marked as tests, not what they call"
)]

use std::process::{Command, Output};

use k8s_testing::certs::Ca;
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile, Listening};
use secrecy::ExposeSecret as _;
use serde_json::Value;

fn run(kubeconfig: &KubeconfigFile, args: &[&str]) -> (Option<i32>, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_k8s"))
        .arg("doctor")
        .args(args)
        .env_clear()
        .env("KUBECONFIG", kubeconfig.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
    (status.code(), String::from_utf8(stdout).unwrap())
}

/// A server and a kubeconfig with its CA, unless another one is given, and a token.
async fn well(ca: Option<&str>) -> (Listening, KubeconfigFile, String) {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let token = server.issue_service_account_token("default", "app");
    let config = Kubeconfig::new(&listening.url())
        .ca_pem(ca.unwrap_or_else(|| listening.ca_pem()))
        .token(&token);
    let file = KubeconfigFile::new(&config).unwrap();
    (listening, file, token.expose_secret().to_owned())
}

/// Everything that a terminal of 80 columns may break: all but the commands, which are there to be copied.
fn assert_narrow(text: &str) {
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("$ "))
    {
        let long = line.chars().count() > 80;
        // A path that is longer than the line cannot be broken.
        assert!(!long || line.trim().split(' ').count() == 1, "{line}");
        assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_well_has_a_line_for_each_step() {
    let (_listening, file, token) = well(None).await;
    let (code, text) = run(&file, &[]);
    assert_eq!(code, Some(0), "{text}");
    assert_narrow(&text);
    assert!(!text.contains(&token));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 13, "{text}");
    assert!(
        lines[3].starts_with("passed       tcp             the server listens at 127.0.0.1:"),
        "{text}"
    );
    assert!(
        lines[4].starts_with("skipped      proxy           there is none"),
        "{text}"
    );
    assert!(lines[12].contains(" steps passed, "), "{text}");
    let (_, wide) = run(&file, &["-o", "wide"]);
    assert!(
        wide.contains(", key sha256:") && !wide.contains('…'),
        "{wide}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verdict_comes_last_and_the_code_says_the_class() {
    let (_listening, file, token) = well(Some(Ca::new("another").pem())).await;
    let (code, text) = run(&file, &["--limit", "5s"]);
    assert_eq!(code, Some(4), "{text}");
    assert_narrow(&text);
    assert!(!text.contains(&token));
    let (steps, verdict) = text.split_once("\n\n").unwrap();
    assert!(steps.contains("\nfailed       tls "), "{text}");
    assert!(steps.ends_with("\nnot reached  access"), "{text}");
    assert!(
        verdict.starts_with("tls failed, 4 steps passed before, in "),
        "{text}"
    );
    let parts: Vec<&str> = verdict
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(parts, ["tls", "evidence", "cause", "fix"], "{text}");
    assert!(verdict.contains("cause     wrong CA: "), "{text}");
    assert!(
        verdict.contains("\n          $ kubectl config set-cluster "),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_one_object() {
    let (listening, file, token) = well(None).await;
    let (code, text) = run(&file, &["-o", "json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &report["passed"]),
        (Some(0), &Value::Bool(true)),
        "{text}"
    );
    assert_eq!(report["steps"].as_array().unwrap().len(), 11);
    assert!(!text.contains(&token));
    listening.close().await;
    let (code, text) = run(&file, &["-o", "json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &report["failed"]),
        (Some(3), &Value::from("tcp")),
        "{text}"
    );
}

#[test]
fn what_makes_no_sense_is_told() {
    let said = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_k8s"))
            .args(args)
            .env_clear()
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for args in [&["doctor", "--can", "list"][..], &["doctor", "pods"]] {
        let (code, text) = said(args);
        assert_eq!(code, Some(1));
        assert!(text.starts_with("error: --can takes a verb"), "{text}");
    }
    let (code, text) = said(&["doctor", "-o", "yaml"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("allowed formats are: json,wide"), "{text}");
}
