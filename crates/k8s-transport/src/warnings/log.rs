//! The default hook: each warning is logged once.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::{OnWarning, Warning};

/// How many different warnings are remembered; when there are more, it begins anew.
const REMEMBERED: usize = 256;

/// Logs each warning once, through `tracing`, as `WARN`.
#[derive(Default)]
pub struct LogWarnings {
    seen: Mutex<HashSet<String>>,
}

impl LogWarnings {
    /// One that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether this text was not seen before.
    fn is_new(&self, text: &str) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.contains(text) {
            return false;
        }
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(text.to_owned())
    }
}

impl OnWarning for LogWarnings {
    fn on_warning(&self, warning: &Warning) {
        if self.is_new(warning.text()) {
            tracing::warn!(
                agent = warning.agent(),
                "the server warns: {}",
                warning.text()
            );
        }
    }
}

impl fmt::Debug for LogWarnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogWarnings").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_new_once_and_memory_is_bounded() {
        let log = LogWarnings::new();
        assert!(log.is_new("a"));
        assert!(!log.is_new("a"));
        for n in 0..10 * REMEMBERED {
            assert!(log.is_new(&n.to_string()));
            assert!(log.seen.lock().unwrap().len() <= REMEMBERED);
        }
    }
}
