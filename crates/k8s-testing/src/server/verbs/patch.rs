//! Patch: a change of an object, as operations, as the fields that change, or as what a manager wants.
//!
//! Follows k8s.io/apiserver `pkg/endpoints/handlers/patch.go` (v0.36).

use http::{Response, StatusCode, header};
use serde_json::Value;

use super::create::in_namespace;
use super::update::{self, By, Change, Part};
use super::{Ask, WriteOptions, apply};
use crate::body::Body;
use crate::server::decode::{Decoded, Wanted};
use crate::server::patch::{Patch, Unpatched};
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::{decode, defaults};

/// A patch's media type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    Apply,
    Merge,
    Operations,
    Strategic,
}

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    part(ask, Part::Whole)
}

/// Patches an object, or its status alone.
pub(super) fn part(ask: &Ask<'_>, part: Part) -> Answered<Response<Body>> {
    let form = form(ask)?;
    ask.media()?;
    let options = WriteOptions::of_patch(ask, form == Form::Apply)?;
    if form == Form::Apply {
        return apply::answer(ask, part, &options);
    }
    let store = ask.state.store();
    let old = store.get(ask.kind, ask.namespace(), ask.name());
    let old = old.ok_or_else(|| ask.not_found(ask.name()))?;
    let api_version = ask.kind.api_version();
    let wanted = ask.kind.wanted(&api_version);
    let mut new = patched(ask, &options, (form, wanted), &old)?;
    defaults::declared(ask.kind, &mut new);
    in_namespace(ask.namespace(), &mut new)?;
    update::check_name(ask, &new)?;
    update::write(
        ask,
        store,
        &old,
        new,
        Change::new(part, By::Patch, &options),
    )
}

/// The patched object, read as what it should be.
pub(super) fn patched(
    ask: &Ask<'_>,
    options: &WriteOptions,
    (form, wanted): (Form, Wanted<'_>),
    old: &Value,
) -> Answered<Value> {
    let patch = read(ask, form)?;
    let (document, shown) = patch.apply(wanted.type_name, old).map_err(unpatched)?;
    let invalid = |says: &str| {
        let fault = FieldFault::invalid("patch", &shown.as_str().into(), says);
        Refusal::invalid("", "", "", &[fault])
    };
    let read = if form == Form::Strategic {
        decode::converted(wanted, document)
    } else {
        decode::patched(wanted, &document)
    };
    let read = read.map_err(|says| invalid(&says))?;
    let strict = [patch.strict, read.strict].concat();
    let decoded = Decoded {
        object: read.object,
        strict,
        repeated: Vec::new(),
    };
    options.accept(ask, decoded, invalid)
}

/// The form that the body has by its media type.
pub(super) fn form(ask: &Ask<'_>) -> Answered<Form> {
    let sent = ask.headers.get(header::CONTENT_TYPE);
    let sent = sent
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match sent.split(';').next().unwrap_or_default().trim() {
        "application/apply-patch+yaml" => Ok(Form::Apply),
        "application/json-patch+json" => Ok(Form::Operations),
        "application/merge-patch+json" => Ok(Form::Merge),
        "application/strategic-merge-patch+json" if ask.kind.is_built_in() => Ok(Form::Strategic),
        _ if !ask.kind.is_built_in() => {
            let says = "the body of the request was in an unknown format - accepted media types include: \
                        application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
            let code = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            Err(Refusal::new(code, "UnsupportedMediaType", says))
        }
        _ => {
            let says = "415: Unsupported Media Type";
            let code = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            let refusal = Refusal::new(code, "UnsupportedMediaType", says);
            Err(refusal.detail("", "", ""))
        }
    }
}

fn read(ask: &Ask<'_>, form: Form) -> Answered<Patch> {
    let patch = match form {
        Form::Operations => Patch::operations(ask.body),
        Form::Strategic => Patch::strategic(ask.body),
        Form::Apply | Form::Merge => Patch::merge(ask.body),
    };
    patch.map_err(Refusal::bad_request)
}

fn unpatched(why: Unpatched) -> Refusal {
    match why {
        Unpatched::BadRequest(says) => Refusal::bad_request(says),
        Unpatched::Internal(says) => Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says),
        // Operations that cannot be done are told without a reason why.
        Unpatched::Unprocessable => {
            let says = "the server rejected our request due to an error in our request";
            let code = StatusCode::UNPROCESSABLE_ENTITY;
            Refusal::new(code, "Invalid", says).detail("", "", "")
        }
    }
}
