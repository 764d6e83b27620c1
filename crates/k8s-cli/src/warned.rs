//! What the server warns of, and who it is when nobody vouches for it: told to the person at once.

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use k8s_auth::{AuthEvent, OnAuthEvent};
use k8s_client::{OnWarning, Warning};

/// Tells each warning once, on standard error, as kubectl does.
#[derive(Debug, Default)]
pub(crate) struct Tell {
    seen: Mutex<HashSet<String>>,
}

impl OnWarning for Tell {
    fn on_warning(&self, warning: &Warning) {
        self.once(warning.text());
    }
}

impl Tell {
    fn once(&self, text: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.insert(text.to_owned()) {
            // Nobody is left to be told when that fails.
            let _ = writeln!(std::io::stderr(), "Warning: {text}");
        }
    }
}

/// Tells the key of a server that nobody vouches for, once.
#[derive(Debug, Default)]
pub(crate) struct TellKey(Tell);

impl OnAuthEvent for TellKey {
    fn on_auth_event(&self, event: AuthEvent<'_>) {
        if let AuthEvent::Unverified {
            server,
            key: Some(key),
            ..
        } = event
        {
            self.0.once(&format!(
                "{server} was not verified; to know this server again, use\n  --pin={key}\nin the place of --insecure-skip-tls-verify"
            ));
        }
    }
}
