//! What a client measures, under client-go's names: requests, and what becomes of credentials and trust.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use k8s_auth::{AuthEvent, OnAuthEvent, PluginEnd, Thing};
use k8s_transport::{Measurement, OnMeasurement};

/// Something that was measured or counted.
///
/// `name`, `labels`, `value` and `buckets` are what a registry of metrics wants; names and labels are those of
/// k8s.io/component-base `metrics/prometheus/restclient`, so that dashboards for Go programs show this one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Metric<'a> {
    /// A request, an attempt, or a wait.
    Request(Measurement<'a>),
    /// A credential plugin was run, or could not be.
    #[non_exhaustive]
    PluginCall {
        /// How it ended.
        end: PluginEnd,
    },
    /// Whether a credential plugin may run was asked.
    #[non_exhaustive]
    PluginPolicy {
        /// Whether it may.
        allowed: bool,
    },
    /// A credential plugin handed out a credential: a gauge, to be set. client-go shows the least of all plugins.
    #[non_exhaustive]
    PluginTtl {
        /// When it ends; `None`: not by itself.
        expires: Option<SystemTime>,
    },
    /// The CA bundle had changed.
    #[non_exhaustive]
    CaReload {
        /// What stood against the new one; `None`: it is used.
        fault: Option<CaFault>,
    },
}

/// Why a CA bundle was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaFault {
    /// It cannot be read.
    Read,
    /// It holds no certificate that is one.
    Parse,
}

/// Hears of what was measured; a closure is one.
///
/// It is called on the way of the request: it must be quick, and must not wait.
pub trait OnMetric: Send + Sync {
    /// Something was measured.
    fn on_metric(&self, metric: &Metric<'_>);
}

impl<F: Fn(&Metric<'_>) + Send + Sync> OnMetric for F {
    fn on_metric(&self, metric: &Metric<'_>) {
        self(metric);
    }
}

// === impl Metric ===

impl Metric<'_> {
    /// client-go's name of the metric.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Request(measured) => measured.name(),
            Self::PluginCall { .. } => "rest_client_exec_plugin_call_total",
            Self::PluginPolicy { .. } => "rest_client_exec_plugin_policy_call_total",
            Self::PluginTtl { .. } => "rest_client_exec_plugin_ttl_seconds",
            Self::CaReload { .. } => "rest_client_transport_ca_reload_total",
        }
    }

    /// Seconds or bytes, to be observed by a histogram; 1, to be added to a counter; for [`PluginTtl`](Self::PluginTtl), the seconds that are left
    /// by the system's clock when this is called: negative behind the end, infinite without one.
    pub fn value(&self) -> f64 {
        match self {
            Self::Request(measured) => measured.value(),
            Self::PluginTtl { expires } => expires.map_or(f64::INFINITY, seconds_left),
            _ => 1.0,
        }
    }

    /// The upper bounds of the histogram's buckets; none for a counter or a gauge.
    pub const fn buckets(&self) -> &'static [f64] {
        match self {
            Self::Request(measured) => measured.buckets(),
            _ => &[],
        }
    }

    /// Names and values of the labels.
    pub fn labels(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        match self {
            Self::Request(measured) => {
                let labels = measured.labels();
                labels.map(|(name, value)| (name, value.into())).collect()
            }
            Self::PluginCall { end } => {
                let (code, status) = match end {
                    PluginEnd::Well => (0, "no_error"),
                    PluginEnd::Code(code) => (*code, "plugin_execution_error"),
                    PluginEnd::NotFound => (1, "plugin_not_found_error"),
                    _ => (1, "client_internal_error"),
                };
                vec![
                    ("code", code.to_string().into()),
                    ("call_status", status.into()),
                ]
            }
            // client-go declares two labels for one value, of which nothing can come.
            Self::PluginPolicy { allowed } => {
                let status = if *allowed { "allowed" } else { "denied" };
                vec![("status", status.into())]
            }
            Self::PluginTtl { .. } => Vec::new(),
            Self::CaReload { fault } => {
                let (result, reason) = match fault {
                    None => ("success", "updated"),
                    Some(CaFault::Read) => ("failure", "read_error"),
                    Some(CaFault::Parse) => ("failure", "ca_parse_error"),
                };
                vec![("result", result.into()), ("reason", reason.into())]
            }
        }
    }
}

fn seconds_left(expires: SystemTime) -> f64 {
    match expires.elapsed() {
        Ok(since) => -since.as_secs_f64(),
        Err(ahead) => ahead.duration().as_secs_f64(),
    }
}

/// Somebody who hears of what was measured, or nobody, as the layers know it: those of k8s-transport tell it of
/// requests, those of k8s-auth of plugins and bundles. Clones share it. By default nobody.
#[derive(Clone, Default)]
pub struct MetricHook(Option<Arc<dyn OnMetric>>);

impl MetricHook {
    /// This one hears of it.
    pub fn new(hook: impl OnMetric + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }
}

impl OnMeasurement for MetricHook {
    fn on_measurement(&self, measurement: &Measurement<'_>) {
        if let Some(hook) = &self.0 {
            hook.on_metric(&Metric::Request(*measurement));
        }
    }

    fn is_off(&self) -> bool {
        self.0.is_none()
    }
}

impl OnAuthEvent for MetricHook {
    fn on_auth_event(&self, event: AuthEvent<'_>) {
        let (Some(hook), Some(metric)) = (&self.0, read(event)) else {
            return;
        };
        hook.on_metric(&metric);
    }
}

/// The hook, as the cache of a plugin's answers knows it: what others do with their tokens, client-go does not measure.
#[cfg(feature = "exec")]
pub(crate) struct PluginMetricHook(pub(crate) MetricHook);

#[cfg(feature = "exec")]
impl OnAuthEvent for PluginMetricHook {
    fn on_auth_event(&self, event: AuthEvent<'_>) {
        if let (Some(hook), AuthEvent::Renewed { expires, .. }) = (&self.0.0, event) {
            hook.on_metric(&Metric::PluginTtl { expires });
        }
    }
}

/// The metric of an event, if client-go has one.
fn read(event: AuthEvent<'_>) -> Option<Metric<'static>> {
    match event {
        AuthEvent::Reloaded {
            thing: Thing::Roots,
            ..
        } => Some(Metric::CaReload { fault: None }),
        AuthEvent::Kept {
            thing: Thing::Roots,
            why,
            ..
        } => Some(Metric::CaReload {
            fault: Some(fault(why)),
        }),
        AuthEvent::PluginPolicy { allowed, .. } => Some(Metric::PluginPolicy { allowed }),
        AuthEvent::PluginEnded { end, .. } => Some(Metric::PluginCall { end }),
        _ => None,
    }
}

fn fault(why: &(dyn Error + 'static)) -> CaFault {
    let mut next = Some(why);
    while let Some(error) = next {
        if error.is::<std::io::Error>() {
            return CaFault::Read;
        }
        next = error.source();
    }
    CaFault::Parse
}

impl fmt::Debug for MetricHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MetricHook")
            .field(&self.0.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(metric: Metric<'_>, name: &str, labels: &[(&str, &str)]) {
        assert_eq!(metric.name(), name);
        let seen = metric.labels();
        let seen: Vec<_> = seen.iter().map(|(k, v)| (*k, v.as_ref())).collect();
        assert_eq!(seen, labels);
        assert!(metric.buckets().is_empty());
    }

    #[test]
    fn x33_the_ttl_is_what_is_left() {
        let hour = std::time::Duration::from_secs(3600);
        let never = Metric::PluginTtl { expires: None };
        assert_eq!(never.value(), f64::INFINITY);
        check(never, "rest_client_exec_plugin_ttl_seconds", &[]);
        let past = SystemTime::UNIX_EPOCH + hour;
        let past = Metric::PluginTtl {
            expires: Some(past),
        };
        assert!(past.value() < -3600.0 * 24.0, "{}", past.value());
    }

    #[test]
    fn plugins_and_bundles_are_counted_as_client_go_does() {
        for (end, code, status) in [
            (PluginEnd::Well, "0", "no_error"),
            (PluginEnd::Code(3), "3", "plugin_execution_error"),
            (PluginEnd::NotFound, "1", "plugin_not_found_error"),
            (PluginEnd::Failed, "1", "client_internal_error"),
        ] {
            let labels = [("code", code), ("call_status", status)];
            let name = "rest_client_exec_plugin_call_total";
            check(Metric::PluginCall { end }, name, &labels);
        }
        for (fault, result, reason) in [
            (None, "success", "updated"),
            (Some(CaFault::Read), "failure", "read_error"),
            (Some(CaFault::Parse), "failure", "ca_parse_error"),
        ] {
            let labels = [("result", result), ("reason", reason)];
            let name = "rest_client_transport_ca_reload_total";
            check(Metric::CaReload { fault }, name, &labels);
        }
    }
}
