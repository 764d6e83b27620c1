//! Watches: a change is made as soon as all have been told of the last one.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tower::BoxError;

use crate::exchange::{Connection, request};
use crate::{Latencies, Load, pod_path, pods_path};

/// Has so many connections watch the pod, and changes it for so long.
///
/// # Errors
///
/// If a connection breaks, or somebody is told of more changes than there were.
pub async fn watchers(port: u16, connections: usize, time: Duration) -> Result<Load, BoxError> {
    let mut writer = Connection::open(port).await?;
    let version = change(&mut writer, 0).await?;
    let ask = format!("{}?watch=true&resourceVersion={version}", pods_path());
    let ask = request("GET", &ask, "", "");
    let (told, mut heard) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let mut connection = Connection::open(port).await?;
        connection.ask(&ask).await?;
        tasks.spawn(listen(connection, told.clone()));
    }
    let since = Instant::now();
    let (mut latencies, mut changes) = (Latencies::default(), 0);
    while since.elapsed() < time {
        changes += 1;
        let before = Instant::now();
        change(&mut writer, changes).await?;
        for _ in 0..connections {
            let at: Instant = tokio::select! {
                at = heard.recv() => at.ok_or("nobody listens")?,
                Some(ended) = tasks.join_next() => return Err(ended?),
            };
            latencies.push(at - before);
        }
    }
    Ok(Load {
        latencies,
        elapsed: since.elapsed(),
        bytes: 0,
        checksum: 0,
    })
}

/// Says when an event came, until something is wrong.
async fn listen(mut connection: Connection, told: mpsc::UnboundedSender<Instant>) -> BoxError {
    loop {
        match connection.events().await {
            Ok(1) => {}
            Ok(more) => return format!("{more} events after one change").into(),
            Err(error) => return error,
        }
        if told.send(Instant::now()).is_err() {
            return "nobody counts".into();
        }
    }
}

/// Changes the pod; says which version it has now.
async fn change(writer: &mut Connection, number: u64) -> Result<String, BoxError> {
    let patch = format!(r#"{{"metadata":{{"labels":{{"change":"{number}"}}}}}}"#);
    let patch = request("PATCH", &pod_path(), "application/merge-patch+json", &patch);
    let length = writer
        .ask(&patch)
        .await?
        .ok_or("an answer without a length")?;
    let pod: Result<serde_json::Value, _> = writer
        .body(length, |body| serde_json::from_slice(body))
        .await?;
    let version = &pod?["metadata"]["resourceVersion"];
    Ok(version
        .as_str()
        .ok_or("a pod without a version")?
        .to_owned())
}
