//! A struct as a protobuf message: which number stands for which of its fields.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fields by their numbers. Those of embedded Go structs stand in messages of their own, where JSON has them side by side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) slots: BTreeMap<u32, Slot>,
}

/// What a number stands for.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// A field of the struct, by its JSON name.
    Field { name: String, label: String },
    /// An embedded struct.
    Embedded { label: String, message: Message },
}

impl Message {
    /// A message of fields that all stand in it directly.
    pub(crate) fn of(fields: &[(u32, &str)]) -> Self {
        let mut message = Self::default();
        for (number, name) in fields {
            message.insert(&[*number], &[], name, capitalized(name));
        }
        message
    }

    /// Adds a field as the table has it.
    pub(super) fn add(&mut self, name: &str, holds: &Value, inside: &[String]) {
        let numbers = holds["number"].as_array().into_iter().flatten();
        let numbers: Vec<u32> = numbers
            .filter_map(Value::as_u64)
            .filter_map(|number| u32::try_from(number).ok())
            .collect();
        let label = holds["goName"].as_str().map(str::to_owned);
        self.insert(
            &numbers,
            inside,
            name,
            label.unwrap_or_else(|| capitalized(name)),
        );
    }

    /// Adds a field that is reached by these numbers, through these embedded structs.
    fn insert(&mut self, numbers: &[u32], inside: &[String], name: &str, label: String) {
        match numbers {
            [] => {}
            [number] => {
                let name = name.to_owned();
                self.slots.insert(*number, Slot::Field { name, label });
            }
            [number, below @ ..] => {
                let (outer, inside) = inside
                    .split_first()
                    .map_or(("", inside), |(first, rest)| (first.as_str(), rest));
                let slot = self.slots.entry(*number).or_insert_with(|| Slot::Embedded {
                    label: outer.to_owned(),
                    message: Self::default(),
                });
                if let Slot::Embedded { message, .. } = slot {
                    message.insert(below, inside, name, label);
                }
            }
        }
    }
}

/// Go's name of a field, where it is JSON's with a capital.
fn capitalized(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}
