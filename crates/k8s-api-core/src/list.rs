//! A page of a collection: items and the list's own metadata, whole or item by item.

mod block;
mod decoder;
mod scanner;

use serde::{Deserialize, Serialize};

use crate::ListMeta;
use crate::metadata::exact;

pub use self::decoder::{ListDecoder, ListError, ListHead};

/// A list as the server sends it, of any kind of item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Serialize", deserialize = "K: Deserialize<'de>"))]
#[non_exhaustive]
pub struct List<K> {
    /// The version that was read, and where the next page starts.
    #[serde(default)]
    pub metadata: ListMeta,
    /// The items, in the server's order.
    #[serde(deserialize_with = "exact")]
    pub items: Vec<K>,
}

impl<K> List<K> {
    /// Where the next page starts; `None` on the last page.
    pub fn continue_token(&self) -> Option<&str> {
        crate::resource::non_empty(self.metadata.continue_token.as_ref())
    }
}

impl<K> IntoIterator for List<K> {
    type Item = K;
    type IntoIter = std::vec::IntoIter<K>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}
