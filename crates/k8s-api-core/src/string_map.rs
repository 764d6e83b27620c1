//! Labels and annotations: texts by text, sorted, in no more memory than they need.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Index;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::selector::Lookup;

/// Labels or annotations of an object, in the order of their keys.
///
/// One block of memory, as large as it has to be, and one for each text: a handful of labels in a `BTreeMap` takes a
/// node made for eleven. To add or remove one is to write the block anew.
///
/// ```
/// use k8s_api_core::StringMap;
///
/// let mut labels = StringMap::from_iter([("tier", "web"), ("app", "shop")]);
/// labels.insert("app", "cart");
/// assert_eq!(labels.get("app"), Some("cart"));
/// assert_eq!(labels.iter().next(), Some(("app", "cart")));
/// assert_eq!(&labels["tier"], "web");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct StringMap {
    pairs: Box<[(Box<str>, Box<str>)]>,
}

/// Labels or annotations, borrowed from an object however it keeps them.
#[derive(Clone, Copy, Default)]
pub struct StringMapRef<'a> {
    kept: Kept<'a>,
}

#[derive(Clone, Copy, Default)]
enum Kept<'a> {
    #[default]
    Not,
    Sorted(&'a StringMap),
    Tree(&'a BTreeMap<String, String>),
}

// === impl StringMap ===

impl StringMap {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The text under `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.find(key).ok()?;
        Some(&self.pairs[at].1)
    }

    /// Whether something stands under `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Keys and texts, in the order of the keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(key, text)| (&**key, &**text))
    }

    /// Puts `text` under `key`; what stood there before.
    pub fn insert(
        &mut self,
        key: impl Into<Box<str>>,
        text: impl Into<Box<str>>,
    ) -> Option<Box<str>> {
        let (key, text) = (key.into(), text.into());
        match self.find(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.pairs[at].1, text)),
            Err(at) => {
                self.edit(|pairs| pairs.insert(at, (key, text)));
                None
            }
        }
    }

    /// Takes away what stands under `key`.
    pub fn remove(&mut self, key: &str) -> Option<Box<str>> {
        let at = self.find(key).ok()?;
        let mut removed = None;
        self.edit(|pairs| removed = Some(pairs.remove(at).1));
        removed
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.pairs.binary_search_by(|(k, _)| (**k).cmp(key))
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Vec<(Box<str>, Box<str>)>)) {
        let mut pairs = std::mem::take(&mut self.pairs).into_vec();
        edit(&mut pairs);
        self.pairs = pairs.into_boxed_slice();
    }

    /// Pairs in any order; of several with the same key, the last.
    fn from_pairs(mut pairs: Vec<(Box<str>, Box<str>)>) -> Self {
        // Servers write them sorted.
        if !pairs.is_sorted_by(|a, b| a.0 < b.0) {
            pairs.reverse();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs.dedup_by(|later, kept| later.0 == kept.0);
        }
        Self {
            pairs: pairs.into_boxed_slice(),
        }
    }
}

impl<K: Into<Box<str>>, V: Into<Box<str>>> FromIterator<(K, V)> for StringMap {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs
            .into_iter()
            .map(|(key, text)| (key.into(), text.into()));
        Self::from_pairs(pairs.collect())
    }
}

impl<K: Into<Box<str>>, V: Into<Box<str>>> Extend<(K, V)> for StringMap {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, more: I) {
        let mut pairs = std::mem::take(&mut self.pairs).into_vec();
        pairs.extend(
            more.into_iter()
                .map(|(key, text)| (key.into(), text.into())),
        );
        *self = Self::from_pairs(pairs);
    }
}

impl Index<&str> for StringMap {
    type Output = str;

    /// # Panics
    ///
    /// If nothing stands under `key`, as other maps do: [`StringMap::get`] does not.
    fn index(&self, key: &str) -> &str {
        self.get(key).expect("the key is in the map")
    }
}

impl fmt::Debug for StringMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Lookup for StringMap {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.get(key)
    }
}

impl Serialize for StringMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for StringMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = StringMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StringMap, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(StringMap::from_pairs(pairs))
    }
}

// === impl StringMapRef ===

impl<'a> StringMapRef<'a> {
    /// The text under `key`.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        match self.kept {
            Kept::Not => None,
            Kept::Sorted(map) => map.get(key),
            Kept::Tree(map) => map.get(key).map(String::as_str),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self.kept {
            Kept::Not => 0,
            Kept::Sorted(map) => map.len(),
            Kept::Tree(map) => map.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keys and texts, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (sorted, tree) = match self.kept {
            Kept::Not => (None, None),
            Kept::Sorted(map) => (Some(map.iter()), None),
            Kept::Tree(map) => (None, Some(map.iter())),
        };
        let tree = tree.into_iter().flatten();
        let tree = tree.map(|(key, text)| (key.as_str(), text.as_str()));
        sorted.into_iter().flatten().chain(tree)
    }
}

impl<'a> From<&'a StringMap> for StringMapRef<'a> {
    fn from(map: &'a StringMap) -> Self {
        let kept = Kept::Sorted(map);
        Self { kept }
    }
}

impl<'a> From<&'a BTreeMap<String, String>> for StringMapRef<'a> {
    fn from(map: &'a BTreeMap<String, String>) -> Self {
        let kept = Kept::Tree(map);
        Self { kept }
    }
}

impl<'a> From<&'a Option<BTreeMap<String, String>>> for StringMapRef<'a> {
    fn from(map: &'a Option<BTreeMap<String, String>>) -> Self {
        map.as_ref().map(Self::from).unwrap_or_default()
    }
}

impl fmt::Debug for StringMapRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Lookup for StringMapRef<'_> {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.get(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sorted_and_keeps_the_last_of_a_key() {
        let map: StringMap = serde_json::from_str(r#"{"b":"1","a":"2","b":"3","":"4"}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&map).unwrap(),
            r#"{"":"4","a":"2","b":"3"}"#
        );
        assert_eq!((map.get("b"), map.get("c")), (Some("3"), None));
        let tree: BTreeMap<String, String> = [("a".to_owned(), "2".to_owned())].into();
        let (tree, sorted) = (StringMapRef::from(&tree), StringMapRef::from(&map));
        assert_eq!((tree.get("a"), sorted.get("a")), (Some("2"), Some("2")));
        assert_eq!((tree.len(), sorted.len()), (1, 3));
        assert_eq!(tree.iter().collect::<Vec<_>>(), [("a", "2")]);
        assert!(StringMapRef::default().is_empty());
    }

    #[test]
    fn changes_as_a_map_does() {
        let mut map = StringMap::from_iter([("b", "1")]);
        assert_eq!(map.insert("a", "2"), None);
        assert_eq!(map.insert("b", "3").as_deref(), Some("1"));
        map.extend([("c", "4"), ("a", "5")]);
        assert_eq!(format!("{map:?}"), r#"{"a": "5", "b": "3", "c": "4"}"#);
        assert_eq!(map.remove("b").as_deref(), Some("3"));
        assert_eq!(map.remove("b"), None);
        assert_eq!(map, StringMap::from_iter([("c", "4"), ("a", "5")]));
    }

    #[test]
    fn is_no_list_and_no_number() {
        for text in ["[]", "7", "null", r#"{"a":1}"#, r#"{"a":null}"#] {
            assert!(serde_json::from_str::<StringMap>(text).is_err(), "{text}");
        }
    }
}
