//! Get: one object by its name.

use http::{Response, StatusCode};

use super::Ask;
use crate::body::Body;
use crate::server::media;
use crate::server::status::Answered;

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    media::wanted(ask.headers)?;
    let found = ask.state.store().get(ask.kind, ask.namespace(), ask.name());
    let found = found.ok_or_else(|| ask.not_found(ask.name()))?;
    ask.object(StatusCode::OK, &found)
}
