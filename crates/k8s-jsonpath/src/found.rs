//! One finding of a template.

use std::borrow::Cow;

use serde_json::Value;

use crate::item::Item;

/// One value that a template found: in the data, or in the template itself.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    item: Item<'a>,
}

impl<'a> Found<'a> {
    pub(crate) fn new(item: Item<'a>) -> Self {
        Self { item }
    }

    /// The text, if it is one; what is no UTF-8 in it (only `"\xff"` in a template makes such) is replaced.
    #[must_use]
    pub fn as_text(&self) -> Option<Cow<'a, str>> {
        match self.item {
            Item::Text(text) => Some(String::from_utf8_lossy(text)),
            _ => None,
        }
    }

    /// A copy as JSON. Nothing at all is `null`, and a byte of a text a number.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.item.to_value()
    }
}
