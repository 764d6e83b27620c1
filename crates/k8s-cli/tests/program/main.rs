//! The program as it is run: its help, what it prints beside an API server in memory, and how it ends.

#![expect(
    clippy::unwrap_used,
    reason = "tests run the program, and clippy knows functions marked as tests, not what they call"
)]

mod config;
mod help;
mod objects;
mod outputs;
mod scene;
mod watch;

use std::io::Write as _;
use std::process::{Command, Stdio};

use expect_test::{Expect, expect};
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile};

/// Standard output, standard error and exit code of the program with no configuration but this file.
fn run(kubeconfig: &str, args: &[&str]) -> String {
    run_with(kubeconfig, args, "")
}

/// The same, with something on standard input.
fn run_with(kubeconfig: &str, args: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_k8s"))
        .args(args)
        .env_clear()
        .env("KUBECONFIG", kubeconfig)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read may have ended by now.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    let mut all = out;
    if !err.is_empty() {
        all.push_str("--- stderr\n");
        all.push_str(&err);
    }
    if output.status.code() != Some(0) {
        all.push_str(&format!("--- code {}\n", output.status.code().unwrap()));
    }
    all
}

#[expect(clippy::needless_pass_by_value, reason = "the macro makes it")]
fn check(kubeconfig: &str, args: &[&str], expected: Expect) {
    // Spaces at the end of a line are nothing for an editor.
    let said = run(kubeconfig, args);
    let lines: Vec<&str> = said.lines().map(str::trim_end).collect();
    expected.assert_eq(&format!("{}\n", lines.join("\n")));
}

#[test]
fn complains_as_kubectl_does_and_ends_with_one() {
    check(
        "/none",
        &["gett"],
        expect![[r#"
        --- stderr
        error: unknown command "gett" for "k8s"

        Did you mean this?
        	get
        --- code 1
    "#]],
    );
    check(
        "/none",
        &["get", "--foo"],
        expect![[r#"
        --- stderr
        error: unknown flag: --foo
        See 'k8s get --help' for usage.
        --- code 1
    "#]],
    );
    check(
        "/none",
        &["get"],
        expect![[r#"
        --- stderr
        You must specify the type of resource to get. Use "k8s api-resources" for a complete list of supported resources.

        error: Required resource not specified.
        See 'k8s get -h' for help and examples
        --- code 1
    "#]],
    );
    check(
        "/none",
        &["config", "current-context"],
        expect![[r#"
        --- stderr
        error: current-context is not set
        --- code 1
    "#]],
    );
}

#[test]
fn completion_is_asked_of_the_program() {
    check(
        "/none",
        &["__complete", "--", "config", "get-c"],
        expect![[r#"
            get-clusters	Display clusters defined in the kubeconfig
            get-contexts	Describe one or many contexts
        "#]],
    );
    let script = run("/none", &["completion", "bash"]);
    assert!(script.contains("complete -o default -F _k8s k8s"));
    check(
        "/none",
        &["completion", "tcsh"],
        expect![[r#"
        --- stderr
        error: Unsupported shell type "tcsh".
        See 'k8s completion -h' for help and examples
        --- code 1
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_server_that_was_not_verified_is_known_again_by_its_pin() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let config = Kubeconfig::new(&listening.url())
        .ca_pem(ApiServer::new().ca().pem())
        .token(&server.issue_token("admin", &["system:masters"]));
    let file = KubeconfigFile::new(&config).unwrap();
    let path = file.path().to_str().unwrap();
    let ask = |flag: &str| run(path, &["get", "--raw", "/readyz", flag]);
    let insecure = ask("--insecure-skip-tls-verify");
    assert!(insecure.starts_with("ok---"), "{insecure}");
    let pin = insecure
        .split_whitespace()
        .find(|word| word.starts_with("--pin=sha256:"));
    assert_eq!(ask(pin.unwrap()), "ok");
    let other = format!("--pin=sha256:{}", "0".repeat(64));
    let refused = ask(&other);
    assert!(refused.contains("which is not pinned"), "{refused}");
    assert!(refused.ends_with("--- code 1\n"), "{refused}");
    let unknown = ask("--request-timeout=0");
    assert!(unknown.ends_with("--- code 1\n"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn prints_what_a_server_has() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let config = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .token(&server.issue_token("admin", &["system:masters"]));
    let file = KubeconfigFile::new(&config).unwrap();
    let path = file.path().to_str().unwrap();
    check(
        path,
        &["get", "--raw", "/api/v1/namespaces/nope"],
        expect![[r#"
            --- stderr
            Error from server (NotFound): namespaces "nope" not found
            --- code 1
        "#]],
    );
    check(
        path,
        &["whoami"],
        expect![[r#"
        ATTRIBUTE   VALUE
        Username    admin
        Groups      [system:masters system:authenticated]
    "#]],
    );
    let refused = run(
        path,
        &["get", "--raw", "/version", "--server=https://127.0.0.1:1"],
    );
    assert_eq!(
        refused,
        "--- stderr\nThe connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n--- code 1\n"
    );
    check(
        path,
        &["config", "get-contexts"],
        expect![[r#"
            CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE
            *         test   test      test
        "#]],
    );
    let version = run(path, &["version"]);
    assert!(
        version.starts_with(concat!(
            "Client Version: v",
            env!("CARGO_PKG_VERSION"),
            "\nServer Version: v1."
        )),
        "{version}"
    );
}
