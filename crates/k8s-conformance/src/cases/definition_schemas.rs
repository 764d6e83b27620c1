//! Schemas that a definition may not have.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::Definition;

const AT: &str = "spec.validation.openAPIV3Schema";

/// That a schema of `spec` is refused for just this; faults are told below it.
async fn check(cluster: &Cluster, spec: Value, expected: &[&str]) {
    let answer = Definition::of_spec(cluster, spec.clone())
        .tried(cluster)
        .await;
    let expected: Vec<String> = expected
        .iter()
        .map(|says| format!("{AT}.properties[spec]{says}"))
        .collect();
    assert_eq!(answer.faults(), expected, "{spec}");
}

pub(super) async fn every_value_has_a_type(cluster: &Cluster) {
    let says = ".type: Required value: must not be empty for specified object fields";
    check(cluster, json!({}), &[says]).await;
    let says = ".items: Required value: must be specified";
    check(cluster, json!({"type": "array"}), &[says]).await;
    let says = ".items.type: Required value: must not be empty for specified array items";
    check(cluster, json!({"type": "array", "items": {}}), &[says]).await;
    let says = ".type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \
                \"object\", \"string\"";
    check(cluster, json!({"type": "text"}), &[says]).await;
}

pub(super) async fn the_root_is_an_object(cluster: &Cluster) {
    let answer = Definition::new(cluster, json!({"type": "array"}))
        .tried(cluster)
        .await;
    let expected = [
        format!("{AT}.items: Required value: must be specified"),
        format!("{AT}.type: Invalid value: \"array\": must be object at the root"),
    ];
    assert_eq!(answer.faults(), expected);
    let schema = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let answer = Definition::new(cluster, schema).tried(cluster).await;
    let expected = format!("{AT}.additionalProperties: Forbidden: must not be used at the root");
    assert_eq!(answer.faults(), [expected]);
}

pub(super) async fn metadata_is_not_restricted(cluster: &Cluster) {
    let metadata = json!({"type": "object", "properties": {"labels": {"type": "object"}}});
    let schema = json!({"type": "object", "properties": {"metadata": metadata}});
    let answer = Definition::new(cluster, schema).tried(cluster).await;
    let expected = format!(
        "{AT}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is \
         implicitly specified"
    );
    assert_eq!(answer.faults(), [expected]);
}

pub(super) async fn conditions_have_no_types(cluster: &Cluster) {
    let spec = json!({"type": "object", "anyOf": [{"type": "object", "description": "d"}]});
    check(
        cluster,
        spec,
        &[
            ".anyOf[0].description: Forbidden: must be empty to be structural",
            ".anyOf[0].type: Forbidden: must be empty to be structural",
        ],
    )
    .await;
    let either = json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]});
    let answer = Definition::of_spec(cluster, either).tried(cluster).await;
    answer.ok();
}

pub(super) async fn some_words_are_not_supported(cluster: &Cluster) {
    let says = ".uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    let list = json!({"type": "array", "uniqueItems": true, "items": {"type": "string"}});
    check(cluster, list, &[says]).await;
    let says = ".$ref: Forbidden: $ref is not supported";
    check(cluster, json!({"type": "object", "$ref": "#/x"}), &[says]).await;
    let says = ".additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive";
    let text = json!({"type": "string"});
    let both = json!({"type": "object", "properties": {"a": text}, "additionalProperties": text});
    check(cluster, both, &[says]).await;
    let says =
        ".x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined";
    let no = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": false});
    check(cluster, no, &[says]).await;
}

pub(super) async fn lists_and_maps_are_of_known_kinds(cluster: &Cluster) {
    let says = ".x-kubernetes-list-type: Unsupported value: \"bag\": supported values: \"atomic\", \"set\", \"map\"";
    let list =
        json!({"type": "array", "x-kubernetes-list-type": "bag", "items": {"type": "string"}});
    check(cluster, list, &[says]).await;
    let says = ".x-kubernetes-map-type: Unsupported value: \"odd\": supported values: \"atomic\", \"granular\"";
    check(
        cluster,
        json!({"type": "object", "x-kubernetes-map-type": "odd"}),
        &[says],
    )
    .await;
    let says =
        ".type: Invalid value: \"object\": must be array if x-kubernetes-list-type is specified";
    check(
        cluster,
        json!({"type": "object", "x-kubernetes-list-type": "atomic"}),
        &[says],
    )
    .await;
}

pub(super) async fn lists_of_keyed_items_have_keys(cluster: &Cluster) {
    let item = json!({"type": "object", "properties": {"k": {"type": "string"}}});
    let mut list = json!({"type": "array", "x-kubernetes-list-type": "map", "items": item});
    let says = ".x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map";
    check(cluster, list.clone(), &[says]).await;
    list["x-kubernetes-list-map-keys"] = json!(["k", "z"]);
    check(
        cluster,
        list,
        &[
            ".items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a \
             default or be a required property",
            ".x-kubernetes-list-map-keys: Invalid value: [\"k\",\"z\"]: entries must all be names of item properties",
        ],
    )
    .await;
}

pub(super) async fn defaults_are_what_the_schema_allows(cluster: &Cluster) {
    let says = r#".default: Invalid value: "string":  in body must be of type integer: "string""#;
    check(cluster, json!({"type": "integer", "default": "x"}), &[says]).await;
    let says = r#".default: Invalid value: {"a":1}: must not have unknown fields"#;
    check(
        cluster,
        json!({"type": "object", "default": {"a": 1}}),
        &[says],
    )
    .await;
}

pub(super) async fn inner_resources_say_what_they_hold(cluster: &Cluster) {
    let says = ".properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without \
                x-kubernetes-preserve-unknown-fields";
    let resource = json!({"type": "object", "x-kubernetes-embedded-resource": true});
    check(cluster, resource, &[says]).await;
    let says = ".type: Required value: must be object if x-kubernetes-embedded-resource is true";
    let resource = json!({"x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true});
    check(cluster, resource, &[says]).await;
}

pub(super) async fn patterns_are_patterns(cluster: &Cluster) {
    let answer = Definition::of_spec(cluster, json!({"type": "string", "pattern": "("}));
    let faults = answer.tried(cluster).await.faults();
    let begin = format!(
        "{AT}.properties[spec].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing regexp"
    );
    assert!(
        faults.len() == 1 && faults[0].starts_with(&begin),
        "{faults:?}"
    );
}

pub(super) async fn rules_have_an_expression_and_a_known_reason(cluster: &Cluster) {
    let rules = json!([{"rule": ""}, {"rule": "true", "reason": "Bad"}]);
    check(
        cluster,
        json!({"type": "object", "x-kubernetes-validations": rules}),
        &[
            ".x-kubernetes-validations[0].rule: Required value: rule is not specified",
            ".x-kubernetes-validations[1].reason: Unsupported value: \"Bad\": supported values: \"FieldValueDuplicate\", \
             \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\"",
        ],
    )
    .await;
}

pub(super) async fn rules_about_old_values_stand_where_those_are_known(cluster: &Cluster) {
    let loose = |field: &str, below: &str, within: &str| {
        format!(
            ".properties[{field}].{below}.x-kubernetes-validations[0].rule: Invalid value: \"self == oldSelf\": oldSelf cannot \
             be used on the uncorrelatable portion of the schema within {AT}.properties[spec].properties[{within}]"
        )
    };
    let old = json!([{"rule": "self == oldSelf"}]);
    let text = json!({"type": "string", "maxLength": 3, "x-kubernetes-validations": old});
    let row = json!({"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "maxLength": 3}, "v": text}});
    let keyed = json!({"type": "array", "maxItems": 3, "items": row, "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["k"]});
    let properties = json!({
        "list": {"type": "array", "maxItems": 3, "items": text, "x-kubernetes-validations": old},
        "set": {"type": "array", "maxItems": 3, "items": text, "x-kubernetes-list-type": "set"},
        "keyed": keyed,
        "lists": {"type": "array", "maxItems": 3, "items": {"type": "object", "properties": {"in": keyed}}},
        "atom": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": text}},
        "map": {"type": "object", "maxProperties": 3, "additionalProperties": text},
        "n": {"type": "integer", "x-kubernetes-validations": [{"rule": "self > 0", "optionalOldSelf": true}]},
    });
    check(
        cluster,
        json!({"type": "object", "properties": properties}),
        &[
            &loose("list", "items", "list"),
            &loose("lists", "items.properties[in].items.properties[v]", "lists"),
            ".properties[n].x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is \
             not used in rule",
            &loose("set", "items", "set"),
        ],
    )
    .await;
}

pub(super) async fn different_schemas_are_told_of_by_version(cluster: &Cluster) {
    let schema =
        |spec: Value| json!({"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}});
    let version = |name: &str, storage: bool, spec: Value| json!({"name": name, "served": true, "storage": storage, "schema": schema(spec)});
    let versions = json!([
        version("v1", true, json!({"type": "string"})),
        version("v2", false, json!({}))
    ]);
    let definition = Definition::of_anything(cluster).with("/versions", versions);
    let says = "spec.versions[1].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for \
                specified object fields";
    assert_eq!(definition.tried(cluster).await.faults(), [says]);
}
