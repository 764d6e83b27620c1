//! What can be asked for: made once, handed out as slices.

use bytes::{Bytes, BytesMut};
use network_common::{Names, Result};
use serde_json::Value;

use crate::body::Whole;
use crate::pods;

/// A list comes in pieces of this many bytes.
const PIECE: usize = 64 << 10;

pub(crate) struct Answers {
    /// The pod that is read alone, and where it is.
    pod: Bytes,
    name: String,
    namespace: String,
    list: Vec<Bytes>,
    metadata: Vec<Bytes>,
    /// A line each, as one change of each pod.
    events: Vec<Bytes>,
    described: String,
}

impl Answers {
    pub(crate) fn make(count: usize) -> Result<Self> {
        let mut list = List::of("PodList", "v1");
        let mut metadata = List::of("PartialObjectMetadataList", "meta.k8s.io/v1");
        let (mut events, mut names) = (Vec::new(), Vec::new());
        for number in 0..count {
            let pod = pods::pod(number);
            let mut value: Value = serde_json::from_str(&pod)?;
            let meta = value["metadata"].take();
            names.push(meta["name"].as_str().ok_or("a pod without name")?.to_owned());
            list.push(&pod);
            let partial = serde_json::json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": meta});
            metadata.push(&partial.to_string());
            events.push(Bytes::from(format!("{{\"type\":\"MODIFIED\",\"object\":{pod}}}\n")));
        }
        let pod = pods::pod(0);
        let value: Value = serde_json::from_str(&pod)?;
        let namespace = value["metadata"]["namespace"].as_str().ok_or("a pod without namespace")?;
        let sum = |times| {
            let mut sum = Names::default();
            (0..times).for_each(|_| names.iter().for_each(|name| sum.see(name)));
            format!("{}:{:016x}", sum.seen(), sum.checksum())
        };
        let name = names.first().ok_or("no pods")?;
        let described = format!(
            "namespace={namespace} pod={name} length={} bytes={} pods={} events={}",
            pod.len(),
            list.bytes,
            sum(1),
            sum(2)
        );
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.clone(),
            pod: pod.into(),
            list: list.finish(),
            metadata: metadata.finish(),
            events,
            described,
        })
    }

    /// What this process says of itself.
    pub(crate) fn described(&self) -> &str {
        &self.described
    }

    pub(crate) fn of(&self, path: &str, watch: bool, partial: bool) -> Option<Whole> {
        let path: Vec<&str> = path.trim_matches('/').split('/').collect();
        match path[..] {
            ["version"] => Some(Whole::from(vec![Bytes::from_static(VERSION.as_bytes())])),
            ["api", "v1", "pods"] if watch => {
                Some(Whole::endless(self.events.iter().chain(&self.events).cloned()))
            }
            ["api", "v1", "pods"] if partial => Some(Whole::from(self.metadata.clone())),
            ["api", "v1", "pods"] => Some(Whole::from(self.list.clone())),
            ["api", "v1", "namespaces", namespace, "pods", name]
                if namespace == self.namespace && name == self.name =>
            {
                Some(Whole::from(vec![self.pod.clone()]))
            }
            _ => None,
        }
    }
}

/// A list as it is written, in pieces.
struct List {
    pieces: Vec<Bytes>,
    last: BytesMut,
    bytes: usize,
    empty: bool,
}

impl List {
    fn of(kind: &str, version: &str) -> Self {
        let mut list = Self {
            pieces: Vec::new(),
            last: BytesMut::new(),
            bytes: 0,
            empty: true,
        };
        list.write(&format!(r#"{{"kind":"{kind}","apiVersion":"{version}","metadata":{{"resourceVersion":"1"}},"items":["#));
        list
    }

    fn push(&mut self, item: &str) {
        if !std::mem::take(&mut self.empty) {
            self.write(",");
        }
        self.write(item);
    }

    fn write(&mut self, text: &str) {
        self.bytes += text.len();
        self.last.extend_from_slice(text.as_bytes());
        if self.last.len() >= PIECE {
            self.pieces.push(self.last.split().freeze());
        }
    }

    fn finish(mut self) -> Vec<Bytes> {
        self.write("]}\n");
        self.pieces.push(self.last.freeze());
        self.pieces
    }
}

const VERSION: &str = r#"{"major":"1","minor":"36","gitVersion":"v1.36.3","gitCommit":"59526cd4867447956156ae3a602fcbac10a2c335","gitTreeState":"clean","buildDate":"2026-04-22T15:56:15Z","goVersion":"go1.26.8","compiler":"gc","platform":"linux/amd64"}"#;
