//! Field selectors: which objects a list or watch means, by the few fields that the server can select on.

use std::fmt;
use std::str::FromStr;

use super::Lookup;

/// Conditions on an object's fields, all of which must hold; no condition selects everything.
///
/// `Display` prints what a `fieldSelector` parameter carries.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FieldSelector {
    terms: Vec<FieldTerm>,
}

/// One condition: a field has a value, or has another one. A field that is absent has the empty value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FieldTerm {
    field: String,
    value: String,
    equals: bool,
}

/// A text that is no field selector; `Display` is what kube-apiserver says of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseFieldSelectorError {
    fault: Fault,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Fault {
    Term { selector: String, term: String },
    Escape { sequence: String },
    Unescaped { character: char },
}

// === impl FieldSelector ===

impl FieldSelector {
    /// Selects everything.
    pub const fn everything() -> Self {
        Self { terms: Vec::new() }
    }

    /// Reads a selector as in a `fieldSelector` parameter: `metadata.name=web,status.phase!=Running`.
    /// In a value, `\`, `,` and `=` are escaped with a backslash.
    ///
    /// # Errors
    /// With the server's text, when the text is no selector.
    pub fn parse(text: &str) -> Result<Self, ParseFieldSelectorError> {
        let mut parts = split_terms(text);
        parts.sort_unstable();
        let mut terms = parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| parse_term(text, part))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|fault| ParseFieldSelectorError { fault })?;
        // `=` alone says nothing: the server drops it and does not ask for a field without a name.
        terms.retain(|term| !(term.field.is_empty() && term.value.is_empty()));
        Ok(Self { terms })
    }

    /// Adds the condition that `field` is `value`.
    #[must_use]
    pub fn equal(self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(FieldTerm {
            field: field.into(),
            value: value.into(),
            equals: true,
        })
    }

    /// Adds the condition that `field` is not `value`.
    #[must_use]
    pub fn not_equal(self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(FieldTerm {
            field: field.into(),
            value: value.into(),
            equals: false,
        })
    }

    /// The conditions.
    pub fn terms(&self) -> &[FieldTerm] {
        &self.terms
    }

    /// Whether it selects everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether fields meet every condition.
    pub fn matches(&self, fields: &(impl Lookup + ?Sized)) -> bool {
        self.terms.iter().all(|term| term.matches(fields))
    }

    /// The value that `field` must have, if a condition says so.
    pub fn requires_exact_match(&self, field: &str) -> Option<&str> {
        self.terms
            .iter()
            .find(|term| term.equals && term.field == field)
            .map(|term| term.value.as_str())
    }

    fn and(mut self, term: FieldTerm) -> Self {
        self.terms.push(term);
        self
    }
}

impl FromStr for FieldSelector {
    type Err = ParseFieldSelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for FieldSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.terms.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            term.fmt(f)?;
        }
        Ok(())
    }
}

// === impl FieldTerm ===

impl FieldTerm {
    /// The field's path, as `metadata.name`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The value compared with, unescaped.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether the field must have the value, rather than must not.
    pub fn is_equality(&self) -> bool {
        self.equals
    }

    fn matches(&self, fields: &(impl Lookup + ?Sized)) -> bool {
        (fields.lookup(&self.field).unwrap_or_default() == self.value) == self.equals
    }
}

impl fmt::Display for FieldTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.equals { "=" } else { "!=" };
        write!(f, "{}{sign}{}", self.field, escape(&self.value))
    }
}

// === impl ParseFieldSelectorError ===

impl fmt::Display for ParseFieldSelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::Term { selector, term } => {
                write!(
                    f,
                    "invalid selector: '{selector}'; can't understand '{term}'"
                )
            }
            Fault::Escape { sequence } => {
                write!(
                    f,
                    "invalid field selector: invalid escape sequence: {sequence}"
                )
            }
            // The server prints the character as a number.
            Fault::Unescaped { character } => write!(
                f,
                "invalid field selector: unescaped character in value: {}",
                u32::from(*character)
            ),
        }
    }
}

impl std::error::Error for ParseFieldSelectorError {}

/// Cuts at each comma that no backslash protects.
fn split_terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                terms.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(&text[start..]);
    terms
}

fn parse_term(selector: &str, term: &str) -> Result<FieldTerm, Fault> {
    let not_a_term = || Fault::Term {
        selector: selector.to_owned(),
        term: term.to_owned(),
    };
    let at = term
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| term[*at..].starts_with("!=") || term[*at..].starts_with('='))
        .ok_or_else(not_a_term)?;
    let (field, rest) = term.split_at(at);
    let (equals, value) = match rest.strip_prefix("!=") {
        Some(value) => (false, value),
        None => (true, rest.strip_prefix("==").unwrap_or_else(|| &rest[1..])),
    };
    Ok(FieldTerm {
        field: field.to_owned(),
        value: unescape(value)?,
        equals,
    })
}

fn unescape(value: &str) -> Result<String, Fault> {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(c @ ('\\' | ',' | '=')) => text.push(c),
                other => {
                    let sequence = std::iter::once('\\').chain(other).collect();
                    return Err(Fault::Escape { sequence });
                }
            },
            ',' | '=' => return Err(Fault::Unescaped { character }),
            _ => text.push(character),
        }
    }
    Ok(text)
}

fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        if matches!(character, '\\' | ',' | '=') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}
