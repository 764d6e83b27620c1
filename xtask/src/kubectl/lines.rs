//! The command lines that are compared: one a line, words as a shell splits them.

use std::env;

use crate::{Error, workspace};

const LINES: &str = include_str!("lines.txt");

/// One command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) words: Vec<String>,
    pub(crate) what: What,
    /// The order of what is printed is the server's, and not always the same.
    pub(crate) is_unordered: bool,
    /// Why the answers differ on purpose.
    pub(crate) differs: Option<String>,
}

/// What a line is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// It is compared.
    Compared,
    /// Run once before all others, with kubectl.
    Setup,
    /// Run with kubectl before each answer to the next line that is compared.
    Before,
    /// Run with kubectl while the next line that is compared runs.
    During,
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

/// `# a comment`, `setup: create ns x`, `before: delete ns x`, `during: label ns x a=b`, `unordered: api-versions`,
/// `get nope  ## why it differs`.
pub(crate) fn parse(line: &str) -> Option<Line> {
    let (line, differs) = match line.split_once("  ## ") {
        Some((line, why)) => (line, Some(why.to_owned())),
        None => (line, None),
    };
    if line.trim().is_empty() || line.starts_with("# ") {
        return None;
    }
    let kinds = [
        ("setup: ", What::Setup),
        ("before: ", What::Before),
        ("during: ", What::During),
    ];
    let kind = |(prefix, what)| line.strip_prefix(prefix).map(|rest| (rest, what));
    let (line, what) = kinds
        .into_iter()
        .find_map(kind)
        .unwrap_or((line, What::Compared));
    let unordered = line.strip_prefix("unordered: ");
    let words = words(unordered.unwrap_or(line));
    // A line of no words is written with quotes alone.
    let words = words.into_iter().filter(|word| word != "(none)").collect();
    Some(Line {
        words,
        what,
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
        let line = |words: &[&str], what, differs: Option<&str>| Line {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            what,
            is_unordered: false,
            differs: differs.map(str::to_owned),
        };
        assert_eq!(parse("# get"), None);
        assert_eq!(parse(""), None);
        assert_eq!(
            parse("get  -o 'a b'c ''").unwrap(),
            line(&["get", "-o", "a bc", ""], What::Compared, None)
        );
        for (text, what) in [
            ("setup: run x", What::Setup),
            ("before: run x", What::Before),
            ("during: run x", What::During),
        ] {
            assert_eq!(parse(text).unwrap(), line(&["run", "x"], what, None));
        }
        assert!(parse("unordered: run x").unwrap().is_unordered);
        assert_eq!(
            parse("get  ## so").unwrap(),
            line(&["get"], What::Compared, Some("so"))
        );
    }
}
