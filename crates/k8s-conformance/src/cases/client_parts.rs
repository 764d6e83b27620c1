//! What the client does with parts of objects: status, scale, eviction, token, ephemeral containers, any.

use k8s_api_core::{ApiResource, DynamicObject, ObjectMeta, Resource as _, Scope, TypeMeta};
use k8s_client::kinds::{TokenRequest, TokenRequestSpec};
use k8s_client::{Api, CreateParams, DeleteParams, Patch, PatchParams, ReplaceParams};
use serde_json::json;

use crate::Cluster;
use crate::cluster::{accounts, deployment, deployments, eventually, pod, pods};

async fn a_pod(cluster: &Cluster) -> Api<DynamicObject> {
    let namespace = cluster.namespace().await;
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), pods(), namespace);
    let mut object = pod("p");
    object.metadata.labels.insert("app", "p");
    api.create(&object, &CreateParams::default()).await.unwrap();
    api
}

async fn a_deployment(cluster: &Cluster) -> Api<DynamicObject> {
    let namespace = cluster.namespace().await;
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), deployments(), namespace);
    api.create(&deployment("d"), &CreateParams::default())
        .await
        .unwrap();
    api
}

fn phase(object: &DynamicObject) -> &str {
    object.data["status"]["phase"].as_str().unwrap()
}

pub(super) async fn a_status_is_read(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    assert_eq!(phase(&api.get_status("p").await.unwrap()), "Pending");
}

pub(super) async fn a_status_is_replaced_and_the_rest_is_not(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    let mut object = api.get("p").await.unwrap();
    object.data["status"]["phase"] = "Running".into();
    object.metadata.labels.insert("late", "yes");
    object.data["spec"]["containers"][0]["image"] = "registry.example/other:1".into();
    let params = ReplaceParams::default();
    let replaced = api.replace_status("p", &object, &params).await.unwrap();
    assert_eq!(phase(&replaced), "Running");
    let image = &replaced.data["spec"]["containers"][0]["image"];
    assert_eq!(image, "registry.example/app:1");
    let error = api.replace_status("p", &object, &params).await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
}

pub(super) async fn a_status_is_patched(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    let patch = Patch::merge(&json!({"status": {"phase": "Running"}})).unwrap();
    let params = PatchParams::default();
    let patched = api.patch_status("p", &patch, &params).await.unwrap();
    assert_eq!(phase(&patched), "Running");
    // Without the subresource it is passed over.
    let patch = Patch::merge(&json!({"status": {"phase": "Failed"}})).unwrap();
    assert_eq!(
        phase(&api.patch("p", &patch, &params).await.unwrap()),
        "Running"
    );
}

pub(super) async fn a_status_is_modified(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    let running = |object: &mut DynamicObject| object.data["status"]["phase"] = "Running".into();
    let params = PatchParams::default();
    let modified = api.modify_status("p", &params, running).await.unwrap();
    assert_eq!(phase(&modified), "Running");
}

pub(super) async fn a_status_is_applied(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    let wanted = json!({"apiVersion": "v1", "kind": "Pod", "status": {"message": "applied"}});
    let params = PatchParams::default().field_manager("me").force();
    let applied = api.apply_status("p", &wanted, &params).await.unwrap();
    assert_eq!(applied.data["status"]["message"], "applied");
}

pub(super) async fn a_scale_is_read_and_set(cluster: &Cluster) {
    let api = a_deployment(cluster).await;
    let scale = api.get_scale("d").await.unwrap();
    assert_eq!(
        (scale.types.kind.as_str(), scale.spec.replicas),
        ("Scale", 0)
    );
    assert_eq!(scale.status.unwrap().selector, "app=d");
    assert_eq!(api.set_replicas("d", 2).await.unwrap().spec.replicas, 2);
    let replicas = &api.get("d").await.unwrap().data["spec"]["replicas"];
    assert_eq!(*replicas, 2);
}

pub(super) async fn a_scale_is_replaced_in_its_version_only(cluster: &Cluster) {
    let api = a_deployment(cluster).await;
    let mut scale = api.get_scale("d").await.unwrap();
    api.set_replicas("d", 1).await.unwrap();
    scale.spec.replicas = 3;
    let params = ReplaceParams::default();
    let error = api.replace_scale("d", &scale, &params).await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
    scale.metadata.resource_version = None;
    let replaced = api.replace_scale("d", &scale, &params).await.unwrap();
    assert_eq!(replaced.spec.replicas, 3);
}

pub(super) async fn an_eviction_deletes_the_pod(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    api.evict("p", &DeleteParams::default().dry_run())
        .await
        .unwrap();
    assert!(api.get_opt("p").await.unwrap().is_some());
    let now = DeleteParams::default().grace_period_seconds(0);
    api.evict("p", &now).await.unwrap();
    api.wait_deleted("p", None).await.unwrap();
    let error = api.evict("p", &now).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

pub(super) async fn an_eviction_against_the_budget_is_too_many_requests(cluster: &Cluster) {
    let api = a_ready_pod_with_a_budget(cluster, 1).await;
    let error = api.evict("p", &DeleteParams::default()).await.unwrap_err();
    assert!(
        error.is_too_many_requests() && error.is_retryable(),
        "{error:?}"
    );
    assert!(api.get_opt("p").await.unwrap().is_some());
}

pub(super) async fn an_eviction_within_the_budget_deletes_the_pod(cluster: &Cluster) {
    let api = a_ready_pod_with_a_budget(cluster, 0).await;
    let now = DeleteParams::default().grace_period_seconds(0);
    api.evict("p", &now).await.unwrap();
    api.wait_deleted("p", None).await.unwrap();
}

/// The pod `p`, of which so many must be there, counted as the controller counts where there is one.
async fn a_ready_pod_with_a_budget(cluster: &Cluster, least: u32) -> Api<DynamicObject> {
    let api = a_pod(cluster).await;
    let running = json!({"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}});
    let patch = Patch::strategic_merge(&running).unwrap();
    let params = PatchParams::default();
    api.patch_status("p", &patch, &params).await.unwrap();
    let namespace = api.collection().namespace().unwrap();
    let resource = ApiResource::new(
        "policy",
        "v1",
        "PodDisruptionBudget",
        "poddisruptionbudgets",
        Scope::Namespaced,
    );
    let budgets = Api::<DynamicObject>::namespaced_of(cluster.admin(), resource, namespace);
    let types = TypeMeta::new("policy/v1", "PodDisruptionBudget");
    let spec = json!({"minAvailable": least, "selector": {"matchLabels": {"app": "p"}}});
    let budget = DynamicObject::new(types, ObjectMeta::named("b")).field("spec", spec);
    budgets
        .create(&budget, &CreateParams::default())
        .await
        .unwrap();
    let counted = json!({"status": {
        "observedGeneration": 1, "expectedPods": 1, "desiredHealthy": least, "currentHealthy": 1,
        "disruptionsAllowed": 1 - least,
    }});
    let patch = Patch::merge(&counted).unwrap();
    budgets.patch_status("b", &patch, &params).await.unwrap();
    api
}

pub(super) async fn a_token_comes_by_any_subresource(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), accounts(), namespace);
    let token = api
        .create_token("default", TokenRequestSpec::new(["vault"]))
        .await
        .unwrap();
    assert!(token.expiration_timestamp.is_some());
    let wanted = TokenRequest::new(ObjectMeta::default(), TokenRequestSpec::default());
    let given: TokenRequest = api
        .create_subresource("default", "token", &wanted, &CreateParams::default())
        .await
        .unwrap();
    assert!(given.status.is_some());
    let mut short = TokenRequestSpec::default();
    short.expiration_seconds = Some(60);
    let error = api.create_token("default", short).await.unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
}

pub(super) async fn an_ephemeral_container_is_added(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    let none = api.get_ephemeral_containers("p").await.unwrap();
    assert!(none.data["spec"].get("ephemeralContainers").is_none());
    for name in ["one", "two"] {
        let container = json!({"name": name, "image": "registry.example/tools:1"});
        let change = json!({"spec": {"ephemeralContainers": [container]}});
        let patch = Patch::strategic_merge(&change).unwrap();
        let params = PatchParams::default();
        api.patch_ephemeral_containers("p", &patch, &params)
            .await
            .unwrap();
    }
    let both = api.get_ephemeral_containers("p").await.unwrap();
    let containers = both.data["spec"]["ephemeralContainers"].as_array().unwrap();
    assert_eq!(containers.len(), 2);
}

pub(super) async fn a_pod_is_resized_by_its_subresource(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    let resources = json!({"requests": {"cpu": "100m"}});
    let change = json!({"spec": {"containers": [{"name": "main", "resources": resources}]}});
    let patch = Patch::strategic_merge(&change).unwrap();
    let answer: Result<DynamicObject, _> = api
        .patch_subresource("p", "resize", &patch, &PatchParams::default())
        .await;
    // A Pod without requests may not be given some: it would be of another class.
    let error = answer.unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
}

pub(super) async fn a_pod_is_bound_by_its_subresource(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    let binding = json!({
        "apiVersion": "v1", "kind": "Binding", "metadata": {"name": "p"},
        "target": {"apiVersion": "v1", "kind": "Node", "name": "some-node"},
    });
    let params = CreateParams::default();
    let status: k8s_client::Status = api
        .create_subresource("p", "binding", &binding, &params)
        .await
        .unwrap();
    assert!(status.is_success());
    eventually("the binding", async || {
        let pod = api.get_opt("p").await.unwrap();
        // The node is not there: the Pod may be collected already.
        pod.is_none_or(|pod| pod.data["spec"]["nodeName"] == "some-node")
            .then_some(())
    })
    .await;
}

pub(super) async fn a_part_that_is_not_there_is_not_found(cluster: &Cluster) {
    let api = a_pod(cluster).await;
    for part in ["scale", "nothing"] {
        let answer: Result<DynamicObject, _> = api.get_subresource("p", part).await;
        assert!(answer.unwrap_err().is_not_found(), "{part}");
    }
    let answer: Result<DynamicObject, _> = api.get_subresource("none", "status").await;
    assert!(answer.unwrap_err().is_not_found());
    assert!(api.get("p").await.unwrap().name().is_some());
}
