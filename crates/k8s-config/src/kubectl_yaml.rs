//! Any value as YAML, as kubectl reads and writes it.

use std::fmt;

use crate::yaml::{self, Node, Number, Out, Value, YamlError};

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

/// Text that is no YAML. Repeats nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlTextError(YamlError);

impl fmt::Display for YamlTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.0.line, self.0.kind)
    }
}

impl std::error::Error for YamlTextError {}

impl YamlTextError {
    /// The line that it stands on, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.0.line
    }
}

impl Yaml {
    /// Every document of a text of YAML or JSON, those that are empty left out: what `kubectl apply -f` takes.
    ///
    /// Words mean what they mean to kubectl (`sigs.k8s.io/yaml`): `yes` and `on` are true, `010` is 8. Of keys that stand
    /// twice in a map the last one holds.
    ///
    /// ```
    /// use k8s_config::Yaml;
    ///
    /// let documents = Yaml::documents("a: yes\n---\n---\n[1, null]\n")?;
    /// let list = Yaml::List(vec![Yaml::Integer(1), Yaml::Null]);
    /// assert_eq!(documents, [Yaml::Map(vec![("a".to_owned(), Yaml::Bool(true))]), list]);
    /// # Ok::<(), k8s_config::YamlTextError>(())
    /// ```
    ///
    /// # Errors
    /// [`YamlTextError`]: no YAML, a key that is no text, infinity, or one of the limits of this crate.
    pub fn documents(text: &str) -> Result<Vec<Self>, YamlTextError> {
        let documents = yaml::parse_all(text).map_err(YamlTextError)?;
        Ok(documents.iter().map(Self::from_node).collect())
    }

    fn from_node(node: &Node<'_>) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(Number::Int(value)) => Self::Integer(*value),
            Value::Number(Number::Float(value)) => Self::Float(*value),
            Value::Text(text) => Self::Text(text.clone().into_owned()),
            Value::List(items) => Self::List(items.iter().map(Self::from_node).collect()),
            Value::Map(entries) => {
                let last = yaml::last_of_each(entries).filter(|(_, is_last)| *is_last);
                let entry = |(entry, _): (&yaml::Entry<'_>, _)| {
                    (entry.key.to_string(), Self::from_node(&entry.value))
                };
                Self::Map(last.map(entry).collect())
            }
        }
    }

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
