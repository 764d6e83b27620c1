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
        // Terms are sorted as they were written, `==` before `=`: the order holds from the second print on.
        let print = |text: &str| {
            FieldSelector::parse(text)
                .expect("we printed it")
                .to_string()
        };
        let printed = print(&selector.to_string());
        assert_eq!(print(&printed), printed);
        assert_eq!(printed.len(), selector.to_string().len());
    }
});
