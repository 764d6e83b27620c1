//! How long a step may take: its share of the whole, and what the steps before it left.

use std::time::Duration;

use tokio::time::Instant;

use crate::StepName;

/// The time of a run, as it is spent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    began: Instant,
    whole: Duration,
}

/// Parts of a hundred.
const fn share(step: StepName) -> u32 {
    match step {
        StepName::Configuration => 0,
        StepName::Clock | StepName::NameResolution | StepName::Proxy => 11,
        StepName::Tcp | StepName::Tls => 13,
        // A plugin may ask somebody far away.
        StepName::Credential => 20,
        StepName::Http => 6,
        StepName::Readyz | StepName::Identity | StepName::Access => 5,
    }
}

impl Budget {
    pub(crate) fn new(whole: Duration) -> Self {
        Self {
            began: Instant::now(),
            whole,
        }
    }

    /// What is left for this step; at least a millisecond, so that what is at hand is still taken.
    pub(crate) fn left(&self, step: StepName) -> Duration {
        let until: u32 = StepName::ALL
            .into_iter()
            .filter(|other| *other <= step)
            .map(share)
            .sum();
        let until = self.whole * until / 100;
        let left = until.saturating_sub(self.began.elapsed());
        left.max(Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_step_has_its_share_and_what_others_left() {
        let budget = Budget::new(Duration::from_secs(100));
        let seconds = |step| budget.left(step).as_secs();
        assert_eq!(seconds(StepName::Clock), 11);
        assert_eq!(seconds(StepName::Tcp), 35);
        assert_eq!(seconds(StepName::Access), 100);
        tokio::time::advance(Duration::from_secs(34)).await;
        assert_eq!(seconds(StepName::Tcp), 1);
        tokio::time::advance(Duration::from_secs(66)).await;
        assert_eq!(budget.left(StepName::Access), Duration::from_millis(1));
    }
}
