//! A tree of values as JSON text, for the parts of a kubeconfig that are handed on without being understood.

use super::{Entry, Node, Out, Value, last_of_each};

impl Node<'_> {
    /// The value as JSON text, keys in the order of the document, the last of equal keys alone.
    pub(crate) fn to_json(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }

    fn write(&self, json: &mut String) {
        match &self.value {
            Value::Null => json.push_str("null"),
            Value::Bool(flag) => json.push_str(if *flag { "true" } else { "false" }),
            Value::Number(number) => json.push_str(&number.to_string()),
            Value::Text(text) => write_text(text, json),
            Value::List(items) => {
                json.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        json.push(',');
                    }
                    item.write(json);
                }
                json.push(']');
            }
            Value::Map(entries) => write_map(entries, json),
        }
    }
}

impl Out {
    /// The value as JSON on one line, which is YAML, too: whatever a reader of either may stumble on is escaped.
    pub(super) fn to_json(&self, spaced: bool) -> String {
        let mut json = String::new();
        self.write_json(spaced, &mut json);
        json
    }

    fn write_json(&self, spaced: bool, json: &mut String) {
        let (comma, colon) = if spaced { (", ", ": ") } else { (",", ":") };
        match self {
            Self::Null => json.push_str("null"),
            Self::Bool(flag) => json.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => json.push_str(&number.to_string()),
            Self::Text(text) => write_text(text, json),
            Self::List(items) => {
                json.push('[');
                for (index, item) in items.iter().enumerate() {
                    json.push_str(if index > 0 { comma } else { "" });
                    item.write_json(spaced, json);
                }
                json.push(']');
            }
            Self::Map(fields) => {
                json.push('{');
                for (index, (key, value)) in fields.iter().enumerate() {
                    json.push_str(if index > 0 { comma } else { "" });
                    write_text(key, json);
                    json.push_str(colon);
                    value.write_json(spaced, json);
                }
                json.push('}');
            }
        }
    }
}

/// One value over several lines, each level indented by four: `json.MarshalIndent` of Go, HTML escapes included.
pub(crate) fn json_document(out: &Out) -> String {
    let mut json = String::new();
    out.write_lines(0, &mut json);
    json.push('\n');
    json
}

/// JSON with `word` in the place of every string that is not empty.
pub(crate) fn without_strings(json: &str, word: &str) -> String {
    let node = super::parse(json).ok().flatten();
    let mut out = node.map_or(Out::Null, |node| Out::from(&node));
    out.replace_strings(word);
    out.to_json(false)
}

impl Out {
    /// Keys in the order of their bytes, as Go has them in JSON of a map.
    pub(crate) fn sorted(self) -> Self {
        match self {
            Self::List(items) => Self::List(items.into_iter().map(Self::sorted).collect()),
            Self::Map(mut fields) => {
                fields.sort_by(|(a, _), (b, _)| a.cmp(b));
                Self::Map(
                    fields
                        .into_iter()
                        .map(|(key, value)| (key, value.sorted()))
                        .collect(),
                )
            }
            other => other,
        }
    }

    fn replace_strings(&mut self, word: &str) {
        match self {
            Self::Text(text) if !text.is_empty() => word.clone_into(text),
            Self::List(items) => items.iter_mut().for_each(|item| item.replace_strings(word)),
            Self::Map(fields) => fields
                .iter_mut()
                .for_each(|(_, value)| value.replace_strings(word)),
            _ => {}
        }
    }

    fn write_lines(&self, depth: usize, json: &mut String) {
        let line = |depth: usize, json: &mut String| {
            json.push('\n');
            json.push_str(&"    ".repeat(depth));
        };
        match self {
            Self::Text(text) => write_html_text(text, json),
            Self::List(items) if !items.is_empty() => {
                json.push('[');
                for (index, item) in items.iter().enumerate() {
                    json.push_str(if index > 0 { "," } else { "" });
                    line(depth + 1, json);
                    item.write_lines(depth + 1, json);
                }
                line(depth, json);
                json.push(']');
            }
            Self::Map(fields) if !fields.is_empty() => {
                json.push('{');
                for (index, (key, value)) in fields.iter().enumerate() {
                    json.push_str(if index > 0 { "," } else { "" });
                    line(depth + 1, json);
                    write_html_text(key, json);
                    json.push_str(": ");
                    value.write_lines(depth + 1, json);
                }
                line(depth, json);
                json.push('}');
            }
            short => short.write_json(false, json),
        }
    }
}

/// As Go's `encoding/json` writes a string.
fn write_html_text(text: &str, json: &mut String) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                json.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => json.push(c),
        }
    }
    json.push('"');
}

fn write_map(entries: &[Entry<'_>], json: &mut String) {
    json.push('{');
    let last = last_of_each(entries).filter(|(_, is_last)| *is_last);
    for (index, (entry, _)) in last.enumerate() {
        if index > 0 {
            json.push(',');
        }
        write_text(&entry.key, json);
        json.push(':');
        entry.value.write(json);
    }
    json.push('}');
}

/// JSON text of a string, as Go's `encoding/json` without HTML escapes.
fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            // YAML ends a line at some of these, or does not allow them.
            c if c < ' '
                || matches!(
                    c,
                    '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
                ) =>
            {
                let code = u32::from(c);
                json.push_str(&format!("\\u{code:04x}"));
            }
            c => json.push(c),
        }
    }
    json.push('"');
}
