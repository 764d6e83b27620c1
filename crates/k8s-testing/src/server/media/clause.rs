//! One media type of an `Accept` header.

use super::{Form, Format, Media};

/// A media type, how much it is wanted, and what is said behind it.
pub(super) struct Clause<'a> {
    essence: &'a str,
    weight: f32,
    parameters: Vec<(&'a str, &'a str)>,
}

/// A media type without its parameters.
pub(super) fn essence(text: &str) -> &str {
    text.split(';').next().unwrap_or_default().trim()
}

impl<'a> Clause<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let parts = text.split(';').skip(1);
        let parameters: Vec<_> = parts
            .filter_map(|part| part.split_once('='))
            .map(|(key, value)| (key.trim(), value.trim()))
            .collect();
        let weight = parameters.iter().find(|(key, _)| *key == "q");
        let weight = weight.and_then(|(_, q)| q.parse().ok()).unwrap_or(1.0);
        Self {
            essence: essence(text),
            weight,
            parameters,
        }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| *value)
    }

    /// Whether it is put before a clause that stands there.
    pub(super) fn goes_before(&self, other: &Self) -> bool {
        let halves = |clause: &Self| {
            let (half, other) = clause.essence.split_once('/').unwrap_or_default();
            (half == "*", other == "*")
        };
        let (own, others) = (halves(self), halves(other));
        self.weight > other.weight || !own.0 && others.0 || !own.1 && others.1
    }

    /// Whether a route with these formats lets it pass: it looks at whole names, and at nothing behind them.
    pub(super) fn is_routed(&self, formats: &[Format]) -> bool {
        matches!(self.essence, "" | "*/*")
            || formats
                .iter()
                .any(|format| format.media_type() == self.essence)
    }

    pub(super) fn is_aggregated_discovery(&self) -> bool {
        self.essence == "application/json"
            && self.parameter("as") == Some("APIGroupDiscoveryList")
            && self.parameter("g") == Some("apidiscovery.k8s.io")
            && self.parameter("v") == Some("v2")
    }

    /// What it may mean, in the server's order of formats.
    pub(super) fn media(&self, formats: &[Format]) -> impl Iterator<Item = Media> {
        let form = self.form();
        let formats = formats.iter().copied().filter(|format| self.takes(*format));
        let formats: Vec<Format> = formats.collect();
        formats
            .into_iter()
            .filter_map(move |format| form.map(|form| Media { format, form }))
    }

    pub(super) fn takes(&self, format: Format) -> bool {
        let streams = match self.parameter("stream") {
            None | Some("") => true,
            Some(schema) => schema == "watch" && format.stream_type().is_some(),
        };
        let fits = match self.essence {
            "" | "*/*" | "application/*" => true,
            essence => essence == format.media_type(),
        };
        streams && fits
    }

    fn form(&self) -> Option<Form> {
        let parts = ["as", "g", "v"].map(|name| self.parameter(name));
        match parts {
            [None, None, None] => Some(Form::Whole),
            [Some(kind), Some("meta.k8s.io"), Some("v1" | "v1beta1")] => match kind {
                "PartialObjectMetadata" => Some(Form::Metadata),
                "PartialObjectMetadataList" => Some(Form::MetadataList),
                "Table" => Some(Form::Table),
                _ => None,
            },
            _ => None,
        }
    }
}
