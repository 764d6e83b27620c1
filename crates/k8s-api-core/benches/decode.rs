//! What decoding costs: a list split into items, and items decoded whole, without managed fields, and lean.
//!
//! The pods are varied and of 6 to 9 KB, as a real server's are. Compare ratios of one run, not times.
#![allow(missing_docs, reason = "criterion writes a function without")]
#![allow(clippy::unwrap_used, reason = "a benchmark may")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use k8s_api_core::decode::{ManagedFields, RawObject};
use k8s_api_core::{ListDecoder, ObjectMeta};
use k8s_openapi_0_29::api::core::v1::Pod;
use serde_json::{Value, json};

/// What a controller reads.
#[derive(serde::Deserialize)]
struct Lean {
    #[serde(rename = "metadata")]
    _metadata: ObjectMeta,
    #[serde(rename = "status")]
    _status: Phase,
}

#[derive(serde::Deserialize)]
struct Phase {
    #[serde(rename = "phase")]
    _phase: String,
}

/// A pod that differs from the others in names, counts and lengths.
fn pod(n: usize) -> String {
    let containers: Vec<Value> = (0..=n % 3).map(|c| container(n, c)).collect();
    let statuses: Vec<Value> = (0..=n % 3)
        .map(|c| {
            json!({"name": format!("c{c}"), "ready": n.is_multiple_of(2), "restartCount": n % 11,
                "image": format!("registry.example.org/team-{}/app-{c}:v1.{n}", n % 7),
                "imageID": format!("sha256:{n:064x}"), "containerID": format!("containerd://{:064x}", n * 31),
                "state": {"running": {"startedAt": "2026-11-22T03:04:05Z"}}})
        })
        .collect();
    let managed: Vec<Value> = ["kube-controller-manager", "kubelet"]
        .map(|manager| {
            let fields: serde_json::Map<String, Value> = (0..28 + n % 9)
                .map(|f| (format!("f:field{f}-{}", n % 5), json!({"f:a": {}, "f:b": {".": {}}})))
                .collect();
            json!({"manager": manager, "operation": "Update", "apiVersion": "v1",
                "time": "2026-11-22T03:04:05Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": fields}})
        })
        .into();
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("web-{n}-abcde"), "namespace": format!("team-{}", n % 13),
            "uid": format!("{n:032x}"), "resourceVersion": (n * 17).to_string(),
            "creationTimestamp": "2026-11-22T03:04:05Z",
            "labels": {"app": format!("web-{}", n % 40), "pod-template-hash": format!("{:x}", n * 7919)},
            "annotations": {"note": "x".repeat(n % 300)},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u", "controller": true}],
            "managedFields": managed},
        "spec": {"containers": containers, "nodeName": format!("node-{}", n % 100), "serviceAccountName": "web",
            "volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}}]}}],
            "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}]},
        "status": {"phase": "Running", "podIP": format!("10.0.{}.{}", n % 250, n % 199), "containerStatuses": statuses,
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-22T03:04:05Z"}]},
    })
    .to_string()
}

fn container(n: usize, c: usize) -> Value {
    let env: Vec<Value> = (0..5 + n % 8)
        .map(|e| json!({"name": format!("SETTING_{e}"), "value": "v".repeat((n + e) % 40)}))
        .collect();
    json!({"name": format!("c{c}"), "image": format!("registry.example.org/team-{}/app-{c}:v1.{n}", n % 7),
        "env": env, "ports": [{"containerPort": 8080 + c, "protocol": "TCP"}],
        "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        "volumeMounts": [{"name": "t", "mountPath": "/var/run/secrets", "readOnly": true}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 10}})
}

fn decode(c: &mut Criterion) {
    let pods: Vec<String> = (0..500).map(pod).collect();
    let bytes: usize = pods.iter().map(String::len).sum();
    let mut group = c.benchmark_group("decode");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("serde_json::from_str", |b| {
        b.iter(|| {
            for pod in &pods {
                black_box(serde_json::from_str::<Pod>(pod).unwrap());
            }
        });
    });
    let raw = |switch| {
        let object = move |pod: &'static str| RawObject::new(pod.as_bytes()).managed_fields(switch);
        let pods = pods.clone().into_iter().map(|pod| &*pod.leak());
        pods.map(object).collect::<Vec<_>>()
    };
    let whole = raw(ManagedFields::Keep);
    group.bench_function("whole", |b| {
        b.iter(|| {
            whole
                .iter()
                .for_each(|pod| drop(black_box(pod.decode::<Pod>().unwrap())))
        });
    });
    let skipped = raw(ManagedFields::Skip);
    group.bench_function("without managed fields", |b| {
        b.iter(|| {
            skipped
                .iter()
                .for_each(|pod| drop(black_box(pod.decode::<Pod>().unwrap())))
        });
    });
    group.bench_function("lean, without managed fields", |b| {
        b.iter(|| {
            skipped
                .iter()
                .for_each(|pod| drop(black_box(pod.decode::<Lean>().unwrap())))
        });
    });
    group.finish();
}

fn split(c: &mut Criterion) {
    let items: Vec<String> = (0..2000).map(pod).collect();
    let list = format!(
        "{{\"kind\":\"PodList\",\"metadata\":{{}},\"items\":[{}]}}",
        items.join(",")
    );
    let mut group = c.benchmark_group("split");
    group.throughput(Throughput::Bytes(list.len() as u64));
    group.bench_function("16 KiB pieces", |b| {
        b.iter(|| {
            let mut decoder = ListDecoder::new();
            let mut items = 0;
            for piece in list.as_bytes().chunks(16 << 10) {
                decoder.handle_bytes(piece);
                while let Some(item) = decoder.poll_item().unwrap() {
                    items += black_box(item.as_bytes()).len();
                }
            }
            decoder.finish().unwrap();
            items
        });
    });
    group.finish();
}

criterion_group!(benches, decode, split);
criterion_main!(benches);
