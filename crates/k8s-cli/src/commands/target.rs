//! Objects by where they are: what `delete`, `wait` and `describe` are told of.

use k8s_api_core::PartialObject;
use k8s_client::{Api, Client, DynamicResource, ListParams};

use super::manifest;
use super::place::Place;
use super::select::{Selection, selectors};
use crate::args::Args;
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

/// One object's place, whether it is there or not.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) name: String,
    /// The file that names it.
    pub(super) source: Option<String>,
}

impl Target {
    pub(super) fn api<K: DynamicResource>(&self, client: &Client) -> Api<K> {
        self.place.api(client)
    }

    /// `deployment.apps`.
    pub(super) fn kind(&self) -> String {
        self.place.kind()
    }
}

/// What a command says to which neither files nor words name an object.
pub(super) const NONE_NAMED: &str = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

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
            place: item.place,
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
    for (place, names) in &selection.kinds {
        let target = |name: &str, place| Target {
            place,
            name: name.to_owned(),
            source: None,
        };
        targets.extend(names.iter().map(|name| target(name, place.clone())));
        if !names.is_empty() {
            continue;
        }
        let objects = place.api::<PartialObject>(&session.client);
        let mut params = ListParams::default();
        (params.label_selector, params.field_selector) = selectors(args);
        params.limit = Some(500);
        let mut list = objects.list_stream(&params);
        while let Some(object) = list.next().await {
            match object {
                Ok(object) => {
                    let metadata = &object.metadata;
                    let place = Place {
                        namespace: metadata.namespace.as_deref().map(str::to_owned),
                        ..place.clone()
                    };
                    targets.push(target(metadata.name.as_deref().unwrap_or(""), place));
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
