//! The roles and bindings that a cluster has from the beginning, as a real one told them to `cargo xtask schema`.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::server::object;
use crate::server::state::State;
use crate::server::store::Store;

static FILE: &[u8] = include_bytes!("../schema/policy.json.gz");

/// Constant for the life of the process: what stands in the file.
static POLICY: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut text = String::new();
    GzDecoder::new(FILE)
        .read_to_string(&mut text)
        .expect("the file is what `cargo xtask schema` wrote");
    serde_json::from_str(&text).expect("the file is what was written")
});

/// Puts them all into a new store.
pub(crate) fn bootstrap(state: &State, store: &mut Store) {
    for entry in POLICY.iter() {
        let kind = super::kind(object::text(entry, "/resource"));
        let given = &entry["object"];
        let (namespace, name) = (object::namespace(given), object::name(given));
        let mut new = state.new_object(kind, namespace, name);
        for (field, value) in given.as_object().into_iter().flatten() {
            if field == "metadata" {
                let metadata = value.as_object().into_iter().flatten();
                let metadata = metadata.map(|(name, value)| (name.clone(), value.clone()));
                object::metadata(&mut new).extend(metadata);
            } else {
                new[field.as_str()] = value.clone();
            }
        }
        store.put(kind, namespace, name, new);
    }
}
