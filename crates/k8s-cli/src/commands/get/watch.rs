//! `-w`: what is there, and then every change, as rows or objects of their own.
//!
//! ```text
//! list or get ▸ Seen: which version of which object was shown ▸ Printer
//! k8s_client's Watcher after that version ▸ Seen: is it news? ▸ Printer
//! ```
//!
//! Follows `watch` of kubectl's `get.go`, but goes on where kubectl ends: when the server ends the watch, when the
//! connection breaks, and when the version is gone, after which another list tells what is new.

mod piece;
mod printer;
mod seen;

use std::time::Duration;

use k8s_api_core::{DynamicResource, Table};
use k8s_client::watch::{Change, ManagedFields, Update, Watcher, WatcherParams};
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use self::piece::{Piece, Pieces, Whole};
use self::printer::Printer;
use self::seen::Seen;
use super::fetch::{self, Objects, Tables};
use super::sort::SortBy;
use super::{Shown, WATCH_ONLY, sort};
use crate::args::Args;
use crate::commands::select::{Selection, selectors};
use crate::commands::written;
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;
use crate::signals::Signals;

const ONE_TYPE: &str = "you may only specify a single resource type";
const ONE_OR_ALL: &str = "you may only watch a single resource or type of resource at a time";
/// kubectl's code when it is interrupted.
const INTERRUPTED: u8 = 1;

pub(super) async fn run(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
    shown: &Shown,
    order: Option<&SortBy>,
) -> Result<(), Failure> {
    let [(place, names)] = &selection.kinds[..] else {
        return Err(Failure::new(ONE_TYPE));
    };
    let mut signals = Signals::new().map_err(Failure::new)?;
    let watch = async {
        let mut printer = Printer::new(args, shown, place);
        let mut seen = Seen::default();
        let begun = match shown {
            Shown::Table => rows(io, args, session, selection, order, &mut printer).await?,
            _ => objects(io, args, session, selection, order).await?,
        };
        let Some(begun) = begun else {
            return Ok(());
        };
        if !args.is(WATCH_ONLY) {
            printer.print(io, Change::Added, &begun.pieces)?;
        }
        begun.pieces.iter().for_each(|piece| seen.saw(piece));
        if names.len() > 1 {
            return Err(Failure::new(ONE_OR_ALL));
        }
        let params = params(args, names.first(), begun.version);
        let end = session.config.request_timeout;
        let client = &session.client;
        if begun.as_rows {
            let watcher = place.api::<Table>(client).watcher(&params);
            follow(io, watcher, &mut seen, &mut printer, end).await
        } else {
            let params = params.managed_fields(ManagedFields::Keep);
            let watcher = place.api::<Whole>(client).watcher(&params);
            follow(io, watcher, &mut seen, &mut printer, end).await
        }
    };
    tokio::select! {
        ended = watch => ended,
        () = signals.next() => Err(Failure::silent_with(INTERRUPTED)),
    }
}

/// What a watch begins with.
struct Begun {
    /// What is there.
    pieces: Vec<Piece>,
    version: Option<String>,
    /// Whether changes are asked for as rows: the server makes tables, and they are shown.
    as_rows: bool,
}

/// The rows that are there; `None` where there is nothing, and that is no failure.
async fn rows(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
    order: Option<&SortBy>,
    printer: &mut Printer<'_>,
) -> Result<Option<Begun>, Failure> {
    let found = fetch::tables(io, session, args, selection).await;
    let Tables {
        mut tables,
        failures,
        plain,
    } = found;
    written::result(failures)?;
    let Some((_, mut table)) = tables.pop() else {
        return Ok(None);
    };
    sort(order, &mut table.rows)?;
    let version = table.metadata.resource_version.take();
    printer.columns(std::mem::take(&mut table.column_definitions));
    Ok(Some(Begun {
        pieces: table.pieces().collect(),
        version,
        as_rows: !plain,
    }))
}

/// The same as objects.
async fn objects(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
    order: Option<&SortBy>,
) -> Result<Option<Begun>, Failure> {
    let Objects {
        mut items,
        version,
        failures,
    } = fetch::objects(io, session, args, selection).await;
    written::result(failures)?;
    if items.is_empty() && selection.is_single() {
        return Ok(None);
    }
    if let Some(order) = order.filter(|_| !selection.is_single()) {
        order.objects(&mut items)?;
    }
    let pieces: Vec<Piece> = items.into_iter().map(Piece::Object).collect();
    let version = match &pieces[..] {
        [one] if selection.is_single() => Some(one.version().to_owned()),
        _ => version,
    };
    Ok(Some(Begun {
        pieces,
        version,
        as_rows: false,
    }))
}

fn params(args: &Args, name: Option<&String>, version: Option<String>) -> WatcherParams {
    let mut params = WatcherParams::default();
    params.after = version.filter(|version| !version.is_empty());
    match name {
        Some(name) => params.named(name),
        None => {
            (params.label_selector, params.field_selector) = selectors(args);
            params
        }
    }
}

/// Shows changes until something is wrong that does not pass by itself, or the time is over.
async fn follow<K>(
    io: &mut Io,
    mut watcher: Watcher<K>,
    seen: &mut Seen,
    printer: &mut Printer<'_>,
    limit: Option<Duration>,
) -> Result<(), Failure>
where
    K: DynamicResource + DeserializeOwned + Pieces + Send + 'static,
{
    let over = async {
        match limit {
            Some(limit) => sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(over);
    let mut is_broken = false;
    loop {
        let update = tokio::select! {
            biased;
            () = &mut over => return Ok(()),
            update = watcher.next() => update,
        };
        match update {
            None => return Ok(()),
            // A version that is gone soon after a failure is told, too; a list follows.
            Some(Err(error)) if error.is_gone() => {}
            Some(Err(error)) if error.is_retryable() => {
                if !is_broken {
                    let failure = Failure::from(error).at(io.server.as_deref());
                    io.note(&format!(
                        "Warning: the watch was cut off, and is tried again:\n{failure}"
                    ));
                }
                is_broken = true;
            }
            Some(Err(error)) => return Err(error.into()),
            Some(Ok(update)) => {
                is_broken = false;
                show(io, update, seen, printer)?;
            }
        }
    }
}

/// Shows what is new in an update.
fn show<K: Pieces>(
    io: &mut Io,
    update: Update<K>,
    seen: &mut Seen,
    printer: &mut Printer<'_>,
) -> Result<(), Failure> {
    let (pieces, is_gone) = match update {
        Update::Restarted => {
            seen.list();
            return Ok(());
        }
        Update::Synced => {
            for name in seen.listed() {
                io.warn(&format!("{name} was deleted while the watch was cut off"));
            }
            return Ok(());
        }
        Update::Undecodable(_, object) => {
            let error = &object.error;
            io.warn(&format!("an object of the watch cannot be read: {error}"));
            return Ok(());
        }
        Update::Listed(pieces) | Update::Applied(pieces) => (pieces, false),
        Update::Deleted(pieces) => (pieces, true),
        _ => return Ok(()),
    };
    for piece in pieces.pieces() {
        let change = match is_gone {
            true => Some(seen.gone(&piece)),
            false => seen.news(&piece),
        };
        if let Some(change) = change {
            printer.print(io, change, &[piece])?;
        }
    }
    Ok(())
}
