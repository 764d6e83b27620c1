//! The client's verbs, streams and waits against answers by hand.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

mod discovery;
mod errors;
mod list;
mod log;
mod modify;
mod recorder;
mod wait;
mod watch;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::BodyExt as _;
use http_body_util::channel::Channel;
use k8s_client::{Api, ApiResource, Client, DynamicObject, Scope};
use k8s_testing::mock::{self, Handle, Received};
use serde_json::{Value, json};

type Maps = Api<DynamicObject>;

const PATH: &str = "/api/v1/namespaces/prod/configmaps";

/// ConfigMaps of one namespace, and the server's side of them.
fn maps() -> (Maps, Handle) {
    let (client, handle) = client();
    let resource = ApiResource::new("", "v1", "ConfigMap", "configmaps", Scope::Namespaced);
    (Api::namespaced_of(client, resource, "prod"), handle)
}

fn client() -> (Client, Handle) {
    let (service, handle) = mock::pair();
    (Client::new(service), handle)
}

fn map(name: &str, version: u64) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "prod", "uid": format!("uid-{name}"), "resourceVersion": version.to_string()},
        "data": {"a": "1"},
    })
}

fn list(items: &[Value], version: &str, more: Option<&str>) -> Value {
    let mut metadata = json!({"resourceVersion": version});
    if let Some(token) = more {
        metadata["continue"] = token.into();
    }
    json!({"kind": "ConfigMapList", "apiVersion": "v1", "metadata": metadata, "items": items})
}

/// A table of rows that are names and versions.
fn table(rows: &[(&str, u64)], version: &str, more: Option<&str>) -> Value {
    let row = |(name, version): &(&str, u64)| {
        json!({"cells": [name], "object": {
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": {"name": name, "resourceVersion": version.to_string()},
        }})
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version, "continue": more.unwrap_or_default()},
        "columnDefinitions": [{"name": "Name"}], "rows": rows,
    })
}

fn event(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({"type": kind, "object": object}))
}

fn bookmark(version: u64, last: bool) -> String {
    let mut metadata = json!({"resourceVersion": version.to_string()});
    if last {
        metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
    }
    event(
        "BOOKMARK",
        &json!({"kind": "ConfigMap", "metadata": metadata}),
    )
}

fn refusal(code: u16, reason: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": code, "reason": reason, "message": reason})
}

fn name(object: &DynamicObject) -> &str {
    object.metadata.name.as_deref().unwrap()
}

/// The next request, which must be this one: method, path and query.
async fn expect(handle: &mut Handle, request: &str) -> Received {
    let received = handle.next().await.expect("a request");
    let got = format!(
        "{} {}",
        received.request().method(),
        received.request().uri()
    );
    assert_eq!(got, request);
    received
}

fn refuse(received: Received, code: u16, reason: &str) {
    received.respond_json(StatusCode::from_u16(code).unwrap(), &refusal(code, reason));
}

/// An answer that is written bit by bit; dropping it breaks the connection.
struct Written(http_body_util::channel::Sender<Bytes, Broken>);

#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection broke")
    }
}

impl std::error::Error for Broken {}

impl Written {
    fn answer(received: Received) -> Self {
        let (sender, body) = Channel::<Bytes, Broken>::new(64);
        let body =
            k8s_testing::Body::wrap(body.map_err(Box::<dyn std::error::Error + Send + Sync>::from));
        received.respond(Response::new(body));
        Self(sender)
    }

    async fn write(&mut self, text: impl Into<Bytes>) {
        self.0.send_data(text.into()).await.unwrap();
    }

    fn end(self) {}

    fn break_off(self) {
        self.0.abort(Broken);
    }
}
