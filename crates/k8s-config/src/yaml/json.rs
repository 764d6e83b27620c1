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
