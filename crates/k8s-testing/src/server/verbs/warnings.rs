//! Warnings: what a client should know of its request, beside the answer.

use std::cell::RefCell;

use http::{HeaderMap, HeaderValue};

/// Warnings of one request, each once, in order.
#[derive(Debug, Default)]
pub(crate) struct Warnings(RefCell<Vec<String>>);

impl Warnings {
    pub(crate) fn add(&self, says: &str) {
        let mut all = self.0.borrow_mut();
        if !all.iter().any(|other| other == says) {
            all.push(says.to_owned());
        }
    }

    /// Adds a header for each, with code 299 and no agent.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        for says in self.0.borrow().iter() {
            let quoted = says.replace('\\', "\\\\").replace('"', "\\\"");
            let quoted: String = quoted.chars().filter(|c| !c.is_control()).collect();
            if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
                headers.append("warning", value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_warning_is_a_header_once() {
        let warnings = Warnings::default();
        for says in ["unknown field \"a\"", "b", "b"] {
            warnings.add(says);
        }
        let mut headers = HeaderMap::new();
        warnings.write(&mut headers);
        let all: Vec<&HeaderValue> = headers.get_all("warning").iter().collect();
        assert_eq!(all, [r#"299 - "unknown field \"a\"""#, r#"299 - "b""#]);
    }
}
