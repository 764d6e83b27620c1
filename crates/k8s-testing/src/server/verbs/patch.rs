//! Patch: a change of an object, as operations or as the fields that change.
//!
//! Follows k8s.io/apiserver `pkg/endpoints/handlers/patch.go` (v0.36).

use http::{Response, StatusCode, header};
use serde_json::Value;

use super::Ask;
use super::create::in_namespace;
use super::update::{self, By, Part};
use crate::body::Body;
use crate::server::patch::Patch;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::{decode, media};

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    part(ask, Part::Whole)
}

/// Patches an object, or its status alone.
pub(super) fn part(ask: &Ask<'_>, part: Part) -> Answered<Response<Body>> {
    media::wanted(ask.headers)?;
    let patch = read(ask)?;
    let dry_run = ask.is_dry_run("PatchOptions")?;
    let store = ask.state.store();
    let old = store.get(ask.kind, ask.namespace(), ask.name());
    let old = old.ok_or_else(|| ask.not_found(ask.name()))?;
    let mut new = apply(&patch, &old)?;
    new = decode::patched(ask.kind, new)?;
    in_namespace(ask.namespace(), &mut new)?;
    update::check_name(ask, &new)?;
    update::write(ask, store, &old, new, (part, By::Patch, dry_run))
}

/// The patch in a request's body, of one of the types that this server has.
pub(super) fn read(ask: &Ask<'_>) -> Answered<Patch> {
    let sent = ask.headers.get(header::CONTENT_TYPE);
    let sent = sent
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    let patch = match essence {
        "application/json-patch+json" => Patch::operations(ask.body),
        "application/merge-patch+json" => Patch::merge(ask.body),
        _ => {
            let says = "415: Unsupported Media Type";
            let code = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            let refusal = Refusal::new(code, "UnsupportedMediaType", says);
            return Err(refusal.detail("", "", ""));
        }
    };
    if ask.query.first("force").is_some() {
        let says = "may not be specified for non-apply patch";
        let fault = FieldFault::forbidden("force", says);
        return Err(Refusal::invalid(
            "meta.k8s.io",
            "PatchOptions",
            "",
            &[fault],
        ));
    }
    patch.map_err(Refusal::bad_request)
}

/// The patched document; operations that cannot be done are told without a reason why.
pub(super) fn apply(patch: &Patch, old: &Value) -> Answered<Value> {
    patch.apply(old).map_err(|_| {
        let says = "the server rejected our request due to an error in our request";
        let code = StatusCode::UNPROCESSABLE_ENTITY;
        Refusal::new(code, "Invalid", says).detail("", "", "")
    })
}
