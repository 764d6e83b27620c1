//! What is measured, as a value with client-go's name, labels and buckets.

use std::time::Duration;

use ::http::{Method, StatusCode};

/// Seconds, as kubelet and kubectl count them.
const TIMES: &[f64] = &[
    0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0,
];

/// The same, for what should be quicker.
const QUICK: &[f64] = &[0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0];

/// Bytes.
const SIZES: &[f64] = &[
    64.0,
    256.0,
    512.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
];

/// Something that was measured. `verb` and `method` are both the HTTP method, as in client-go.
///
/// Names, labels and buckets are those of k8s.io/component-base `metrics/prometheus/restclient`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Measurement<'a> {
    /// How long a request took in all, with its retries, until its answer was read.
    #[non_exhaustive]
    RequestDuration {
        /// The method.
        verb: &'a Method,
        /// Host and port.
        host: &'a str,
        /// How long.
        time: Duration,
    },
    /// How large the body of an attempt was.
    #[non_exhaustive]
    RequestSize {
        /// The method.
        verb: &'a Method,
        /// Host and port.
        host: &'a str,
        /// How many bytes.
        bytes: u64,
    },
    /// How large the body of an answer was, decompressed.
    #[non_exhaustive]
    ResponseSize {
        /// The method.
        verb: &'a Method,
        /// Host and port.
        host: &'a str,
        /// How many bytes.
        bytes: u64,
    },
    /// How long our own rate limit held an attempt back.
    #[non_exhaustive]
    RateLimiterDuration {
        /// The method.
        verb: &'a Method,
        /// Host and port.
        host: &'a str,
        /// How long; zero for one that need not wait.
        time: Duration,
    },
    /// How an attempt ended.
    #[non_exhaustive]
    RequestResult {
        /// The status; `None` without an answer.
        code: Option<StatusCode>,
        /// The method.
        method: &'a Method,
        /// Host and port.
        host: &'a str,
    },
    /// How an attempt ended that was not the first of its request.
    #[non_exhaustive]
    RequestRetry {
        /// The status; `None` without an answer.
        code: Option<StatusCode>,
        /// The method.
        verb: &'a Method,
        /// Host and port.
        host: &'a str,
    },
    /// How long it took to resolve the server's name.
    #[non_exhaustive]
    DnsResolution {
        /// The name.
        host: &'a str,
        /// How long.
        time: Duration,
    },
}

impl Measurement<'_> {
    /// client-go's name of the metric.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RequestDuration { .. } => "rest_client_request_duration_seconds",
            Self::RequestSize { .. } => "rest_client_request_size_bytes",
            Self::ResponseSize { .. } => "rest_client_response_size_bytes",
            Self::RateLimiterDuration { .. } => "rest_client_rate_limiter_duration_seconds",
            Self::RequestResult { .. } => "rest_client_requests_total",
            Self::RequestRetry { .. } => "rest_client_request_retries_total",
            Self::DnsResolution { .. } => "rest_client_dns_resolution_duration_seconds",
        }
    }

    /// Seconds or bytes, to be observed by a histogram; 1, to be added to a counter.
    #[expect(
        clippy::cast_precision_loss,
        reason = "nobody counts bytes beyond 2^52"
    )]
    pub fn value(&self) -> f64 {
        match self {
            Self::RequestDuration { time, .. }
            | Self::RateLimiterDuration { time, .. }
            | Self::DnsResolution { time, .. } => time.as_secs_f64(),
            Self::RequestSize { bytes, .. } | Self::ResponseSize { bytes, .. } => *bytes as f64,
            Self::RequestResult { .. } | Self::RequestRetry { .. } => 1.0,
        }
    }

    /// The upper bounds of the histogram's buckets; none for a counter.
    pub const fn buckets(&self) -> &'static [f64] {
        match self {
            Self::RequestDuration { .. } | Self::RateLimiterDuration { .. } => TIMES,
            Self::DnsResolution { .. } => QUICK,
            Self::RequestSize { .. } | Self::ResponseSize { .. } => SIZES,
            Self::RequestResult { .. } | Self::RequestRetry { .. } => &[],
        }
    }

    /// Names and values of the labels. The code of what has no answer is `<error>`.
    pub fn labels(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let (code, method, host) = self.parts();
        [code, method, Some(("host", host))].into_iter().flatten()
    }

    fn parts(&self) -> (Label<'_>, Label<'_>, &str) {
        match self {
            Self::RequestDuration { verb, host, .. }
            | Self::RequestSize { verb, host, .. }
            | Self::ResponseSize { verb, host, .. }
            | Self::RateLimiterDuration { verb, host, .. } => {
                (None, Some(("verb", verb.as_str())), host)
            }
            Self::RequestResult { code, method, host } => (
                Some(("code", text(code.as_ref()))),
                Some(("method", method.as_str())),
                host,
            ),
            Self::RequestRetry { code, verb, host } => (
                Some(("code", text(code.as_ref()))),
                Some(("verb", verb.as_str())),
                host,
            ),
            Self::DnsResolution { host, .. } => (None, None, host),
        }
    }
}

type Label<'a> = Option<(&'static str, &'a str)>;

fn text(code: Option<&StatusCode>) -> &str {
    code.map_or("<error>", StatusCode::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(measurement: Measurement<'_>, name: &str, labels: &[(&str, &str)], value: f64) {
        assert_eq!(measurement.name(), name);
        assert_eq!(measurement.labels().collect::<Vec<_>>(), labels);
        assert!((measurement.value() - value).abs() < 1e-9);
    }

    #[test]
    fn names_and_labels_are_client_gos() {
        let (verb, host, time) = (&Method::GET, "s:1", Duration::from_millis(1500));
        let labels = [("verb", "GET"), ("host", "s:1")];
        let duration = Measurement::RequestDuration { verb, host, time };
        check(
            duration,
            "rest_client_request_duration_seconds",
            &labels,
            1.5,
        );
        let limiter = Measurement::RateLimiterDuration { verb, host, time };
        let name = "rest_client_rate_limiter_duration_seconds";
        check(limiter, name, &labels, 1.5);
        let size = Measurement::RequestSize {
            verb,
            host,
            bytes: 7,
        };
        check(size, "rest_client_request_size_bytes", &labels, 7.0);
        let size = Measurement::ResponseSize {
            verb,
            host,
            bytes: 7,
        };
        check(size, "rest_client_response_size_bytes", &labels, 7.0);
        let dns = Measurement::DnsResolution { host, time };
        let name = "rest_client_dns_resolution_duration_seconds";
        check(dns, name, &[("host", "s:1")], 1.5);
        for (code, text) in [(Some(StatusCode::OK), "200"), (None, "<error>")] {
            let result = Measurement::RequestResult {
                code,
                method: verb,
                host,
            };
            let labels = [("code", text), ("method", "GET"), ("host", "s:1")];
            check(result, "rest_client_requests_total", &labels, 1.0);
            let retry = Measurement::RequestRetry { code, verb, host };
            let labels = [("code", text), ("verb", "GET"), ("host", "s:1")];
            check(retry, "rest_client_request_retries_total", &labels, 1.0);
        }
    }
}
