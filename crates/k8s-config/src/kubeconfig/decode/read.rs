//! How one value is read: text, flag, base64, lists, maps, and lists of named things.

use std::collections::btree_map;

use secrecy::{SecretSlice, SecretString};

use super::{
    Arc, BTreeMap, EXTENSIONS, Entry, FieldPath, FileFault, FileFaultKind, Kind, Known, Layout,
    Node, Place, RawJson, Read, Reader, Stanza, Value, Warning, WarningKind,
};
use crate::kubeconfig::UrlText;
use crate::raw::UnknownField;
use crate::yaml::{decode_base64, last_of_each};

/// After this many faults nobody reads on.
const MAX_FAULTS: usize = 1000;
/// So many layouts are looked through for each stanza.
const MAX_LAYOUTS: usize = 8;

impl Value<'_> {
    const fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "list",
            Value::Map(_) => "map",
        }
    }
}

impl Reader {
    fn fault(&mut self, line: u32, path: &FieldPath<'_>, kind: FileFaultKind) {
        match self.faults.len() {
            ..MAX_FAULTS => self
                .faults
                .push(FileFault::new(line, path.to_string(), kind)),
            MAX_FAULTS => {
                self.faults
                    .push(FileFault::new(line, String::new(), FileFaultKind::AndMore))
            }
            _ => {}
        }
    }

    pub(super) fn mismatch(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
        expected: &'static str,
    ) {
        let found = node.value.type_name();
        self.fault(
            node.line,
            path,
            FileFaultKind::WrongType { expected, found },
        );
    }

    pub(super) fn place(&self, line: u32) -> Place {
        Place {
            file: self.home.file.clone(),
            line: Some(line),
        }
    }

    fn warn(&mut self, line: u32, kind: WarningKind) {
        let place = self.place(line);
        self.warnings.push(Warning::new(Some(place), kind));
    }

    /// A string as it is; `None` for `null`, and for a fault.
    fn raw_text<'n>(&mut self, node: &'n Node<'_>, path: &FieldPath<'_>) -> Option<&'n str> {
        match &node.value {
            Value::Text(text) => Some(text),
            Value::Null => None,
            _ => {
                self.mismatch(node, path, "string");
                None
            }
        }
    }

    /// A string, of which an empty one is unset.
    pub(super) fn text(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> Option<String> {
        let text = self.raw_text(node, path)?;
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A string, of which an empty one is a value.
    pub(super) fn text_or_empty(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> String {
        self.raw_text(node, path).unwrap_or_default().to_owned()
    }

    pub(super) fn secret(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> Option<SecretString> {
        self.text(node, path).map(SecretString::from)
    }

    pub(super) fn url(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> Option<UrlText> {
        self.text(node, path).map(UrlText::new)
    }

    pub(super) fn flag(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> bool {
        match &node.value {
            Value::Bool(flag) => *flag,
            Value::Null => false,
            _ => {
                self.mismatch(node, path, "bool");
                false
            }
        }
    }

    /// Bytes written as base64.
    pub(super) fn data(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
    ) -> Option<Arc<SecretSlice<u8>>> {
        let text = self.raw_text(node, path)?;
        match decode_base64(text) {
            Some(bytes) if bytes.is_empty() => None,
            Some(bytes) => Some(Arc::new(SecretSlice::from(bytes))),
            None => {
                self.fault(node.line, path, FileFaultKind::Base64);
                None
            }
        }
    }

    /// A string that can only be one word, or unset.
    pub(super) fn word(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
        word: &str,
        kind: FileFaultKind,
    ) {
        if self.text(node, path).is_some_and(|text| text != word) {
            self.fault(node.line, path, kind);
        }
    }

    /// The entries of a list; `null` is an empty one.
    pub(super) fn items<T>(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
        mut read: impl FnMut(&mut Self, &Node<'_>, &FieldPath<'_>) -> T,
    ) -> Vec<T> {
        let items = self.list(node, path).iter().enumerate();
        items
            .map(|(index, item)| read(self, item, &path.index(index)))
            .collect()
    }

    fn list<'n, 'a>(&mut self, node: &'n Node<'a>, path: &FieldPath<'_>) -> &'n [Node<'a>] {
        match &node.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => {
                self.mismatch(node, path, "list");
                &[]
            }
        }
    }

    fn entries<'n, 'a>(&mut self, node: &'n Node<'a>, path: &FieldPath<'_>) -> &'n [Entry<'a>] {
        match &node.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            _ => {
                self.mismatch(node, path, "map");
                &[]
            }
        }
    }

    /// A map with any keys; `null` is an empty one.
    pub(super) fn map<T>(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
        mut read: impl FnMut(&mut Self, &Node<'_>, &FieldPath<'_>) -> T,
    ) -> BTreeMap<String, T> {
        let mut map = BTreeMap::new();
        for (entry, is_last) in last_of_each(self.entries(node, path)) {
            let path = path.key(&entry.key);
            if is_last {
                map.insert(
                    entry.key.clone().into_owned(),
                    read(self, &entry.value, &path),
                );
            } else {
                self.superseded(entry, &path);
            }
        }
        map
    }

    /// An entry whose key comes again; that a merged one does is what `<<` is for.
    pub(super) fn superseded(&mut self, entry: &Entry<'_>, path: &FieldPath<'_>) {
        if !entry.merged {
            let field = path.to_string();
            self.warn(entry.line, WarningKind::DuplicateKey { field });
        }
    }

    /// A map with known keys. `read` gets each field and says which it was; what it does not know is kept, with a warning.
    pub(super) fn object(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
        mut read: impl FnMut(&mut Self, &str, &Node<'_>, &FieldPath<'_>) -> Known,
    ) -> (Vec<(&'static str, u32)>, Vec<UnknownField>) {
        let (mut fields, mut unknown) = (Vec::new(), Vec::new());
        for (entry, is_last) in last_of_each(self.entries(node, path)) {
            let path = path.key(&entry.key);
            if !is_last {
                self.superseded(entry, &path);
            } else if let Some(name) = read(self, &entry.key, &entry.value, &path) {
                fields.push((name, entry.line));
            } else {
                unknown.push(self.unknown(entry, &path));
            }
        }
        (fields, unknown)
    }

    pub(super) fn stanza(&mut self, node: &Node<'_>, fields: &[(&'static str, u32)]) -> Stanza {
        let layout = self.layout(node.line, fields);
        Stanza::new(Arc::clone(&self.home), node.line, layout)
    }

    pub(super) fn unknown(&mut self, entry: &Entry<'_>, path: &FieldPath<'_>) -> UnknownField {
        let field = path.to_string();
        self.warn(entry.line, WarningKind::UnknownField { field });
        UnknownField::new(&entry.key, entry.value.to_json())
    }

    /// These fields, with lines counted from the stanza's; one that looks like a stanza before shares what was made for that.
    fn layout(&mut self, line: u32, fields: &[(&'static str, u32)]) -> Option<Arc<Layout>> {
        if fields.is_empty() {
            return None;
        }
        let below = |(name, at): &(&'static str, u32)| (*name, at.wrapping_sub(line));
        let same = |made: &&Arc<Layout>| fields.iter().map(below).eq(made.iter().copied());
        if let Some(made) = self.layouts.iter().find(same) {
            return Some(Arc::clone(made));
        }
        let made: Arc<Layout> = fields.iter().map(below).collect();
        if self.layouts.len() == MAX_LAYOUTS {
            self.layouts.clear();
        }
        self.layouts.push(Arc::clone(&made));
        Some(made)
    }

    /// A list of `{name, <kind>}`, into a map; two of one name are a fault. `first` is the index of the first one: it may be the rest of a list.
    pub(super) fn named<T>(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
        kind: &Kind<T>,
        (read, first): (Read<T>, usize),
        map: &mut BTreeMap<String, T>,
    ) {
        for (index, item) in (first..).zip(self.list(node, path)) {
            let path = &path.index(index);
            let (name, mut value) = self.named_item(item, path, kind.field, read);
            match map.entry(name) {
                btree_map::Entry::Vacant(place) => {
                    *(kind.line)(&mut value) = item.line;
                    place.insert(value);
                }
                btree_map::Entry::Occupied(mut before) => {
                    let duplicate = FileFaultKind::DuplicateName {
                        list: kind.list,
                        becomes: kind.becomes,
                        name: before.key().clone(),
                        first: *(kind.line)(before.get_mut()),
                    };
                    self.fault(item.line, path, duplicate);
                }
            }
        }
    }

    fn named_item<T>(
        &mut self,
        item: &Node<'_>,
        path: &FieldPath<'_>,
        field: &'static str,
        read: Read<T>,
    ) -> (String, T) {
        let (mut name, mut value) = (String::new(), None);
        self.object(item, path, |reader, key, node, path| {
            if key == "name" {
                name = reader.text_or_empty(node, path);
                Some("name")
            } else if key == field {
                value = Some(read(reader, node, path));
                Some(field)
            } else {
                None
            }
        });
        // One that is not there is an empty one, on the line of its name.
        let empty = Node {
            value: Value::Null,
            line: item.line,
        };
        let value = value.unwrap_or_else(|| read(self, &empty, path));
        (name, value)
    }

    pub(super) fn extensions(
        &mut self,
        node: &Node<'_>,
        path: &FieldPath<'_>,
    ) -> BTreeMap<String, RawJson> {
        let read: Read<_> = |_, node, _| (RawJson::new(node.to_json()), 0);
        let mut named = BTreeMap::new();
        self.named(node, path, &EXTENSIONS, (read, 0), &mut named);
        named
            .into_iter()
            .map(|(name, (json, _))| (name, json))
            .collect()
    }
}
