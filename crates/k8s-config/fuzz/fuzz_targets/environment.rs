//! Any environment and any mount: inference ends with a configuration or an error.

#![no_main]

use std::sync::Arc;

use k8s_config::{Config, MemorySource, Platform, SERVICE_ACCOUNT_DIRECTORY};
use libfuzzer_sys::fuzz_target;

type Input<'a> = (bool, [&'a str; 4], [&'a [u8]; 3]);

fuzz_target!(|input: Input<'_>| {
    let (windows, [host, port, list, home], [ca, token, file]) = input;
    let source = MemorySource::new()
        .with_platform(if windows {
            Platform::Windows
        } else {
            Platform::Unix
        })
        .with_var("KUBERNETES_SERVICE_HOST", host)
        .with_var("KUBERNETES_SERVICE_PORT", port)
        .with_var("KUBECONFIG", list)
        .with_var("HOME", home)
        .with_file("/k", file)
        .with_file(format!("{SERVICE_ACCOUNT_DIRECTORY}/ca.crt"), ca)
        .with_file(format!("{SERVICE_ACCOUNT_DIRECTORY}/token"), token);
    if let Ok(config) = Config::infer_from(Arc::new(source)) {
        let _ = config.reload();
    }
});
