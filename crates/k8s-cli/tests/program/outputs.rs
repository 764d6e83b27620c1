//! What commands print of a server that always has the same.

use expect_test::{Expect, expect};

use crate::scene::Scene;

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i}]}
";

/// What is printed, without what is never the same: ages, and spaces at the ends of lines.
#[expect(clippy::needless_pass_by_value, reason = "the macro makes it")]
fn check(scene: &Scene, line: &str, expected: Expect) {
    let is_age = |word: &str| {
        let number = word.strip_suffix('s');
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let said = scene.run(line);
    let mut plain = String::new();
    for line in said.lines() {
        let words = line.split_inclusive(' ');
        let words = words.map(|word| match is_age(word.trim_end()) {
            true => word.replace(word.trim_end(), "AGE"),
            false => word.to_owned(),
        });
        plain.push_str(words.collect::<String>().trim_end());
        plain.push('\n');
    }
    expected.assert_eq(&plain);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn get_shows_tables_and_parts() {
    let scene = Scene::new().await;
    assert_eq!(
        scene.fed("apply -f -", DEPLOYMENT),
        "deployment.apps/web created\n"
    );
    for (name, value) in [("b", "1Gi"), ("a", "200Mi"), ("c", "3k")] {
        scene.apply(name, value);
    }
    check(
        &scene,
        "get deploy",
        expect![[r#"
        NAME   READY   UP-TO-DATE   AVAILABLE   AGE
        web    0/2     0            0           AGE
    "#]],
    );
    check(
        &scene,
        "get deploy web -o wide --show-labels",
        expect![[r#"
            NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES   SELECTOR   LABELS
            web    0/2     0            0           AGE    c            i        app=web    app=web
        "#]],
    );
    check(
        &scene,
        "get deploy,cm -L k",
        expect![[r#"
        NAME                  READY   UP-TO-DATE   AVAILABLE   AGE   K
        deployment.apps/web   0/2     0            0           AGE

        NAME                         DATA   AGE   K
        configmap/a                  0      AGE    200Mi
        configmap/b                  0      AGE    1Gi
        configmap/c                  0      AGE    3k
        configmap/kube-root-ca.crt   1      AGE
    "#]],
    );
    check(
        &scene,
        "get deploy web --subresource=scale -o jsonpath={.kind}/{.spec.replicas}",
        expect![[r#"
            Scale/2
        "#]],
    );
    check(
        &scene,
        "get cm -A --no-headers -l k",
        expect![[r#"
        default   a     0     AGE
        default   b     0     AGE
        default   c     0     AGE
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn get_sorts_by_what_a_path_finds() {
    let scene = Scene::new().await;
    for (name, value) in [("b", "1Gi"), ("a", "200Mi"), ("c", "3k")] {
        scene.apply(name, value);
    }
    check(
        &scene,
        "get cm --sort-by=.metadata.labels.k -L k",
        expect![[r#"
            NAME               DATA   AGE   K
            kube-root-ca.crt   1      AGE
            c                  0      AGE    3k
            a                  0      AGE    200Mi
            b                  0      AGE    1Gi
        "#]],
    );
    check(
        &scene,
        "get cm --sort-by=metadata.name -o name",
        expect![[r#"
            configmap/a
            configmap/b
            configmap/c
            configmap/kube-root-ca.crt
        "#]],
    );
    check(
        &scene,
        "get cm --sort-by=.metadata.labels",
        expect![[r#"
        --- stderr
        error: cannot sort by {.metadata.labels}: it is a map, neither a text nor a number
        --- code 1
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn get_shows_what_files_name() {
    let scene = Scene::new().await;
    scene.fed("apply -f -", DEPLOYMENT);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.yaml");
    std::fs::write(&file, DEPLOYMENT).unwrap();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let folder = folder.path().to_str().unwrap();
    let ready = "--no-headers -o custom-columns=N:.metadata.name";
    assert_eq!(scene.run(&format!("get -f {folder} {ready}")), "web\n");
    let kind = "-o jsonpath={.kind}";
    assert_eq!(
        scene.run(&format!("get -f {folder}/web.yaml {kind}")),
        "Deployment"
    );
    assert_eq!(scene.fed(&format!("get -f - {kind}"), DEPLOYMENT), "List");
    assert_eq!(
        scene.run(&format!("get -f {folder}/empty")),
        format!(
            "--- stderr\nerror: error reading [{folder}/empty]: recognized file extensions are [.json .yaml .yml]\n--- code 1\n"
        )
    );
    check(
        &scene,
        "get -f /nope",
        expect![[r#"
        --- stderr
        error: the path "/nope" does not exist
        --- code 1
    "#]],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn other_commands_print_what_they_always_print() {
    let scene = Scene::new().await;
    check(
        &scene,
        "get secrets",
        expect![[r#"
        --- stderr
        No resources found in default namespace.
    "#]],
    );
    check(
        &scene,
        "api-resources --api-group=apps",
        expect![[r#"
        NAME                  SHORTNAMES   APIVERSION   NAMESPACED   KIND
        controllerrevisions                apps/v1      true         ControllerRevision
        daemonsets            ds           apps/v1      true         DaemonSet
        deployments           deploy       apps/v1      true         Deployment
        replicasets           rs           apps/v1      true         ReplicaSet
        statefulsets          sts          apps/v1      true         StatefulSet
    "#]],
    );
    check(
        &scene,
        "api-resources --namespaced=false --api-group=rbac.authorization.k8s.io -o name",
        expect![[r#"
            clusterrolebindings.rbac.authorization.k8s.io
            clusterroles.rbac.authorization.k8s.io
        "#]],
    );
    check(
        &scene,
        "describe sa default",
        expect![[r#"
        Name:                default
        Namespace:           default
        Labels:              <none>
        Annotations:         <none>
        Image pull secrets:  <none>
        Events:              <none>
    "#]],
    );
    check(
        &scene,
        "can-i --list --as=alice --no-headers",
        expect![[r#"
            selfsubjectreviews.authentication.k8s.io        []             []    [create]
            selfsubjectaccessreviews.authorization.k8s.io   []             []    [create]
            selfsubjectrulesreviews.authorization.k8s.io    []             []    [create]
                                                            [/api/*]       []    [get]
                                                            [/api]         []    [get]
                                                            [/apis/*]      []    [get]
                                                            [/apis]        []    [get]
                                                            [/healthz]     []    [get]
                                                            [/healthz]     []    [get]
                                                            [/livez]       []    [get]
                                                            [/livez]       []    [get]
                                                            [/openapi/*]   []    [get]
                                                            [/openapi]     []    [get]
                                                            [/readyz]      []    [get]
                                                            [/readyz]      []    [get]
                                                            [/version/]    []    [get]
                                                            [/version/]    []    [get]
                                                            [/version]     []    [get]
                                                            [/version]     []    [get]
        "#]],
    );
    check(
        &scene,
        "delete sa default --dry-run=server",
        expect![[r#"
        serviceaccount "default" deleted from default namespace (server dry run)
    "#]],
    );
    check(
        &scene,
        "wait sa/default --for=condition=Ready --timeout=0",
        expect![[r#"
            --- stderr
            error: condition not met for serviceaccounts/default
            --- code 1
        "#]],
    );
}
