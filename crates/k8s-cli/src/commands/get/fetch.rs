//! Asks the server for what was selected.

use bytes::Bytes;
use http::Request;
use k8s_api_core::Table;
use k8s_api_core::request::{self, GetParams, InvalidRequest, ListParams, subresource};
use k8s_client::{Api, ApiResource, Client, Collection, DynamicObject, PartialObject, Scope};
use serde_json::Value;

use super::{SORT_BY, SUBRESOURCE, table, watches};
use crate::args::Args;
use crate::commands::place::Place;
use crate::commands::select::{Selection, selectors};
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

/// Objects, whole.
#[derive(Debug, Default)]
pub(super) struct Objects {
    pub(super) items: Vec<Value>,
    /// The version of the last list.
    pub(super) version: Option<String>,
    /// What could not be had.
    pub(super) failures: Vec<Failure>,
}

/// Objects as tables.
#[derive(Debug, Default)]
pub(super) struct Tables<'a> {
    /// One a kind, in the order of the kinds.
    pub(super) tables: Vec<(&'a Place, Table)>,
    /// What could not be had.
    pub(super) failures: Vec<Failure>,
    /// The server makes no tables of such objects.
    pub(super) plain: bool,
}

/// The objects, whole.
pub(super) async fn objects(
    io: &mut Io,
    session: &Session,
    args: &Args,
    selection: &Selection,
) -> Objects {
    let mut objects = Objects::default();
    for (place, names) in &selection.kinds {
        let api = place.api::<DynamicObject>(&session.client);
        let from = api.collection();
        for name in names {
            let answer = match one(args, from, name) {
                Ok(request) => session.client.request::<Value>(request).await,
                Err(error) => Err(error.into()),
            };
            let answer = or_no_namespace(&session.client, from, answer).await;
            objects
                .items
                .extend(take(args, answer, &mut objects.failures));
        }
        if names.is_empty() {
            let answer = list(io, &session.client, args, from).await;
            let (items, version) = take(args, answer, &mut objects.failures).unwrap_or_default();
            objects.items.extend(items);
            objects.version = version;
        }
    }
    objects
}

/// The same as tables.
pub(super) async fn tables<'a>(
    io: &mut Io,
    session: &Session,
    args: &Args,
    selection: &'a Selection,
) -> Tables<'a> {
    let mut all = Tables::default();
    for (place, names) in &selection.kinds {
        let api = place.api::<DynamicObject>(&session.client);
        let from = api.collection();
        let wanted: Vec<Option<&str>> = match names.is_empty() {
            true => vec![None],
            false => names.iter().map(|name| Some(name.as_str())).collect(),
        };
        for name in wanted {
            let answer = table(io, &session.client, args, from, name).await;
            let answer = or_no_namespace(&session.client, from, answer).await;
            let Some((more, plain)) = take(args, answer, &mut all.failures) else {
                continue;
            };
            all.plain |= plain;
            match all.tables.last_mut() {
                Some((last, table)) if last.is_of_kind(place) => table.rows.extend(more.rows),
                _ => all.tables.push((place, more)),
            }
        }
    }
    all
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

/// One object by name, or a part of it.
fn one(args: &Args, from: &Collection, name: &str) -> Result<Request<Bytes>, InvalidRequest> {
    let params = GetParams::default();
    // A part cannot be watched: with -w, kubectl shows the whole.
    match args.some_text(SUBRESOURCE).filter(|_| !watches(args)) {
        Some(part) => subresource::get(from, name, &part, &params),
        None => request::get::<DynamicObject>(from, name, &params),
    }
}

fn params(args: &Args, continue_from: Option<String>) -> ListParams {
    let mut params = ListParams::default();
    (params.label_selector, params.field_selector) = selectors(args);
    let size = args.int("chunk-size");
    params.limit = Some(size).filter(|size| *size > 0);
    params.continue_token = continue_from;
    params
}

/// A page of the list: the first, or that of a token.
fn page(
    args: &Args,
    from: &Collection,
    token: Option<String>,
) -> Result<Request<Bytes>, InvalidRequest> {
    request::list::<DynamicObject>(from, &params(args, token))
}

/// All items and their version, page by page.
async fn list(
    io: &mut Io,
    client: &Client,
    args: &Args,
    from: &Collection,
) -> Result<(Vec<Value>, Option<String>), k8s_client::Error> {
    let first = client.request(page(args, from, None)?).await?;
    pages(io, client, args, from, first).await
}

/// The items of a page and of those behind it, and their version; each says what it is, as it would alone.
async fn pages(
    io: &mut Io,
    client: &Client,
    args: &Args,
    from: &Collection,
    mut current: Value,
) -> Result<(Vec<Value>, Option<String>), k8s_client::Error> {
    let mut items = Vec::new();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    loop {
        let more = current.get_mut("items").and_then(Value::as_array_mut);
        for mut item in more.into_iter().flat_map(std::mem::take) {
            named(&mut item, from.resource());
            items.push(item);
        }
        let metadata = &current["metadata"];
        let token = text(&metadata["continue"]).filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok((items, text(&metadata["resourceVersion"])));
        }
        far(io, items.len());
        current = client.request(page(args, from, token)?).await?;
    }
}

/// Tells how much of a list that comes in pages is there.
fn far(io: &mut Io, count: usize) {
    io.progress(&format!("{count} objects, and more ..."));
}

/// Writes into an item of a list what it is.
pub(super) fn named(item: &mut Value, resource: &ApiResource) {
    if let Some(item) = item.as_object_mut() {
        item.entry("apiVersion")
            .or_insert_with(|| resource.api_version().into());
        item.entry("kind")
            .or_insert_with(|| resource.kind.as_ref().into());
    }
}

/// The table of one object or of all, with the rows of all its pages, and whether it was made here.
async fn table(
    io: &mut Io,
    client: &Client,
    args: &Args,
    from: &Collection,
    name: Option<&str>,
) -> Result<(Table, bool), k8s_client::Error> {
    let request = match name {
        Some(name) => one(args, from, name)?,
        None => page(args, from, None)?,
    };
    let mut table: Table = client.request(as_table(args, request.clone())?).await?;
    if table.column_definitions.is_empty() {
        let found: Value = client.request(request).await?;
        let (items, version) = match name.is_none() && found["items"].is_array() {
            true => pages(io, client, args, from, found).await?,
            false => alone(found),
        };
        let mut table = table::plain(&items, io.now);
        table.metadata.resource_version = version;
        return Ok((table, true));
    }
    while let Some(token) = table
        .metadata
        .continue_token
        .take()
        .filter(|token| !token.is_empty())
    {
        far(io, table.rows.len());
        let request = as_table(args, page(args, from, Some(token))?)?;
        let more: Table = client.request(request).await?;
        table.rows.extend(more.rows);
        table.metadata = more.metadata;
    }
    Ok((table, false))
}

/// Rows with what is sorted by.
fn as_table(args: &Args, request: Request<Bytes>) -> Result<Request<Bytes>, InvalidRequest> {
    match args.is_given(SORT_BY) {
        true => request::as_table_of_objects(request),
        false => request::as_table(request),
    }
}

/// An object, and its version.
fn alone(object: Value) -> (Vec<Value>, Option<String>) {
    let version = object["metadata"]["resourceVersion"].as_str();
    let version = version.map(str::to_owned);
    (vec![object], version)
}
