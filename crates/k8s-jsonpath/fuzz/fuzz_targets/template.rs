//! Any template over any JSON: the first line is the template, the rest the data.

#![no_main]

use k8s_jsonpath::{Template, failure, relaxed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (path, data) = text.split_once('\n').unwrap_or((text, "{}"));
    let _ = relaxed(path);
    let Ok(data) = serde_json::from_str(data) else {
        return;
    };
    let Ok(template) = Template::parse(path) else {
        return;
    };
    for allow in [false, true] {
        let template = template
            .clone()
            .allow_missing_keys(allow)
            .as_json(allow)
            .max_findings(100_000)
            .max_output(100_000);
        match template.execute(&data) {
            Ok(output) => assert!(output.len() <= 100_000),
            Err(error) => drop(failure(path, &data, &error)),
        }
    }
});
