//! The text of two flags: namespaces with a prefix, and timeouts.

use k8s_config::{namespace_flag, parse_timeout};

use crate::support::rows;

/// `--namespace` as typed, and the name.
fn namespace_prefix((typed, expected): (&str, &str)) {
    assert_eq!(namespace_flag(typed), expected);
}

rows!(namespace_prefix: {
    prefix_namespaces => ("namespaces/foo", "foo"),
    prefix_namespaces_upper => ("NAMESPACES/foo", "foo"),
    prefix_namespaces_mixed => ("NameSpaces/foo", "foo"),
    prefix_namespace => ("namespace/foo", "foo"),
    prefix_namespace_upper => ("NAMESPACE/foo", "foo"),
    prefix_namespace_mixed => ("nameSpace/foo", "foo"),
    prefix_ns => ("ns/foo", "foo"),
    prefix_ns_upper => ("NS/foo", "foo"),
    prefix_namespaces_alone => ("namespaces/", "namespaces/"),
    prefix_namespace_alone => ("namespace/", "namespace/"),
    prefix_ns_alone => ("ns/", "ns/"),
    prefix_other => ("pods/foo", "pods/foo"),
});

/// `--request-timeout` as typed, and milliseconds (0: none); `None`: refused.
fn timeout((typed, expected): (&str, Option<u64>)) {
    let read = parse_timeout(typed).ok();
    assert_eq!(
        read.map(|timeout| timeout.unwrap_or_default().as_millis() as u64),
        expected
    );
}

rows!(timeout: {
    timeout_zero => ("0", Some(0)),
    timeout_seconds => ("30", Some(30_000)),
    timeout_unit => ("2m", Some(120_000)),
    timeout_many_units => ("1h15m30.918s", Some(4_530_918)),
    timeout_fraction => (".5s", Some(500)),
    timeout_milliseconds => ("1500ms", Some(1_500)),
    timeout_zero_unit => ("0s", Some(0)),
    timeout_no_unit_of_fraction => ("1.5", None),
    timeout_unknown_unit => ("1d", None),
    timeout_negative => ("-1s", None),
    timeout_empty => ("", None),
    timeout_dot => (".s", None),
    timeout_too_long => ("9999999999h", None),
});
