//! Whether a request is sent again, and after how long: the decision, and the default.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use ::http::{HeaderMap, Method, StatusCode};

use super::retry_after::retry_after;
use crate::connect::ProxyError;
use crate::deadline::{Deadline, Exceeded};
use crate::http::TransportError;

/// Decides whether a request is sent again. A closure of this shape is one.
///
/// It is asked after each attempt, before anybody has seen the answer; and only for requests whose body can be
/// [copied](super::ReplayBody).
pub trait RetryPolicy: Send + Sync {
    /// How long to wait before the next attempt; `None`: this one was the last.
    fn retry(&self, attempt: &Attempt<'_>) -> Option<Duration>;
}

impl<F: Fn(&Attempt<'_>) -> Option<Duration> + Send + Sync> RetryPolicy for F {
    fn retry(&self, attempt: &Attempt<'_>) -> Option<Duration> {
        self(attempt)
    }
}

/// An attempt that is over.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Which one it was; the first is 1.
    pub number: usize,
    /// The request's method.
    pub method: &'a Method,
    /// Whether the request says itself that it may be [repeated](Repeatable).
    pub repeatable: bool,
    /// How long the waits between the attempts were until now.
    pub waited: Duration,
    /// What came of it.
    pub outcome: Outcome<'a>,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// An answer, of whatever status.
    Answer(StatusCode, &'a HeaderMap),
    /// No answer.
    Error(&'a (dyn StdError + Send + Sync + 'static)),
}

/// Says that a request does no harm when the server acts on it twice, as a value in its extensions. `GET`, `HEAD` and
/// `OPTIONS` need none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Repeatable;

/// Says that a request is sent once, whatever the policy says, as a value in its extensions: for who asks often anyway, or
/// wants to know at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct SendOnce;

/// What a server cannot have acted on is sent again; what it may have, only where that does no harm.
///
/// | after | sent again |
/// |---|---|
/// | 429 or 503 with `Retry-After` | any request |
/// | another 5xx with `Retry-After` | `GET`, `HEAD`, `OPTIONS`, [`Repeatable`] |
/// | a request that was never sent, or that the server says it did not look at | any |
/// | a connection that broke or fell silent, no answer in time | `GET`, `HEAD`, `OPTIONS`, [`Repeatable`] |
/// | a server that was not believed, a name that does not resolve, a proxy that refuses by rule | none |
///
/// client-go's `with_retry.go` sends any request again after each 5xx with `Retry-After`, and none after a refused
/// connection. `PUT` and `DELETE` are idempotent to HTTP, yet the second one would answer 409 or 404 to what has
/// succeeded.
///
/// # Defaults
///
/// 10 retries, as client-go. Without a word of the server's, waits double from 100 ms to 5 s, half of each by chance;
/// what the server asks for is lengthened by up to a half, by chance. Waits of more than 30 s, one or all together,
/// are not made: the answer is handed on.
#[derive(Clone, Copy, Debug)]
pub struct DefaultRetry {
    retries: usize,
    base: Duration,
    cap: Duration,
    budget: Duration,
    unanswered: bool,
}

impl DefaultRetry {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            retries: 10,
            base: Duration::from_millis(100),
            cap: Duration::from_secs(5),
            budget: Duration::from_secs(30),
            unanswered: true,
        }
    }

    /// How often a request is sent again; 0: never.
    #[must_use]
    pub const fn retries(mut self, most: usize) -> Self {
        self.retries = most;
        self
    }

    /// The first wait of those that double, and the longest.
    #[must_use]
    pub const fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// How long all waits of a request may be together.
    #[must_use]
    pub const fn budget(mut self, limit: Duration) -> Self {
        self.budget = limit;
        self
    }

    /// Whether a request that got no answer is sent again; a program with a person before it may rather say so at once.
    #[must_use]
    pub const fn unanswered(mut self, again: bool) -> Self {
        self.unanswered = again;
        self
    }

    /// How long the server wants to be left alone, if the request may be sent again at all.
    fn asked(attempt: &Attempt<'_>) -> Option<Duration> {
        let harmless = attempt.repeatable || attempt.method.is_safe();
        match attempt.outcome {
            Outcome::Answer(status, headers) => {
                let refused = status == StatusCode::TOO_MANY_REQUESTS
                    || status == StatusCode::SERVICE_UNAVAILABLE;
                let may = refused || (harmless && status.is_server_error());
                may.then(|| retry_after(headers)).flatten()
            }
            Outcome::Error(error) => match fate(error) {
                Fate::Unprocessed => Some(Duration::ZERO),
                Fate::Unknown if harmless => Some(Duration::ZERO),
                Fate::Unknown | Fate::Hopeless => None,
            },
        }
    }

    fn backoff_for(&self, number: usize) -> Duration {
        let doublings = u32::try_from(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let factor = 2_u32.saturating_pow(doublings);
        let full = self.base.saturating_mul(factor).min(self.cap);
        full.mul_f64(1.0 - fastrand::f64() / 2.0)
    }
}

impl Default for DefaultRetry {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy for DefaultRetry {
    fn retry(&self, attempt: &Attempt<'_>) -> Option<Duration> {
        let unanswered = matches!(attempt.outcome, Outcome::Error(_));
        if attempt.number > self.retries || (unanswered && !self.unanswered) {
            return None;
        }
        let asked = Self::asked(attempt)?;
        let left = self.budget.checked_sub(attempt.waited)?;
        if asked > left {
            return None;
        }
        let jittered = asked.saturating_add((asked / 2).mul_f64(fastrand::f64()));
        let wait = jittered.max(self.backoff_for(attempt.number));
        Some(wait.min(left).max(asked)).filter(|_| !left.is_zero())
    }
}

/// What a server can have done with a request that has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing.
    Unprocessed,
    /// Nobody knows.
    Unknown,
    /// Nothing, and the next attempt would end as this one.
    Hopeless,
}

/// Reads it from our errors, wherever they stand in the chain; others are hopeless.
fn fate(error: &(dyn StdError + 'static)) -> Fate {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(exceeded) = error.downcast_ref::<Exceeded>() {
            return match exceeded.deadline() {
                Deadline::Connect => Fate::Unprocessed,
                Deadline::Headers | Deadline::Silence => Fate::Unknown,
                Deadline::Whole => Fate::Hopeless,
            };
        }
        if let Some(error) = error.downcast_ref::<TransportError>() {
            let hopeless = !error.is_transient() || (error.is_connect() && !is_passing(error));
            return match (hopeless, error.is_unprocessed()) {
                (true, _) => Fate::Hopeless,
                (false, true) => Fate::Unprocessed,
                (false, false) => Fate::Unknown,
            };
        }
        next = error.source();
    }
    Fate::Hopeless
}

/// Whether the reason for which there is no connection may pass: the network's may; a name's or a certificate's not.
fn is_passing(error: &TransportError) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
        NetworkDown, NetworkUnreachable, NotConnected, TimedOut, UnexpectedEof,
    };
    let mut next = error.source();
    while let Some(cause) = next {
        // A proxy that was reached knows better than its connection.
        if let Some(proxy) = cause.downcast_ref::<ProxyError>()
            && !proxy.is_dial()
        {
            return proxy.is_transient();
        }
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && matches!(
                io.kind(),
                BrokenPipe
                    | ConnectionAborted
                    | ConnectionRefused
                    | ConnectionReset
                    | HostUnreachable
                    | NetworkDown
                    | NetworkUnreachable
                    | NotConnected
                    | TimedOut
                    | UnexpectedEof
            )
        {
            return true;
        }
        next = cause.source();
    }
    false
}
