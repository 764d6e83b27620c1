//! kube's client and reflector, unmodified, over the in-memory server as a tower service.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use http::{HeaderValue, Request};
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_testing::ApiServer;
use kube::api::{DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams};
use kube::client::Body;
use kube::runtime::{WatchStreamExt as _, reflector, watcher};
use kube::{Api, Client, ResourceExt as _};
use secrecy::ExposeSecret as _;
use tower::ServiceBuilder;

use crate::Failure;

const OBJECTS: usize = 20;

/// Writes through kube's client while two reflectors watch, one that lists in pages and one that streams its list.
pub(crate) async fn run() -> Result<usize, Failure> {
    let maps: Api<ConfigMap> = Api::default_namespaced(client(ApiServer::new())?);
    create(&maps, 0..OBJECTS / 2).await?;
    let chosen = watcher::Config::default().labels("kube=yes");
    let paged = follow(maps.clone(), chosen.clone().page_size(3));
    let streamed = follow(maps.clone(), chosen.streaming_lists());
    let writing = async {
        create(&maps, OBJECTS / 2..OBJECTS).await?;
        change(&maps).await
    };
    let (written, paged, streamed) = tokio::join!(writing, paged, streamed);
    written?;
    if paged? != streamed? {
        return Err("two reflectors know different things".into());
    }
    Ok(OBJECTS)
}

/// kube's client of an in-memory server, for an administrator.
pub(crate) fn client(server: ApiServer) -> Result<Client, Failure> {
    let token = server.issue_token("kube", &["system:masters"]);
    let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))?;
    let stack = ServiceBuilder::new()
        .map_request(move |mut request: Request<Body>| {
            let headers = request.headers_mut();
            headers.insert("authorization", bearer.clone());
            request
        })
        .service(server);
    Ok(Client::new(stack, "default"))
}

async fn create(maps: &Api<ConfigMap>, numbers: std::ops::Range<usize>) -> Result<(), Failure> {
    for number in numbers {
        let map = ConfigMap {
            metadata: ObjectMeta {
                name: Some(format!("map-{number}")),
                labels: Some(BTreeMap::from([("kube".to_owned(), "yes".to_owned())])),
                ..ObjectMeta::default()
            },
            data: Some(BTreeMap::from([("state".to_owned(), "new".to_owned())])),
            ..ConfigMap::default()
        };
        maps.create(&PostParams::default(), &map).await?;
    }
    Ok(())
}

/// Replaces the even ones, patches the odd ones, deletes every third.
async fn change(maps: &Api<ConfigMap>) -> Result<(), Failure> {
    let list = maps
        .list(&ListParams::default().labels("kube=yes").limit(100))
        .await?;
    for (number, mut map) in list.items.into_iter().enumerate() {
        let name = map.name_any();
        if number % 2 == 0 {
            map.data
                .get_or_insert_default()
                .insert("state".to_owned(), "done".to_owned());
            maps.replace(&name, &PostParams::default(), &map).await?;
        } else {
            let patch = Patch::Merge(serde_json::json!({"data": {"state": "done"}}));
            maps.patch(&name, &PatchParams::default(), &patch).await?;
        }
        if number % 3 == 0 {
            maps.delete(&name, &DeleteParams::default()).await?;
        }
    }
    Ok(())
}

/// Watches until everything that is left is done; names and versions of it.
async fn follow(
    maps: Api<ConfigMap>,
    config: watcher::Config,
) -> Result<Vec<(String, String)>, Failure> {
    let (store, writer) = reflector::store();
    let stream = reflector(writer, watcher(maps, config)).applied_objects();
    let mut stream = std::pin::pin!(stream);
    let left = OBJECTS - OBJECTS.div_ceil(3);
    let done = |map: &ConfigMap| {
        map.data
            .as_ref()
            .is_some_and(|data| data.get("state").is_some_and(|state| state == "done"))
    };
    loop {
        // Deletions pass by silently: look again in a moment.
        let next = tokio::time::timeout(Duration::from_millis(200), stream.next()).await;
        if let Ok(Some(event)) = next {
            event?;
        }
        let known = store.state();
        if known.len() == left && known.iter().all(|map| done(map)) {
            let entry = |map: &std::sync::Arc<ConfigMap>| {
                (map.name_any(), map.resource_version().unwrap_or_default())
            };
            let mut known: Vec<_> = known.iter().map(entry).collect();
            known.sort();
            return Ok(known);
        }
    }
}
