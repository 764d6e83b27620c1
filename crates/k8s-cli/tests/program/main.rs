//! The program as it is run: its help, what it prints beside an API server in memory, and how it ends.

#![expect(
    clippy::unwrap_used,
    reason = "tests run the program, and clippy knows functions marked as tests, not what they call"
)]

use std::process::Command;

use expect_test::{Expect, expect};
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile};

/// Standard output, standard error and exit code of the program with no configuration but this file.
fn run(kubeconfig: &str, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_k8s"))
        .args(args)
        .env_clear()
        .env("KUBECONFIG", kubeconfig)
        .output()
        .unwrap();
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
fn help_of_groups_shows_commands() {
    check(
        "/none",
        &["--help"],
        expect![[r#"
            k8s talks to a Kubernetes cluster: kubectl's commands, in a small program that starts at once.

            Available Commands:
              api-resources   Print the supported API resources on the server
              auth            Inspect authorization
              can-i           Check whether an action is allowed
              completion      Output shell completion code for the specified shell (bash, zsh, fish)
              config          Modify kubeconfig files
              get             Display one or many resources
              options         Print the list of flags inherited by all commands
              proxy           Run a proxy to the Kubernetes API server
              version         Print the client and server version information
              whoami          Check self subject attributes
              __complete      Print what may come next, for the scripts of `completion`

            Usage:
              k8s [command] [options]

            Use "k8s <command> --help" for more information about a given command.
            Use "k8s options" for a list of global command-line options (applies to all commands).
        "#]],
    );
    check(
        "/none",
        &["auth"],
        expect![[r#"
        Inspect authorization.

        Available Commands:
          can-i    Check whether an action is allowed
          whoami   Check self subject attributes

        Usage:
          k8s auth [command] [options]

        Use "k8s auth <command> --help" for more information about a given command.
        Use "k8s options" for a list of global command-line options (applies to all commands).
    "#]],
    );
}

#[test]
fn help_of_commands_shows_examples_flags_and_usage() {
    check(
        "/none",
        &["version", "-h"],
        expect![[r#"
        Print the client and server version information for the current context.

        Examples:
          # Print the client and server versions for the current context
          k8s version

        Options:
            --client=false:
        	If true, shows client version only (no server required).

            -o, --output='':
        	One of 'yaml' or 'json'.

        Usage:
          k8s version [options]

        Use "k8s options" for a list of global command-line options (applies to all commands).
    "#]],
    );
    check(
        "/none",
        &["config", "get-contexts", "--help"],
        expect![[r#"
            Display one or many contexts from the kubeconfig file.

            Examples:
              # List all the contexts in your kubeconfig file
              k8s config get-contexts
  
              # Describe one context in your kubeconfig file
              k8s config get-contexts my-context

            Options:
                --no-headers=false:
            	When using the default or custom-column output format, don't print headers (default print headers).

                -o, --output='':
            	Output format. One of: (name).

            Usage:
              k8s config get-contexts [(-o|--output=)name)] [options]

            Use "k8s options" for a list of global command-line options (applies to all commands).
        "#]],
    );
}

#[test]
fn every_command_has_help_that_fits_and_ends_well() {
    for line in [
        "api-resources",
        "auth",
        "auth can-i",
        "auth whoami",
        "can-i",
        "completion",
        "config",
        "config current-context",
        "config get-clusters",
        "config get-contexts",
        "config get-users",
        "get",
        "options",
        "proxy",
        "version",
        "whoami",
    ] {
        let words: Vec<&str> = line.split(' ').chain(["--help"]).collect();
        let text = run("/none", &words);
        assert!(
            text.contains(&format!("Usage:\n  k8s {line}")),
            "{line}: {text}"
        );
        assert!(!text.contains("---"), "{line}: {text}");
    }
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

const KUBECONFIG: &str = "# mine\napiVersion: v1\nkind: Config\ncurrent-context: dev\nclusters:\n- name: c # one\n  cluster: {server: https://10.0.0.1}\ncontexts:\n- name: dev\n  context: {cluster: c, user: u}\n- name: prod\n  context:\n    cluster: c # the same\nusers:\n- name: u\n  user: {token: abc}\n";

/// What each change says, in this order.
const CHANGES: &[(&str, &str)] = &[
    (
        "use-context nope",
        "!error: no context exists with the name: \"nope\"",
    ),
    ("use-context prod", "Switched to context \"prod\"."),
    (
        "rename-context x y",
        "!error: cannot rename the context \"x\", it's not in FILE",
    ),
    (
        "rename-context prod dev",
        "!error: cannot rename the context \"prod\", the context \"dev\" already exists in FILE",
    ),
    (
        "rename-context prod live",
        "Context \"prod\" renamed to \"live\".",
    ),
    (
        "set-context --current --namespace=web",
        "Context \"live\" modified.",
    ),
    (
        "set-context new --cluster=c --user u",
        "Context \"new\" created.",
    ),
    (
        "unset contexts.dev.user",
        "Property \"contexts.dev.user\" unset.",
    ),
    ("delete-user u", "deleted user u from FILE"),
    ("delete-user u", "!error: cannot delete user u, not in FILE"),
    (
        "delete-context live",
        "deleted context live from FILE\n--- stderr\nwarning: this removed your active context, use \"k8s config use-context\" to select a different one",
    ),
    ("current-context", "live"),
];

#[test]
fn config_changes_files_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::write(&file, KUBECONFIG).unwrap();
    let path = file.to_str().unwrap();
    for (args, expected) in CHANGES {
        let words: Vec<&str> = ["config"].into_iter().chain(args.split(' ')).collect();
        let expected = match expected.strip_prefix('!') {
            Some(error) => format!("--- stderr\n{error}\n--- code 1\n"),
            None => format!("{expected}\n"),
        };
        assert_eq!(run(path, &words).replace(path, "FILE"), expected, "{args}");
    }
    let expected = expect![[r##"
        # mine
        apiVersion: v1
        kind: Config
        current-context: live
        clusters:
        - name: c # one
          cluster: {server: https://10.0.0.1}
        contexts:
        - name: dev
          context: {cluster: c, user: ""}
        - context:
            cluster: c
            user: u
          name: new
        users: null
    "##]];
    expected.assert_eq(&std::fs::read_to_string(&file).unwrap());
}
