//! Which objects a list, a watch or a delete means: those that fit both selectors.

use k8s_api_core::selector::{FieldSelector, LabelSelector, Lookup};
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

    /// Whether an object meets all conditions.
    pub(crate) fn fits(&self, object: &Value) -> bool {
        (self.labels.is_empty() || self.labels.matches(&object::labels(object)))
            && (self.fields.is_empty() || self.fields.matches(&Fields(object)))
    }
}

/// The fields of an object that a selector can name.
struct Fields<'a>(&'a Value);

impl Lookup for Fields<'_> {
    fn lookup(&self, field: &str) -> Option<&str> {
        let mut value = self.0;
        for part in field.split('.') {
            value = value.get(part)?;
        }
        match value {
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            other => other.as_str(),
        }
    }
}

fn check_field(kind: &Kind, field: &str) -> Answered<()> {
    let known = field == "metadata.name"
        || field == "metadata.namespace" && kind.resource != "namespaces"
        || kind.fields.contains(&field);
    if known {
        return Ok(());
    }
    let says = if kind.fields.is_empty() {
        format!(
            "{field:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        )
    } else {
        format!("field label not supported: {field}")
    };
    Err(Refusal::bad_request(says))
}
