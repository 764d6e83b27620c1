//! Media types: what form of answer is wanted, and whether a request's body can be read.

use http::{HeaderMap, StatusCode, header};

use super::status::{Answered, Refusal};

/// The form of an answer that the `Accept` header asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// The object or list itself.
    Whole,
    /// `PartialObjectMetadata`: metadata alone.
    Metadata,
    /// `PartialObjectMetadataList`: a list of metadata.
    MetadataList,
}

/// What this server speaks. The real one speaks YAML and protobuf too.
const SPOKEN: &str = "application/json";

/// Chooses the first form in `Accept` that this server has; an absent header takes anything.
pub(crate) fn wanted(headers: &HeaderMap) -> Answered<Form> {
    if !headers.contains_key(header::ACCEPT) {
        return Ok(Form::Whole);
    }
    let clauses = clauses(headers);
    if let Some(form) = clauses.iter().find_map(Clause::form) {
        return Ok(form);
    }
    // The router refuses types that nobody has, the handler those that it cannot turn this answer into.
    if clauses.iter().any(Clause::is_json) {
        let says = format!("only the following media types are accepted: {SPOKEN}");
        return Err(not_acceptable(says));
    }
    let says = format!("406: Not Acceptable\n\nAvailable representations: {SPOKEN}");
    Err(not_acceptable(says).detail("", "", ""))
}

/// Whether discovery is wanted in two documents rather than in many.
pub(crate) fn prefers_aggregated_discovery(headers: &HeaderMap) -> bool {
    let clauses = clauses(headers);
    let known = clauses
        .iter()
        .find(|clause| clause.is_aggregated_discovery() || clause.form().is_some());
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
    // Stable: clauses of one weight stay in the order they were sent in.
    clauses.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    clauses
}

fn not_acceptable(says: String) -> Refusal {
    Refusal::new(StatusCode::NOT_ACCEPTABLE, "NotAcceptable", says)
}

/// Refuses a body that is no JSON; an absent `Content-Type` is taken for JSON.
pub(crate) fn readable(headers: &HeaderMap) -> Answered<()> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let essence = value
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if essence.is_empty() || essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = format!(
        "the body of the request was in an unknown format - accepted media types include: {SPOKEN}"
    );
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UnsupportedMediaType",
        message,
    ))
}

/// One media type of an `Accept` header.
struct Clause<'a> {
    essence: &'a str,
    weight: f32,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> Clause<'a> {
    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default();
        let parameters: Vec<_> = parts.filter_map(|p| p.split_once('=')).collect();
        let weight = parameters.iter().find(|(key, _)| *key == "q");
        let weight = weight.and_then(|(_, q)| q.parse().ok()).unwrap_or(1.0);
        Self {
            essence,
            weight,
            parameters,
        }
    }

    fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| value)
    }

    fn is_json(&self) -> bool {
        matches!(self.essence, "" | "application/json" | "*/*")
    }

    fn is_aggregated_discovery(&self) -> bool {
        self.essence == "application/json"
            && self.parameter("as") == "APIGroupDiscoveryList"
            && self.parameter("g") == "apidiscovery.k8s.io"
            && self.parameter("v") == "v2"
    }

    fn form(&self) -> Option<Form> {
        if !self.is_json() {
            return None;
        }
        if self
            .parameters
            .iter()
            .any(|(key, value)| *key == "stream" && *value != "watch")
        {
            return None;
        }
        let version = matches!(self.parameter("v"), "v1" | "v1beta1");
        match (self.parameter("as"), self.parameter("g")) {
            ("", _) => Some(Form::Whole),
            ("PartialObjectMetadata", "meta.k8s.io") if version => Some(Form::Metadata),
            ("PartialObjectMetadataList", "meta.k8s.io") if version => Some(Form::MetadataList),
            _ => None,
        }
    }
}

pub(crate) fn not_a_list(kind: &str) -> Refusal {
    let message = format!(
        "you requested PartialObjectMetadataList, but the requested object is not a list (*core.{kind})"
    );
    not_acceptable(message)
}

pub(crate) fn is_a_list(kind: &str) -> Refusal {
    let message = format!(
        "you requested PartialObjectMetadata, but the requested object is a list (*core.{kind}List)"
    );
    not_acceptable(message)
}
