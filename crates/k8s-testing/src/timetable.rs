//! Things that happen at their time: rotations, outages, recoveries, written down before they happen.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Steps, each at its time after the timetable begins to run.
///
/// Time is tokio's, so a paused clock runs through it at once. Steps at the same time are taken in the order in which
/// they were written down.
///
/// ```
/// # use std::time::Duration;
/// use k8s_testing::{ApiServer, ServiceAccountDir, Timetable};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> std::io::Result<()> {
/// let server = ApiServer::new();
/// let old = server.issue_service_account_token("default", "web");
/// let mut mount = ServiceAccountDir::new(&old, server.ca().pem(), "default")?;
/// let rotation = Timetable::new()
///     .at(Duration::from_secs(60), || mount.rotate_token(&server.issue_service_account_token("default", "web")))
///     .at(Duration::from_secs(70), || Ok(server.revoke_token(&old)));
/// rotation.run().await?; // beside whatever you test: `tokio::join!`
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Timetable<'a> {
    steps: Vec<(Duration, Step<'a>)>,
}

type Step<'a> = Box<dyn FnOnce() -> io::Result<()> + Send + 'a>;

impl<'a> Timetable<'a> {
    /// No step.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a step.
    #[must_use]
    pub fn at(
        mut self,
        after: Duration,
        step: impl FnOnce() -> io::Result<()> + Send + 'a,
    ) -> Self {
        self.steps.push((after, Box::new(step)));
        self
    }

    /// Takes every step at its time; done when the last one is.
    ///
    /// # Errors
    /// With the first step that fails; those behind it are not taken.
    ///
    /// # Cancel safety
    /// Dropping it leaves out the steps that are still to come.
    pub async fn run(mut self) -> io::Result<()> {
        let began = Instant::now();
        self.steps.sort_by_key(|(after, _)| *after);
        for (after, step) in self.steps {
            sleep_until(began + after).await;
            step()?;
        }
        Ok(())
    }
}

impl fmt::Debug for Timetable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timetable")
            .field("steps", &self.steps.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn takes_each_step_at_its_time_until_one_fails() {
        let began = Instant::now();
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        let step = |name: &'static str, works: bool| {
            let sender = sender.clone();
            move || {
                sender
                    .send((name, began.elapsed().as_secs()))
                    .map_err(io::Error::other)?;
                if works {
                    Ok(())
                } else {
                    Err(io::Error::other("broken"))
                }
            }
        };
        let second = Duration::from_secs(1);
        let table = Timetable::new()
            .at(3 * second, step("c", false))
            .at(second, step("a", true))
            .at(4 * second, step("d", true))
            .at(second, step("b", true));
        assert_eq!(table.run().await.unwrap_err().to_string(), "broken");
        drop(sender);
        let mut taken = Vec::new();
        while let Some(step) = receiver.recv().await {
            taken.push(step);
        }
        assert_eq!(taken, [("a", 1), ("b", 1), ("c", 3)]);
    }
}
