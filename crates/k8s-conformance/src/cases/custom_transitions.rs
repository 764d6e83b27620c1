//! Rules about what a custom resource was before.

use serde_json::{Value, json};

use super::custom_rules::{spec, told, tried};
use crate::Cluster;
use crate::cluster::{Answer, Ask, Definition, Place, eventually};

async fn changed(cluster: &Cluster, place: &Place, change: Value) -> Answer {
    let ask = Ask::patch(
        format!("{}?dryRun=All", place.one("w")),
        "merge",
        &json!({"spec": change}),
    );
    ask.of(&cluster.admin()).await
}

pub(super) async fn rules_about_old_values_are_asked_of_changes(cluster: &Cluster) {
    let up = json!([{"rule": "self >= oldSelf", "message": "only up"}]);
    let number = json!({"type": "integer", "x-kubernetes-validations": up});
    let fields = json!({
        "n": number,
        "atom": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"n": number}},
        "keyed": {"type": "array", "maxItems": 3, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
            "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "v": number}}},
    });
    let rules = json!([{"rule": "has(self.n) == has(oldSelf.n)", "message": "n stays"}]);
    let definition = Definition::of_spec(cluster, spec(fields, rules));
    let place = definition.serve(cluster).await;
    let rows = json!([{"k": "a", "v": 2}, {"k": "b", "v": 5}]);
    let made = place.create(
        cluster,
        "w",
        json!({"n": 3, "keyed": rows, "atom": {"n": 3}}),
    );
    made.await.ok();
    let cases: [(Value, &[&str]); 6] = [
        (
            json!({"atom": {"n": 2}}),
            &["spec.atom.n: Invalid value: 2: only up"],
        ),
        (json!({"n": 4}), &[]),
        (json!({"n": 2}), &["spec.n: Invalid value: 2: only up"]),
        (json!({"n": null}), &["spec: Invalid value: n stays"]),
        (
            json!({"keyed": [{"k": "c", "v": 0}, {"k": "b", "v": 5}]}),
            &[],
        ),
        (
            json!({"keyed": [{"k": "c", "v": 0}, {"k": "b", "v": 4}]}),
            &["spec.keyed[1].v: Invalid value: 4: only up"],
        ),
    ];
    for (change, expected) in cases {
        let answer = changed(cluster, &place, change.clone()).await;
        told(&answer, expected, &change);
    }
    definition.delete(cluster).await;
}

pub(super) async fn an_old_value_may_be_optional(cluster: &Cluster) {
    let rules = json!([{"rule": "oldSelf.hasValue() ? self.n > oldSelf.value().n : self.n == 1", "optionalOldSelf": true,
        "message": "one after the other"}]);
    let fields = json!({"n": {"type": "integer"}});
    let definition = Definition::of_spec(cluster, spec(fields, rules));
    let place = definition.serve(cluster).await;
    let expected = ["spec: Invalid value: one after the other"];
    let widget = place.widget("w", json!({"n": 2}));
    told(&tried(cluster, &place, &widget).await, &expected, &widget);
    place.create(cluster, "w", json!({"n": 1})).await.ok();
    let answer = changed(cluster, &place, json!({"n": 2})).await;
    told(&answer, &[], &json!(2));
    let answer = changed(cluster, &place, json!({"n": 0})).await;
    told(&answer, &expected, &json!(0));
    definition.delete(cluster).await;
}

pub(super) async fn what_was_broken_before_is_forgiven(cluster: &Cluster) {
    let schema = |rules: Value| {
        let part = json!({"type": "object", "properties": {"n": {"type": "integer"}}, "x-kubernetes-validations": rules});
        json!({"type": "object", "properties": {"a": part, "b": {"type": "integer"}}})
    };
    let mut definition = Definition::of_spec(cluster, schema(json!([])));
    let place = definition.serve(cluster).await;
    place
        .create(cluster, "w", json!({"a": {"n": 1}}))
        .await
        .ok();
    let pointer = "/versions/0/schema/openAPIV3Schema/properties/spec";
    let rules = json!([{"rule": "self.n > 1", "message": "more"}]);
    definition = definition.with(pointer, schema(rules));
    let change = json!({"spec": definition.object["spec"]});
    let ask = Ask::patch(definition.path(), "merge", &change);
    ask.of(&cluster.admin()).await.ok();
    eventually("the rule", async || {
        let widget = place.widget("v", json!({"a": {"n": 1}}));
        let answer = tried(cluster, &place, &widget).await;
        (answer.code == 422).then_some(())
    })
    .await;
    let answer = changed(cluster, &place, json!({"b": 1})).await;
    assert_eq!(answer.code, 200);
    let answer = changed(cluster, &place, json!({"a": {"n": 0}})).await;
    told(&answer, &["spec.a: Invalid value: more"], &json!(0));
    definition.delete(cluster).await;
}
