//! A set-up: how it is broken, which step has to fail and with which words, and how its run is judged.

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;

use k8s_doctor::{Outcome, Step, StepName, first_failure};

use crate::hand;
use crate::patient::{Patient, SHORT, WHOLE};
use crate::world::World;

/// How often a fix may lead to another one.
const ROUNDS: usize = 3;

/// Breaks a world; the text is why it cannot be done on this machine.
pub(crate) type Break = fn(World) -> Pin<Box<dyn Future<Output = Result<Patient, String>>>>;

/// One set-up.
pub(crate) struct Setup {
    pub(crate) name: &'static str,
    /// The step that has to fail.
    pub(crate) fails: StepName,
    /// What its cause has to say.
    pub(crate) cause: &'static str,
    /// Whether a real control plane can have it.
    pub(crate) on_plane: bool,
    pub(crate) broken: Break,
}

/// What came of a set-up.
pub(crate) enum Came {
    Skipped(String),
    Of(Outcomes),
}

pub(crate) struct Outcomes {
    pub(crate) named: bool,
    pub(crate) fixed: bool,
    pub(crate) told: String,
}

impl Setup {
    pub(crate) async fn run(&self, world: World) -> Came {
        let mut patient = match (self.broken)(world).await {
            Ok(patient) => patient,
            Err(why) => return Came::Skipped(why),
        };
        let mut came = Outcomes {
            named: false,
            fixed: false,
            told: String::new(),
        };
        for round in 0..=ROUNDS {
            let limit = if round == 0 { SHORT } else { WHOLE };
            let steps = patient.diagnose(limit).await;
            patient.search_for_secrets(&steps);
            let Some(failed) = first_failure(&steps) else {
                came.fixed = round > 0 && steps.iter().all(is_well);
                let _ = write!(came.told, "; then {}", line(&steps));
                break;
            };
            check_shape(&steps, failed);
            let cause = failed.cause.as_deref().unwrap_or_default();
            if round == 0 {
                came.named = failed.name == self.fails && cause.contains(self.cause);
            }
            let fix = failed.fix.as_ref().expect("a failed step has a fix");
            let _ = write!(came.told, "\n    {}: {cause}\n        {fix}", failed.name);
            if !came.named {
                let _ = write!(
                    came.told,
                    "\n    expected {}: {}; evidence: {}",
                    self.fails, self.cause, failed.evidence
                );
                break;
            }
            if let Err(why) = hand::apply(&mut patient, fix).await {
                let _ = write!(came.told, "\n    not applied: {why}");
                break;
            }
        }
        Came::Of(came)
    }
}

/// Passed; or skipped where there is nothing to look at when all is well.
fn is_well(step: &Step) -> bool {
    match step.outcome {
        Outcome::Passed => true,
        Outcome::Skipped => step.name == StepName::Proxy,
        _ => false,
    }
}

/// All steps are there, in order; behind the one that failed none was reached, and it alone has a cause.
fn check_shape(steps: &[Step], failed: &Step) {
    let names: Vec<StepName> = steps.iter().map(|step| step.name).collect();
    assert_eq!(names, StepName::ALL);
    for step in steps {
        let behind = step.name > failed.name;
        assert_eq!(step.outcome == Outcome::NotReached, behind, "{step}");
        assert_eq!(step.cause.is_some(), step.name == failed.name, "{step}");
        assert_eq!(step.fix.is_some(), step.name == failed.name, "{step}");
    }
}

fn line(steps: &[Step]) -> String {
    let others = steps.iter().filter(|step| step.outcome != Outcome::Passed);
    let others: Vec<String> = others.map(|step| format!(", {step}")).collect();
    format!("{} passed{}", steps.len() - others.len(), others.concat())
}
