//! Any value as YAML, as kubectl writes it.

use std::fmt;

use crate::yaml::{self, Number, Out};

/// A value that prints itself as the YAML of kubectl (`sigs.k8s.io/yaml`): keys sorted, its quotes, its line breaks, a
/// line break at the end.
///
/// ```
/// use k8s_config::Yaml;
///
/// let ports = Yaml::List(vec![Yaml::Integer(80), Yaml::Text("80".to_owned())]);
/// let object = Yaml::Map(vec![("ports".to_owned(), ports)]);
/// assert_eq!(object.to_string(), "ports:\n- 80\n- \"80\"\n");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Yaml {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A text, in quotes where it would be taken for something else.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// A map; of keys that stand there twice, both are written.
    Map(Vec<(String, Self)>),
}

impl fmt::Display for Yaml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&yaml::document(self.out()))
    }
}

impl Yaml {
    fn out(&self) -> Out {
        match self {
            Self::Null => Out::Null,
            Self::Bool(value) => Out::Bool(*value),
            Self::Integer(value) => Out::Number(Number::Int(*value)),
            Self::Float(value) => Out::Number(Number::Float(*value)),
            Self::Text(text) => Out::Text(text.clone()),
            Self::List(values) => Out::List(values.iter().map(Self::out).collect()),
            Self::Map(entries) => {
                let entry = |(key, value): &(String, Self)| (key.clone(), value.out());
                Out::Map(entries.iter().map(entry).collect())
            }
        }
    }
}
