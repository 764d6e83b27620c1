//! `k8s config`: what it says, what it shows, and what it makes of a file.

use expect_test::expect;

use crate::{check, run};

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

/// What each of these says.
const MORE: &[(&str, &str)] = &[
    (
        "set-cluster c --server=https://10.0.0.2 --tls-server-name=n",
        "Cluster \"c\" set.",
    ),
    (
        "set-cluster new --proxy-url=http://p",
        "Cluster \"new\" set.",
    ),
    (
        "set-credentials u --username=me --password=s3cret",
        "User \"u\" set.",
    ),
    (
        "set-credentials v --exec-command=p --exec-arg=a,b --exec-env=k=v",
        "User \"v\" set.",
    ),
    (
        "set-credentials v --exec-interactive-mode=x",
        "!error: invalid interactive mode type, can be only IfAvailable, Never, Always",
    ),
    (
        "set clusters.new.disable-compression true",
        "Property \"clusters.new.disable-compression\" set.",
    ),
    (
        "set clusters.new.disable-compression x",
        "!error: strconv.ParseBool: parsing \"x\": invalid syntax",
    ),
    ("unset users.v.exec", "Property \"users.v.exec\" unset."),
    (
        "unset users.w.token",
        "!error: current map key `w` is invalid",
    ),
];

#[test]
fn clusters_users_and_fields_are_set() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::write(&file, KUBECONFIG).unwrap();
    let path = file.to_str().unwrap();
    for (args, expected) in MORE {
        let words: Vec<&str> = ["config"].into_iter().chain(args.split(' ')).collect();
        let expected = match expected.strip_prefix('!') {
            Some(error) => format!("--- stderr\n{error}\n--- code 1\n"),
            None => format!("{expected}\n"),
        };
        assert_eq!(run(path, &words), expected, "{args}");
    }
    let expected = expect![[r##"
        # mine
        apiVersion: v1
        kind: Config
        current-context: dev
        clusters:
        - name: c # one
          cluster: {server: "https://10.0.0.2", "tls-server-name": "n"}
        - cluster:
            disable-compression: true
            proxy-url: http://p
            server: ""
          name: new
        contexts:
        - name: dev
          context: {cluster: c, user: u}
        - name: prod
          context:
            cluster: c # the same
        users:
        - name: u
          user:
            password: s3cret
            username: me
        - name: v
          user: {}
    "##]];
    expected.assert_eq(&std::fs::read_to_string(&file).unwrap());
}

#[test]
fn view_hides_secrets_and_shows_them_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::write(&file, KUBECONFIG).unwrap();
    let path = file.to_str().unwrap();
    check(
        path,
        &["config", "view", "--minify"],
        expect![[r#"
        apiVersion: v1
        clusters:
        - cluster:
            server: https://10.0.0.1
          name: c
        contexts:
        - context:
            cluster: c
            user: u
          name: dev
        current-context: dev
        kind: Config
        users:
        - name: u
          user:
            token: REDACTED
    "#]],
    );
    check(
        path,
        &[
            "config",
            "view",
            "--raw",
            "-o",
            "jsonpath={.users[0].user.token}",
        ],
        expect![[r#"
            abc
        "#]],
    );
    check(
        path,
        &["config", "view", "--minify", "--context=nope"],
        expect![[r#"
            --- stderr
            error: cannot locate context nope
            --- code 1
        "#]],
    );
}
