//! What is measured: the same answers read by us, by kube's types as kube reads them, and by `serde_json` alone.

use std::borrow::Cow;
use std::error::Error;
use std::hint::black_box;

use k8s_api_core::decode::{ManagedFields, RawObject};
use k8s_api_core::watch::{WatchDecoder, WatchEvent};
use k8s_api_core::{ListDecoder, PartialObject, Resource};
use k8s_openapi::api::core::v1::Pod;
use kube_core::ObjectList;
use kube_core::metadata::PartialObjectMeta;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answers::{Answers, PIECE};
use crate::lean::LeanPod;
use crate::names::Names;

type Done = Result<usize, Box<dyn Error>>;

/// One row; `run` answers with how many bytes it read.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Answers, &mut Names) -> Done,
}

const fn row(name: &'static str, run: fn(&Answers, &mut Names) -> Done) -> Workload {
    Workload { name, run }
}

pub(crate) const WORKLOADS: [Workload; 16] = [
    row("pod-serde_json", |answers, names| {
        each_pod(answers, |pod| Ok(names.see(serde_json::from_str::<Pod>(pod)?.name())))
    }),
    row("pod-whole", |answers, names| pod::<Pod>(answers, names, ManagedFields::Keep)),
    row("pod-skip", |answers, names| pod::<Pod>(answers, names, ManagedFields::Skip)),
    row("pod-lean", |answers, names| pod::<LeanPod>(answers, names, ManagedFields::Skip)),
    row("split", |answers, names| {
        streamed(&answers.list, |item| {
            black_box(item.as_bytes());
            Ok(names.see(None))
        })
    }),
    row("list-kube", |answers, names| kubes_list::<Pod>(&answers.list, names, |pod| pod.name())),
    row("list-held", |answers, names| held::<Pod>(answers, names)),
    row("list-lean-held", |answers, names| held::<LeanPod>(answers, names)),
    row("list-streamed", |answers, names| {
        streamed(&answers.list, |item| Ok(names.see(item.decode::<Pod>()?.name())))
    }),
    row("list-lean-streamed", |answers, names| {
        streamed(&answers.list, |item| Ok(names.see(item.decode::<LeanPod>()?.name())))
    }),
    row("list-three-fields", |answers, names| {
        streamed(&answers.list, |item| {
            let three: Three<'_> = item.decode()?;
            black_box((&three.metadata.namespace, &three.status.phase));
            Ok(names.see(Some(&three.metadata.name)))
        })
    }),
    row("metadata-kube", |answers, names| {
        kubes_list::<PartialObjectMeta<Pod>>(&answers.metadata, names, |pod| pod.metadata.name.as_deref())
    }),
    row("metadata-streamed", |answers, names| {
        streamed(&answers.metadata, |item| Ok(names.see(item.decode::<PartialObject>()?.name())))
    }),
    row("watch-kube", kubes_watch),
    row("watch-skip", watch::<Pod>),
    row("watch-lean", watch::<LeanPod>),
];

/// Three fields of a full pod, borrowed from the bytes where they hold no escape.
#[derive(Debug, Deserialize)]
struct Three<'a> {
    #[serde(borrow)]
    metadata: Named<'a>,
    #[serde(borrow)]
    status: Phase<'a>,
}

#[derive(Debug, Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    namespace: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Phase<'a> {
    #[serde(borrow)]
    phase: Cow<'a, str>,
}

impl Resource for LeanPod {
    type Metadata = k8s_api_core::ObjectMeta;

    fn metadata(&self) -> &k8s_api_core::ObjectMeta {
        &self.metadata
    }
}

fn each_pod(answers: &Answers, mut read: impl FnMut(&str) -> Result<(), Box<dyn Error>>) -> Done {
    let mut bytes = 0;
    for pod in &answers.pods {
        read(pod)?;
        bytes += pod.len();
    }
    Ok(bytes)
}

fn pod<T: Resource + DeserializeOwned>(
    answers: &Answers,
    names: &mut Names,
    switch: ManagedFields,
) -> Done {
    each_pod(answers, |pod| {
        let object = RawObject::new(pod.as_bytes()).managed_fields(switch);
        Ok(names.see(object.decode::<T>()?.name()))
    })
}

/// Our way: what is whole is decoded while the rest arrives.
fn streamed(
    list: &str,
    mut read: impl FnMut(RawObject<'_>) -> Result<(), Box<dyn Error>>,
) -> Done {
    let mut decoder = ListDecoder::new().managed_fields(ManagedFields::Skip);
    for piece in list.as_bytes().chunks(PIECE) {
        decoder.handle_bytes(piece);
        while let Some(item) = decoder.poll_item()? {
            read(item)?;
        }
    }
    decoder.finish()?;
    Ok(list.len())
}

fn held<T: Resource + DeserializeOwned>(answers: &Answers, names: &mut Names) -> Done {
    let mut pods: Vec<T> = Vec::new();
    let bytes = streamed(&answers.list, |item| Ok(pods.push(item.decode()?)))?;
    pods.iter().for_each(|pod| names.see(pod.name()));
    Ok(bytes)
}

/// kube's way (`Client::request_text`, `Client::request`): all bytes, a text of them, then the list.
fn kubes_list<T: Clone + DeserializeOwned>(
    answer: &str,
    names: &mut Names,
    name: impl Fn(&T) -> Option<&str>,
) -> Done {
    let mut collected = Vec::new();
    for piece in answer.as_bytes().chunks(PIECE) {
        collected.extend_from_slice(piece);
    }
    let text = String::from_utf8(collected)?;
    let list: ObjectList<T> = serde_json::from_str(&text)?;
    list.items.iter().for_each(|item| names.see(name(item)));
    Ok(answer.len())
}

/// kube's way (`Client::request_events`): a text a line, then the event.
fn kubes_watch(answers: &Answers, names: &mut Names) -> Done {
    for line in answers.watch.lines() {
        let line = line.to_owned();
        let event: kube_core::WatchEvent<Pod> = serde_json::from_str(&line)?;
        match event {
            kube_core::WatchEvent::Modified(pod) => names.see(pod.name()),
            other => return Err(format!("not in the answer: {other:?}").into()),
        }
    }
    Ok(answers.watch.len())
}

fn watch<T: Resource + DeserializeOwned>(answers: &Answers, names: &mut Names) -> Done {
    let mut decoder = WatchDecoder::new().managed_fields(ManagedFields::Skip);
    for piece in answers.watch.as_bytes().chunks(PIECE) {
        decoder.handle_bytes(piece);
        while let Some(event) = decoder.poll_event()? {
            match event.decode::<T>()? {
                WatchEvent::Modified(pod) => names.see(pod.name()),
                _ => return Err("not in the answer".into()),
            }
        }
    }
    Ok(answers.watch.len())
}

/// A list that never is in memory: made while it is read.
pub(crate) fn stream<T: Resource + DeserializeOwned>(pods: usize) -> Result<Names, Box<dyn Error>> {
    let mut decoder = ListDecoder::new().managed_fields(ManagedFields::Skip);
    let mut names = Names::default();
    decoder.handle_bytes(br#"{"kind":"PodList","apiVersion":"v1","metadata":{},"items":["#);
    for n in 0..pods {
        let item = format!("{}{}", if n == 0 { "" } else { "," }, crate::pods::pod(n));
        for piece in item.as_bytes().chunks(PIECE) {
            decoder.handle_bytes(piece);
            while let Some(item) = decoder.poll_item()? {
                names.see(item.decode::<T>()?.name());
            }
        }
    }
    decoder.handle_bytes(b"]}");
    decoder.finish()?;
    Ok(names)
}
