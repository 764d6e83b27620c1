//! What names, label keys and label values may look like, and what the server says when they do not.
//!
//! Each function returns the faults, in the server's words; an empty list means that the text is valid.
//! Follows k8s.io/apimachinery `pkg/util/validation/validation.go` for names and `pkg/api/validate/content/kube.go` for
//! label keys and values (v0.36).

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const KEY: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const KEY_SAYS: &str = "must consist of alphanumeric characters, '-', '_' or '.', \
    and must start and end with an alphanumeric character";
const KEY_EXAMPLES: &str = "(e.g. 'MyName',  or 'my.name',  or '123-abc', ";

/// Faults of a DNS label (RFC 1123), as namespaces' names are.
pub fn dns_label(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 63, "characters");
    if !is_dns_label(text) {
        faults.push(if is_dns_subdomain(text) {
            "must not contain dots".to_owned()
        } else {
            format!(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
                 and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')"
            )
        });
    }
    faults
}

/// Faults of a DNS subdomain (RFC 1123), as most objects' names are.
pub fn dns_subdomain(text: &str) -> Vec<String> {
    subdomain(text, "characters")
}

/// The server counts a name's characters and a label key's bytes; both are bytes.
fn subdomain(text: &str, unit: &str) -> Vec<String> {
    let mut faults = too_long(text, 253, unit);
    if !is_dns_subdomain(text) {
        faults.push(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{LABEL}(\\.{LABEL})*')"
        ));
    }
    faults
}

/// Faults of the key of a label or an annotation: an optional DNS subdomain and `/`, then a name.
pub fn label_key(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut parts = text.split('/');
    let name = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => name,
        (Some(""), Some(name), None) => {
            faults.push("prefix part must be non-empty".to_owned());
            name
        }
        (Some(prefix), Some(name), None) => {
            faults.extend(
                subdomain(prefix, "bytes")
                    .into_iter()
                    .map(|fault| format!("prefix part {fault}")),
            );
            name
        }
        _ => {
            return vec![format!(
                "a valid label key {KEY_SAYS} {KEY_EXAMPLES}regex used for validation is '{KEY}') \
                 with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        faults.push("name part must be non-empty".to_owned());
    }
    faults.extend(
        too_long(name, 63, "bytes")
            .into_iter()
            .map(|fault| format!("name part {fault}")),
    );
    if !is_key_name(name) {
        faults.push(format!(
            "name part {KEY_SAYS} {KEY_EXAMPLES}regex used for validation is '{KEY}')"
        ));
    }
    faults
}

/// Faults of a label's value.
pub fn label_value(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 63, "bytes");
    if !text.is_empty() && !is_key_name(text) {
        faults.push(format!(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start \
             and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
             regex used for validation is '({KEY})?')"
        ));
    }
    faults
}

fn too_long(text: &str, most: usize, unit: &str) -> Vec<String> {
    if text.len() > most {
        vec![format!("must be no more than {most} {unit}")]
    } else {
        Vec::new()
    }
}

fn is_dns_label(text: &str) -> bool {
    framed(
        text,
        |b| b.is_ascii_lowercase() || b.is_ascii_digit(),
        |b| b == b'-',
    )
}

fn is_dns_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}

fn is_key_name(text: &str) -> bool {
    framed(
        text,
        |b| b.is_ascii_alphanumeric(),
        |b| matches!(b, b'-' | b'_' | b'.'),
    )
}

/// Whether the text begins and ends with an outer byte and holds only outer and inner ones.
fn framed(text: &str, outer: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let ends = bytes.first().is_some_and(|b| outer(*b)) && bytes.last().is_some_and(|b| outer(*b));
    ends && bytes.iter().all(|b| outer(*b) || inner(*b))
}
