//! Definitions that are refused, in the server's words.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::Definition;

pub(super) async fn its_name_is_plural_and_group(cluster: &Cluster) {
    let mut definition = Definition::of_anything(cluster);
    definition.object["metadata"]["name"] = "gadgets.example.org".into();
    let says = "CustomResourceDefinition.apiextensions.k8s.io \"gadgets.example.org\" is invalid: metadata.name: Invalid \
                value: \"gadgets.example.org\": must be spec.names.plural+\".\"+spec.group";
    definition
        .tried(cluster)
        .await
        .refuses(422, "Invalid", says);
}

pub(super) async fn what_is_missing_is_told_at_once(cluster: &Cluster) {
    let mut definition = Definition::of_anything(cluster);
    definition.object["metadata"]["name"] = "a.b.c".into();
    definition.object.as_object_mut().unwrap().remove("spec");
    let answer = definition.tried(cluster).await;
    assert_eq!(
        answer.faults(),
        [
            r#"metadata.name: Invalid value: "a.b.c": must be spec.names.plural+"."+spec.group"#,
            "spec.group: Required value",
            "spec.names.kind: Required value",
            "spec.names.listKind: Required value",
            "spec.names.plural: Required value",
            "spec.names.singular: Required value",
            "spec.scope: Required value",
            "spec.versions: Invalid value: null: must have exactly one version marked as storage version",
            "status.storedVersions: Invalid value: null: must have at least one stored version",
        ]
    );
}

pub(super) async fn one_version_is_stored(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster).with("/versions/0/storage", json!(false));
    let faults = definition.tried(cluster).await.faults();
    let ends = [
        "]: must have exactly one version marked as storage version",
        "Invalid value: null: must have at least one stored version",
    ];
    assert_eq!(faults.len(), 2);
    for (fault, end) in faults.iter().zip(ends) {
        assert!(fault.ends_with(end), "{fault}");
    }
}

/// That a change of a definition makes it invalid for just this.
async fn check(cluster: &Cluster, pointer: &str, value: Value, expected: &[&str]) {
    let definition = Definition::of_anything(cluster).with(pointer, value);
    assert_eq!(
        definition.tried(cluster).await.faults(),
        expected,
        "{pointer}"
    );
}

pub(super) async fn a_schema_is_required(cluster: &Cluster) {
    let says = "spec.versions[0].schema.openAPIV3Schema: Required value";
    check(cluster, "/versions/0/schema", Value::Null, &[says]).await;
    check(cluster, "/versions/0/schema", json!({}), &[says]).await;
}

pub(super) async fn its_parts_have_their_values(cluster: &Cluster) {
    let says =
        r#"spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced""#;
    check(cluster, "/scope", json!("Global"), &[says]).await;
    let says = "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set \
                x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
    check(cluster, "/preserveUnknownFields", json!(true), &[says]).await;
    let says = r#"spec.conversion.strategy: Unsupported value: "Odd": supported values: "None", "Webhook""#;
    check(cluster, "/conversion", json!({"strategy": "Odd"}), &[says]).await;
    let says = r#"spec.versions[0].deprecationWarning: Invalid value: "x": can only be set for deprecated versions"#;
    check(
        cluster,
        "/versions/0/deprecationWarning",
        json!("x"),
        &[says],
    )
    .await;
}

pub(super) async fn names_are_labels(cluster: &Cluster) {
    let label = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
                 character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for \
                 validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    let says = format!(r#"spec.names.shortNames[0]: Invalid value: "A_B": {label}"#);
    check(cluster, "/names/shortNames", json!(["A_B"]), &[&says]).await;
    let says = format!(r#"spec.names.singular: Invalid value: "1st": {label}"#);
    check(cluster, "/names/singular", json!("1st"), &[&says]).await;
    let says =
        r#"spec.names.listKind: Invalid value: "Widget": kind and listKind may not be the same"#;
    check(cluster, "/names/listKind", json!("Widget"), &[says]).await;
    let says = [
        format!(r#"spec.version: Invalid value: "V_1": {label}"#),
        format!(r#"spec.versions[0].name: Invalid value: "V_1": {label}"#),
    ];
    let says: Vec<&str> = says.iter().map(String::as_str).collect();
    check(cluster, "/versions/0/name", json!("V_1"), &says).await;
}

pub(super) async fn groups_are_domains_and_some_need_approval(cluster: &Cluster) {
    let mut definition = Definition::of_anything(cluster);
    for (group, says) in [
        (
            "nodots",
            r#"spec.group: Invalid value: "nodots": should be a domain with at least one dot"#,
        ),
        (
            "x.k8s.io",
            "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval \
             annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111",
        ),
    ] {
        definition.object["spec"]["group"] = group.into();
        definition.object["metadata"]["name"] = format!("widgets.{group}").into();
        assert_eq!(definition.tried(cluster).await.faults(), [says]);
    }
}

pub(super) async fn paths_of_the_scale_begin_where_they_belong(cluster: &Cluster) {
    let scale = json!({"scale": {"specReplicasPath": "spec.x", "statusReplicasPath": ".spec.x", "labelSelectorPath": ".x"}});
    check(
        cluster,
        "/versions/0/subresources",
        scale,
        &[
            r#"spec.subresources.scale.labelSelectorPath: Invalid value: ".x": should be a json path under either .spec or .status"#,
            r#"spec.subresources.scale.specReplicasPath: Invalid value: "spec.x": must be a simple json path starting with ."#,
            r#"spec.subresources.scale.statusReplicasPath: Invalid value: ".spec.x": should be a json path under .status"#,
        ],
    )
    .await;
}

pub(super) async fn columns_have_names_types_and_paths(cluster: &Cluster) {
    let columns = json!([{"name": "", "type": "text", "jsonPath": "a", "format": "z"}]);
    check(
        cluster,
        "/versions/0/additionalPrinterColumns",
        columns,
        &[
            r#"spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with ."#,
            r#"spec.additionalPrinterColumns[0].format: Invalid value: "z": must be one of byte,date,date-time,double,float,int32,int64,password"#,
            "spec.additionalPrinterColumns[0].name: Required value",
            r#"spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string"#,
        ],
    )
    .await;
}

pub(super) async fn fields_to_choose_by_are_plain_values(cluster: &Cluster) {
    let spec = json!({"type": "object", "properties": {"o": {"type": "object"}}});
    let fields = json!([{"jsonPath": ".spec.o"}, {"jsonPath": ".spec.x"}]);
    let definition =
        Definition::of_spec(cluster, spec).with("/versions/0/selectableFields", fields);
    assert_eq!(
        definition.tried(cluster).await.faults(),
        [
            "spec.selectableFields[0].jsonPath: Invalid value: \".spec.o\": must point to a field of type string, boolean \
             or integer. Enum string fields and strings with formats are allowed.",
            "spec.selectableFields[1].jsonPath: Invalid value: \".spec.x\": is an invalid path: does not refer to a valid field",
        ]
    );
}
