//! What a client is told of rules that nobody asked.

use super::Rule;

/// So many rules are told of by name, and so many characters of each.
const MOST: usize = 5;
const LONGEST: usize = 80;

/// A warning about rules, each with the place of what it is about; `None`: there are none.
pub(super) fn warning(rules: &[(String, &Rule)], why: &str) -> Option<String> {
    let shown = rules.iter().take(MOST).map(|(at, rule)| {
        let begin: String = rule.rule.chars().take(LONGEST).collect();
        format!("{at}: {begin}")
    });
    let shown: Vec<String> = shown.collect();
    let more = rules.len() - shown.len();
    let more = if more > 0 {
        format!("; and {more} more")
    } else {
        String::new()
    };
    (!shown.is_empty()).then(|| {
        let noun = if rules.len() == 1 { "rule" } else { "rules" };
        format!(
            "{} {noun} of x-kubernetes-validations not evaluated, for {why}: {}{more}",
            rules.len(),
            shown.join("; ")
        )
    })
}
