//! What is said of a body that is no JSON.

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
