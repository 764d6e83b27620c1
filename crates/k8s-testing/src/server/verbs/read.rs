//! Get: one object by its name.

use http::{Response, StatusCode};

use super::{Ask, list};
use crate::body::Body;
use crate::server::status::{Answered, Refusal};

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    ask.media()?;
    let store = ask.state.store();
    let asked = ask.query.first("resourceVersion").unwrap_or_default();
    match asked.parse::<u64>() {
        Ok(revision) if revision > store.revision() => {
            return Err(list::too_large(revision, store.revision()));
        }
        Err(_) if !asked.is_empty() => {
            let says = format!(
                "resourceVersion: Invalid value: {asked:?}: strconv.ParseUint: parsing {asked:?}: invalid syntax"
            );
            return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says));
        }
        _ => {}
    }
    let found = store.get(ask.kind, ask.namespace(), ask.name());
    drop(store);
    let found = found.ok_or_else(|| ask.not_found(ask.name()))?;
    ask.object(StatusCode::OK, &found)
}
