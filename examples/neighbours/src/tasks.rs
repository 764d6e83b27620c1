//! Twelve everyday tasks with kube; ours stand in `examples/tasks.rs`.

use std::collections::BTreeMap;

use futures_util::{AsyncBufReadExt as _, StreamExt as _, TryStreamExt as _};
use http::{Request, Response};
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::api::{
    Api, DeleteParams, DynamicObject, GroupVersionKind, ListParams, LogParams, Patch, PatchParams,
    PostParams,
};
use kube::client::Body;
use kube::runtime::wait::{await_condition, conditions};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Client, Error};
use serde_json::json;

use crate::Failure;

/// A kubeconfig where there is one, else the Pod that this runs in.
pub async fn connect() -> Result<Client, Error> {
    Client::try_default().await
}

pub async fn list(client: &Client) -> Result<Vec<Pod>, Error> {
    let web = ListParams::default().labels("app=web");
    let pods = Api::<Pod>::all(client.clone()).list(&web).await?;
    Ok(pods.items)
}

pub async fn find(pods: &Api<Pod>) -> Result<Option<Pod>, Error> {
    match pods.get("web-0").await {
        Ok(pod) => Ok(Some(pod)),
        Err(Error::Api(status)) if status.code == 404 => Ok(None), // `get_opt` does the same
        Err(error) => Err(error),
    }
}

pub async fn create(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    let mut map = ConfigMap::default();
    map.metadata.name = Some("settings".to_owned());
    map.data = Some(BTreeMap::from([("mode".to_owned(), "slow".to_owned())]));
    maps.create(&PostParams::default(), &map).await
}

pub async fn apply(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    let wanted = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings"},
        "data": {"mode": "fast"},
    });
    let params = PatchParams::apply("tasks").force();
    maps.patch("settings", &params, &Patch::Apply(&wanted))
        .await
}

pub async fn patch(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    let change = Patch::Merge(json!({"data": {"mode": "fast"}}));
    maps.patch("settings", &PatchParams::default(), &change)
        .await
}

pub async fn change(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    loop {
        let mut map = maps.get("settings").await?;
        let data = map.data.get_or_insert_default();
        data.insert("owner".to_owned(), "tasks".to_owned());
        match maps.replace("settings", &PostParams::default(), &map).await {
            Err(Error::Api(status)) if status.code == 409 => {}
            other => return other,
        }
    }
}

pub async fn delete(maps: &Api<ConfigMap>) -> Result<(), Failure> {
    let map = maps.get("settings").await?;
    let uid = map.metadata.uid.unwrap_or_default();
    maps.delete("settings", &DeleteParams::default()).await?;
    await_condition(maps.clone(), "settings", conditions::is_deleted(&uid)).await?;
    Ok(())
}

pub async fn watch(pods: &Api<Pod>, mut told: impl FnMut(&str)) {
    let stream = watcher(pods.clone(), watcher::Config::default());
    let mut stream = stream.default_backoff().boxed();
    while let Some(event) = stream.next().await {
        match event {
            Ok(watcher::Event::InitApply(pod) | watcher::Event::Apply(pod)) => {
                told(pod.metadata.name.as_deref().unwrap_or_default());
            }
            Ok(_) => {}
            Err(error) => eprintln!("{error}"),
        }
    }
}

pub async fn list_any(
    client: &Client,
    kind: &GroupVersionKind,
) -> Result<Vec<DynamicObject>, Error> {
    let (resource, _) = kube::discovery::pinned_kind(client, kind).await?;
    let objects = Api::<DynamicObject>::all_with(client.clone(), &resource);
    Ok(objects.list(&ListParams::default()).await?.items)
}

pub async fn follow(pods: &Api<Pod>) -> Result<(), Failure> {
    let params = LogParams {
        follow: true,
        tail_lines: Some(10),
        ..LogParams::default()
    };
    let mut lines = pods.log_stream("web-0", &params).await?.lines();
    while let Some(line) = lines.try_next().await? {
        println!("{line}");
    }
    Ok(())
}

pub async fn without_a_cluster() -> Result<Vec<Pod>, Failure> {
    let service = tower::service_fn(async |request: Request<Body>| {
        assert_eq!(request.uri().path(), "/api/v1/pods");
        let pods = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [
            {"metadata": {"name": "web-0"}},
        ]});
        Ok::<_, Failure>(Response::new(Body::from(serde_json::to_vec(&pods)?)))
    });
    Ok(list(&Client::new(service, "default")).await?)
}
