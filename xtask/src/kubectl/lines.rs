//! The command lines that are compared: one a line, words as a shell splits them.

use std::env;

use crate::{Error, workspace};

const LINES: &str = include_str!("lines.txt");

/// One command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) words: Vec<String>,
    /// Run once before all others, with kubectl.
    pub(super) is_setup: bool,
    /// Run with kubectl before each answer to the next line.
    pub(super) is_before: bool,
    /// The order of what is printed is the server's, and not always the same.
    pub(super) is_unordered: bool,
    /// Why the answers differ on purpose.
    pub(super) differs: Option<String>,
}

/// Every line of the file, with what it says of the cluster filled in.
pub(super) fn read() -> Result<Vec<Line>, Error> {
    let folder = env::var("CLUSTER_DIR")?;
    let host = env::var("KUBERNETES_SERVICE_HOST")?;
    let port = env::var("KUBERNETES_SERVICE_PORT")?;
    let manifests = workspace::root().join("xtask/src/kubectl/manifests");
    let text = LINES
        .replace("$MANIFESTS", &manifests.to_string_lossy())
        .replace("$CLUSTER_DIR", &folder)
        .replace("$SERVER", &format!("https://{host}:{port}"));
    Ok(text.lines().filter_map(parse).collect())
}

/// `# a comment`, `setup: create ns x`, `before: delete ns x`, `unordered: api-versions`, `get nope  ## why it differs`.
fn parse(line: &str) -> Option<Line> {
    let (line, differs) = match line.split_once("  ## ") {
        Some((line, why)) => (line, Some(why.to_owned())),
        None => (line, None),
    };
    if line.trim().is_empty() || line.starts_with("# ") {
        return None;
    }
    let setup = line.strip_prefix("setup: ");
    let before = line.strip_prefix("before: ");
    let unordered = line.strip_prefix("unordered: ");
    let words = words(setup.or(before).or(unordered).unwrap_or(line));
    // A line of no words is written with quotes alone.
    let words = words.into_iter().filter(|word| word != "(none)").collect();
    Some(Line {
        words,
        is_setup: setup.is_some(),
        is_before: before.is_some(),
        is_unordered: unordered.is_some(),
        differs,
    })
}

/// Words apart by spaces; between single quotes, everything is part of a word.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines() {
        let line = |words: &[&str], is_setup, differs: Option<&str>| Line {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            is_setup,
            is_before: false,
            is_unordered: false,
            differs: differs.map(str::to_owned),
        };
        assert_eq!(parse("# get"), None);
        assert_eq!(parse(""), None);
        assert_eq!(
            parse("get  -o 'a b'c ''").unwrap(),
            line(&["get", "-o", "a bc", ""], false, None)
        );
        assert_eq!(
            parse("setup: run x").unwrap(),
            line(&["run", "x"], true, None)
        );
        assert!(parse("before: run x").unwrap().is_before);
        assert!(parse("unordered: run x").unwrap().is_unordered);
        assert_eq!(
            parse("get  ## so").unwrap(),
            line(&["get"], false, Some("so"))
        );
    }
}
