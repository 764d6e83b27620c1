//! One renewal at a time: a future in a slot that everybody may drive.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::SystemTime;

use futures_util::future::{FutureExt as _, Shared};
use tower_service::Service;

use super::CachedFuture;
use super::state::{Held, Verdict};
use crate::BoxError;
use crate::clock::Time;
use crate::event::{AuthEvent, Events};
use crate::token::{Renew, Token};

/// A renewal under way.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) renewal: Shared<Pin<Box<dyn Future<Output = Result<Token, RenewalError>> + Send>>>,
    /// Whether somebody drives it who goes on with the old token otherwise.
    driven: Arc<AtomicBool>,
}

/// Lets go of a flight when the one who drove it is done with it, or is dropped.
#[derive(Debug)]
pub(super) struct Driver(Arc<AtomicBool>);

/// No token could be had from the source. The cause is the source's error; all who waited share it.
#[derive(Clone)]
pub struct RenewalError(Arc<dyn Error + Send + Sync>);

/// What all clones share.
pub(super) struct Inner<T> {
    pub(super) source: T,
    pub(super) time: Time,
    pub(super) events: Events,
    slot: RwLock<Slot>,
}

#[derive(Default)]
struct Slot {
    held: Option<Arc<Held>>,
    flight: Option<Flight>,
    /// When the last renewal failed, if it did.
    failed: Option<SystemTime>,
}

impl<T> Inner<T> {
    pub(super) fn new(source: T, time: Time, events: Events) -> Self {
        Self {
            source,
            time,
            events,
            slot: RwLock::default(),
        }
    }
}

impl<T> Inner<T>
where
    T: Service<Renew, Response = Token, Error: Into<BoxError>> + Clone + Send + Sync + 'static,
    T::Future: Send,
{
    pub(super) fn ask(self: &Arc<Self>, renew: Renew) -> CachedFuture {
        let now = self.time.now();
        {
            let slot = self.slot.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(held) = &slot.held
                && slot.flight.is_none()
                && held.verdict(now, renew.seen.as_ref(), slot.failed) == Verdict::Use
            {
                return CachedFuture::ready(held.token.clone());
            }
        }
        self.ask_slowly(now, renew)
    }

    fn ask_slowly(self: &Arc<Self>, now: SystemTime, renew: Renew) -> CachedFuture {
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        let held = slot.held.clone();
        let seen = renew.seen.as_ref();
        let verdict = held
            .as_ref()
            .map_or(Verdict::Wait, |held| held.verdict(now, seen, slot.failed));
        let old = held
            .filter(|held| !held.is_dead(now))
            .map(|held| held.token.clone());
        match (verdict, old) {
            (Verdict::Use, Some(old)) if slot.flight.is_none() => CachedFuture::ready(old),
            (Verdict::Use | Verdict::UseAndRenew, Some(old)) => {
                let flight = slot.flight.get_or_insert_with(|| self.start(renew)).clone();
                match flight.drive() {
                    Some(driver) => CachedFuture::driving(flight, driver, old),
                    None => CachedFuture::ready(old),
                }
            }
            (_, old) => {
                let flight = slot.flight.get_or_insert_with(|| self.start(renew)).clone();
                CachedFuture::waiting(flight, old)
            }
        }
    }

    /// A renewal that, when it ends, puts its token where all find it. Nothing runs until somebody polls it.
    fn start(self: &Arc<Self>, renew: Renew) -> Flight {
        let mut source = self.source.clone();
        // Weak: the flight stands in a slot of what it writes to.
        let inner = Arc::downgrade(self);
        let renewal = async move {
            let failed = |error: T::Error| RenewalError(Arc::from(error.into()));
            let result = match poll_fn(|cx| source.poll_ready(cx)).await.map_err(failed) {
                Ok(()) => source.call(renew).await.map_err(failed),
                Err(error) => Err(error),
            };
            finish(&inner, &result);
            result
        };
        Flight {
            renewal: renewal.boxed().shared(),
            driven: Arc::default(),
        }
    }
}

fn finish<T>(inner: &Weak<Inner<T>>, result: &Result<Token, RenewalError>) {
    let Some(inner) = inner.upgrade() else { return };
    let now = inner.time.now();
    let mut slot = inner.slot.write().unwrap_or_else(PoisonError::into_inner);
    slot.flight = None;
    match result {
        Ok(token) => {
            slot.failed = None;
            slot.held = Some(Arc::new(Held::new(token.clone(), now, fastrand::f64())));
            drop(slot);
            inner.events.report(AuthEvent::Renewed {
                expires: token.expires_at(),
            });
        }
        Err(why) => {
            let old_token_lives = slot.held.as_ref().is_some_and(|held| !held.is_dead(now));
            let first = slot.failed.replace(now).is_none();
            drop(slot);
            // One warning while the old token does; without one, each failure is somebody's error.
            if first || !old_token_lives {
                inner.events.report(AuthEvent::RenewalFailed {
                    why,
                    old_token_lives,
                });
            }
        }
    }
}

// === impl Flight ===

impl Flight {
    /// Makes the caller the one who drives, unless somebody does already.
    fn drive(&self) -> Option<Driver> {
        let taken = self.driven.swap(true, Ordering::AcqRel);
        (!taken).then(|| Driver(self.driven.clone()))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

// === impl RenewalError ===

impl fmt::Debug for RenewalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RenewalError").field(&self.0).finish()
    }
}

impl fmt::Display for RenewalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("renewing the token")
    }
}

impl Error for RenewalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}
