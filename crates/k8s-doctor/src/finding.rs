//! What a check found, before it becomes a step.

use k8s_config::safe_for_terminals;

use crate::Fix;

/// What a check found that found no fault.
#[derive(Debug)]
pub(crate) enum Finding {
    Passed(String),
    Skipped(String),
}

/// What is wrong, why most likely, and what to do.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) evidence: String,
    pub(crate) cause: String,
    pub(crate) fix: Fix,
}

/// How a check ends.
pub(crate) type Checked = Result<Finding, Fault>;

impl Fault {
    pub(crate) fn new(evidence: impl Into<String>, cause: impl Into<String>, fix: Fix) -> Self {
        Self {
            evidence: evidence.into(),
            cause: cause.into(),
            fix,
        }
    }

    /// Names come from files and from the network: nothing that could drive a terminal, and no line breaks. (The evidence
    /// is cleaned with that of the steps that passed.)
    pub(crate) fn clean(mut self) -> Self {
        self.cause = clean(&self.cause);
        self.fix.text = clean(&self.fix.text);
        self.fix
            .commands
            .iter_mut()
            .for_each(|line| *line = safe_for_terminals(line));
        self
    }
}

/// One line of text that is safe to print.
pub(crate) fn clean(text: &str) -> String {
    safe_for_terminals(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// An error with its causes, `a: b: c`; what a cause repeats of the one before is said once.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = cause.source();
    }
    text
}

/// The first error of a type in a chain, the error itself included.
pub(crate) fn find<'a, E: std::error::Error + 'static>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // What an IO error carries is not its source, only that one's source is.
        let carried = error.downcast_ref().and_then(std::io::Error::get_ref);
        if let Some(found) = carried.and_then(|carried| carried.downcast_ref()) {
            return Some(found);
        }
        next = error.source();
    }
    None
}
