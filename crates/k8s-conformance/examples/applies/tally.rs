//! Counts what was done and answered, and says whether that was a fair mixture.

use std::collections::BTreeMap;
use std::fmt;

use super::compare::Verdict;
use super::draft::{Case, Kind, What};
use super::run::Answer;

/// Cases by kind, steps by what they do and how the real server answered.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) cases: u64,
    pub(super) unexplained: u64,
    /// Cases that ended early: see `Verdict::Unchecked`.
    unchecked: u64,
    /// The fields where they did, by kind.
    fields: BTreeMap<(Kind, String), u64>,
    kinds: BTreeMap<Kind, u64>,
    steps: BTreeMap<(What, u16), u64>,
}

/// In percent of all steps: how many must succeed, how many of the applies must be conflicts.
const SUCCEEDED: u64 = 40;
const CONFLICTS: u64 = 5;
/// In percent of all cases: how many may end early.
const UNCHECKED: u64 = 15;

impl Tally {
    pub(super) fn add(&mut self, case: &Case, theirs: &[Answer], verdict: &Verdict) {
        self.cases += 1;
        *self.kinds.entry(case.kind).or_default() += 1;
        for (step, answer) in case.steps.iter().zip(theirs) {
            *self.steps.entry((step.what, answer.code)).or_default() += 1;
        }
        match verdict {
            Verdict::Alike => {}
            Verdict::Unchecked(field) => {
                self.unchecked += 1;
                *self.fields.entry((case.kind, field.clone())).or_default() += 1;
            }
            Verdict::Differs { .. } => self.unexplained += 1,
        }
    }

    /// Why this was no fair mixture; empty when it was.
    pub(super) fn complaints(&self) -> Vec<String> {
        let count = |wanted: &dyn Fn(What, u16) -> bool| -> u64 {
            let steps = self.steps.iter();
            let wanted = steps.filter(|((what, code), _)| wanted(*what, *code));
            wanted.map(|(_, count)| count).sum()
        };
        let all = count(&|_, _| true);
        let succeeded = count(&|_, code| code < 300);
        let applies = count(&|what, _| what == What::Apply);
        let conflicts = count(&|what, code| what == What::Apply && code == 409);
        let mut complaints = Vec::new();
        if succeeded * 100 < all * SUCCEEDED {
            complaints.push(format!("{succeeded} of {all} steps succeeded"));
        }
        if conflicts * 100 < applies * CONFLICTS {
            complaints.push(format!("{conflicts} of {applies} applies were conflicts"));
        }
        if self.unchecked * 100 > self.cases * UNCHECKED || self.cases == 0 {
            let (ended, cases) = (self.unchecked, self.cases);
            complaints.push(format!("{ended} of {cases} cases ended early"));
        }
        complaints
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, count) in &self.kinds {
            writeln!(f, "{:<14} {count:>6} cases", kind.name())?;
        }
        for ((what, code), count) in &self.steps {
            writeln!(
                f,
                "{:<14} {count:>6} steps answered {code}",
                format!("{what:?}")
            )?;
        }
        for ((kind, field), count) in &self.fields {
            writeln!(
                f,
                "{:<14} {count:>6} cases ended early at {field}",
                kind.name()
            )?;
        }
        writeln!(
            f,
            "ended early    {:>6} cases, at a value that the in-memory server does not check",
            self.unchecked
        )
    }
}
