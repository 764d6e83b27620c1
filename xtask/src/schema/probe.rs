//! What no document says of a kind: asked by trying.

mod fields;
mod sample;

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::ask::{Answer, Server};
use crate::Error;

/// How deep fields lie that objects can be chosen by.
const DEEPEST: usize = 3;
const NAMESPACE: &str = "default";

/// Tries everything that can be tried with a kind, and writes down what came of it.
pub(super) fn all(
    server: &Server,
    kind: &mut Value,
    types: &Map<String, Value>,
    samples: &Value,
) -> Result<(), Error> {
    let has = |verb: &str| {
        kind["verbs"]
            .as_array()
            .is_some_and(|verbs| verbs.contains(&verb.into()))
    };
    if !has("list") || !has("create") {
        return Ok(());
    }
    let place = Place::of(server, kind);
    let selectable = selectable(&place, &kind["type"], types)?;
    let zero = zero(&place)?;
    let names = names(&place)?;
    let creates = place
        .put("schema-none", &json!({"metadata": {"name": "schema-none"}}))?
        .code
        != 404;
    let empty = place.post("?dryRun=All", &json!({"metadata": {"name": place.name}}))?;
    let required = empty.body["details"]["causes"].clone();
    kind["selectable"] = selectable.into();
    kind["zero"] = zero;
    let stored = sample::stored(&place, &samples[place.resource.as_str()], kind)?;
    kind["names"] = names.into();
    kind["createsOnUpdate"] = creates.into();
    if empty.code == 422 {
        kind["required"] = required;
    }
    if let Some(Value::Object(stored)) = stored {
        for (name, value) in stored {
            kind[name.as_str()] = value;
        }
    }
    Ok(())
}

/// Where objects of a kind are.
struct Place<'a> {
    server: &'a Server,
    /// The collection's path.
    path: String,
    /// Over all namespaces.
    everywhere: String,
    resource: String,
    /// A name that the kind takes.
    name: String,
}

impl<'a> Place<'a> {
    fn of(server: &'a Server, kind: &Value) -> Self {
        let text = |name: &str| kind[name].as_str().unwrap_or_default();
        let (group, version, resource) = (text("group"), text("version"), text("name"));
        let root = if group.is_empty() {
            format!("/api/{version}")
        } else {
            format!("/apis/{group}/{version}")
        };
        let everywhere = format!("{root}/{resource}");
        let path = if kind["namespaced"] == true {
            format!("{root}/namespaces/{NAMESPACE}/{resource}")
        } else {
            everywhere.clone()
        };
        let name = match resource {
            "ipaddresses" => "10.0.0.77",
            "apiservices" => "v1.schema.example",
            "customresourcedefinitions" => "tries.schema.example",
            _ => "schema-one",
        };
        Self {
            server,
            path,
            everywhere,
            resource: resource.to_owned(),
            name: name.to_owned(),
        }
    }

    fn post(&self, query: &str, body: &Value) -> Result<Answer, Error> {
        self.server
            .send("POST", &format!("{}{query}", self.path), body)
    }

    fn put(&self, name: &str, body: &Value) -> Result<Answer, Error> {
        let path = format!("{}/{name}?dryRun=All", self.path);
        self.server.send("PUT", &path, body)
    }
}

/// The fields that selectors may name, of all that the type has.
fn selectable(
    place: &Place<'_>,
    of: &Value,
    types: &Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let mut fields = vec![("metadata.namespace".to_owned(), "string".into())];
    paths(
        of.as_str().unwrap_or_default(),
        "",
        DEEPEST,
        types,
        &mut fields,
    );
    let mut found = Map::new();
    for (field, holds) in fields {
        let path = format!("{}?limit=1&fieldSelector={field}%3Dx", place.everywhere);
        let answer = place.server.send("GET", &path, &Value::Null)?;
        if answer.code == 200 {
            found.insert(field, holds);
        } else if answer.body["message"]
            .as_str()
            .is_some_and(|says| says.contains("only \"metadata.name\""))
        {
            break;
        }
    }
    Ok(found)
}

fn paths(
    of: &str,
    above: &str,
    deep: usize,
    types: &Map<String, Value>,
    found: &mut Vec<(String, Value)>,
) {
    let fields = types.get(of).and_then(|shape| shape["fields"].as_object());
    for (name, holds) in fields.into_iter().flatten() {
        let path = format!("{above}{name}");
        if holds.get("type").is_some() || holds.get("list").is_some() {
            let holds = holds.get("type").cloned();
            found.push((path, holds.unwrap_or_else(|| "array".into())));
        } else if let (Some(inner), true) = (holds["ref"].as_str(), deep > 1 && name != "metadata")
        {
            paths(inner, &format!("{path}."), deep - 1, types, found);
        }
    }
}

/// An object that says nothing, as bookmarks carry it. A busy server may take longer than a second for the first.
fn zero(place: &Place<'_>) -> Result<Value, Error> {
    let mut object = Value::Null;
    for seconds in [1, 5, 20] {
        let query = format!(
            "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds={seconds}\
             &fieldSelector=metadata.name%3Dschema-none"
        );
        let path = format!("{}?{query}", place.everywhere);
        let answer = place.server.send("GET", &path, &Value::Null)?;
        object = first_event(&answer.body)["object"].clone();
        if object.is_object() || answer.code != 200 {
            break;
        }
    }
    object["metadata"] = json!({});
    Ok(object)
}

/// Of a watch's events the first; more than one are no document, and stand there as text.
fn first_event(body: &Value) -> Value {
    match body.as_str() {
        Some(lines) => {
            let first = lines.lines().next().unwrap_or_default();
            serde_json::from_str(first).unwrap_or_default()
        }
        None => body.clone(),
    }
}

/// The rule for names: what a name with an underscore, one with a dot and one that begins with a digit are told.
fn names(place: &Place<'_>) -> Result<&'static str, Error> {
    let refuses = |name: &str| -> Result<bool, Error> {
        let answer = place.post("?dryRun=All", &json!({"metadata": {"name": name}}))?;
        let causes = answer.body["details"]["causes"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        Ok(causes.iter().any(|cause| cause["field"] == "metadata.name"))
    };
    if place.name.parse::<IpAddr>().is_ok() && refuses("schema-one")? {
        return Ok("address");
    }
    Ok(match (refuses("a_b")?, refuses("a.b")?, refuses("1a")?) {
        (true, false, _) => "subdomain",
        (true, true, false) => "label",
        (true, true, true) => "label1035",
        (false, ..) => "segment",
    })
}
