//! What do twelve everyday tasks look like?
//!
//! A function for each, quoted beside kube's in `docs/guide/from-kube.md` and beside client-go's in
//! `docs/guide/from-client-go.md`. The program runs them on an API server in memory, and with `--cluster` in the
//! namespace `default` of the cluster that is configured.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints what it finds"
)]

use std::collections::BTreeMap;
use std::error::Error as StdError;

use k8s_auth::token::StaticToken;
use k8s_auth::{AuthorizeLayer, Origin, Token};
use k8s_client::discovery::Discovery;
use k8s_client::watch::{Update, WatcherParams};
use k8s_client::{
    Api, Client, CreateParams, DeleteParams, DynamicObject, Error, ListParams, LogParams, Patch,
    PatchParams,
};
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use k8s_testing::{ApiServer, mock};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tower::Layer as _;

/// A kubeconfig where there is one, else the Pod that this runs in.
fn connect() -> Result<Client, Error> {
    Client::try_default()
}

async fn list(client: &Client) -> Result<Vec<Pod>, Error> {
    let web = ListParams::default().labels("app=web");
    let pods = Api::<Pod>::all(client.clone()).list(&web).await?;
    Ok(pods.items)
}

async fn find(pods: &Api<Pod>) -> Result<Option<Pod>, Error> {
    match pods.get("web-0").await {
        Ok(pod) => Ok(Some(pod)),
        Err(error) if error.is_not_found() => Ok(None), // `get_opt` does the same
        Err(error) => Err(error),
    }
}

async fn create(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    let mut map = ConfigMap::default();
    map.metadata.name = Some("settings".to_owned());
    map.data = Some(BTreeMap::from([("mode".to_owned(), "slow".to_owned())]));
    maps.create(&map, &CreateParams::default()).await
}

/// What one manager wants of an object; the server makes it, or changes what differs.
async fn apply(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    let wanted = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings"},
        "data": {"mode": "fast"},
    });
    let params = PatchParams::default().field_manager("tasks").force();
    maps.apply("settings", &wanted, &params).await
}

async fn patch(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    let change = Patch::merge(&json!({"data": {"mode": "fast"}}))?;
    maps.patch("settings", &change, &PatchParams::default())
        .await
}

/// Reads, changes and writes, and again when somebody else was faster; other fields stay.
async fn change(maps: &Api<ConfigMap>) -> Result<ConfigMap, Error> {
    maps.modify("settings", &PatchParams::default(), |map| {
        let data = map.data.get_or_insert_default();
        data.insert("owner".to_owned(), "tasks".to_owned());
    })
    .await
}

async fn delete(maps: &Api<ConfigMap>) -> Result<(), Error> {
    maps.delete("settings", &DeleteParams::default()).await?;
    maps.wait_deleted("settings", None).await
}

/// Tells all pods, then every change, for ever: over broken connections, restarts and expired versions.
async fn watch(pods: &Api<Pod>, mut told: impl FnMut(&str)) {
    let mut watcher = pods.watcher(&WatcherParams::default());
    while let Some(update) = watcher.next().await {
        match update {
            Ok(Update::Listed(pod) | Update::Applied(pod)) => {
                told(pod.metadata.name.as_deref().unwrap_or_default());
            }
            Ok(_) => {}                         // gone, or a list begins or ends
            Err(error) => eprintln!("{error}"), // it goes on, after a wait of its own
        }
    }
}

/// Objects of a kind that is known by name when the program runs; short names are names too.
async fn list_any(client: &Client, name: &str) -> Result<Vec<DynamicObject>, Error> {
    let Some(found) = Discovery::new(client.clone()).find(name).await? else {
        return Ok(Vec::new());
    };
    let objects = Api::<DynamicObject>::all_of(client.clone(), found.resource);
    Ok(objects.list(&ListParams::default()).await?.items)
}

async fn follow(pods: &Api<Pod>) -> Result<(), Error> {
    let params = LogParams::default().follow().tail_lines(10);
    let mut lines = pods.log_lines("web-0", &params).await?;
    while let Some(line) = lines.next().await {
        println!("{}", String::from_utf8_lossy(&line?));
    }
    Ok(())
}

/// A function of yours under test: every answer is what the test says.
async fn without_a_cluster() -> Result<Vec<Pod>, Error> {
    let (service, mut server) = mock::pair();
    let client = Client::new(service);
    let pods = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [
        {"metadata": {"name": "web-0"}},
    ]});
    let answered = server
        .expect_get("/api/v1/pods?labelSelector=app%3Dweb")
        .answer(&pods);
    let (pods, ()) = tokio::join!(list(&client), answered);
    pods
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn StdError>> {
    let on_a_cluster = std::env::args().nth(1).as_deref() == Some("--cluster");
    let client = if on_a_cluster {
        connect()?
    } else {
        in_memory()?
    };
    for line in run(&client).await? {
        println!("{line}");
    }
    Ok(())
}

/// A server in memory, and a client that may do everything on it.
fn in_memory() -> Result<Client, Box<dyn StdError>> {
    let server = ApiServer::new();
    let token = server.issue_token("admin", &["system:masters"]);
    let token = StaticToken::new(Token::new(token.expose_secret())?);
    let origin = Origin::loopback_http(&"http://localhost".parse()?)?;
    Ok(Client::new(
        AuthorizeLayer::new(token, origin).layer(server),
    ))
}

/// Does one after the other; a line for each.
async fn run(client: &Client) -> Result<Vec<String>, Error> {
    let pods = Api::<Pod>::namespaced(client.clone(), "default");
    let maps = Api::<ConfigMap>::namespaced(client.clone(), "default");
    let missing = find(&pods).await?.is_none();
    let web: Pod = serde_json::from_value(json!({
        "metadata": {"name": "web-0", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": "registry.example/web:1"}]},
    }))
    .expect("these are fields of a pod");
    pods.get_or_create("web-0", &CreateParams::default(), || web)
        .await?;
    let watched = first_told(&pods).await;
    let mut lines = vec![
        format!(
            "find: missing={missing}, then {}",
            find(&pods).await?.is_some()
        ),
        format!("list: {}", list(client).await?.len()),
        format!("watch: {watched:?}"),
        format!("create: {}", mode(&create(&maps).await?)),
        format!("patch: {}", mode(&patch(&maps).await?)),
        format!("change: {}", mode(&change(&maps).await?)),
        told("apply", apply(&maps).await.map(|map| mode(&map))),
        format!(
            "a kind by name: {}",
            list_any(client, "cm").await?.iter().any(is_settings)
        ),
        told("logs", follow(&pods).await.map(|()| "read".to_owned())),
        format!("without a cluster: {}", without_a_cluster().await?.len()),
    ];
    delete(&maps).await?;
    lines.push("delete: gone".to_owned());
    Ok(lines)
}

/// A watch never ends: this one is dropped when it has told something.
async fn first_told(pods: &Api<Pod>) -> Option<String> {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let tell = |name: &str| {
        let _ = sender.send(name.to_owned());
    };
    tokio::select! {
        () = watch(pods, tell) => None,
        name = receiver.recv() => name,
    }
}

fn is_settings(object: &DynamicObject) -> bool {
    object.metadata.name.as_deref() == Some("settings")
}

fn mode(map: &ConfigMap) -> String {
    format!("{:?}", map.data)
}

/// What a server may refuse: one in memory has no logs, nor has a pod that runs nowhere.
fn told(task: &str, outcome: Result<String, Error>) -> String {
    match outcome {
        Ok(text) => format!("{task}: {text}"),
        Err(error) => format!("{task}: {}", examples::chain(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_tasks_do_what_they_say() {
        let lines = run(&in_memory().unwrap()).await.unwrap();
        for line in [
            "find: missing=true, then true",
            "list: 1",
            r#"watch: Some("web-0")"#,
            r#"create: Some({"mode": "slow"})"#,
            r#"patch: Some({"mode": "fast"})"#,
            r#"change: Some({"mode": "fast", "owner": "tasks"})"#,
            "a kind by name: true",
            "without a cluster: 1",
            "delete: gone",
        ] {
            assert!(lines.iter().any(|told| told == line), "{line}: {lines:#?}");
        }
    }
}
