//! A page's shell, step by step.

/// Stands before each step's number, in both outputs.
pub(super) const MARK: &str = "=====step ";

/// Variables that the pages set; each step shows what they are then.
const VARIABLES: [&str; 6] = [
    "CLUSTER_NAME",
    "APISERVER",
    "SERVICEACCOUNT",
    "NAMESPACE",
    "TOKEN",
    "CACERT",
];

/// The blocks of a script: what stands between a blank line and the next, without comments.
pub(super) fn steps(script: &str) -> Vec<String> {
    let block = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    };
    let blocks = script.split("\n\n").map(block);
    blocks.filter(|block| !block.trim().is_empty()).collect()
}

/// The script that runs the steps, and tells in both outputs where one ends: with its exit code, and the variables.
pub(super) fn marked(steps: &[String]) -> String {
    let variables = VARIABLES
        .map(|name| format!(" {name}=${{{name}-}}"))
        .concat();
    let mut script = String::new();
    for (at, step) in steps.iter().enumerate() {
        script.push_str(&format!(
            "{step}\nprintf '\\n%s\\n{MARK}%s\\n' \"code=$?{variables}\" {at}\nprintf '{MARK}%s\\n' {at} >&2\n"
        ));
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_block_without_its_comments() {
        let script = "# About.\n\n# One.\n$1 a\n\n# Two.\n# More.\ncat <<EOF\nx: y\nEOF\n\n\n";
        assert_eq!(steps(script), ["$1 a", "cat <<EOF\nx: y\nEOF"]);
    }

    #[test]
    fn each_step_is_followed_by_its_mark() {
        let marked = marked(&["true".to_owned(), "$1 x".to_owned()]);
        assert_eq!(marked.matches(MARK).count(), 4);
        assert!(marked.starts_with("true\nprintf "), "{marked}");
    }
}
