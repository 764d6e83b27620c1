//! What the server warns of, told to the person at once.

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use k8s_client::{OnWarning, Warning};

/// Tells each warning once, on standard error, as kubectl does.
#[derive(Debug, Default)]
pub(crate) struct Tell {
    seen: Mutex<HashSet<String>>,
}

impl OnWarning for Tell {
    fn on_warning(&self, warning: &Warning) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.insert(warning.text().to_owned()) {
            // Nobody is left to be told when that fails.
            let _ = writeln!(std::io::stderr(), "Warning: {}", warning.text());
        }
    }
}
