//! Fields that a type does not have, that stand twice, or that hold what they cannot: refused, warned of or passed over.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

const ODD: &str = r#"{"metadata":{"name":"odd","nam":"x"},"data":{"a":"1","a":"2"},"dat":{}}"#;

/// Sends a text as a new object to a namespace of its own.
async fn create(cluster: &Cluster, resource: &str, query: &str, text: &str) -> Answer {
    let namespace = cluster.namespace().await;
    create_in(cluster, &at(&namespace, resource), query, text).await
}

async fn create_in(cluster: &Cluster, path: &str, query: &str, text: &str) -> Answer {
    let ask = Ask::post(format!("{path}{query}"), &Value::Null).text(text);
    ask.of(&cluster.admin()).await
}

fn warnings(answer: &Answer) -> Vec<&str> {
    let warnings = answer.headers.get_all("warning").iter();
    warnings.map(|value| value.to_str().unwrap()).collect()
}

pub(super) async fn what_is_odd_is_warned_of(cluster: &Cluster) {
    let answer = create(cluster, "configmaps", "", ODD).await;
    let expected = [
        r#"299 - "unknown field \"metadata.nam\"""#,
        r#"299 - "duplicate field \"data.a\"""#,
        r#"299 - "unknown field \"dat\"""#,
    ];
    assert_eq!(warnings(&answer), expected);
    let made = answer.ok();
    assert_eq!(made["data"], json!({"a": "2"}));
    assert_eq!((made.get("dat"), made["metadata"].get("nam")), (None, None));
}

pub(super) async fn what_is_odd_is_refused_by_whoever_is_strict(cluster: &Cluster) {
    let answer = create(cluster, "configmaps", "?fieldValidation=Strict", ODD).await;
    let says = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \
                \"metadata.nam\", duplicate field \"data.a\", unknown field \"dat\"";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn what_is_odd_is_passed_over_when_that_is_asked_for(cluster: &Cluster) {
    let answer = create(cluster, "configmaps", "?fieldValidation=Ignore", ODD).await;
    assert_eq!(warnings(&answer), [""; 0]);
    assert_eq!(answer.ok()["data"], json!({"a": "2"}));
}

pub(super) async fn another_word_for_it_is_invalid(cluster: &Cluster) {
    let answer = create(cluster, "configmaps", "?fieldValidation=Sloppy", ODD).await;
    let says = "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Sloppy\": supported \
                values: \"\", \"Ignore\", \"Strict\", \"Warn\"";
    answer.refuses(422, "Invalid", says);
}

pub(super) async fn fields_of_items_are_named_with_their_index(cluster: &Cluster) {
    let text = r#"{"metadata":{"name":"p"},"spec":{"containers":[
        {"name":"a","image":"x","ports":[{"containerPort":1},{"containerPort":2,"hostsPort":3}]}]}}"#;
    let answer = create(cluster, "pods", "?fieldValidation=Strict", text).await;
    let says = "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \
                \"spec.containers[0].ports[1].hostsPort\"";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn what_does_not_fit_is_refused_by_its_go_type(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let pod = |field: &str| {
        format!(
            r#"{{"metadata":{{"name":"p"}},"spec":{{"containers":[{{"name":"a","image":"x",{field}}}]}}}}"#
        )
    };
    for (field, why) in [
        (
            r#""ports":[{"containerPort":"http"}]"#,
            "json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32",
        ),
        (
            r#""ports":[{"containerPort":1.5}]"#,
            "json: cannot unmarshal number 1.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32",
        ),
        (
            r#""ports":{}"#,
            "json: cannot unmarshal object into Go struct field Container.spec.containers.ports of type []v1.ContainerPort",
        ),
        (
            r#""args":"x""#,
            "json: cannot unmarshal string into Go struct field Container.spec.containers.args of type []string",
        ),
        (
            r#""tty":"yes""#,
            "json: cannot unmarshal string into Go struct field Container.spec.containers.tty of type bool",
        ),
        (
            r#""securityContext":[]"#,
            "json: cannot unmarshal array into Go struct field Container.spec.containers.securityContext of type v1.SecurityContext",
        ),
        (
            r#""resources":{"limits":{"cpu":"much"}}"#,
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        (
            r#""livenessProbe":{"httpGet":{"port":true}}"#,
            "json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32",
        ),
    ] {
        let answer = create_in(cluster, &at(&namespace, "pods"), "", &pod(field)).await;
        let says = format!("Pod in version \"v1\" cannot be handled as a Pod: {why}");
        answer.refuses(400, "BadRequest", &says);
    }
}

pub(super) async fn times_are_refused_with_what_is_wrong(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    for (time, rest, part) in [("yesterday", "yesterday", "2006"), ("2020-06-01", "", "T")] {
        let text = format!(r#"{{"metadata":{{"name":"m","creationTimestamp":{time:?}}}}}"#);
        let answer = create_in(cluster, &at(&namespace, "configmaps"), "", &text).await;
        let says = format!(
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: parsing time {time:?} as \
             \"2006-01-02T15:04:05Z07:00\": cannot parse {rest:?} as {part:?}"
        );
        answer.refuses(400, "BadRequest", &says);
    }
}

pub(super) async fn the_first_that_does_not_fit_is_told(cluster: &Cluster) {
    let text = r#"{"data":{"a":1},"metadata":{"name":5}}"#;
    let answer = create(cluster, "configmaps", "", text).await;
    let says = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go \
                struct field ConfigMap.data of type string";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn null_is_what_is_not_said(cluster: &Cluster) {
    let text = r#"{"metadata":{"name":"m","labels":null},"data":{"a":null},"immutable":null}"#;
    let made = create(cluster, "configmaps", "", text).await.ok();
    assert_eq!(made["data"], json!({"a": ""}));
    let absent = (made.get("immutable"), made["metadata"].get("labels"));
    assert_eq!(absent, (None, None));
}

pub(super) async fn what_is_empty_is_left_out(cluster: &Cluster) {
    let text = r#"{"metadata":{"name":"s"},"spec":{"clusterIP":"None","ports":[{"port":80,"name":""}],"selector":{}}}"#;
    let made = create(cluster, "services", "", text).await.ok();
    let spec = &made["spec"];
    assert_eq!(
        (spec.get("selector"), spec["ports"][0].get("name")),
        (None, None)
    );
    assert_eq!(made["status"], json!({"loadBalancer": {}}));
}

pub(super) async fn amounts_and_times_take_their_usual_form(cluster: &Cluster) {
    let text =
        r#"{"metadata":{"name":"q"},"spec":{"hard":{"cpu":"1000m","memory":1024,"pods":"0.5k"}}}"#;
    let made = create(cluster, "resourcequotas", "", text).await.ok();
    let hard = json!({"cpu": "1", "memory": "1024", "pods": "500"});
    assert_eq!(made["spec"]["hard"], hard);
}

pub(super) async fn a_replacement_is_read_the_same_way(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "configmaps");
    create_in(cluster, &path, "", ODD).await.ok();
    let ask = Ask::put(format!("{path}/odd?fieldValidation=Strict"), &Value::Null).text(ODD);
    let answer = ask.of(&cluster.admin()).await;
    let says = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \
                \"metadata.nam\", duplicate field \"data.a\", unknown field \"dat\"";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn a_patch_is_warned_of_what_it_brings(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "configmaps");
    create_in(cluster, &path, "?fieldValidation=Ignore", ODD)
        .await
        .ok();
    let odd = format!("{path}/odd");
    for (kind, text, expected) in [
        (
            "merge",
            r#"{"dat":{},"data":{"a":"3","a":"4"}}"#,
            vec![
                r#"299 - "duplicate field \"data.a\"""#,
                r#"299 - "unknown field \"dat\"""#,
            ],
        ),
        (
            "json",
            r#"[{"op":"add","path":"/x","value":1,"foo":2}]"#,
            vec![
                r#"299 - "json patch unknown field \"[0].foo\"""#,
                r#"299 - "unknown field \"x\"""#,
            ],
        ),
        (
            "strategic-merge",
            r#"{"dat":{},"metadata":{"nam":"x"}}"#,
            vec![
                r#"299 - "unknown field \"dat\"""#,
                r#"299 - "unknown field \"metadata.nam\"""#,
            ],
        ),
    ] {
        let ask = Ask::patch(&odd, kind, &Value::Null).text(text);
        let answer = ask.of(&cluster.admin()).await;
        assert_eq!(warnings(&answer), expected, "{kind}");
        answer.ok();
    }
}

pub(super) async fn a_strict_patch_is_invalid(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "configmaps");
    create_in(cluster, &path, "?fieldValidation=Ignore", ODD)
        .await
        .ok();
    let odd = format!("{path}/odd?fieldValidation=Strict");
    for kind in ["merge", "strategic-merge"] {
        let answer = Ask::patch(&odd, kind, &json!({"dat": {}}))
            .of(&cluster.admin())
            .await;
        let causes = answer.causes();
        assert_eq!((answer.code, causes.len()), (422, 1), "{kind}");
        let end = ": strict decoding error: unknown field \"dat\"";
        assert!(causes[0].1.ends_with(end), "{causes:?}");
    }
}
