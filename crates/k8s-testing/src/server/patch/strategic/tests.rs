//! Patches of a few types, each as Go's library merges it.

use serde_json::json;

use super::*;
use crate::server::types;

/// A patch of a Deployment, or of another type.
fn check(name: &str, document: Value, patch: Value, wanted: Result<Value, Unpatched>) {
    let types = types::built_in();
    let node = types.named(name);
    assert!(node.is_some(), "{name}");
    let changes = patch.as_object().unwrap();
    let got = apply(types, node.as_ref(), &document, changes).map(|(merged, _)| merged);
    assert_eq!(got, wanted, "{patch}");
}

fn pod(document: Value, patch: Value, wanted: Value) {
    check("io.k8s.api.core.v1.PodSpec", document, patch, Ok(wanted));
}

fn internal(says: &str) -> Result<Value, Unpatched> {
    Err(Unpatched::Internal(says.to_owned()))
}

#[test]
fn items_are_merged_by_their_key() {
    pod(
        json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}),
        json!({"containers": [{"name": "b", "image": "2"}, {"name": "c"}]}),
        json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}, {"name": "c"}]}),
    );
}

#[test]
fn items_are_deleted_and_lists_replaced() {
    let two = || json!({"containers": [{"name": "a"}, {"name": "b"}]});
    pod(
        two(),
        json!({"containers": [{"$patch": "delete", "name": "a"}]}),
        json!({"containers": [{"name": "b"}]}),
    );
    pod(
        two(),
        json!({"containers": [{"$patch": "replace"}, {"name": "c"}]}),
        json!({"containers": [{"name": "c"}]}),
    );
    pod(
        json!({"nodeSelector": {"a": "b"}}),
        json!({"nodeSelector": {"$patch": "replace", "c": "d"}}),
        json!({"nodeSelector": {"c": "d"}}),
    );
    pod(
        json!({"nodeSelector": {"a": "b"}}),
        json!({"nodeSelector": {"$patch": "delete"}}),
        json!({"nodeSelector": {}}),
    );
}

#[test]
fn lists_without_a_key_are_replaced() {
    let of = |value: Value| json!({"tolerations": value});
    pod(
        of(json!([{"key": "a"}])),
        of(json!([{"key": "b"}])),
        of(json!([{"key": "b"}])),
    );
}

#[test]
fn values_are_added_and_deleted() {
    let metadata = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    check(
        metadata,
        json!({"finalizers": ["a", "b"]}),
        json!({"finalizers": ["b", "c"]}),
        Ok(json!({"finalizers": ["a", "b", "c"]})),
    );
    check(
        metadata,
        json!({"finalizers": ["a", "b"]}),
        json!({"$deleteFromPrimitiveList/finalizers": ["a"]}),
        Ok(json!({"finalizers": ["b"]})),
    );
}

#[test]
fn items_stand_in_the_order_that_is_set() {
    pod(
        json!({"containers": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}),
        json!({"$setElementOrder/containers": [{"name": "c"}, {"name": "d"}, {"name": "a"}], "containers": [{"name": "d"}]}),
        json!({"containers": [{"name": "b"}, {"name": "c"}, {"name": "d"}, {"name": "a"}]}),
    );
}

#[test]
fn keys_that_are_not_retained_go() {
    let strategy = "io.k8s.api.apps.v1.DeploymentSpec";
    check(
        strategy,
        json!({"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}),
        json!({"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}),
        Ok(json!({"strategy": {"type": "Recreate"}})),
    );
    check(
        strategy,
        json!({"strategy": {"type": "RollingUpdate"}}),
        json!({"strategy": {"$retainKeys": ["type"], "rollingUpdate": {}}}),
        Err(Unpatched::BadRequest(
            "invalid patch format of retainKeys".to_owned(),
        )),
    );
}

#[test]
fn what_makes_no_sense_is_told() {
    let spec = "io.k8s.api.core.v1.PodSpec";
    check(
        spec,
        json!({"containers": [{"name": "a"}]}),
        json!({"containers": [{"image": "x"}]}),
        internal("map: map[image:x] does not contain declared merge key: name"),
    );
    check(
        spec,
        json!({"containers": [{"name": "a"}]}),
        json!({"containers": [{"$patch": "jump", "name": "a"}]}),
        internal("unknown patch type: jump in map: map[$patch:jump name:a]"),
    );
    check(
        spec,
        json!({"x": {"a": "b"}}),
        json!({"x": {"a": "c"}}),
        internal("unable to find api field in struct PodSpec for the json field \"x\""),
    );
}
