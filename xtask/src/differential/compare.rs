//! Whether two answers mean the same, and if not, at which points they part.

use std::collections::BTreeSet;

use serde_json::Value;

use super::case::Case;
use super::programs::Answers;

/// Faults of a file's text: found before anything is chosen.
pub(super) const OF_LOADING: [&str; 6] = [
    "base64",
    "duplicate-name",
    "syntax",
    "type",
    "unreadable",
    "version-or-kind",
];

/// Both answers to a case.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) case: &'a Case,
    pub(super) answers: &'a Answers,
}

impl Seen<'_> {
    /// A flag of the question.
    pub(super) fn flag(&self, name: &str) -> Option<&str> {
        self.case.question["overrides"][name].as_str()
    }

    /// A text of client-go's answer, empty when it has none.
    pub(super) fn theirs(&self, field: &str) -> &str {
        self.answers.theirs[field].as_str().unwrap_or_default()
    }

    /// A text of our answer, empty when it has none.
    pub(super) fn ours(&self, field: &str) -> &str {
        self.answers.ours[field].as_str().unwrap_or_default()
    }

    pub(super) fn their_classes(&self) -> BTreeSet<&str> {
        classes(&self.answers.theirs)
    }

    pub(super) fn our_classes(&self) -> BTreeSet<&str> {
        classes(&self.answers.ours)
    }

    pub(super) fn ours_failed(&self) -> bool {
        ending(&self.answers.ours) == Ending::Failed
    }

    /// Whether ours gave this warning.
    pub(super) fn warned(&self, warning: &str) -> bool {
        let warnings = self.answers.ours["warnings"].as_array();
        warnings.is_some_and(|list| list.iter().any(|known| known == warning))
    }

    /// Whether ours says that a cluster or user was not found.
    pub(super) fn is_unknown(&self, what: &str) -> bool {
        let start = format!("{what} \"");
        let mut names = self.ours("text").split(&start).skip(1);
        names.any(|rest| {
            rest.split('"')
                .nth(1)
                .is_some_and(|rest| rest.starts_with(" was not found"))
        })
    }

    /// Whether something in a file has an empty name.
    pub(super) fn has_nameless(&self) -> bool {
        let nameless = |line: &str| {
            let line = line
                .trim()
                .trim_end_matches(',')
                .replacen("\"name\"", "name", 1);
            let value = line.strip_prefix("name:").map(str::trim);
            value.is_some_and(|value| ["", "\"\"", "null", "Null", "~"].contains(&value))
        };
        let mut texts = self
            .case
            .files
            .iter()
            .map(|(_, bytes)| String::from_utf8_lossy(bytes));
        texts.any(|text| text.lines().any(nameless))
    }

    /// Whether a file has a tab before its first value, but for a byte-order mark.
    pub(super) fn begins_with_a_tab(&self) -> bool {
        let mark = |byte: &&u8| [0xEF, 0xBB, 0xBF, 0xFF, 0xFE, 0].contains(*byte);
        self.case.files.iter().any(|(_, bytes)| {
            let text = bytes.iter().filter(|byte| !mark(byte));
            let mut space = text.take_while(|byte| byte.is_ascii_whitespace());
            space.any(|byte| *byte == b'\t')
        })
    }
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    Resolved,
    Failed,
}

pub(super) fn ending(answer: &Value) -> Ending {
    match answer["failed"].is_array() {
        true => Ending::Failed,
        false => Ending::Resolved,
    }
}

pub(super) fn classes(answer: &Value) -> BTreeSet<&str> {
    let list = answer["failed"].as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

/// Where the answers part: a field, `class CLASS` that only client-go tells, `accepts CLASS` or `refuses CLASS` where only one of the two failed.
pub(super) fn differences(answers: &Answers) -> Vec<String> {
    let (theirs, ours) = (&answers.theirs, &answers.ours);
    match (ending(theirs), ending(ours)) {
        (Ending::Resolved, Ending::Resolved) => fields(theirs, ours),
        (Ending::Failed, Ending::Failed) => class_differences(&classes(theirs), &classes(ours)),
        (Ending::Failed, Ending::Resolved) => prefixed("accepts", &classes(theirs)),
        (Ending::Resolved, Ending::Failed) => prefixed("refuses", &classes(ours)),
    }
}

fn prefixed(verb: &str, classes: &BTreeSet<&str>) -> Vec<String> {
    let points = classes.iter().map(|class| format!("{verb} {class}"));
    points.collect()
}

fn fields(theirs: &Value, ours: &Value) -> Vec<String> {
    let fields = theirs.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| normal(name, value) != normal(name, &ours[name.as_str()]))
        .map(|(name, _)| name.clone())
        .collect()
}

/// A URL in one of the ways to write it: scheme in lower case, no slash at its end.
fn normal(name: &str, value: &Value) -> Value {
    let text = value
        .as_str()
        .filter(|_| ["server", "proxy"].contains(&name));
    match text.and_then(|text| text.split_once("://")) {
        Some((scheme, rest)) => {
            let scheme = scheme.to_ascii_lowercase();
            format!("{scheme}://{}", rest.trim_end_matches('/')).into()
        }
        None => value.clone(),
    }
}

/// Ours tells all faults of a stage at once, client-go often the first only: what it tells must be among ours, and of the same stage.
fn class_differences(theirs: &BTreeSet<&str>, ours: &BTreeSet<&str>) -> Vec<String> {
    let early = |classes: &BTreeSet<&str>| classes.iter().any(|class| OF_LOADING.contains(class));
    let mut found: Vec<String> = theirs
        .difference(ours)
        .map(|class| format!("class {class}"))
        .collect();
    if found.is_empty() && early(ours) && !early(theirs) {
        found.push("stage".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(theirs: Value, ours: Value, expected: &[&str]) {
        assert_eq!(differences(&Answers { theirs, ours }), expected);
    }

    #[test]
    fn two_that_resolved_agree_in_every_field() {
        let answer = |server, token| json!({"server": server, "token": token});
        check(answer("https://a/", "#1"), answer("https://a", "#1"), &[]);
        check(
            answer("https://a", "#1"),
            answer("https://b", ""),
            &["server", "token"],
        );
        check(
            answer("https://a", "#1"),
            json!({"server": "https://a"}),
            &["token"],
        );
    }

    #[test]
    fn two_that_failed_agree_in_what_client_go_tells() {
        let failed = |classes: &[&str]| json!({"failed": classes});
        check(failed(&["exec"]), failed(&["exec", "no-key"]), &[]);
        check(
            failed(&["exec", "no-key"]),
            failed(&["exec"]),
            &["class no-key"],
        );
        check(failed(&["exec"]), failed(&["exec", "type"]), &["stage"]);
    }

    #[test]
    fn where_one_failed_each_of_its_faults_counts() {
        let failed = json!({"failed": ["exec", "no-key"]});
        let resolved = json!({"server": "x"});
        check(
            failed.clone(),
            resolved.clone(),
            &["accepts exec", "accepts no-key"],
        );
        check(resolved, failed, &["refuses exec", "refuses no-key"]);
    }
}
