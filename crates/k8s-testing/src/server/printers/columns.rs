//! The columns of each kind, as a real server told them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::server::kinds;

/// Constant for the life of the process: what stands in the file.
static COLUMNS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| kinds::line(2));

/// The columns of objects that are kept under this name.
pub(super) fn of(storage: &str) -> &'static Value {
    static NONE: LazyLock<Value> = LazyLock::new(|| json!([]));
    COLUMNS.get(storage).unwrap_or(&NONE)
}
