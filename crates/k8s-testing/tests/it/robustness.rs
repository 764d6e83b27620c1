//! Nothing that a client sends makes the server panic: 6,000 requests of a seeded generator.

use fastrand::Rng;
use k8s_testing::ApiServer;
use serde_json::{Map, Value, json};

use crate::client::User;

const WORDS: &[&str] = &[
    "",
    "a",
    "default",
    "metadata",
    "name",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "finalizers",
    "spec",
    "status",
    "data",
    "stringData",
    "type",
    "kind",
    "apiVersion",
    "uid",
    "resourceVersion",
    "containers",
    "image",
    "volumeMounts",
    "volumes",
    "tolerations",
    "serviceAccountName",
    "token",
    "audiences",
    "expirationSeconds",
    "boundObjectRef",
    "preconditions",
    "gracePeriodSeconds",
    "kubernetes.io/service-account-token",
    "Pod",
    "v1",
    "ü/..",
];

const RESOURCES: &[&str] = &[
    "configmaps",
    "namespaces",
    "nodes",
    "pods",
    "secrets",
    "serviceaccounts",
    "leases",
    "foos",
];

fn word(rng: &mut Rng) -> &'static str {
    WORDS[rng.usize(..WORDS.len())]
}

/// Any JSON, made of words that mean something to the server.
fn value(rng: &mut Rng, depth: usize) -> Value {
    match rng.u8(..if depth == 0 { 5 } else { 9 }) {
        0 => Value::Null,
        1 => rng.bool().into(),
        2 => rng.i64(..).into(),
        3 | 4 => word(rng).into(),
        5 | 6 => (0..rng.usize(..3)).map(|_| value(rng, depth - 1)).collect(),
        _ => Value::Object(map(rng, depth - 1)),
    }
}

fn map(rng: &mut Rng, depth: usize) -> Map<String, Value> {
    (0..rng.usize(..5))
        .map(|_| (word(rng).to_owned(), value(rng, depth)))
        .collect()
}

/// A body that is nearly good, so that it gets far.
fn body(rng: &mut Rng) -> String {
    let mut body = json!({
        "metadata": {"name": if rng.bool() { "a" } else { "b" }},
        "spec": {"containers": [{"name": "a", "image": "b"}]},
    });
    for _ in 0..rng.usize(..3) {
        match rng.u8(..4) {
            0 => body[word(rng)] = value(rng, 3),
            1 => body["metadata"] = Value::Object(map(rng, 2)),
            2 => body["spec"] = Value::Object(map(rng, 3)),
            _ => body = value(rng, 3),
        }
        if !body.is_object() {
            break;
        }
    }
    let text = body.to_string();
    let cut = if rng.u8(..20) == 0 {
        rng.usize(..=text.len())
    } else {
        text.len()
    };
    String::from_utf8_lossy(&text.as_bytes()[..cut]).into_owned()
}

fn uri(rng: &mut Rng) -> String {
    let resource = RESOURCES[rng.usize(..RESOURCES.len())];
    let root = if resource == "leases" {
        "/apis/coordination.k8s.io/v1"
    } else {
        "/api/v1"
    };
    let scope = [
        "",
        "/namespaces/default",
        "/namespaces/default",
        "/namespaces/a",
    ][rng.usize(..4)];
    let name = [
        "",
        "",
        "/a",
        "/b",
        "/default",
        "/default/token",
        "/a/status",
        "/%2e%2e",
    ][rng.usize(..8)];
    let queries = [
        "",
        "?limit=1",
        "?limit=-1&continue=eyJ2Ijoi",
        "?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIvIn0",
        "?labelSelector=a,!b,c%20in%20(d)",
        "?fieldSelector=metadata.name%3Da",
        "?dryRun=All",
        "?resourceVersion=1&resourceVersionMatch=Exact",
        "?watch=1",
        "?gracePeriodSeconds=-9223372036854775808",
        "?pretty=1",
        "?%zz=;&&",
        "",
        "",
        "",
        "",
        "",
    ];
    format!(
        "{root}{scope}/{resource}{name}{}",
        queries[rng.usize(..queries.len())]
    )
}

#[tokio::test(start_paused = true)]
async fn nothing_that_a_client_sends_makes_the_server_panic() {
    let seed = 20_261_122;
    let mut rng = Rng::with_seed(seed);
    let server = ApiServer::new();
    server.controller_delay(std::time::Duration::ZERO);
    let admin = User::admin(&server);
    let mut codes = std::collections::BTreeMap::new();
    for _ in 0..6_000 {
        let method = [
            "GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD",
        ][rng.usize(..8)];
        let (uri, body) = (uri(&mut rng), body(&mut rng));
        let answer = admin.send(method, &uri, &body).await;
        assert!(
            answer.code.as_u16() < 502 || answer.code == 504,
            "{method} {uri} {body}"
        );
        *codes.entry(answer.code.as_u16()).or_insert(0) += 1;
    }
    println!("{codes:?}");
    for code in [200, 201, 400, 404, 405, 409, 422] {
        assert!(
            codes.contains_key(&code),
            "the generator reaches {code}: {codes:?}"
        );
    }
}
