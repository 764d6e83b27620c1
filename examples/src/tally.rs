//! What a server did with requests that carry an ID, counted in its audit log.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::plane::{Failure, Plane};

/// How long to wait for the audit log, which is written behind the answers.
const BEHIND: Duration = Duration::from_secs(10);

/// How often each request (`?load=ID`) of a service account was acted on, and how the answers were spread.
#[derive(Debug, Default)]
pub struct Tally {
    acted: HashMap<String, usize>,
    codes: HashMap<u64, usize>,
}

impl Tally {
    /// Counts as soon as the log says enough, or after ten seconds whatever it says.
    ///
    /// # Errors
    ///
    /// If the audit log cannot be read.
    pub async fn when(
        plane: &Plane,
        account: &str,
        enough: impl Fn(&Self) -> bool,
    ) -> Result<Self, Failure> {
        let user = format!("system:serviceaccount:{account}:{account}");
        let mut waited = Duration::ZERO;
        loop {
            let mut tally = Self::default();
            plane.audited("load=", |event| tally.add(&user, event))?;
            if enough(&tally) || waited >= BEHIND {
                return Ok(tally);
            }
            let pause = Duration::from_millis(500);
            sleep(pause).await;
            waited += pause;
        }
    }

    /// An answer that was given; a refusal to look at the request is none that was acted on.
    fn add(&mut self, user: &str, event: &Value) {
        let uri = event["requestURI"].as_str().unwrap_or_default();
        let Some((_, id)) = uri.rsplit_once("load=") else {
            return;
        };
        if event["stage"] != "ResponseComplete" || event["user"]["username"] != user {
            return;
        }
        let code = event["responseStatus"]["code"].as_u64().unwrap_or_default();
        *self.codes.entry(code).or_default() += 1;
        if (200..300).contains(&code) {
            *self.acted.entry(id.to_owned()).or_default() += 1;
        }
    }

    /// How many requests were acted on.
    pub fn answered(&self) -> usize {
        self.acted.len()
    }

    /// How many of them more than once.
    pub fn duplicated(&self) -> usize {
        self.acted.values().filter(|times| **times > 1).count()
    }

    /// How many answers had this status code.
    pub fn of(&self, code: u64) -> usize {
        self.codes.get(&code).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_what_was_acted_on_twice_and_what_was_refused() {
        let mut tally = Tally::default();
        for (id, code, user) in [
            (1, 201, "me"),
            (1, 201, "me"),
            (2, 429, "me"),
            (2, 201, "me"),
            (3, 201, "other"),
        ] {
            let event = json!({
                "stage": "ResponseComplete",
                "requestURI": format!("/api?load={id}"),
                "user": {"username": user},
                "responseStatus": {"code": code},
            });
            tally.add("me", &event);
        }
        assert_eq!((tally.answered(), tally.duplicated()), (2, 1));
        assert_eq!((tally.of(201), tally.of(429)), (3, 1));
    }
}
