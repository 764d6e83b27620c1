//! What the environment says of HTTP/2, by client-go's names.

use std::time::Duration;

use k8s_config::{Config, Source};
use k8s_transport::TransportOptions;

/// Whether HTTP/2 is offered to the server: not where `DISABLE_HTTP2` says anything at all.
pub(crate) fn offers_http2(config: &Config) -> bool {
    let disabled = config.source().var("DISABLE_HTTP2");
    cfg!(feature = "http2") && disabled.is_none_or(|value| value.is_empty())
}

/// How an HTTP/2 connection is asked whether it lives: after `HTTP2_READ_IDLE_TIMEOUT_SECONDS` of silence (30; 0: never),
/// with `HTTP2_PING_TIMEOUT_SECONDS` to answer (15). A value that is no number of seconds is as good as none, with a
/// warning, as in client-go (`apimachinery/pkg/util/net/http.go`).
pub(crate) fn transport_options(config: &Config) -> TransportOptions {
    let source = config.source();
    let options = TransportOptions::new();
    let options = match seconds(&*source, "HTTP2_READ_IDLE_TIMEOUT_SECONDS") {
        Some(silence) => options.http2_read_idle_timeout(silence),
        None => options,
    };
    // Go's library takes zero for its default, which is ours, too.
    match seconds(&*source, "HTTP2_PING_TIMEOUT_SECONDS").filter(|limit| !limit.is_zero()) {
        Some(limit) => options.http2_ping_timeout(limit),
        None => options,
    }
}

fn seconds(source: &dyn Source, name: &'static str) -> Option<Duration> {
    let value = source.var(name).filter(|value| !value.is_empty())?;
    let seconds = value.parse().ok().map(Duration::from_secs);
    if seconds.is_none() {
        tracing::warn!(
            variable = name,
            "not a number of seconds; the default is used"
        );
    }
    seconds
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use k8s_config::MemorySource;

    use super::*;

    fn config(variables: &[(&str, &str)]) -> Config {
        let mut source = MemorySource::new();
        for (name, value) in variables {
            source = source.with_var(*name, *value);
        }
        Config::new("https://server".parse().unwrap()).with_source(Arc::new(source))
    }

    #[test]
    fn any_value_disables_http2() {
        let rows: [(&[(&str, &str)], bool); 4] = [
            (&[], true),
            (&[("DISABLE_HTTP2", "")], true),
            (&[("DISABLE_HTTP2", "false")], false),
            (&[("DISABLE_HTTP2", "1")], false),
        ];
        for (variables, offers) in rows {
            let offers = offers && cfg!(feature = "http2");
            assert_eq!(offers_http2(&config(variables)), offers, "{variables:?}");
        }
    }

    #[test]
    fn seconds_are_read_as_client_go_reads_them() {
        let rows = [
            ("", "", "read_idle_timeout: Some(30s), ping_timeout: 15s"),
            ("7", "3", "read_idle_timeout: Some(7s), ping_timeout: 3s"),
            ("+7", "3", "read_idle_timeout: Some(7s), ping_timeout: 3s"),
            ("0", "0", "read_idle_timeout: None, ping_timeout: 15s"),
            (
                "7s",
                "-1",
                "read_idle_timeout: Some(30s), ping_timeout: 15s",
            ),
        ];
        for (idle, ping, expected) in rows {
            let config = config(&[
                ("HTTP2_READ_IDLE_TIMEOUT_SECONDS", idle),
                ("HTTP2_PING_TIMEOUT_SECONDS", ping),
            ]);
            let options = format!("{:?}", transport_options(&config));
            assert!(options.contains(expected), "{idle} {ping}: {options}");
        }
    }
}
