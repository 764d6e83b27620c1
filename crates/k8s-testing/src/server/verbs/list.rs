//! List: objects of a kind, chosen by selectors, in pages.

use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, URL_SAFE_NO_PAD};
use http::{Response, StatusCode};
use k8s_api_core::status::StatusCause;
use serde_json::{Value, json};

use super::Ask;
use super::choice::Choice;
use crate::body::Body;
use crate::server::answer::{self, Shape};
use crate::server::kinds::Kind;
use crate::server::media::{self, Form, Media};
use crate::server::printers::Printed;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::store::{Page, Store};
use crate::server::stored::Stored;
use crate::server::{decode, object, types};

/// Go takes odd bits at the end.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));

/// The choice of objects and of a page that a query makes.
pub(super) struct Options {
    choice: Choice,
    limit: u64,
    /// The revision to read at, and the path behind which to go on.
    at: At,
}

enum At {
    Newest,
    NotOlderThan(u64),
    Exactly(u64),
    Behind { path: String, revision: u64 },
}

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    let media = ask.media()?;
    let options = Options::read(ask)?;
    let (page, revision) = options.page(ask, &ask.state.store())?;
    answered(ask, media, &page, revision)
}

/// An answer with a list, in the form that was asked for.
pub(super) fn answered(
    ask: &Ask<'_>,
    Media { format, form }: Media,
    page: &Page,
    revision: u64,
) -> Answered<Response<Body>> {
    let shape = match form {
        Form::Whole => Shape::List(&ask.kind.type_name),
        Form::MetadataList => Shape::List(types::PARTIAL),
        Form::Metadata => return Err(media::is_a_list(&ask.kind.kind)),
        Form::Table => Shape::Object(types::TABLE),
    };
    let list = document(ask, form, page, revision)?;
    Ok(answer::document(StatusCode::OK, format, shape, &list))
}

/// The list as a document.
fn document(ask: &Ask<'_>, form: Form, page: &Page, revision: u64) -> Answered<Value> {
    let kind = ask.kind;
    let mut metadata = json!({"resourceVersion": revision.to_string()});
    if let Some(last) = &page.last {
        let start = Value::from(format!("{last}\u{0}"));
        let token = format!("{{\"v\":\"meta.k8s.io/v1\",\"rv\":{revision},\"start\":{start}}}");
        metadata["continue"] = URL_SAFE_NO_PAD.encode(token).into();
        if page.remaining > 0 {
            metadata["remainingItemCount"] = page.remaining.into();
        }
    }
    if !kind.is_built_in() && form == Form::Whole {
        // Go's list of anything writes it always.
        let token = metadata["continue"].take();
        metadata["continue"] = if token.is_null() { "".into() } else { token };
    }
    Ok(match form {
        Form::Table => {
            let objects = page.objects.iter().map(|object| &***object);
            ask.printer()?.table(Printed::Kind(kind), metadata, objects)
        }
        Form::MetadataList => json!({
            "kind": "PartialObjectMetadataList",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "items": page.objects.iter().map(|object| object::partial(object)).collect::<Vec<_>>(),
        }),
        Form::Whole | Form::Metadata => json!({
            "kind": kind.list_kind,
            "apiVersion": kind.api_version(),
            "metadata": metadata,
            "items": items(kind, page),
        }),
    })
}

/// A page's objects; built-in ones carry neither kind nor apiVersion in a list.
fn items(kind: &Kind, page: &Page) -> Vec<Value> {
    let objects = page.objects.iter();
    if kind.is_built_in() {
        objects.map(|object| object::item(object)).collect()
    } else {
        objects.map(|object| Value::clone(object)).collect()
    }
}

impl Options {
    pub(super) fn read(ask: &Ask<'_>) -> Answered<Self> {
        let text = |name| ask.query.first(name).unwrap_or_default();
        let choice = Choice::read(ask)?;
        number(ask, "timeoutSeconds")?;
        let limit = number(ask, "limit")?.unwrap_or(0);
        if ask.query.first("sendInitialEvents").is_some() {
            let says = "sendInitialEvents is forbidden for list";
            let fault = FieldFault::forbidden("sendInitialEvents", says);
            return Err(invalid_options(&[fault]));
        }
        let at = At::read(
            text("resourceVersion"),
            text("resourceVersionMatch"),
            text("continue"),
        )?;
        Ok(Self {
            choice,
            limit: u64::try_from(limit).unwrap_or(0),
            at,
        })
    }

    /// The objects chosen, and the revision they were read at.
    pub(super) fn page(&self, ask: &Ask<'_>, store: &Store) -> Answered<(Page, u64)> {
        let newest = store.revision();
        let (after, revision) = match &self.at {
            At::Newest => (None, newest),
            At::NotOlderThan(revision) if *revision > newest => {
                return Err(too_large(*revision, newest));
            }
            At::NotOlderThan(_) => (None, newest),
            At::Exactly(revision) if *revision > newest => {
                return Err(too_large(*revision, newest));
            }
            At::Exactly(revision) if *revision < store.compacted(ask.kind) => {
                return Err(Refusal::expired(
                    "The resourceVersion for the provided list is too old.",
                ));
            }
            At::Exactly(revision) => (None, *revision),
            At::Behind { revision, .. } if *revision < store.compacted(ask.kind) => {
                return Err(expired_continue());
            }
            At::Behind { path, revision } => (Some(path.as_str()), *revision),
        };
        let keep = |object: &Value| self.choice.fits(ask.kind, object);
        let span = (after, self.limit);
        let mut page = store.list(ask.kind, ask.namespace(), revision, span, keep);
        if !self.choice.is_all() {
            // How many of a selection are left is not known.
            page.remaining = 0;
        }
        Ok((page, revision))
    }

    /// The same choice, all pages at once.
    pub(super) fn everything(mut self) -> Self {
        self.limit = 0;
        self
    }
}

impl At {
    fn read(version: &str, matching: &str, token: &str) -> Answered<Self> {
        if !token.is_empty() {
            if !version.is_empty() && version != "0" {
                let says = "specifying resource version is not allowed when using continue";
                return Err(Refusal::bad_request(says));
            }
            return Self::continued(token);
        }
        if version.is_empty() {
            if !matching.is_empty() {
                let says = "resourceVersionMatch is forbidden unless resourceVersion is provided";
                let fault = FieldFault::forbidden("resourceVersionMatch", says);
                return Err(invalid_options(&[fault]));
            }
            return Ok(Self::Newest);
        }
        let revision: u64 = version.parse().map_err(|_| {
            Refusal::bad_request(format!(
                "invalid resource version: resourceVersion: Invalid value: {version:?}: strconv.ParseUint: parsing \
                 {version:?}: invalid syntax"
            ))
        })?;
        match matching {
            "" | "NotOlderThan" => Ok(Self::NotOlderThan(revision)),
            "Exact" if revision == 0 => {
                let says = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
                let fault = FieldFault::forbidden("resourceVersionMatch", says);
                Err(invalid_options(&[fault]))
            }
            "Exact" => Ok(Self::Exactly(revision)),
            other => {
                let fault = FieldFault::unsupported(
                    "resourceVersionMatch",
                    &other.into(),
                    &["Exact", "NotOlderThan", ""],
                );
                Err(invalid_options(&[fault]))
            }
        }
    }

    /// Where a `continue` token goes on; the faults are those of `DecodeContinue` in k8s.io/apiserver.
    fn continued(token: &str) -> Answered<Self> {
        let refuse = |why: &str| {
            let says = format!("invalid continue token: continue key is not valid: {why}");
            Err(Refusal::bad_request(says))
        };
        let Ok(bytes) = LENIENT.decode(token) else {
            let odd = |b: u8| !b.is_ascii_alphanumeric() && !matches!(b, b'-' | b'_');
            let at = token
                .bytes()
                .position(odd)
                .unwrap_or(token.len() - token.len() % 4);
            return refuse(&format!("illegal base64 data at input byte {at}"));
        };
        let token: Value = match serde_json::from_slice(&bytes) {
            Ok(token) => token,
            Err(error) => return refuse(&decode::syntax(&error, &bytes)),
        };
        if token["v"] != "meta.k8s.io/v1" {
            return refuse(&format!(
                "server does not recognize this encoded version {}",
                token["v"]
            ));
        }
        let (start, revision) = (
            token["start"].as_str().unwrap_or_default(),
            token["rv"].as_u64(),
        );
        match revision {
            None | Some(0) => {
                refuse("incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
            }
            Some(_) if start.is_empty() => {
                refuse("encoded start key empty (version meta.k8s.io/v1)")
            }
            Some(_) if start.split('/').any(|part| part == "..") => refuse(start),
            Some(revision) => {
                let path = start.trim_end_matches('\u{0}').to_owned();
                Ok(Self::Behind { path, revision })
            }
        }
    }
}

/// A whole number of the query.
pub(super) fn number(ask: &Ask<'_>, name: &str) -> Answered<Option<i64>> {
    let Some(text) = ask.query.first(name) else {
        return Ok(None);
    };
    let says = || format!("strconv.ParseInt: parsing {text:?}: invalid syntax");
    let number = text.parse().map_err(|_| Refusal::bad_request(says()))?;
    Ok(Some(number))
}

pub(super) fn invalid_options(faults: &[FieldFault]) -> Refusal {
    Refusal::invalid("meta.k8s.io", "ListOptions", "", faults)
}

pub(super) fn too_large(asked: u64, newest: u64) -> Refusal {
    let says = format!("Timeout: Too large resource version: {asked}, current: {newest}");
    let cause = StatusCause::new("ResourceVersionTooLarge", "Too large resource version", "");
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "Timeout", says)
        .causes(vec![cause])
        .retry_after(1)
}

fn expired_continue() -> Refusal {
    Refusal::expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list \
         without the continue parameter.",
    )
}

/// The objects of a page, for a verb that goes on with them.
pub(super) fn objects(ask: &Ask<'_>, store: &Store) -> Answered<Vec<Arc<Stored>>> {
    let (page, _) = Options::read(ask)?.everything().page(ask, store)?;
    Ok(page.objects)
}
