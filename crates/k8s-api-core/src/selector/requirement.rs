//! One condition of a label selector: a key, an operator and values.

use std::fmt;

use super::{Lookup, syntax};

/// How a [`Requirement`] compares.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Operator {
    /// `!key`
    DoesNotExist,
    /// `key==value`, the same as [`Equals`](Self::Equals)
    DoubleEquals,
    /// `key=value`
    Equals,
    /// `key`
    Exists,
    /// `key>5`, both read as 64-bit integers
    GreaterThan,
    /// `key in (a,b)`
    In,
    /// `key<5`, both read as 64-bit integers
    LessThan,
    /// `key!=value`: also true without the key
    NotEquals,
    /// `key notin (a,b)`: also true without the key
    NotIn,
}

/// One condition on an object's labels.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

/// A requirement that no server would take; its text is the server's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidRequirement {
    faults: Vec<String>,
}

// === impl Requirement ===

impl Requirement {
    /// Checks and keeps a condition. The values are kept sorted and once each.
    ///
    /// # Errors
    /// When key or values are no label's, or their number or form does not suit the operator.
    pub fn new<I>(
        key: impl Into<String>,
        operator: Operator,
        values: I,
    ) -> Result<Self, InvalidRequirement>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let key = key.into();
        let mut values: Vec<String> = values.into_iter().map(Into::into).collect();
        values.sort();
        values.dedup();
        let mut faults = Vec::new();
        push_invalid(&mut faults, "key", &key, syntax::label_key(&key));
        if let Some(fault) = wrong_number(operator, &values) {
            faults.push(fault);
        }
        if matches!(operator, Operator::GreaterThan | Operator::LessThan) {
            for (i, value) in values
                .iter()
                .enumerate()
                .filter(|(_, v)| v.parse::<i64>().is_err())
            {
                let says = "for 'Gt', 'Lt' operators, the value must be an integer";
                push_invalid(
                    &mut faults,
                    &format!("values[{i}]"),
                    value,
                    vec![says.to_owned()],
                );
            }
        }
        for (i, value) in values.iter().enumerate() {
            push_invalid(
                &mut faults,
                &format!("values[{i}][{key}]"),
                value,
                syntax::label_value(value),
            );
        }
        if faults.is_empty() {
            Ok(Self {
                key,
                operator,
                values,
            })
        } else {
            Err(InvalidRequirement { faults })
        }
    }

    /// The label it looks at.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How it compares.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// What it compares with, sorted.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether labels meet it.
    pub fn matches(&self, labels: &(impl Lookup + ?Sized)) -> bool {
        let value = labels.lookup(&self.key);
        let listed = |value: &str| self.values.iter().any(|v| v == value);
        match self.operator {
            Operator::In | Operator::Equals | Operator::DoubleEquals => value.is_some_and(listed),
            Operator::NotIn | Operator::NotEquals => !value.is_some_and(listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => self.compares(value, |label, limit| label > limit),
            Operator::LessThan => self.compares(value, |label, limit| label < limit),
        }
    }

    fn compares(&self, value: Option<&str>, holds: impl Fn(i64, i64) -> bool) -> bool {
        let label = value.and_then(|value| value.parse().ok());
        let limit = self.values.first().and_then(|limit| limit.parse().ok());
        label
            .zip(limit)
            .is_some_and(|(label, limit)| holds(label, limit))
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, values) = (&self.key, self.values.join(","));
        match self.operator {
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::DoubleEquals => write!(f, "{key}=={values}"),
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::Exists => f.write_str(key),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::LessThan => write!(f, "{key}<{values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
        }
    }
}

// === impl InvalidRequirement ===

impl InvalidRequirement {
    /// As the parser meets a bad key, before it knows where it is.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        let mut faults = Vec::new();
        push_invalid(&mut faults, "<nil>", key, syntax::label_key(key));
        (!faults.is_empty()).then_some(Self { faults })
    }
}

impl fmt::Display for InvalidRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.as_slice() {
            [fault] => f.write_str(fault),
            faults => write!(f, "[{}]", faults.join(", ")),
        }
    }
}

impl std::error::Error for InvalidRequirement {}

fn push_invalid(faults: &mut Vec<String>, field: &str, value: &str, says: Vec<String>) {
    if !says.is_empty() {
        faults.push(format!(
            "{field}: Invalid value: {value:?}: {}",
            says.join("; ")
        ));
    }
}

fn wrong_number(operator: Operator, values: &[String]) -> Option<String> {
    let (fits, says) = match operator {
        Operator::In | Operator::NotIn => (
            !values.is_empty(),
            "for 'in', 'notin' operators, values set can't be empty",
        ),
        Operator::Equals | Operator::DoubleEquals | Operator::NotEquals => (
            values.len() == 1,
            "exact-match compatibility requires one single value",
        ),
        Operator::Exists | Operator::DoesNotExist => (
            values.is_empty(),
            "values set must be empty for exists and does not exist",
        ),
        Operator::GreaterThan | Operator::LessThan => (
            values.len() == 1,
            "for 'Gt', 'Lt' operators, exactly one value is required",
        ),
    };
    let listed = serde_json::Value::from(values).to_string();
    (!fits).then(|| format!("values: Invalid value: {listed}: {says}"))
}
