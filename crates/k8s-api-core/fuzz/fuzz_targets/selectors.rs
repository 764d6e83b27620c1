//! Any text as a selector: what is accepted prints as something that reads the same.

#![no_main]

use k8s_api_core::selector::{FieldSelector, LabelSelector};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(selector) = LabelSelector::parse(text) {
        let printed = selector.to_string();
        let again = LabelSelector::parse(&printed).expect("we printed it");
        assert_eq!(again.to_string(), printed);
    }
    if let Ok(selector) = FieldSelector::parse(text) {
        let printed = selector.to_string();
        let again = FieldSelector::parse(&printed).expect("we printed it");
        assert_eq!(again.to_string(), printed);
    }
});
