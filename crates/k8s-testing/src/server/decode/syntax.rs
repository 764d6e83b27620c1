//! What is said of a body that is no JSON, or repeats itself.

use std::collections::BTreeSet;

/// A syntax error in the words of Go's `encoding/json`, for what goes wrong at the beginning; elsewhere in serde's.
pub(crate) fn syntax(error: &serde_json::Error, json: &[u8]) -> String {
    if error.is_eof() {
        return "unexpected end of JSON input".to_owned();
    }
    let unexpected = |byte: u8, place: &str| {
        let quoted = match byte {
            b'\'' => "'\\''".to_owned(),
            b' '..=b'~' => format!("'{}'", char::from(byte)),
            other => format!("'\\u{other:04x}'"),
        };
        format!("invalid character {quoted} looking for beginning of {place}")
    };
    let mut bytes = json
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'{'), Some(second)) if !matches!(second, b'"' | b'}') => {
            unexpected(second, "object key string")
        }
        (Some(first), _)
            if !matches!(
                first,
                b'{' | b'[' | b'"' | b'-' | b't' | b'f' | b'n' | b'0'..=b'9'
            ) =>
        {
            unexpected(first, "value")
        }
        _ => error.to_string(),
    }
}

/// The beginning of a body, as the server quotes it to whoever sent it.
pub(super) fn summary(body: &[u8]) -> String {
    let (head, more) = match body.split_at_checked(30) {
        Some((head, [_, ..])) => (head, " ..."),
        _ => (body, ""),
    };
    match head.first() {
        None => "<empty>".to_owned(),
        Some(b'{') => format!("{}{more}", String::from_utf8_lossy(head)),
        Some(_) => {
            let hex: String = head.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}{more}")
        }
    }
}

/// Keys that stand in one map again, each with its line, as a YAML reader finds them in JSON.
pub(crate) fn repeated_keys(body: &[u8]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Vec<Option<BTreeSet<String>>> = Vec::new();
    let (mut line, mut at, mut is_key) = (1, 0, false);
    while let Some(byte) = body.get(at) {
        match byte {
            b'\n' => line += 1,
            b'{' => {
                open.push(Some(BTreeSet::new()));
                is_key = true;
            }
            b'[' => open.push(None),
            b'}' | b']' => drop(open.pop()),
            b',' => is_key = open.last().is_some_and(Option::is_some),
            b':' => is_key = false,
            b'"' => {
                let end = string_end(body, at);
                let text = serde_json::from_slice(&body[at..end]).unwrap_or_default();
                if let (true, Some(Some(keys))) = (is_key, open.last_mut())
                    && !keys.insert(String::clone(&text))
                {
                    found.push((line, text));
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Behind the closing quote of the text that begins here.
fn string_end(body: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    while let Some(byte) = body.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_stand_there_again_are_found_with_their_lines() {
        let body = br#"{"a": {"b": "\"b", "c": ["b", "b"]},
            "b": 1, "a": [{"a": 1,
            "a": 2}]}"#;
        let found = repeated_keys(body);
        assert_eq!(found, [(2, "a".to_owned()), (3, "a".to_owned())]);
        assert_eq!(repeated_keys(br#"{"a": "x"#), []);
    }
}
