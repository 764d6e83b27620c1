//! A tree of values as JSON text, for the parts of a kubeconfig that are handed on without being understood.

use super::{Entry, Node, Value, last_of_each};

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
            c if c < ' ' => {
                let code = u32::from(c);
                json.push_str("\\u00");
                json.push(char::from_digit(code >> 4, 16).unwrap_or('0'));
                json.push(char::from_digit(code & 15, 16).unwrap_or('0'));
            }
            c => json.push(c),
        }
    }
    json.push('"');
}
