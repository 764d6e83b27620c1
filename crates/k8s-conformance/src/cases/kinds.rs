//! What the server knows of its kinds of objects: defaults, what they must hold, what can be chosen, what is discovered.

use serde_json::{Value, json};

use super::scaling::deployment;
use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

/// Creates an object in a namespace of its own.
async fn create(cluster: &Cluster, group: &str, resource: &str, object: Value) -> Answer {
    let namespace = cluster.namespace().await;
    let path = if group.is_empty() {
        at(&namespace, resource)
    } else {
        format!("/apis/{group}/namespaces/{namespace}/{resource}")
    };
    Ask::post(path, &object).of(&cluster.admin()).await
}

fn named(name: &str) -> Value {
    json!({"metadata": {"name": name}})
}

fn with_spec(name: &str, spec: Value) -> Value {
    json!({"metadata": {"name": name}, "spec": spec})
}

/// The fields of a refusal's causes.
fn fields(answer: &Answer) -> Vec<&str> {
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (422, &json!("Invalid"))
    );
    answer.causes().into_iter().map(|cause| cause.2).collect()
}

pub(super) async fn a_deployment_gets_its_defaults(cluster: &Cluster) {
    let made = create(cluster, "apps/v1", "deployments", deployment("web"))
        .await
        .ok();
    let spec = &made["spec"];
    let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}});
    assert_eq!(spec["strategy"], rolling);
    assert_eq!(
        (
            &spec["revisionHistoryLimit"],
            &spec["progressDeadlineSeconds"]
        ),
        (&json!(10), &json!(600))
    );
    let pod = &spec["template"]["spec"];
    assert_eq!(
        (&pod["restartPolicy"], &pod["dnsPolicy"]),
        (&json!("Always"), &json!("ClusterFirst"))
    );
    assert_eq!(pod["containers"][0]["imagePullPolicy"], "IfNotPresent");
    assert_eq!(
        (&made["status"], &made["metadata"]["generation"]),
        (&json!({}), &json!(1))
    );
}

pub(super) async fn a_deployment_without_anything_is_invalid(cluster: &Cluster) {
    let answer = create(cluster, "apps/v1", "deployments", named("web")).await;
    let expected = [
        "spec.selector",
        "spec.template.metadata.labels",
        "spec.template.spec.containers",
    ];
    assert_eq!(fields(&answer), expected);
    assert_eq!(answer.body["details"]["group"], "apps");
}

pub(super) async fn a_service_gets_its_defaults(cluster: &Cluster) {
    let spec = json!({"clusterIP": "None", "ports": [{"port": 80}]});
    let made = create(cluster, "", "services", with_spec("web", spec))
        .await
        .ok();
    let spec = &made["spec"];
    let port = json!([{"port": 80, "targetPort": 80, "protocol": "TCP"}]);
    assert_eq!(
        (&spec["type"], &spec["ports"]),
        (&json!("ClusterIP"), &port)
    );
    assert_eq!(spec["sessionAffinity"], "None");
    assert_eq!(made["status"], json!({"loadBalancer": {}}));
}

pub(super) async fn a_job_gets_its_defaults(cluster: &Cluster) {
    let pod = json!({"restartPolicy": "Never", "containers": [{"name": "c", "image": "registry.example/app:1"}]});
    let spec = json!({"suspend": true, "template": {"spec": pod}});
    let made = create(cluster, "batch/v1", "jobs", with_spec("once", spec))
        .await
        .ok();
    let spec = &made["spec"];
    assert_eq!(
        (
            &spec["backoffLimit"],
            &spec["completions"],
            &spec["parallelism"]
        ),
        (&json!(6), &json!(1), &json!(1))
    );
}

pub(super) async fn a_stateful_set_without_anything_is_invalid(cluster: &Cluster) {
    let answer = create(cluster, "apps/v1", "statefulsets", named("db")).await;
    assert!(fields(&answer).contains(&"spec.selector"));
}

pub(super) async fn an_ingress_has_a_status_of_its_own(cluster: &Cluster) {
    let backend = json!({"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}});
    let mut object = with_spec("in", backend);
    object["status"] = json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}});
    let made = create(cluster, "networking.k8s.io/v1", "ingresses", object)
        .await
        .ok();
    assert_eq!(made["status"], json!({"loadBalancer": {}}));
}

pub(super) async fn a_limit_range_takes_unnamed_fields(cluster: &Cluster) {
    let spec = json!({"limits": [{"type": "Container", "max": {"cpu": "1"}}]});
    let made = create(cluster, "", "limitranges", with_spec("most", spec))
        .await
        .ok();
    let limits = json!({"type": "Container", "max": {"cpu": "1"}, "default": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}});
    assert_eq!(made["spec"]["limits"][0], limits);
}

pub(super) async fn a_claim_waits_for_its_volume(cluster: &Cluster) {
    let spec = json!({
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "none",
        "resources": {"requests": {"storage": "1Gi"}},
    });
    let made = create(
        cluster,
        "",
        "persistentvolumeclaims",
        with_spec("disk", spec),
    )
    .await
    .ok();
    assert_eq!(
        (&made["status"], &made["spec"]["volumeMode"]),
        (&json!({"phase": "Pending"}), &json!("Filesystem"))
    );
}

pub(super) async fn a_class_of_priority_is_of_the_cluster(cluster: &Cluster) {
    let path = "/apis/scheduling.k8s.io/v1/priorityclasses";
    let object = json!({"metadata": {"generateName": "case-"}, "value": 7});
    let made = Ask::post(path, &object).of(&cluster.admin()).await.ok();
    assert_eq!(
        (&made["preemptionPolicy"], made["metadata"].get("namespace")),
        (&json!("PreemptLowerPriority"), None)
    );
    let name = made["metadata"]["name"].as_str().unwrap();
    Ask::delete(format!("{path}/{name}"))
        .of(&cluster.admin())
        .await
        .ok();
}

pub(super) async fn a_new_objects_status_is_not_the_clients(cluster: &Cluster) {
    let mut object = deployment("web");
    object["status"] = json!({"replicas": 9});
    let made = create(cluster, "apps/v1", "deployments", object).await.ok();
    assert_eq!(made["status"], json!({}));
}

pub(super) async fn an_empty_one_of_storage_is_invalid(cluster: &Cluster) {
    let answer = create(cluster, "", "persistentvolumeclaims", named("disk")).await;
    assert_eq!(
        fields(&answer),
        ["spec.accessModes", "spec.resources[storage]"]
    );
}

pub(super) async fn fields_of_events_are_chosen_by(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    for name in ["a", "b"] {
        let about = json!({"kind": "Pod", "namespace": namespace, "name": name});
        let event = json!({"metadata": {"name": name}, "involvedObject": about, "reason": "Tried", "type": "Normal"});
        Ask::post(at(&namespace, "events"), &event)
            .of(&cluster.admin())
            .await
            .ok();
    }
    let path = format!(
        "{}?fieldSelector=involvedObject.name%3Db,reason%3DTried",
        at(&namespace, "events")
    );
    let list = Ask::get(path).of(&cluster.admin()).await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["metadata"]["name"], "b");
}

pub(super) async fn a_budget_may_be_empty(cluster: &Cluster) {
    let made = create(cluster, "policy/v1", "poddisruptionbudgets", named("none")).await;
    assert_eq!(made.code, 201);
}

const WHOLE: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

pub(super) async fn discovery_is_given_whole(cluster: &Cluster) {
    for (path, name) in [("/api", Value::Null), ("/apis", json!("apps"))] {
        let answer = Ask::get(path)
            .set("accept", WHOLE)
            .of(&cluster.admin())
            .await;
        let of = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        assert_eq!(answer.headers["content-type"], of);
        let list = answer.ok();
        assert_eq!(
            (&list["kind"], &list["apiVersion"]),
            (
                &json!("APIGroupDiscoveryList"),
                &json!("apidiscovery.k8s.io/v2")
            )
        );
        let mut groups = list["items"].as_array().unwrap().iter();
        let group = groups
            .find(|group| group["metadata"]["name"] == name)
            .unwrap();
        assert_eq!(
            (
                &group["versions"][0]["version"],
                &group["versions"][0]["freshness"]
            ),
            (&json!("v1"), &json!("Current"))
        );
    }
}

pub(super) async fn discovery_names_short_names_and_subresources(cluster: &Cluster) {
    let list = Ask::get("/apis/apps/v1").of(&cluster.admin()).await.ok();
    let resources = list["resources"].as_array().unwrap();
    let find = |name: &str| {
        resources
            .iter()
            .find(|resource| resource["name"] == name)
            .unwrap()
    };
    let deployments = find("deployments");
    assert_eq!(
        (&deployments["shortNames"], &deployments["categories"]),
        (&json!(["deploy"]), &json!(["all"]))
    );
    let verbs = json!([
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch"
    ]);
    assert_eq!(deployments["verbs"], verbs);
    let scale = find("deployments/scale");
    assert_eq!(
        (&scale["group"], &scale["version"], &scale["kind"]),
        (&json!("autoscaling"), &json!("v1"), &json!("Scale"))
    );
}

pub(super) async fn what_is_not_served_here_is_not_found(cluster: &Cluster) {
    let says = "the server could not find the requested resource";
    for path in ["/apis/apps/v1beta1/deployments", "/apis/apps/v1/gadgets"] {
        Ask::get(path)
            .of(&cluster.admin())
            .await
            .refuses(404, "NotFound", says);
    }
}
