//! The run: one step after the other, each in its time, up to the first that fails.

use std::fmt;
use std::time::Duration;

use k8s_auth::{Clock, Time};
use k8s_client::Credentials;
use k8s_client::crypto::Provider;
use tokio::time::{Instant, timeout};

use crate::budget::Budget;
use crate::case::Case;
use crate::checks;
use crate::finding::{Checked, Fault, Finding, clean};
use crate::{Fix, Found, Outcome, Step, StepName};

/// Says which step between a program and its API server fails, why, and what to do.
///
/// ```no_run
/// use k8s_doctor::{Doctor, first_failure};
///
/// # async fn example() {
/// let doctor = Doctor::new(k8s_client::crypto::ring()).can("list", "pods");
/// let steps = doctor.diagnose(k8s_client::Config::infer()).await;
/// if let Some(step) = first_failure(&steps) {
///     println!("{step}");
/// }
/// # }
/// ```
///
/// It may be kept, shared and asked again and again: nothing of a run stays, neither a connection nor a task. With
/// [`credentials`](Self::credentials) a credential plugin is run no more often than your clients run it.
///
/// # Defaults
///
/// 15 s for a whole run; nothing in particular is wanted, so the last step tells what is allowed in general.
#[derive(Clone)]
pub struct Doctor {
    pub(crate) crypto: Provider,
    pub(crate) clock: Time,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) question: Option<Question>,
    limit: Duration,
}

/// What is wanted of the server.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) verb: String,
    pub(crate) resource: String,
}

impl Doctor {
    /// With the defaults above.
    pub fn new(crypto: Provider) -> Self {
        Self {
            crypto,
            clock: Time::default(),
            credentials: None,
            question: None,
            limit: Duration::from_secs(15),
        }
    }

    /// How long a run may take in all. Each step has its share of it, and what those before it left.
    #[must_use]
    pub fn limit(mut self, whole: Duration) -> Self {
        self.limit = whole;
        self
    }

    /// Asks whether this is allowed, in the configuration's namespace where the resource has one.
    ///
    /// The resource is written `pods`, `po`, `deployments.apps`, `pods/log`, or a path, `/metrics`.
    #[must_use]
    pub fn can(mut self, verb: impl Into<String>, resource: impl Into<String>) -> Self {
        self.question = Some(Question {
            verb: verb.into(),
            resource: resource.into(),
        });
        self
    }

    /// Who to be, in the place of what the configuration says: the handle of your own clients.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// By which clock dates are judged. Default: the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Time::new(clock);
        self
    }

    /// Makes every step once, up to the first that fails; all are in the answer, in the order of [`StepName::ALL`].
    ///
    /// Takes no longer than the [limit](Self::limit), and needs tokio's time and IO.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends everything that was begun, a credential plugin too.
    pub async fn diagnose(&self, config: impl Into<Found>) -> Vec<Step> {
        self.diagnose_with(config, |_| {}).await
    }

    /// As [`diagnose`](Self::diagnose), and tells of each step when it is done, or was not reached.
    ///
    /// # Cancel safety
    ///
    /// As [`diagnose`](Self::diagnose).
    pub async fn diagnose_with(
        &self,
        config: impl Into<Found>,
        tell: impl FnMut(&Step),
    ) -> Vec<Step> {
        let mut run = Run {
            tell,
            budget: Budget::new(self.limit),
            steps: Vec::with_capacity(StepName::ALL.len()),
        };
        let Found(found) = config.into();
        let began = Instant::now();
        let case = match &found {
            Ok(config) => {
                Case::new(self, config).map_err(|error| checks::unroutable(error.as_ref()))
            }
            Err(error) => Err(checks::explain(error)),
        };
        match case {
            Ok(case) => run.all(case).await,
            Err(fault) => run.note(StepName::Configuration, began, Err(fault)),
        }
        run.leave_the_rest();
        run.steps
    }
}

/// A run on its way.
struct Run<F> {
    tell: F,
    budget: Budget,
    steps: Vec<Step>,
}

impl<F: FnMut(&Step)> Run<F> {
    async fn all(&mut self, mut case: Case<'_>) {
        for name in StepName::ALL {
            let (began, limit) = (Instant::now(), self.budget.left(name));
            // A step says for itself what did not come in time; the last tenth is for the case that it cannot.
            let checked = timeout(limit, checks::check(name, &mut case, limit * 9 / 10)).await;
            let checked = checked.unwrap_or_else(|_| overdue(name));
            let failed = checked.is_err();
            self.note(name, began, checked);
            if failed {
                return;
            }
        }
    }

    fn note(&mut self, name: StepName, began: Instant, checked: Checked) {
        let took = began.elapsed();
        let (outcome, evidence, why) = match checked {
            Ok(Finding::Passed(evidence)) => (Outcome::Passed, evidence, None),
            Ok(Finding::Skipped(evidence)) => (Outcome::Skipped, evidence, None),
            Err(fault) => {
                let fault = fault.clean();
                (
                    Outcome::Failed,
                    fault.evidence,
                    Some((fault.cause, fault.fix)),
                )
            }
        };
        let (cause, fix) = why.unzip();
        self.push(Step {
            name,
            outcome,
            evidence: clean(&evidence),
            cause,
            fix,
            took,
        });
    }

    fn leave_the_rest(&mut self) {
        for name in StepName::ALL.into_iter().skip(self.steps.len()) {
            self.push(Step {
                name,
                outcome: Outcome::NotReached,
                evidence: String::new(),
                cause: None,
                fix: None,
                took: Duration::ZERO,
            });
        }
    }

    fn push(&mut self, step: Step) {
        (self.tell)(&step);
        self.steps.push(step);
    }
}

/// The machine is too busy to keep a step's own limits.
fn overdue(name: StepName) -> Checked {
    if name == StepName::Clock {
        // Nobody to compare with is no fault.
        return Ok(Finding::Skipped(
            "no server told its time in time".to_owned(),
        ));
    }
    Err(Fault::new(
        "no result in time",
        format!("the step {name} took longer than its share of the time"),
        Fix::new("try again, with more time"),
    ))
}

impl fmt::Debug for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doctor")
            .field("limit", &self.limit)
            .field("question", &self.question)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
