//! Takes out of what kubectl said what is of one moment, one run or one machine.
//!
//! Which values and words that are, the list of the conformance cases says (`conformance::ignored`), and that of
//! `cargo xtask kubectl` for ages, times and what client-go logs. Added are what only a cluster of one run has (addresses
//! of services, ports of nodes), kubectl's temporary files, and the spaces behind columns, whose width depends on all that.

use std::path::Path;

use crate::conformance::ignored::{VALUES, in_text};
use crate::kubectl::plain;

/// What is left of a text.
pub(super) fn text(text: &str, home: &Path) -> String {
    let text = text.replace(&*home.to_string_lossy(), "$HOME");
    let mut left = String::new();
    for line in plain::errors(&text).lines() {
        left.push_str(&spaces(&in_words(&value(&in_text(&server(line))))));
        left.push('\n');
    }
    left
}

/// Where the server listens.
fn server(line: &str) -> String {
    const ADDRESS: &str = "https://127.0.0.1:";
    let Some((before, behind)) = line.split_once(ADDRESS) else {
        return line.to_owned();
    };
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}https://SERVER{behind}")
}

/// A field whose value is left out, as YAML, JSON and `describe` write it.
fn value(line: &str) -> String {
    let Some((name, value)) = line.split_once(": ") else {
        return line.to_owned();
    };
    let field = name.trim_start_matches([' ', '-']).trim_matches('"');
    if !VALUES.contains(&field) || value.ends_with(['{', '[']) {
        return line.to_owned();
    }
    let comma = if value.ends_with(',') { "," } else { "" };
    format!("{name}: <{field}>{comma}")
}

fn in_words(line: &str) -> String {
    let mut left = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        left.push_str(word(&rest[..end]));
        let behind = &rest[end..];
        let next = behind.find(is_word).unwrap_or(behind.len());
        left.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    left
}

fn word(word: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let port = word.parse::<u32>().unwrap_or(0);
    if word.starts_with("10.0.") && word.split('.').all(is_number) {
        return "ADDRESS";
    }
    if (30_000..32_768).contains(&port) {
        return "PORT";
    }
    for of_file in ["LIVE", "MERGED"] {
        let number = word
            .strip_prefix(of_file)
            .and_then(|rest| rest.strip_prefix('-'));
        if number.is_some_and(is_number) {
            return of_file;
        }
    }
    // What a second has behind the point.
    match word.strip_prefix("TIME.") {
        Some(fraction) if is_number(fraction) => "TIME",
        _ => word,
    }
}

/// Runs of spaces behind the first word become two.
fn spaces(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let (indent, rest) = line.split_at(indent);
    let mut left = indent.to_owned();
    let mut run = 0;
    for c in rest.chars() {
        run = if c == ' ' { run + 1 } else { 0 };
        if run <= 2 {
            left.push(c);
        }
    }
    left.truncate(left.trim_end().len());
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_what_every_run_says() {
        let check = |said: &str, left: &str| {
            assert_eq!(text(said, Path::new("/home/me")), format!("{left}\n"));
        };
        check(
            "web   ClusterIP   10.0.0.7    <none>",
            "web  ClusterIP  ADDRESS  <none>",
        );
        check(
            "  resourceVersion: \"17\"",
            "  resourceVersion: <resourceVersion>",
        );
        check("    \"uid\": \"x\",", "    \"uid\": <uid>,");
        check("  - name: a", "  - name: a");
        check("80:30111/TCP   5s", "80:PORT/TCP  AGE");
        check(
            "/home/me/LIVE-12/x 2026-11-26 14:46:41.98 +0000",
            "$HOME/LIVE/x TIME +0000",
        );
        check(
            "runs at https://127.0.0.1:43401/",
            "runs at https://SERVER/",
        );
        check("E1126 06:35 x\nleft", "left");
    }
}
