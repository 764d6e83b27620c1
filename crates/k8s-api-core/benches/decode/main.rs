//! What decoding costs: a list split into items, and items decoded whole, without managed fields, and lean.
//!
//! The pods are varied and of 6 to 9 KB, as a real server's are. Compare ratios of one run, not times; on a busy machine
//! `cargo xtask bench decode`, which takes turns and counts CPU time, is the better judge.
#![allow(missing_docs, reason = "criterion writes a function without")]
#![allow(clippy::unwrap_used, reason = "a benchmark may")]

#[allow(dead_code, reason = "what a program holds, it need not read here")]
mod lean;
mod pods;

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use k8s_api_core::ListDecoder;
use k8s_api_core::decode::{ManagedFields, RawObject};
use k8s_openapi_0_29::api::core::v1::Pod;
use serde::de::DeserializeOwned;

use self::lean::LeanPod;
use self::pods::pod;

fn decode(c: &mut Criterion) {
    let pods: Vec<String> = (0..480).map(pod).collect();
    let bytes: usize = pods.iter().map(String::len).sum();
    let average = bytes / pods.len();
    assert!((6000..9000).contains(&average), "{average} bytes a pod");
    let mut group = c.benchmark_group("decode");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("serde_json::from_str", |b| {
        b.iter(|| {
            for pod in &pods {
                black_box(serde_json::from_str::<Pod>(pod).unwrap());
            }
        });
    });
    ours::<Pod>(&mut group, "whole", &pods, ManagedFields::Keep);
    ours::<Pod>(
        &mut group,
        "without managed fields",
        &pods,
        ManagedFields::Skip,
    );
    ours::<LeanPod>(
        &mut group,
        "lean, without managed fields",
        &pods,
        ManagedFields::Skip,
    );
    group.finish();
}

fn ours<T: DeserializeOwned>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    pods: &[String],
    switch: ManagedFields,
) {
    group.bench_function(name, |b| {
        b.iter(|| {
            for pod in pods {
                let pod = RawObject::new(pod.as_bytes()).managed_fields(switch);
                black_box(pod.decode::<T>().unwrap());
            }
        });
    });
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
