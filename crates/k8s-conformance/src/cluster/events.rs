//! A watch, read event by event until as many came as are looked for.

use std::time::Duration;

use bytes::BytesMut;
use http::Request;
use http::header::ACCEPT;
use http_body_util::BodyExt as _;
use k8s_client::{Body, Client};
use serde_json::Value;

/// The first `most` events of a watch; fewer when it ends before.
pub(crate) async fn events(client: &Client, path: &str, most: usize) -> Vec<Value> {
    events_as("application/json", client, path, most).await
}

/// The same, of another media type.
pub(crate) async fn events_as(
    media_type: &str,
    client: &Client,
    path: &str,
    most: usize,
) -> Vec<Value> {
    let request = Request::get(path).header(ACCEPT, media_type);
    let response = client.send(request.body(Body::empty()).unwrap()).await;
    let response = response.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let (mut body, mut read, mut found) = (response.into_body(), BytesMut::new(), Vec::new());
    while found.len() < most {
        if let Some(end) = read.iter().position(|byte| *byte == b'\n') {
            found.push(serde_json::from_slice(&read.split_to(end + 1)).unwrap());
            continue;
        }
        let frame = tokio::time::timeout(Duration::from_secs(20), body.frame());
        match frame.await.expect("an event within 20 s") {
            Some(frame) => read.extend_from_slice(frame.unwrap().data_ref().unwrap()),
            None => break,
        }
    }
    found
}

/// Type and name of each event.
pub(crate) fn told(events: &[Value]) -> Vec<(&str, &str)> {
    let told = events.iter().map(|event| {
        let name = event["object"]["metadata"]["name"].as_str();
        (
            event["type"].as_str().unwrap_or_default(),
            name.unwrap_or_default(),
        )
    });
    told.collect()
}
