//! Steps and verdict as text: a line each, 80 columns, no colour.

use std::fmt::Write as _;
use std::time::Duration;

use k8s_doctor::{Outcome, Step, first_failure};

use crate::columns::wrapped;

/// How wide a line may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    columns: Option<usize>,
}

/// Where the evidence begins.
const INDENT: usize = 29;
/// Where the text of the verdict begins.
const MARGIN: usize = 10;

impl Page {
    pub(super) const fn narrow() -> Self {
        Self { columns: Some(80) }
    }

    /// Whole lines, however long.
    pub(super) const fn wide() -> Self {
        Self { columns: None }
    }

    /// `passed       tcp              the server listens at 127.0.0.1:6443`.
    pub(super) fn line(&self, step: &Step) -> String {
        let (outcome, name) = (spaced(step.outcome.as_str()), spaced(step.name.as_str()));
        let room = self.columns.map(|columns| columns - INDENT);
        let text = format!("{outcome:<12} {name:<15} {}", cut(&step.evidence, room));
        format!("{}\n", text.trim_end())
    }

    /// What came of all of them, and of the one that failed all that is known.
    pub(super) fn verdict(&self, steps: &[Step]) -> String {
        let time: Duration = steps.iter().map(|step| step.took).sum();
        let count = |outcome| steps.iter().filter(|step| step.outcome == outcome).count();
        let (passed, millis) = (count(Outcome::Passed), time.as_millis());
        let Some(failed) = first_failure(steps) else {
            return match count(Outcome::Skipped) {
                0 => format!("\nall {passed} steps passed in {millis} ms\n"),
                skipped => format!("\n{passed} steps passed, {skipped} skipped, in {millis} ms\n"),
            };
        };
        let name = spaced(failed.name.as_str());
        let mut text = format!("\n{name} failed, {passed} steps passed before, in {millis} ms\n");
        self.part(&mut text, "evidence", &failed.evidence);
        self.part(
            &mut text,
            "cause",
            failed.cause.as_deref().unwrap_or_default(),
        );
        if let Some(fix) = &failed.fix {
            self.part(&mut text, "fix", &fix.text);
            for command in &fix.commands {
                // Never broken: it is there to be copied.
                let _ = writeln!(text, "{:MARGIN$}$ {command}", "");
            }
        }
        text
    }

    fn part(&self, text: &mut String, name: &str, said: &str) {
        let room = self.columns.map(|columns| columns - MARGIN);
        for (at, line) in wrapped(said, room.unwrap_or(usize::MAX)).iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            let _ = writeln!(text, "{name:<MARGIN$}{line}");
        }
    }
}

fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// At most so many characters, the last of them `…` where there were more.
fn cut(text: &str, room: Option<usize>) -> String {
    match room {
        Some(room) if text.chars().count() > room => {
            let kept: String = text.chars().take(room - 1).collect();
            format!("{}…", kept.trim_end())
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_to_its_columns() {
        assert_eq!(cut("abcdef", Some(6)), "abcdef");
        assert_eq!(cut("abcdefg", Some(6)), "abcde…");
        assert_eq!(cut("äöü äöü", Some(5)), "äöü…");
        assert_eq!(cut("abcdefg", None), "abcdefg");
    }
}
