//! Objects, made, described, waited for and deleted, beside an API server in memory.

use crate::check;
use crate::scene::Scene;
use expect_test::expect;

const TOKEN: &str = "apiVersion: v1
kind: Secret
metadata:
  name: default-token
  annotations:
    kubernetes.io/service-account.name: default
type: kubernetes.io/service-account-token
";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_token_secret_is_made_waited_for_and_described() {
    let scene = Scene::new().await;
    assert_eq!(
        scene.fed("create -f -", TOKEN),
        "secret/default-token created\n"
    );
    assert_eq!(
        scene.fed("create -f -", TOKEN),
        "--- stderr\nError from server (AlreadyExists): error when creating \"STDIN\": secrets \"default-token\" already exists\n--- code 1\n"
    );
    assert_eq!(
        scene.run("wait secret/default-token --for=jsonpath={.data.token} --for=create"),
        "secret/default-token condition met\nsecret/default-token condition met\n"
    );
    let described = scene.run("describe secret default-token");
    let lines: Vec<&str> = described.lines().collect();
    assert_eq!(lines[0], "Name:         default-token");
    assert_eq!(
        lines[3],
        "Annotations:  kubernetes.io/service-account.name: default"
    );
    let token = lines.iter().find_map(|line| line.strip_prefix("token:"));
    let token = token.unwrap().trim();
    assert_eq!(token.split('.').count(), 3, "{described}");
    assert_eq!(
        scene.run("token default --secret --secret-name=default-token"),
        token
    );
    assert_eq!(
        scene.run("delete secret default-token"),
        "secret \"default-token\" deleted from default namespace\n"
    );
    assert_eq!(scene.run("wait --for=delete secret/default-token"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_token_is_asked_for_and_shown_to_curl_with_the_authority() {
    let scene = Scene::new().await;
    let token = scene.run("token default --duration=10m");
    assert_eq!(token.split('.').count(), 3, "{token}");
    let ca = scene.run("ca");
    assert!(ca.starts_with("-----BEGIN CERTIFICATE-----\n"), "{ca}");
    let line = scene.run("token default --curl");
    assert!(
        line.starts_with("k8s ca | curl --cacert /dev/stdin --header 'Authorization: Bearer ey"),
        "{line}"
    );
    assert!(!line.contains("insecure"), "{line}");
    let kubeconfig = scene.path();
    check(
        kubeconfig,
        &["token", "nobody"],
        expect![[r#"
            --- stderr
            error: failed to create token: serviceaccounts "nobody" not found
            --- code 1
        "#]],
    );
    check(
        kubeconfig,
        &["token", "default", "--secret", "--duration=1h"],
        expect![[r#"
            --- stderr
            error: --secret cannot be used with --audience, --duration or
            --bound-object-kind: the token that a Secret keeps has none of them
            --- code 1
        "#]],
    );
    check(
        kubeconfig,
        &["token"],
        expect![[r#"
        --- stderr
        error: exactly one NAME is required, got 0
        See 'k8s token -h' for help and examples
        --- code 1
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn files_of_several_documents_are_created_and_deleted() {
    let scene = Scene::new().await;
    let several = "# several\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n---\n{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"b\", \"namespace\": \"kube-system\"}}]}\n---\napiVersion: v1\nkind: Nope\nmetadata: {name: c}\n";
    let say = |line: &str| scene.fed(line, several);
    assert_eq!(
        say("create -f -"),
        "configmap/a created\nconfigmap/b created\n--- stderr\nerror: resource mapping not found for name: \"c\" namespace: \"\" from \"STDIN\": no matches for kind \"Nope\" in version \"v1\"\nensure CRDs are installed first\n--- code 1\n"
    );
    assert_eq!(
        scene.fed(
            "delete -f - -o name",
            several
                .split("---\napiVersion: v1\nkind: Nope")
                .next()
                .unwrap()
        ),
        "configmap/a\nconfigmap/b\n"
    );
    assert_eq!(scene.run("delete cm a --ignore-not-found"), "");
    assert_eq!(
        scene.fed("create -f -", "a: [\n"),
        "--- stderr\nerror: error parsing STDIN: line 1: unclosed bracket '['\n--- code 1\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_goes_wrong_in_words_of_our_own_fits_80_columns() {
    let scene = Scene::new().await;
    scene.fed(
        "apply -f -",
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}",
    );
    for line in [
        "get ns --sort-by .metadata",
        "get -f - -l a=b",
        "get -f https://10.0.0.1/x.yaml",
        "describe pod p",
        "logs deploy/web",
        "token",
        "token default --secret --duration=1h",
        "ca --insecure-skip-tls-verify",
        "get ns --pin=x",
        "get ns --insecure-skip-tls-verify",
        "get cm -w -o name --request-timeout=1s --server=https://127.0.0.1:1",
        "config use-context",
    ] {
        let said = scene.run(line);
        // What was written by somebody else stands in one piece, and so does a key.
        let is_ours = |line: &&str| {
            !line.starts_with("The connection to the server") && !line.contains("sha256:")
        };
        assert!(said.contains("--- stderr"), "{line}: {said}");
        let said = said.lines().skip_while(|line| *line != "--- stderr");
        let wide: Vec<&str> = said
            .filter(is_ours)
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert!(wide.is_empty(), "{line}: {}", wide.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_the_cluster_and_the_kubeconfig_know_is_completed() {
    let scene = Scene::new().await;
    for name in ["web", "web-2", "other"] {
        scene.apply(name, "v");
    }
    let completes = |line: &str, expected: &str| {
        let said = scene.run(&format!("__complete -- {line}"));
        assert_eq!(said, expected, "{line}");
    };
    completes("get cm w", "web\nweb-2\n");
    completes("get cm web w", "web-2\n");
    completes("get cm/o", "cm/other\n");
    completes("get configm", "configmaps\n");
    completes("get -n kube-n", "kube-node-lease\n");
    completes("get cm -n kube-public w", "");
    completes("token d", "default\n");
    completes("config use-context t", "test\n");
    completes("--context t", "test\n");
    completes("completion z", "zsh\n");
    completes("get nope x", "");
    completes("get cm --server=https://127.0.0.1:1 w", "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_may_be_done_is_told_in_every_form() {
    let scene = Scene::new().await;
    let says = |line: &str, expected: &str| assert_eq!(scene.run(line), expected, "{line}");
    says("can-i get pods", "yes\n");
    says("can-i get pods -o jsonpath={.status.allowed}", "true");
    says(
        "can-i get pods --as=alice -o 'jsonpath={.kind} {.status.allowed}'",
        "SelfSubjectAccessReview false--- code 1\n",
    );
    says("can-i get pods -q -o json", "");
    says("can-i --list -o jsonpath={.kind}", "SelfSubjectRulesReview");
    let json = scene.run("can-i create pods -o json");
    assert!(json.contains("\"verb\": \"create\""), "{json}");
}
