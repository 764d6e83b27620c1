//! The subresource `status`: what is, apart from what is wanted.

use http::Response;

use super::update::Part;
use super::{Ask, patch, read, replace};
use crate::body::Body;
use crate::server::status::Answered;

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    match ask.info.verb() {
        "patch" => patch::part(ask, Part::Status),
        "update" => replace::part(ask, Part::Status),
        _ => read::answer(ask),
    }
}
