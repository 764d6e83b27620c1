//! What only Go knows of the types: its names for them, what is written when it is empty, protobuf's field numbers.

use serde_json::{Map, Value};
use xshell::{Shell, cmd};

use crate::golden::{MODULE, build, find_go};
use crate::{Error, workspace};

/// Adds to each type, and to each of its fields, what a program that reads Go's types says of it.
pub(super) fn complete(types: &mut Map<String, Value>) -> Result<(), Error> {
    let told = ask()?;
    for (name, shape) in types.iter_mut() {
        let Some(told) = told.get(name) else { continue };
        shape["go"] = told["go"].clone();
        let fields = shape.get_mut("fields").and_then(Value::as_object_mut);
        for (field, holds) in fields.into_iter().flatten() {
            add(holds, &told["fields"][field]);
        }
    }
    Ok(())
}

fn ask() -> Result<Value, Error> {
    let root = workspace::root();
    let sh = Shell::new()?;
    sh.change_dir(root.join(MODULE));
    let go = find_go(&sh)?;
    let program = root.join("target/schema/types");
    build(&sh, &go, "./types", &program)?;
    Ok(serde_json::from_str(
        &cmd!(sh, "{program}").quiet().read()?,
    )?)
}

/// Adds what is told of a value, and of the items below it.
fn add(holds: &mut Value, told: &Value) {
    for (name, value) in told.as_object().into_iter().flatten() {
        if name != "item" {
            holds[name.as_str()] = value.clone();
        }
    }
    for below in ["list", "map"] {
        if let Some(item) = holds.get_mut(below) {
            add(item, &told["item"]);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_told_of_items_is_added_to_them() {
        let mut holds = json!({"list": {"ref": "a.B"}, "listType": "atomic"});
        let told =
            json!({"go": "[]v1.B", "omit": "empty", "item": {"go": "v1.B", "pointer": true}});
        add(&mut holds, &told);
        let wanted = json!({
            "list": {"ref": "a.B", "go": "v1.B", "pointer": true}, "listType": "atomic",
            "go": "[]v1.B", "omit": "empty",
        });
        assert_eq!(holds, wanted);
    }
}
