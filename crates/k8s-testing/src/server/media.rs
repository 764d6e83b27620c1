//! Media types: which form of answer is wanted, in which format, and whether a request's body can be read.
//!
//! ```text
//! Accept ▸ clauses, the most wanted first ▸ (format, form) each ▸ the first that the endpoint offers ▸ Media
//! Content-Type ▸ Format of the body
//! ```
//!
//! Follows k8s.io/apiserver `pkg/endpoints/handlers/negotiation/negotiate.go` (v0.36).

mod clause;

use http::{HeaderMap, StatusCode, header};

use self::clause::Clause;
use super::status::{Answered, Refusal};

/// How an object is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    Json,
    Protobuf,
    Yaml,
}

/// What of an object is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// The object or list itself.
    Whole,
    /// `PartialObjectMetadata`: metadata alone.
    Metadata,
    /// `PartialObjectMetadataList`: a list of metadata.
    MetadataList,
    /// `Table`: what people see of an object or of a list.
    Table,
}

/// What an answer looks like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Media {
    pub(crate) format: Format,
    pub(crate) form: Form,
}

/// What an endpoint can answer with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Offer {
    /// Formats of whole answers.
    whole: &'static [Format],
    /// Whether it can also tell metadata alone.
    converts: bool,
    /// Whether it can also show objects as people see them.
    tables: bool,
    /// Whether it streams, when asked so.
    streams: bool,
    /// Whether its route looks at `Accept` before it does.
    routed: bool,
}

const FORMATS: [Format; 3] = [Format::Json, Format::Yaml, Format::Protobuf];

impl Format {
    /// Its media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Protobuf => "application/vnd.kubernetes.protobuf",
            Self::Yaml => "application/yaml",
        }
    }

    /// Its media type in a watch's answer; `None` when it has no way to write one object after another.
    pub(crate) const fn stream_type(self) -> Option<&'static str> {
        match self {
            Self::Json => Some("application/json"),
            Self::Protobuf => Some("application/vnd.kubernetes.protobuf;stream=watch"),
            Self::Yaml => None,
        }
    }
}

impl Offer {
    /// Documents that are only there as they are.
    pub(crate) const DOCUMENT: Self = Self {
        whole: &FORMATS,
        converts: false,
        tables: false,
        streams: false,
        routed: true,
    };
    /// Documents that no route filters.
    pub(crate) const UNROUTED: Self = Self {
        routed: false,
        ..Self::DOCUMENT
    };
    /// JSON and nothing else.
    pub(crate) const JSON: Self = Self {
        whole: &[Format::Json],
        ..Self::DOCUMENT
    };
    /// Objects of built-in kinds.
    pub(crate) const BUILT_IN: Self = Self {
        converts: true,
        ..Self::DOCUMENT
    };

    /// Objects of other kinds: their metadata alone has numbers.
    pub(crate) const CUSTOM: Self = Self {
        whole: &[Format::Json, Format::Yaml],
        converts: true,
        ..Self::UNROUTED
    };

    /// The same where objects are kept, which people look at.
    pub(crate) const fn tabled(self) -> Self {
        Self {
            tables: true,
            ..self
        }
    }

    /// The same where it may be asked to go on.
    pub(crate) const fn streaming(self) -> Self {
        Self {
            streams: true,
            ..self
        }
    }

    fn allows(self, media: Media) -> bool {
        match media.form {
            Form::Whole => self.whole.contains(&media.format),
            Form::Metadata | Form::MetadataList => self.converts,
            Form::Table => self.tables && media.format != Format::Protobuf,
        }
    }

    /// What a route says that it has.
    fn available(self) -> String {
        let streams = self.streams.then(stream_types);
        let types = self
            .whole
            .iter()
            .map(|format| format.media_type().to_owned());
        let types: Vec<String> = types.chain(streams.into_iter().flatten()).collect();
        types.join(", ")
    }
}

fn stream_types() -> Vec<String> {
    let streaming = FORMATS
        .iter()
        .filter(|format| format.stream_type().is_some());
    streaming
        .map(|format| format!("{};stream=watch", format.media_type()))
        .collect()
}

/// Chooses the first form in `Accept` that an endpoint offers; an absent header takes anything.
pub(crate) fn wanted(headers: &HeaderMap, offer: Offer) -> Answered<Media> {
    if !headers.contains_key(header::ACCEPT) {
        return Ok(Media {
            format: Format::Json,
            form: Form::Whole,
        });
    }
    let clauses = clauses(headers);
    // The router refuses types that nobody has, the handler those that it cannot turn this answer into.
    if offer.routed && !clauses.iter().any(|clause| clause.is_routed(offer.whole)) {
        let available = offer.available();
        let says = format!("406: Not Acceptable\n\nAvailable representations: {available}");
        return Err(not_acceptable(says).detail("", "", ""));
    }
    let mut found = clauses.iter().flat_map(|clause| clause.media(&FORMATS));
    let found = found.find(|media| offer.allows(*media));
    found.ok_or_else(|| {
        let types = FORMATS.map(Format::media_type).join(", ");
        not_acceptable(only(&types))
    })
}

/// The same for an answer that goes on.
pub(crate) fn wanted_stream(headers: &HeaderMap, offer: Offer) -> Answered<Media> {
    let media = wanted(headers, offer.streaming())?;
    match media.format.stream_type() {
        Some(_) => Ok(media),
        None => Err(not_acceptable(only(&stream_types().join(", ")))),
    }
}

/// The format of a refusal: the first in `Accept` that asks for nothing else. `None`: there is none.
pub(crate) fn of_refusal(headers: &HeaderMap) -> Option<Format> {
    wanted(headers, Offer::UNROUTED)
        .ok()
        .map(|media| media.format)
}

/// Whether JSON will do, whatever else is said of it; for documents that are no objects.
pub(crate) fn takes_json(headers: &HeaderMap) -> bool {
    let takes = |clause: &Clause<'_>| clause.takes(Format::Json);
    !headers.contains_key(header::ACCEPT) || clauses(headers).iter().any(takes)
}

/// Whether discovery is wanted in two documents rather than in many.
pub(crate) fn prefers_aggregated_discovery(headers: &HeaderMap) -> bool {
    let clauses = clauses(headers);
    let is_plain = |clause: &Clause<'_>| {
        clause
            .media(&FORMATS)
            .any(|media| media.form == Form::Whole)
    };
    let known = clauses
        .iter()
        .find(|clause| clause.is_aggregated_discovery() || is_plain(clause));
    known.is_some_and(Clause::is_aggregated_discovery)
}

/// What `Accept` asks for, the most wanted first.
fn clauses(headers: &HeaderMap) -> Vec<Clause<'_>> {
    let values = headers.get_all(header::ACCEPT).iter();
    let mut clauses: Vec<_> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(Clause::parse)
        .collect();
    // As Go's sort of a few: what takes anything gives way to what names a type, whatever it weighs.
    for end in 1..clauses.len() {
        let mut at = end;
        while at > 0 && clauses[at].goes_before(&clauses[at - 1]) {
            clauses.swap(at, at - 1);
            at -= 1;
        }
    }
    clauses
}

fn only(types: &str) -> String {
    format!("only the following media types are accepted: {types}")
}

fn not_acceptable(says: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::NOT_ACCEPTABLE, "NotAcceptable", says)
}

/// The format of a request's body; an absent `Content-Type` is taken for JSON.
pub(crate) fn sent(headers: &HeaderMap) -> Answered<Format> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(Format::Json);
    };
    let essence = clause::essence(value.to_str().unwrap_or_default());
    if essence.is_empty() {
        return Ok(Format::Json);
    }
    let mut known = FORMATS.into_iter();
    let found = known.find(|format| essence.eq_ignore_ascii_case(format.media_type()));
    found.ok_or_else(|| unreadable(&FORMATS))
}

/// For a body that is in none of these formats.
pub(crate) fn unreadable(known: &[Format]) -> Refusal {
    let types: Vec<&str> = known.iter().map(|format| format.media_type()).collect();
    let says = format!(
        "the body of the request was in an unknown format - accepted media types include: {}",
        types.join(", ")
    );
    let code = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Refusal::new(code, "UnsupportedMediaType", says)
}

pub(crate) fn not_a_list(kind: &str) -> Refusal {
    not_acceptable(format!(
        "you requested PartialObjectMetadataList, but the requested object is not a list (*core.{kind})"
    ))
}

pub(crate) fn is_a_list(kind: &str) -> Refusal {
    not_acceptable(format!(
        "you requested PartialObjectMetadata, but the requested object is a list (*core.{kind}List)"
    ))
}
