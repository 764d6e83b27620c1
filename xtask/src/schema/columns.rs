//! The columns of tables: what a list of each kind is told to have when it is asked for as a table.

use serde_json::{Map, Value, json};

use super::ask::Server;
use crate::Error;

/// What has a scale; asked for, then deleted.
const SCALED: &str = "/apis/apps/v1/namespaces/default/deployments";
const NAME: &str = "schema-scaled";

/// By where objects are kept (`pods`, `deployments.apps`): the columns. `scale` is a deployment's scale.
pub(super) fn all(server: &Server, kinds: &[Value], samples: &Value) -> Result<Value, Error> {
    let mut all = Map::new();
    for kind in kinds {
        let text = |name: &str| kind[name].as_str().unwrap_or_default();
        let (group, version, resource) = (text("group"), text("version"), text("name"));
        let lists = kind["verbs"].as_array();
        if !lists.is_some_and(|verbs| verbs.contains(&"list".into())) || kind["converted"] == true {
            continue;
        }
        let (path, storage) = if group.is_empty() {
            (format!("/api/{version}/{resource}"), resource.to_owned())
        } else {
            let path = format!("/apis/{group}/{version}/{resource}");
            (path, format!("{resource}.{group}"))
        };
        all.insert(storage, of(server, &format!("{path}?limit=1"))?);
    }
    all.insert("scale".to_owned(), scale(server, samples)?);
    Ok(all.into())
}

fn scale(server: &Server, samples: &Value) -> Result<Value, Error> {
    let mut deployment = samples["deployments"].clone();
    deployment["metadata"] = json!({"name": NAME});
    deployment["spec"]["replicas"] = 0.into();
    server.send("POST", SCALED, &deployment)?;
    let columns = of(server, &format!("{SCALED}/{NAME}/scale"));
    server.send("DELETE", &format!("{SCALED}/{NAME}"), &Value::Null)?;
    columns
}

fn of(server: &Server, path: &str) -> Result<Value, Error> {
    let table = server.table(path)?;
    match &table["columnDefinitions"] {
        columns @ Value::Array(_) => Ok(columns.clone()),
        _ => Err(format!("{path}: no columns: {table}").into()),
    }
}
