//! What came of a check: faults, and how much was in order, by which the nearest of several schemas is known.

use std::borrow::Cow;

use serde_json::Value;

use crate::server::status::FieldFault;

#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) faults: Vec<Fault>,
    pub(super) matches: usize,
}

/// One fault, and where it is below the root; `None`: of several schemas together, which the server gives no place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Fault {
    at: Option<String>,
    kind: &'static str,
    says: String,
}

impl Outcome {
    pub(super) fn is_good(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn count(&mut self) {
        self.matches += 1;
    }

    pub(super) fn merge(&mut self, other: Self) {
        for fault in other.faults {
            self.add(fault);
        }
        self.matches += other.matches;
    }

    /// The same without its faults.
    pub(super) fn forgiven(self) -> Self {
        Self {
            faults: Vec::new(),
            ..self
        }
    }

    pub(super) fn required(&mut self, at: String) {
        self.fault(at, "FieldValueRequired", "Required value".to_owned());
    }

    pub(super) fn invalid(&mut self, at: &str, value: &Value, says: &str) {
        let says = format!("Invalid value: {value}: {says}");
        self.fault(at, "FieldValueInvalid", says);
    }

    /// `found` is a type, or a text that has not the format that was wanted.
    pub(super) fn mistyped(&mut self, at: &str, found: &str, wanted: &str) {
        let says =
            format!("Invalid value: {found:?}: {at} in body must be of type {wanted}: {found:?}");
        self.fault(at, "FieldValueTypeInvalid", says);
    }

    pub(super) fn too_long(&mut self, at: &str, most: u64) {
        let bytes = if most == 1 { "byte" } else { "bytes" };
        let says = format!("Too long: may not be more than {most} {bytes}");
        self.fault(at, "FieldValueTooLong", says);
    }

    pub(super) fn too_many(&mut self, at: &str, found: u64, most: u64) {
        let items = if most == 1 { "item" } else { "items" };
        let says = format!("Too many: {found}: must have at most {most} {items}");
        self.fault(at, "FieldValueTooMany", says);
    }

    pub(super) fn unsupported(&mut self, at: &str, value: &Value, known: &[String]) {
        let known: Vec<String> = known.iter().map(|known| format!("{known:?}")).collect();
        let says = format!(
            "Unsupported value: {value}: supported values: {}",
            known.join(", ")
        );
        self.fault(at, "FieldValueNotSupported", says);
    }

    /// A fault without a place.
    pub(super) fn together(&mut self, says: &str) {
        self.add(Fault {
            at: None,
            kind: "FieldValueInvalid",
            says: format!("Invalid value: \"\": {says}"),
        });
    }

    fn fault(&mut self, at: impl Into<String>, kind: &'static str, says: String) {
        let at = Some(at.into());
        self.add(Fault { at, kind, says });
    }

    fn add(&mut self, fault: Fault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

impl Fault {
    /// The same, of what stands at `prefix` in an object.
    pub(super) fn below(self, prefix: &str) -> FieldFault {
        let at = self.at.unwrap_or_default();
        let field = match (prefix, at.trim_start_matches('.')) {
            ("", "") => "<nil>".to_owned(),
            ("", at) => at.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, at) => format!("{prefix}.{at}"),
        };
        FieldFault {
            field,
            kind: Cow::Borrowed(self.kind),
            says: self.says,
        }
    }
}
