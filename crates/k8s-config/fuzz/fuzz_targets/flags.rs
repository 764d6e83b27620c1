//! Any text as the value of a flag.

#![no_main]

use k8s_config::{ProxyUrl, namespace_flag, parse_timeout};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = parse_timeout(text);
    let _ = ProxyUrl::parse(text);
    assert!(text.ends_with(namespace_flag(text)));
});
