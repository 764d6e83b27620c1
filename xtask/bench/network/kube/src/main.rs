//! `network-kube SCENARIO …`: kube does it.

use std::hint::black_box;
use std::pin::pin;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::Request;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ApiResource, ListParams, Object, WatchEvent, WatchParams};
use kube::{Api, Client, Resource, ResourceExt as _};
use network_common::{Asked, Names, Result};
use serde::de::DeserializeOwned;
use tokio::runtime::Builder;

use self::lean::{Spec, Status};

#[allow(dead_code, reason = "what a program holds, it need not read here")]
mod lean;

fn main() -> Result<()> {
    let asked = Asked::read()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    println!("{}", runtime.block_on(run(&asked))?);
    Ok(())
}

type LeanPod = Object<Spec, Status>;

async fn run(asked: &Asked) -> Result<Names> {
    let client = Client::try_default().await?;
    let mut names = Names::default();
    let all: Api<Pod> = Api::all(client.clone());
    let lean: Api<LeanPod> = Api::all_with(client.clone(), &ApiResource::erase::<Pod>(&()));
    match &*asked.scenario {
        "cold" => names.see(&client.apiserver_version().await?.git_version),
        "get-bytes" => {
            let path = format!("/api/v1/namespaces/{}/pods/{}", asked.namespace, asked.pod);
            for _ in 0..asked.count {
                let text = client.request_text(Request::get(&path).body(Vec::new())?).await?;
                names.see_bytes(text.as_bytes());
            }
        }
        "get-typed" => {
            let api: Api<Pod> = Api::namespaced(client, &asked.namespace);
            let gets = stream::iter(0..asked.count).map(|_| api.get(&asked.pod));
            let mut gets = pin!(gets.buffer_unordered(asked.in_flight));
            while let Some(pod) = gets.try_next().await? {
                names.see(&black_box(pod).name_any());
            }
        }
        "list-typed" => held(&all, &mut names).await?,
        "list-lean" => held(&lean, &mut names).await?,
        "list-metadata" => {
            let list = all.list_metadata(&ListParams::default()).await?;
            list.iter().for_each(|pod| names.see(pod.metadata.name.as_deref().unwrap_or_default()));
        }
        "watch-typed" => watched(&all, asked.count, &mut names).await?,
        "watch-lean" => watched(&lean, asked.count, &mut names).await?,
        _ => return Err(asked.unknown()),
    }
    Ok(names)
}

async fn held<K: Resource + Clone + std::fmt::Debug + DeserializeOwned>(
    api: &Api<K>,
    names: &mut Names,
) -> Result<()> {
    let list = api.list(&ListParams::default()).await?;
    list.iter().for_each(|pod| names.see(pod.meta().name.as_deref().unwrap_or_default()));
    Ok(())
}

async fn watched<K: Resource + Clone + std::fmt::Debug + DeserializeOwned>(
    api: &Api<K>,
    count: usize,
    names: &mut Names,
) -> Result<()> {
    let mut events = pin!(api.watch(&WatchParams::default(), "1").await?);
    while names.seen() < count {
        match events.try_next().await?.ok_or("the watch ended early")? {
            WatchEvent::Modified(pod) => names.see(pod.meta().name.as_deref().unwrap_or_default()),
            WatchEvent::Bookmark(_) => {}
            _ => return Err("not a change of a pod".into()),
        }
    }
    Ok(())
}
