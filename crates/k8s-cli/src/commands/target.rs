//! Objects by where they are: what `delete`, `wait` and `describe` are told of.

use k8s_api_core::PartialObject;
use k8s_client::discovery::ResourceInfo;
use k8s_client::{Api, Client, DynamicResource, ListParams};

use super::manifest;
use super::select::Selection;
use crate::args::Args;
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

/// One object's place, whether it is there or not.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) info: ResourceInfo,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    /// The file that names it.
    pub(super) source: Option<String>,
}

impl Target {
    pub(super) fn api<K: DynamicResource>(&self, client: &Client) -> Api<K> {
        api(client, &self.info, self.namespace.as_deref())
    }

    /// `deployment.apps`.
    pub(super) fn kind(&self) -> String {
        let resource = &self.info.resource;
        let kind = resource.kind.to_lowercase();
        match &*resource.group {
            "" => kind,
            group => format!("{kind}.{group}"),
        }
    }
}

/// What a command says to which neither files nor words name an object.
pub(super) const NONE_NAMED: &str = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/// Objects of a kind, in a namespace or in all of them.
pub(super) fn api<K: DynamicResource>(
    client: &Client,
    info: &ResourceInfo,
    namespace: Option<&str>,
) -> Api<K> {
    let (client, resource) = (client.clone(), info.resource.clone());
    match namespace {
        Some(namespace) => Api::namespaced_of(client, resource, namespace),
        None => Api::all_of(client, resource),
    }
}

/// The objects that files or words name: by name as they are, by kind those that are there.
pub(super) async fn read(
    io: &mut Io,
    args: &Args,
    session: &Session,
    words: &[&str],
) -> Result<(Vec<Target>, Vec<Failure>), Failure> {
    if manifest::is_given(args) {
        let (items, failures) = manifest::items(io, args, session).await?;
        let target = |item: manifest::Item| Target {
            info: item.info,
            namespace: item.namespace,
            name: item.name,
            source: Some(item.source),
        };
        return Ok((items.into_iter().map(target).collect(), failures));
    }
    let selection = Selection::read(io, session, args, words).await?;
    of(session, args, &selection).await
}

/// The objects of a selection.
pub(super) async fn of(
    session: &Session,
    args: &Args,
    selection: &Selection,
) -> Result<(Vec<Target>, Vec<Failure>), Failure> {
    let (mut targets, mut failures) = (Vec::new(), Vec::new());
    for (info, names) in &selection.kinds {
        let namespace = selection.namespace_of(info).map(str::to_owned);
        let target = |name: &str, namespace| Target {
            info: info.clone(),
            namespace,
            name: name.to_owned(),
            source: None,
        };
        targets.extend(names.iter().map(|name| target(name, namespace.clone())));
        if !names.is_empty() {
            continue;
        }
        let objects = api::<PartialObject>(&session.client, info, namespace.as_deref());
        let mut params = ListParams::default();
        params.label_selector = args.some_text("selector");
        params.field_selector = args.some_text("field-selector");
        params.limit = Some(500);
        let mut list = objects.list_stream(&params);
        while let Some(object) = list.next().await {
            match object {
                Ok(object) => {
                    let metadata = &object.metadata;
                    let namespace = metadata.namespace.as_deref().map(str::to_owned);
                    targets.push(target(metadata.name.as_deref().unwrap_or(""), namespace));
                }
                Err(error) => {
                    failures.push(error.into());
                    break;
                }
            }
        }
    }
    Ok((targets, failures))
}
