//! Which objects a list, a watch or a delete means: those that fit both selectors.

use std::borrow::Cow;

use k8s_api_core::selector::{FieldSelector, FieldTerm, LabelSelector, Lookup};
use serde_json::Value;

use super::Ask;
use crate::server::kinds::Kind;
use crate::server::object;
use crate::server::status::{Answered, Refusal};

/// Conditions on labels and fields.
#[derive(Debug)]
pub(crate) struct Choice {
    labels: LabelSelector,
    fields: FieldSelector,
}

impl Choice {
    /// Reads the selectors of a query; the fields must be ones that the kind can be chosen by.
    pub(super) fn read(ask: &Ask<'_>) -> Answered<Self> {
        let bad = |error: &dyn std::fmt::Display| Refusal::bad_request(error.to_string());
        let text = |name| ask.query.first(name).unwrap_or_default();
        let labels = LabelSelector::parse(text("labelSelector")).map_err(|error| bad(&error))?;
        let fields = FieldSelector::parse(text("fieldSelector")).map_err(|error| bad(&error))?;
        for term in fields.terms() {
            check_field(ask.kind, term.field())?;
        }
        Ok(Self { labels, fields })
    }

    /// The same, of one name only.
    pub(super) fn named(self, name: &str) -> Self {
        let fields = self.fields.equal("metadata.name", name);
        Self { fields, ..self }
    }

    /// Whether there is no condition.
    pub(super) fn is_all(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether an object meets all conditions.
    pub(crate) fn fits(&self, kind: &Kind, object: &Value) -> bool {
        (self.labels.is_empty() || self.labels.matches(&object::labels(object)))
            && (self.fields.is_empty()
                || self.fields.matches(&Fields::of(object, &self.fields, kind)))
    }
}

/// The fields of an object that a selector names, as text.
struct Fields<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    fn of(object: &'a Value, selector: &'a FieldSelector, kind: &Kind) -> Self {
        let terms = selector.terms().iter().map(FieldTerm::field);
        Self(
            terms
                .map(|field| (field, text(object, field, kind)))
                .collect(),
        )
    }
}

impl Lookup for Fields<'_> {
    fn lookup(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| *name == field);
        found.map(|(_, text)| text.as_ref())
    }
}

/// A field's value as Go prints it; what is absent is what Go's types hold then.
fn text<'a>(object: &'a Value, field: &str, kind: &Kind) -> Cow<'a, str> {
    let value = field
        .split('.')
        .try_fold(object, |value, part| value.get(part));
    match value {
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => Cow::Owned(value.to_string()),
        _ => {
            let known = kind.selectable.iter().find(|(name, _)| name == field);
            Cow::Borrowed(match known.map(|(_, holds)| holds.as_str()) {
                Some("boolean") => "false",
                Some("integer") => "0",
                _ => "",
            })
        }
    }
}

fn check_field(kind: &Kind, field: &str) -> Answered<()> {
    let selectable = &kind.selectable;
    if field == "metadata.name" || selectable.iter().any(|(known, _)| known == field) {
        return Ok(());
    }
    let says = match selectable.as_slice() {
        [(only, _)] if only == "metadata.namespace" && kind.is_built_in() => format!(
            "{field:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        ),
        _ => format!("field label not supported: {field}"),
    };
    Err(Refusal::bad_request(says))
}
