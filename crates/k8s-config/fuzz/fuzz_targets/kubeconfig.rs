//! Any bytes as kubeconfig: read, linted, validated, resolved and written without panic; what is written reads and writes as the same.

#![no_main]

use k8s_config::{Kubeconfig, Overrides};
use libfuzzer_sys::fuzz_target;
use secrecy::ExposeSecret as _;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(kubeconfig) = Kubeconfig::from_slice(bytes, "/nowhere") {
        let yaml = kubeconfig.to_yaml();
        let again = Kubeconfig::from_slice(yaml.expose_secret().as_bytes(), "/nowhere")
            .expect("we wrote it");
        assert_eq!(again.to_yaml().expose_secret(), yaml.expose_secret());
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
