//! Replace: a whole object in the place of the one that the client has seen.

use std::sync::MutexGuard;

use http::Response;
use serde_json::Value;

use super::create::{self, in_namespace};
use super::update::{self, By, Change, Part};
use super::{Ask, WriteOptions};
use crate::body::Body;
use crate::server::authorize::Attributes;
use crate::server::status::Answered;
use crate::server::store::Store;

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    part(ask, Part::Whole)
}

/// Replaces an object, or its status alone.
pub(super) fn part(ask: &Ask<'_>, part: Part) -> Answered<Response<Body>> {
    ask.media()?;
    ask.sent()?;
    let options = WriteOptions::read(ask, "UpdateOptions")?;
    let mut new = ask.decoded(&options)?;
    in_namespace(ask.namespace(), &mut new)?;
    update::check_name(ask, &new)?;
    let store = ask.state.store();
    let old = store.get(ask.kind, ask.namespace(), ask.name());
    match old {
        None if part == Part::Whole => absent(ask, store, new, &options),
        None => Err(ask.not_found(ask.name())),
        Some(old) => {
            let change = Change::new(part, By::Replacement, &options);
            update::write(ask, store, &old, new, change)
        }
    }
}

/// Most kinds are not there; a few come about by their first replacement, for whoever may create them.
fn absent(
    ask: &Ask<'_>,
    store: MutexGuard<'_, Store>,
    mut new: Value,
    options: &WriteOptions,
) -> Answered<Response<Body>> {
    // Roles are read in the store.
    drop(store);
    if !ask.kind.creates_on_update {
        return Err(ask.not_found(ask.name()));
    }
    let creates = Attributes {
        verb: "create".to_owned(),
        ..Attributes::from(ask.info)
    };
    ask.state.authorize(ask.user, &creates)?;
    create::own(ask, &mut new, options);
    create::finish(ask, ask.state.store(), new, options.dry_run)
}
