//! Any object, with `managedFields` skipped: what `serde_json` reads, without the one member.

#![no_main]

use k8s_api_core::decode::{ManagedFields, RawObject};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let object = RawObject::new(bytes);
    let skipped = object.managed_fields(ManagedFields::Skip).decode::<Value>();
    if let Ok(mut whole) = object.decode::<Value>() {
        if let Some(metadata) = whole.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("managedFields");
        }
        assert_eq!(skipped.expect("the whole was read"), whole);
    }
});
