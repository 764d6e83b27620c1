//! Which step between a program and its Kubernetes API server fails, why, and what to do.
//!
//! Prints nothing, changes nothing, and sends a credential to nobody but the server that the configuration names and the
//! trust vouches for. For a `/readyz` of your own, a crash log, and `k8s doctor`.
//!
//! ```no_run
//! # async fn example() {
//! let steps = k8s_doctor::diagnose(k8s_client::Config::infer()).await;
//! for step in &steps {
//!     println!("{step}");
//! }
//! # }
//! ```
//!
//! # The data's way
//!
//! ```text
//! Result<Config, Error> ▸ Found ▸ Doctor::diagnose ▸ Case: configuration, route (host, port, proxy), what steps learn
//!     StepName::ALL, in order ▸ Budget: its share of the time ▸ checks::NAME ▸ Finding: passed · skipped
//!                                                                            └ Fault: evidence, cause, fix ▸ the rest: not reached
//!                             ▸ Step ▸ told, while it runs ▸ Vec<Step> ▸ serde, Display
//! ```
//!
//! 1. The steps use [`k8s_client::Pieces`]: the same connector, trust and tokens as a client of this configuration, each
//!    looked at alone. What they say is read from the errors of those crates, by type where a decision
//!    hangs on it.
//! 2. A server that is turned down is looked at once more by somebody who believes anybody, without a credential: that is
//!    how its certificate and its time come into the evidence.
//! 3. The first step that fails carries cause and fix; those behind it were not reached. A step that has nothing to look at,
//!    or is not told, is skipped, and is no fault.
//!
//! # Time
//!
//! A run takes 15 s at most, unless you [say otherwise](Doctor::limit); on a cluster that is well some milliseconds.
//!
//! # Secrets
//!
//! Evidence holds names, addresses, dates and the words of errors; of a token issuer, subject, audience and dates, never the
//! token; of a certificate never the key. Text from files and from the network cannot drive a terminal.

mod budget;
mod case;
mod checks;
mod claims;
mod date;
mod doctor;
mod finding;
mod fix;
mod found;
mod route;
mod step;
mod time;
mod whence;

pub use crate::doctor::Doctor;
pub(crate) use crate::doctor::Question;
pub use crate::fix::Fix;
pub use crate::found::Found;
pub use crate::step::{Class, Outcome, Step, StepName, first_failure};

/// Makes every step once, with the defaults of [`Doctor`] and the `ring` provider.
///
/// Takes 15 s at most.
#[cfg(feature = "ring")]
pub async fn diagnose(config: impl Into<Found>) -> Vec<Step> {
    Doctor::new(k8s_client::crypto::ring())
        .diagnose(config)
        .await
}
