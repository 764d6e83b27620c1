//! The answers of a server, made before anything is measured.

use serde_json::Value;

use crate::pods::pod;

/// A size of TLS record that servers write.
pub(crate) const PIECE: usize = 16 << 10;

/// The same pods, by themselves, as a list, as a list of their metadata and as a watch.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) pods: Vec<String>,
    pub(crate) list: String,
    pub(crate) metadata: String,
    pub(crate) watch: String,
}

impl Answers {
    pub(crate) fn of(count: usize) -> Self {
        let pods: Vec<String> = (0..count).map(pod).collect();
        let metadata: Vec<String> = pods.iter().map(|pod| partial(pod)).collect();
        let events: Vec<String> = pods.iter().map(|pod| event(pod)).collect();
        Self {
            list: list("PodList", &pods),
            metadata: list("PartialObjectMetadataList", &metadata),
            watch: events.concat(),
            pods,
        }
    }
}

fn event(pod: &str) -> String {
    format!("{{\"type\":\"MODIFIED\",\"object\":{pod}}}\n")
}

fn list(kind: &str, items: &[String]) -> String {
    let items = items.join(",");
    format!(r#"{{"kind":"{kind}","apiVersion":"v1","metadata":{{"resourceVersion":"1"}},"items":[{items}]}}"#)
}

fn partial(pod: &str) -> String {
    let mut pod: Value = serde_json::from_str(pod).expect("we wrote it");
    let metadata = pod["metadata"].take();
    serde_json::json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}).to_string()
}
