//! Any bytes as kubeconfig: read, linted, validated and resolved without panic.

#![no_main]

use k8s_config::{Kubeconfig, Overrides};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(kubeconfig) = Kubeconfig::from_slice(bytes, "/nowhere") {
        let _ = kubeconfig.lint();
        let _ = kubeconfig.validate();
        let _ = kubeconfig.check(None);
        let _ = kubeconfig.with_overrides(&Overrides::default());
        if let Ok(config) = kubeconfig.resolve(&Overrides::default()) {
            assert!(config.server.scheme().is_some() && config.server.host().is_some());
            assert!(!config.namespace.is_empty());
        }
    }
});
