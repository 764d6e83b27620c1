//! How long requests take, how large they are and how they end, told to a hook under client-go's names.

mod attempts;
mod body;
mod measurement;
mod requests;

use std::sync::Arc;

use ::http::{Method, Request, Uri};

pub use self::attempts::{MeasureAttempts, MeasureAttemptsFuture, MeasureAttemptsLayer};
pub use self::body::MeasuredBody;
pub use self::measurement::Measurement;
pub use self::requests::{MeasureRequests, MeasureRequestsFuture, MeasureRequestsLayer};

/// Hears of what was measured; a closure is one.
///
/// It is called on the way of the request: it must be quick, and must not wait.
pub trait OnMeasurement: Send + Sync {
    /// Something was measured.
    fn on_measurement(&self, measurement: &Measurement<'_>);

    /// Whether nobody listens: then no clock is read and nothing is counted.
    fn is_off(&self) -> bool {
        false
    }
}

impl<F: Fn(&Measurement<'_>) + Send + Sync> OnMeasurement for F {
    fn on_measurement(&self, measurement: &Measurement<'_>) {
        self(measurement);
    }
}

/// Nobody listens.
impl OnMeasurement for () {
    fn on_measurement(&self, _: &Measurement<'_>) {}

    fn is_off(&self) -> bool {
        true
    }
}

/// Nobody listens to `None`.
impl<H: OnMeasurement> OnMeasurement for Option<H> {
    fn on_measurement(&self, measurement: &Measurement<'_>) {
        if let Some(hook) = self {
            hook.on_measurement(measurement);
        }
    }

    fn is_off(&self) -> bool {
        self.as_ref().is_none_or(H::is_off)
    }
}

/// Labels of one request.
#[derive(Clone, Debug)]
struct Labels {
    method: Method,
    host: Arc<str>,
}

impl Labels {
    /// The host is that of the URI, and where that names none, `server`.
    fn of<B>(request: &Request<B>, server: &Arc<str>) -> Self {
        let host = crate::trace::host(request.uri());
        Self {
            method: request.method().clone(),
            host: host.map_or_else(|| Arc::clone(server), Arc::from),
        }
    }
}

/// What stands for the host where a URI names none.
pub(crate) fn server(uri: &Uri) -> Arc<str> {
    crate::trace::host(uri).unwrap_or_default().into()
}
