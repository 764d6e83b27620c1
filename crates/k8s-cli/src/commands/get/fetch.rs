//! Asks the server for what was selected.

use bytes::Bytes;
use http::Request;
use k8s_api_core::Table;
use k8s_api_core::request::{self, GetParams, InvalidRequest, ListParams};
use k8s_client::discovery::ResourceInfo;
use k8s_client::{Api, ApiResource, Client, Collection, DynamicObject, PartialObject, Scope};
use serde_json::Value;

use crate::args::Args;
use crate::commands::select::Selection;
use crate::failure::Failure;
use crate::session::Session;

/// The objects, whole, and what could not be had.
pub(super) async fn objects(
    session: &Session,
    args: &Args,
    selection: &Selection,
) -> (Vec<Value>, Vec<Failure>) {
    let (mut objects, mut failures) = (Vec::new(), Vec::new());
    for (known, names) in &selection.kinds {
        let from = collection(selection, known);
        for name in names {
            let answer = match request::get::<DynamicObject>(&from, name, &GetParams::default()) {
                Ok(request) => session.client.request::<Value>(request).await,
                Err(error) => Err(error.into()),
            };
            let answer = or_no_namespace(&session.client, &from, answer).await;
            take(args, answer, &mut failures)
                .into_iter()
                .for_each(|object| objects.push(object));
        }
        if names.is_empty() {
            let answer = list(&session.client, args, &from).await;
            objects.extend(take(args, answer, &mut failures).into_iter().flatten());
        }
    }
    (objects, failures)
}

/// The same as tables, one a kind.
pub(super) async fn tables<'a>(
    session: &Session,
    args: &Args,
    selection: &'a Selection,
) -> (Vec<(&'a ResourceInfo, Table)>, Vec<Failure>) {
    let (mut tables, mut failures) = (Vec::new(), Vec::new());
    for (known, names) in &selection.kinds {
        let from = collection(selection, known);
        let requests: Vec<_> = match names.is_empty() {
            true => vec![request::list::<DynamicObject>(&from, &params(args, None))],
            false => {
                let get = |name: &String| {
                    request::get::<DynamicObject>(&from, name, &GetParams::default())
                };
                names.iter().map(get).collect()
            }
        };
        let mut whole: Option<Table> = None;
        for request in requests {
            let answer = table(&session.client, args, &from, request).await;
            let answer = or_no_namespace(&session.client, &from, answer).await;
            let Some(more) = take(args, answer, &mut failures) else {
                continue;
            };
            match &mut whole {
                Some(table) => table.rows.extend(more.rows),
                None => whole = Some(more),
            }
        }
        tables.extend(whole.map(|table| (known, table)));
    }
    (tables, failures)
}

/// When there is no such object because there is no such namespace, that is what is said.
async fn or_no_namespace<T>(
    client: &Client,
    from: &Collection,
    answer: Result<T, k8s_client::Error>,
) -> Result<T, k8s_client::Error> {
    let is_missing = answer.as_ref().is_err_and(k8s_client::Error::is_not_found);
    let Some(namespace) = from.namespace().filter(|_| is_missing) else {
        return answer;
    };
    let namespaces = ApiResource::new("", "v1", "Namespace", "namespaces", Scope::Cluster);
    let namespaces = Api::<PartialObject>::all_of(client.clone(), namespaces);
    match namespaces.get(namespace).await {
        Err(error) if error.is_not_found() => Err(error),
        _ => answer,
    }
}

fn collection(selection: &Selection, known: &ResourceInfo) -> Collection {
    match selection.namespace_of(known) {
        Some(namespace) => Collection::namespaced(known.resource.clone(), namespace),
        None => Collection::all(known.resource.clone()),
    }
}

/// Keeps what failed for later, unless it is not to be told.
fn take<T>(
    args: &Args,
    answer: Result<T, k8s_client::Error>,
    failures: &mut Vec<Failure>,
) -> Option<T> {
    match answer {
        Ok(found) => return Some(found),
        Err(error) if error.is_not_found() && args.is("ignore-not-found") => {}
        Err(error) => failures.push(error.into()),
    }
    None
}

fn params(args: &Args, continue_from: Option<String>) -> ListParams {
    let mut params = ListParams::default();
    params.label_selector = args.some_text("selector");
    params.field_selector = args.some_text("field-selector");
    params.limit = Some(args.int("chunk-size")).filter(|size| *size > 0);
    params.continue_token = continue_from;
    params
}

/// All items, page by page; each says what it is, as it would alone.
async fn list(
    client: &Client,
    args: &Args,
    from: &Collection,
) -> Result<Vec<Value>, k8s_client::Error> {
    let mut items = Vec::new();
    let mut next = None;
    loop {
        let request = request::list::<DynamicObject>(from, &params(args, next.take()))?;
        let mut page: Value = client.request(request).await?;
        let token = page["metadata"]["continue"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let resource = from.resource();
        for mut item in page["items"]
            .as_array_mut()
            .into_iter()
            .flat_map(std::mem::take)
        {
            if let Some(item) = item.as_object_mut() {
                item.entry("apiVersion")
                    .or_insert_with(|| resource.api_version().into());
                item.entry("kind")
                    .or_insert_with(|| resource.kind.as_ref().into());
            }
            items.push(item);
        }
        if token.is_empty() {
            return Ok(items);
        }
        next = Some(token);
    }
}

/// A table, with the rows of all its pages.
async fn table(
    client: &Client,
    args: &Args,
    from: &Collection,
    request: Result<Request<Bytes>, InvalidRequest>,
) -> Result<Table, k8s_client::Error> {
    let mut table: Table = client.request(request::as_table(request?)?).await?;
    while let Some(token) = table
        .metadata
        .continue_token
        .take()
        .filter(|token| !token.is_empty())
    {
        let request = request::list::<DynamicObject>(from, &params(args, Some(token)))?;
        let page: Table = client.request(request::as_table(request)?).await?;
        table.rows.extend(page.rows);
        table.metadata = page.metadata;
    }
    Ok(table)
}
