//! Counts what was asked and answered, and says whether that was a fair mixture.

use std::collections::BTreeMap;
use std::fmt;

use super::case::Case;
use super::compare::{Ending, classes, ending};
use super::intended::{INTENDED, Intended};
use super::oddities::ODDITIES;
use super::programs::Answers;

/// Cases by oddity, by how they ended, and by what explains a difference.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) cases: u64,
    pub(super) unexplained: u64,
    oddities: BTreeMap<&'static str, u64>,
    /// client-go's ending, then ours.
    endings: BTreeMap<(Ending, Ending), u64>,
    classes: BTreeMap<String, u64>,
    intended: BTreeMap<&'static str, u64>,
}

/// In percent: how many cases must both resolve, both fail, have an oddity.
const RESOLVED: u64 = 25;
const FAILED: u64 = 25;
const ODDITY: u64 = 3;

impl Tally {
    pub(super) fn add(&mut self, case: &Case, answers: &Answers) {
        self.cases += 1;
        for name in &case.oddities {
            *self.oddities.entry(name).or_default() += 1;
        }
        let endings = (ending(&answers.theirs), ending(&answers.ours));
        *self.endings.entry(endings).or_default() += 1;
        for class in classes(&answers.theirs) {
            *self.classes.entry(class.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn explained(&mut self, name: &'static str) {
        *self.intended.entry(name).or_default() += 1;
    }

    fn ended(&self, both: Ending) -> u64 {
        self.endings.get(&(both, both)).copied().unwrap_or_default()
    }

    /// Why this was no fair mixture; empty when it was.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut at_least = |what: &str, count: u64, percent: u64| {
            if self.cases == 0 || count * 100 < self.cases * percent {
                let cases = self.cases;
                complaints.push(format!("{what}: {count} of {cases} cases, not {percent} %"));
            }
        };
        at_least("resolved", self.ended(Ending::Resolved), RESOLVED);
        at_least("failed", self.ended(Ending::Failed), FAILED);
        for (name, _) in ODDITIES {
            let count = self.oddities.get(name).copied().unwrap_or_default();
            at_least(name, count, ODDITY);
        }
        complaints
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = |name: &str, count: u64, remark: &str| {
            let per_mille = count * 1000 / self.cases.max(1);
            let (percent, tenth) = (per_mille / 10, per_mille % 10);
            writeln!(
                f,
                "  {name:<32} {count:>6} {percent:>4}.{tenth} %  {remark}"
            )
        };
        let of = |count: Option<&u64>| count.copied().unwrap_or_default();
        row("cases", self.cases, "")?;
        for (name, _) in ODDITIES {
            row(name, of(self.oddities.get(name)), "oddity")?;
        }
        for ((theirs, ours), count) in &self.endings {
            let name = format!("{theirs:?} / {ours:?}");
            row(&name, *count, "outcome, client-go's / ours")?;
        }
        for (class, count) in &self.classes {
            row(class, *count, "fault that client-go told")?;
        }
        for Intended { name, reason, .. } in &INTENDED {
            row(
                name,
                of(self.intended.get(name)),
                &format!("differs on purpose: {reason}"),
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tally(endings: &[bool], oddities: &[&'static str]) -> Tally {
        let answer = |resolved: &bool| match resolved {
            true => json!({}),
            false => json!({"failed": ["syntax"]}),
        };
        let mut tally = Tally::default();
        for resolved in endings {
            let case = Case {
                number: 0,
                oddities: oddities.to_vec(),
                files: Vec::new(),
                question: Value::Null,
            };
            let (theirs, ours) = (answer(resolved), answer(resolved));
            tally.add(&case, &Answers { theirs, ours });
        }
        tally
    }

    #[test]
    fn a_fair_mixture_has_everything() {
        let all = ODDITIES.map(|(name, _)| name);
        let check = |tally: Tally, expected: &[&str]| assert_eq!(tally.complaints(), expected);
        check(tally(&[true, false, true], &all), &[]);
        check(
            tally(&[true, true], &all),
            &["failed: 0 of 2 cases, not 25 %"],
        );
        check(
            tally(&[false, false], &all),
            &["resolved: 0 of 2 cases, not 25 %"],
        );
        check(
            tally(&[true, false], &all[1..]),
            &["duplicate-name: 0 of 2 cases, not 3 %"],
        );
        assert_eq!(tally(&[], &all).complaints().len(), 2 + all.len());
    }
}
