//! `Warning` headers, as values.
//!
//! Follows `ParseWarningHeaders` of k8s.io/apimachinery `pkg/util/net/http.go`, and `handleWarnings` of client-go's
//! `rest/warnings.go`: only code 299 counts, and a text that is not empty.

use ::http::{HeaderMap, header};

/// How many warnings of one answer are read.
const MOST: usize = 64;

/// How many characters of one text are kept; kube-apiserver itself sends 4096 bytes of warnings at most.
const LONGEST: usize = 4096;

/// A warning of the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    agent: String,
    text: String,
}

impl Warning {
    /// Who warns; `-` where the server does not say.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// What it warns of. Control characters are shown as U+FFFD, so that a text is always one line.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Each warning of an answer, in order. Behind one that is malformed, its header is not read on.
pub(super) fn warnings(headers: &HeaderMap, mut each: impl FnMut(Warning)) {
    let mut left = MOST;
    for value in headers.get_all(header::WARNING) {
        let value = String::from_utf8_lossy(value.as_bytes());
        let mut rest = value.trim_start();
        while !rest.is_empty() && left > 0 {
            let Some((code, warning, behind)) = one(rest) else {
                break;
            };
            left -= 1;
            if code == "299" && !warning.text.is_empty() {
                each(warning);
            }
            rest = behind;
        }
    }
}

/// `code agent "text" ["date"]`, then the end or a comma; and what stands behind that.
fn one(header: &str) -> Option<(&str, Warning, &str)> {
    let (code, rest) = header.split_once(' ')?;
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (agent, rest) = rest.split_once(' ')?;
    if agent.is_empty() {
        return None;
    }
    let (text, mut rest) = quoted(rest.trim_start())?;
    rest = rest.trim_start();
    if rest.starts_with('"') {
        let (date, behind) = quoted(rest)?;
        httpdate::parse_http_date(&date).ok()?;
        rest = behind.trim_start();
    }
    let rest = match rest.strip_prefix(',') {
        Some(rest) => rest.trim_start(),
        None if rest.is_empty() => rest,
        None => return None,
    };
    let agent = agent.to_owned();
    Some((code, Warning { agent, text }, rest))
}

/// A quoted string (RFC 9110, 5.6.4) without its quotes and escapes, and what stands behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut plain = String::new();
    let mut room = LONGEST;
    let mut chars = inside.char_indices();
    while let Some((at, next)) = chars.next() {
        let next = match next {
            '"' => return Some((plain, &inside[at + 1..])),
            '\\' => chars.next()?.1,
            next => next,
        };
        if room > 0 {
            room -= 1;
            plain.push(if next.is_control() { '\u{fffd}' } else { next });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;

    fn check(values: &[&str], expected: &[(&str, &str)]) {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(header::WARNING, value);
        }
        let mut seen = Vec::new();
        warnings(&headers, |warning| seen.push(warning));
        let seen: Vec<_> = seen.iter().map(|w| (w.agent(), w.text())).collect();
        assert_eq!(seen, expected, "{values:?}");
    }

    #[test]
    fn reads_quoted_texts() {
        check(&[r#"299 - "plain""#], &[("-", "plain")]);
        check(
            &[r#"299 agent "a \"quote\" \\ and\ more""#],
            &[("agent", r#"a "quote" \ and more"#)],
        );
        check(&["299 - \"gr\u{fc}n\""], &[("-", "grün")]);
        check(&["299 - \"tab\there\""], &[("-", "tab\u{fffd}here")]);
        check(
            &[r#"299 - "dated" "Sun, 22 Nov 2026 09:00:00 GMT""#],
            &[("-", "dated")],
        );
    }

    #[test]
    fn reads_several_in_one_header_and_in_several() {
        check(
            &[
                r#"299 - "one", 299 a "two, and a half" ,299 - "three""#,
                r#"299 - "four""#,
            ],
            &[
                ("-", "one"),
                ("a", "two, and a half"),
                ("-", "three"),
                ("-", "four"),
            ],
        );
    }

    #[test]
    fn only_code_299_and_a_text_count() {
        check(
            &[r#"199 - "other", 299 - "this", 299 - """#],
            &[("-", "this")],
        );
    }

    #[test]
    fn what_is_malformed_ends_its_own_header() {
        for bad in [
            "",
            "299",
            "299 -",
            "299 - plain",
            r#"299 - "open"#,
            r#"299 - "open\"#,
            r#"29 - "short""#,
            r#"2x9 - "letters""#,
            r#"299  "no agent""#,
            r#"299 - "text" behind"#,
            r#"299 - "text" "no date""#,
        ] {
            check(&[bad, r#"299 - "next""#], &[("-", "next")]);
        }
        check(&[r#"299 - "good", 299 bad"#], &[("-", "good")]);
    }

    #[test]
    fn long_texts_and_many_warnings_are_cut() {
        let long = format!("299 - \"{}\"", "x".repeat(10_000));
        check(&[&long], &[("-", &"x".repeat(LONGEST))]);
        let many = [r#"299 - "w""#; 100].join(", ");
        check(&[&many, &many], &[("-", "w"); MOST]);
    }
}
