//! `network-ours SCENARIO …`: k8s-client does it.

use std::borrow::Cow;
use std::hint::black_box;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::Request;
use http_body_util::BodyExt as _;
use k8s_api_core::ListDecoder;
use k8s_api_core::decode::ManagedFields;
use k8s_client::watch::WatchEvent;
use k8s_client::{Api, Body, Client, ListParams, Resource, WatchParams};
use k8s_openapi::api::core::v1::Pod;
use network_common::{Asked, Names, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Builder;

use self::lean::LeanPod;

impl Resource for LeanPod {
    type Metadata = k8s_client::ObjectMeta;

    fn metadata(&self) -> &k8s_client::ObjectMeta {
        &self.metadata
    }
}

#[allow(dead_code, reason = "what a program holds, it need not read here")]
#[path = "../../../../../crates/k8s-api-core/benches/decode/lean.rs"]
mod lean;

fn main() -> Result<()> {
    let asked = Asked::read()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    println!("{}", runtime.block_on(run(&asked))?);
    Ok(())
}

async fn run(asked: &Asked) -> Result<Names> {
    let client = Client::try_default()?;
    let mut names = Names::default();
    let all: Api<Pod> = Api::all(client.clone());
    match &*asked.scenario {
        "cold" => names.see(&client.server_version().await?.git_version),
        "get-bytes" => {
            let path = format!("/api/v1/namespaces/{}/pods/{}", asked.namespace, asked.pod);
            for _ in 0..asked.count {
                let request = Request::get(&path).body(bytes::Bytes::new())?;
                names.see_bytes(&client.request_bytes(request).await?);
            }
        }
        "get-typed" => {
            let api: Api<Pod> = Api::namespaced(client, &*asked.namespace);
            let gets = stream::iter(0..asked.count).map(|_| api.get(&asked.pod));
            let mut gets = gets.buffer_unordered(asked.in_flight);
            while let Some(pod) = gets.try_next().await? {
                names.see(black_box(pod).name().unwrap_or_default());
            }
        }
        "list-typed" => held(&all, &mut names).await?,
        "list-lean" => held(&all.as_kind::<LeanPod>(), &mut names).await?,
        "list-streamed" => streamed(&all, &mut names).await?,
        "list-lean-streamed" => streamed(&all.as_kind::<LeanPod>(), &mut names).await?,
        "list-metadata" => streamed(&all.metadata(), &mut names).await?,
        "list-borrowed" => borrowed(&client, &mut names).await?,
        "watch-typed" => watched(&all, asked.count, &mut names).await?,
        "watch-lean" => watched(&all.as_kind::<LeanPod>(), asked.count, &mut names).await?,
        _ => return Err(asked.unknown()),
    }
    Ok(names)
}

/// All at once in memory, decoded as the answer comes.
async fn held<K>(api: &Api<K>, names: &mut Names) -> Result<()>
where
    K: Resource + DeserializeOwned + Send + 'static,
{
    let list = api.list_streamed(&ListParams::default());
    let pods = list.managed_fields(ManagedFields::Skip).collect().await?;
    pods.iter().for_each(|pod| names.see(pod.name().unwrap_or_default()));
    Ok(())
}

/// One in memory.
async fn streamed<K>(api: &Api<K>, names: &mut Names) -> Result<()>
where
    K: Resource + DeserializeOwned + Send + 'static,
{
    let list = api.list_streamed(&ListParams::default());
    let mut pods = list.managed_fields(ManagedFields::Skip);
    while let Some(pod) = pods.next().await {
        names.see(black_box(pod?).name().unwrap_or_default());
    }
    Ok(())
}

/// Three fields of full pods, borrowed from the bytes where they hold no escape.
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

/// What borrows cannot leave the answer, so the body is read here.
async fn borrowed(client: &Client, names: &mut Names) -> Result<()> {
    let request = Request::get("/api/v1/pods").body(Body::empty())?;
    let mut body = client.send(request).await?.into_body();
    let mut decoder = ListDecoder::new().managed_fields(ManagedFields::Skip);
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame?.into_data() {
            decoder.handle_bytes(&bytes);
        }
        while let Some(item) = decoder.poll_item()? {
            let three: Three<'_> = item.decode()?;
            black_box((&three.metadata.namespace, &three.status.phase));
            names.see(&three.metadata.name);
        }
    }
    decoder.finish()?;
    Ok(())
}

async fn watched<K>(api: &Api<K>, count: usize, names: &mut Names) -> Result<()>
where
    K: Resource + DeserializeOwned,
{
    let events = api.watch(&WatchParams::default()).await?;
    let mut events = events.managed_fields(ManagedFields::Skip);
    while names.seen() < count {
        match events.next().await.ok_or("the watch ended early")?? {
            WatchEvent::Modified(pod) => names.see(pod.name().unwrap_or_default()),
            WatchEvent::Bookmark(_) => {}
            _ => return Err("not a change of a pod".into()),
        }
    }
    Ok(())
}
