//! A limit for how many requests are sent: so many a second, and some at once.

mod bucket;
mod future;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::{Request, Response};
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

use self::bucket::Bucket;
pub use self::future::RateLimitFuture;
use crate::class::LongRunning;
use crate::measure::{Measurement, OnMeasurement};

/// A wait of this length is no news.
const SHORT: Duration = Duration::from_millis(50);

/// A wait of this length somebody will wonder at.
const LONG: Duration = Duration::from_secs(1);

/// How often long waits are told of.
const QUIET: Duration = Duration::from_secs(10);

/// Limits how many requests are sent: makes [`RateLimit`] of a service.
///
/// A token bucket, as client-go's `flowcontrol`: `burst` requests may go at once, and `qps` a second after that; who
/// comes first goes first. Clones, and all services that the layer makes, share the bucket. It stands below a retry, so
/// that each attempt counts.
///
/// Waits are seen: from 50 ms in the log as `DEBUG`, from 1 s as `INFO` (every ten seconds at most), and all of them by
/// the hook, as [`Measurement::RateLimiterDuration`].
pub struct RateLimitLayer<H = ()> {
    shared: Arc<Shared>,
    hook: Arc<H>,
    server: Arc<str>,
}

/// A service whose requests are limited; see [`RateLimitLayer`].
///
/// [`LongRunning`] requests are not: a watch that reconnects must not stand in line behind what it would tell of.
///
/// # Cancel safety
///
/// A request that is dropped while it waits gives its place back.
pub struct RateLimit<S, H> {
    inner: S,
    layer: RateLimitLayer<H>,
}

struct Shared {
    bucket: Mutex<Bucket>,
    told: Mutex<Option<Instant>>,
}

impl RateLimitLayer {
    /// So many requests a second, and so many at once. No limit where `qps` is not above zero, as in client-go; a
    /// `burst` of 0 counts as 1.
    pub fn new(qps: f32, burst: u32) -> Self {
        Self {
            shared: Arc::new(Shared {
                bucket: Mutex::new(Bucket::new(f64::from(qps), f64::from(burst.max(1)))),
                told: Mutex::new(None),
            }),
            hook: Arc::new(()),
            server: Arc::from(""),
        }
    }
}

impl<H> RateLimitLayer<H> {
    /// Tells this hook of each wait.
    #[must_use]
    pub fn on_measurement<G: OnMeasurement>(self, hook: G) -> RateLimitLayer<G> {
        RateLimitLayer {
            shared: self.shared,
            hook: Arc::new(hook),
            server: self.server,
        }
    }

    /// Names the host of this server, for the hook, where the request's URI names none.
    #[must_use]
    pub fn server(mut self, server: &::http::Uri) -> Self {
        self.server = crate::measure::server(server);
        self
    }
}

impl<H: OnMeasurement> RateLimitLayer<H> {
    /// How long this request has to wait.
    fn reserve<B>(&self, request: &Request<B>, now: Instant) -> Duration {
        if request.extensions().get::<LongRunning>().is_some() {
            return Duration::ZERO;
        }
        let time = self.shared.bucket().reserve(now);
        if !self.hook.is_off() {
            let (verb, host) = (request.method(), crate::trace::host(request.uri()));
            let host = host.unwrap_or(&self.server);
            let wait = Measurement::RateLimiterDuration { verb, host, time };
            self.hook.on_measurement(&wait);
        }
        self.shared.tell(time, now);
        time
    }
}

impl Shared {
    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, wait: Duration, now: Instant) {
        const WHY: &str = "a request waits for the client's own rate limit, not for the server's priority and fairness";
        if wait < SHORT {
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let due = told.is_none_or(|last| now.saturating_duration_since(last) >= QUIET);
        if wait >= LONG && due {
            *told = Some(now);
            tracing::info!(?wait, "{WHY}");
        } else {
            tracing::debug!(?wait, "{WHY}");
        }
    }
}

impl<S, H> Layer<S> for RateLimitLayer<H> {
    type Service = RateLimit<S, H>;

    fn layer(&self, inner: S) -> RateLimit<S, H> {
        RateLimit {
            inner,
            layer: self.clone(),
        }
    }
}

impl<S, H, A, B> Service<Request<A>> for RateLimit<S, H>
where
    S: Service<Request<A>, Response = Response<B>> + Clone,
    H: OnMeasurement,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = RateLimitFuture<S, A, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let now = Instant::now();
        let wait = self.layer.reserve(&request, now);
        if wait.is_zero() {
            return RateLimitFuture::calling(self.inner.call(request));
        }
        // The one that was polled ready goes along; a clone stays.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let place = Place {
            shared: Arc::clone(&self.layer.shared),
            at: now.checked_add(wait),
        };
        RateLimitFuture::waiting(inner, request, place, wait)
    }
}

/// A place in line, which is given back unless it is used.
struct Place {
    shared: Arc<Shared>,
    at: Option<Instant>,
}

impl Place {
    fn used(&mut self) {
        self.at = None;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(at) = self.at {
            self.shared.bucket().give_back(at, Instant::now());
        }
    }
}

// === Clone, Debug ===

impl<H> Clone for RateLimitLayer<H> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            hook: Arc::clone(&self.hook),
            server: Arc::clone(&self.server),
        }
    }
}

impl<S: Clone, H> Clone for RateLimit<S, H> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layer: self.layer.clone(),
        }
    }
}

impl<H> fmt::Debug for RateLimitLayer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimitLayer")
            .field("bucket", &*self.shared.bucket())
            .finish_non_exhaustive()
    }
}

impl<S, H> fmt::Debug for RateLimit<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").finish_non_exhaustive()
    }
}
