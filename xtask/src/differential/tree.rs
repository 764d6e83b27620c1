//! Kubeconfig text in the making: values as they will be written, in YAML or in JSON.

use std::fmt::Write as _;

use serde_json::Value;

/// A value, and how it is written.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    /// Stands as it is: `no`, `~`, `!!str 1`.
    Raw(String),
    /// A string, quoted where it must be.
    Text(String),
    List(Vec<Self>),
    /// Keys may repeat.
    Map(Vec<(String, Self)>),
}

pub(super) fn raw(text: impl Into<String>) -> Tree {
    Tree::Raw(text.into())
}

pub(super) fn text(text: impl Into<String>) -> Tree {
    Tree::Text(text.into())
}

pub(super) fn map<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
}

impl Tree {
    /// Sets a key of a map, wherever it stands; what is no map becomes one.
    pub(super) fn set(&mut self, key: &str, value: Self) {
        if !matches!(self, Self::Map(_)) {
            *self = Self::Map(Vec::new());
        }
        if let Self::Map(entries) = self {
            match entries.iter_mut().find(|(name, _)| name == key) {
                Some((_, old)) => *old = value,
                None => entries.push((key.to_owned(), value)),
            }
        }
    }

    /// Adds a key at the end, even if it is there already.
    pub(super) fn push(&mut self, key: &str, value: Self) {
        if let Self::Map(entries) = self {
            entries.push((key.to_owned(), value));
        }
    }

    pub(super) fn remove(&mut self, key: &str) {
        if let Self::Map(entries) = self {
            entries.retain(|(name, _)| name != key);
        }
    }

    /// YAML in block style, `indent` levels deep; begins where its key or dash ends.
    pub(super) fn write_yaml(&self, indent: usize, out: &mut String) {
        let lead = "  ".repeat(indent);
        match self {
            Self::Raw(text) => out.push_str(&format!(" {text}\n")),
            Self::Text(text) if is_plain(text) => out.push_str(&format!(" {text}\n")),
            Self::Text(text) => out.push_str(&format!(" {}\n", Value::from(text.as_str()))),
            Self::List(items) if items.is_empty() => out.push_str(" []\n"),
            Self::Map(entries) if entries.is_empty() => out.push_str(" {}\n"),
            Self::List(items) => {
                out.push('\n');
                for item in items {
                    out.push_str(&format!("{lead}-"));
                    item.write_yaml(indent + 1, out);
                }
            }
            Self::Map(entries) => {
                out.push('\n');
                for (key, value) in entries {
                    out.push_str(&format!("{lead}{key}:"));
                    value.write_yaml(indent + 1, out);
                }
            }
        }
    }

    /// JSON; what JSON has no word for becomes a string.
    pub(super) fn write_json(&self, out: &mut String) {
        match self {
            Self::Raw(text) if serde_json::from_str::<Value>(text).is_ok() => out.push_str(text),
            Self::Raw(text) | Self::Text(text) => out.push_str(&Value::from(&**text).to_string()),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write_json(out);
                }
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    let comma = if index > 0 { ",\n\t" } else { "\n\t" };
                    let _ = write!(out, "{comma}{}: ", Value::from(key.as_str()));
                    value.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

/// Whether no reader takes it for anything but this string.
fn is_plain(text: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(safe)
        && !words.contains(&&*text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_both_languages() {
        let tree = map([
            ("a", raw("no")),
            ("b", text("no")),
            ("c", Tree::List(vec![map([("d", text("word"))]), raw("1")])),
            ("e", Tree::List(Vec::new())),
        ]);
        let (mut yaml, mut json) = (String::new(), String::new());
        tree.write_yaml(0, &mut yaml);
        tree.write_json(&mut json);
        assert_eq!(
            yaml,
            "\na: no\nb: \"no\"\nc:\n  -\n    d: word\n  - 1\ne: []\n"
        );
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            value,
            serde_json::json!({"a": "no", "b": "no", "c": [{"d": "word"}, 1], "e": []})
        );
    }

    #[test]
    fn sets_adds_and_removes() {
        let mut tree = map([("a", raw("1"))]);
        tree.set("a", raw("2"));
        tree.push("a", raw("3"));
        let mut json = String::new();
        tree.write_json(&mut json);
        assert_eq!(
            json.split_whitespace().collect::<String>(),
            r#"{"a":2,"a":3}"#
        );
        tree.remove("a");
        assert!(matches!(tree, Tree::Map(entries) if entries.is_empty()));
    }
}
