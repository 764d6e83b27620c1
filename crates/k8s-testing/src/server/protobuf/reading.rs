//! Messages as objects: what Go's generated code makes of the bytes, as JSON.
//!
//! A field that stands there again replaces a single value, is added to a list, and is merged into a message. What
//! nobody knows is passed over.

use serde_json::{Map, Value};

use super::wire::{Cursor, LENGTH, Tag};
use super::writing::VERBS;
use super::{expect, opaque, plain};
use crate::server::types::{Is, Message, Node, Scalar, Slot, Struct, Types};

/// Messages that are nested deeper are refused; Go has no bound but its memory.
const DEEPEST: usize = 128;

/// Reads an object of this type, without its envelope; the error is Go's text.
pub(super) fn read(types: &Types, node: &Node, bytes: &[u8]) -> Result<Value, String> {
    let mut object = Value::Null;
    if let Is::Struct { number, .. } = node.is {
        let reading = Reading { types, depth: 0 };
        reading.fields(types.get(number), bytes, &mut object)?;
    }
    Ok(object)
}

/// Reading, so many messages deep.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub(super) types: &'a Types,
    depth: usize,
}

impl Reading<'_> {
    /// Reads a message into an object, whatever stands there already.
    pub(super) fn fields(
        self,
        shape: &Struct,
        bytes: &[u8],
        object: &mut Value,
    ) -> Result<(), String> {
        self.message((shape, &shape.message), bytes, as_map(object))
    }

    fn message(
        self,
        (shape, message): (&Struct, &Message),
        bytes: &[u8],
        object: &mut Map<String, Value>,
    ) -> Result<(), String> {
        if self.depth == DEEPEST {
            return Err(format!("proto: messages nested deeper than {DEEPEST}"));
        }
        let inside = Self {
            depth: self.depth + 1,
            ..self
        };
        let mut cursor = Cursor::new(bytes);
        while let Some(tag) = cursor.tag(&shape.name)? {
            match message.slots.get(&tag.number) {
                None => cursor.skip(tag)?,
                Some(Slot::Embedded { label, message }) => {
                    expect(tag, LENGTH, label)?;
                    inside.message((shape, message), cursor.bytes()?, object)?;
                }
                Some(Slot::Field { name, label }) => {
                    let Some(field) = shape.fields.get(name) else {
                        cursor.skip(tag)?;
                        continue;
                    };
                    let value = object.entry(name.as_str()).or_insert(Value::Null);
                    inside.of_field(&field.holds, (tag, label), &mut cursor, value)?;
                }
            }
        }
        Ok(())
    }

    fn of_field(
        self,
        node: &Node,
        (tag, label): (Tag, &str),
        cursor: &mut Cursor<'_>,
        value: &mut Value,
    ) -> Result<(), String> {
        match &node.is {
            Is::List { .. } if node.go == VERBS => self.element(node, (tag, label), cursor, value),
            Is::List { item, .. } => {
                let items = as_list(value);
                if let Some(kind) = packed(item, tag) {
                    let mut cursor = Cursor::new(cursor.bytes()?);
                    while !cursor.is_done() {
                        items.push(plain::read(kind, &mut cursor)?);
                    }
                    return Ok(());
                }
                let mut value = Value::Null;
                self.element(item, (tag, label), cursor, &mut value)?;
                items.push(value);
                Ok(())
            }
            Is::Map { item, .. } => {
                expect(tag, LENGTH, label)?;
                let (key, entry) = self.entry(item, label, cursor.bytes()?)?;
                as_map(value).insert(key, entry);
                Ok(())
            }
            _ => self.element(node, (tag, label), cursor, value),
        }
    }

    /// A key of a map and its value; the value may be left out.
    fn entry(self, item: &Node, label: &str, bytes: &[u8]) -> Result<(String, Value), String> {
        let (mut key, mut value) = (String::new(), Value::Null);
        if matches!(item.is, Is::Scalar(Scalar::Bytes)) {
            value = "".into();
        }
        let mut cursor = Cursor::new(bytes);
        while let Some(tag) = cursor.tag(label)? {
            match tag.number {
                1 => {
                    expect(tag, LENGTH, label)?;
                    key = String::from_utf8_lossy(cursor.bytes()?).into_owned();
                }
                2 => self.element(item, (tag, label), &mut cursor, &mut value)?,
                _ => cursor.skip(tag)?,
            }
        }
        Ok((key, value))
    }

    /// A value that stands there once.
    pub(super) fn element(
        self,
        node: &Node,
        (tag, label): (Tag, &str),
        cursor: &mut Cursor<'_>,
        value: &mut Value,
    ) -> Result<(), String> {
        if let Is::Scalar(kind) = node.is {
            expect(tag, plain::wire_of(kind), label)?;
            *value = plain::read(kind, cursor)?;
            return Ok(());
        }
        expect(tag, LENGTH, label)?;
        let bytes = cursor.bytes()?;
        match &node.is {
            Is::Struct { number, .. } => self.fields(self.types.get(*number), bytes, value),
            Is::Any => {
                *value = opaque::read(self, &node.go, bytes)?;
                Ok(())
            }
            // A list in a list or in a map is a message of its items.
            Is::List { item, .. } => {
                let mut cursor = Cursor::new(bytes);
                while let Some(tag) = cursor.tag(label)? {
                    if tag.number == 1 {
                        let mut value_of_item = Value::Null;
                        self.element(item, (tag, label), &mut cursor, &mut value_of_item)?;
                        as_list(value).push(value_of_item);
                    } else {
                        cursor.skip(tag)?;
                    }
                }
                Ok(())
            }
            // Nothing holds maps in lists or maps, and nothing built in is known by its values alone.
            Is::Map { .. } | Is::Scalar(_) | Is::Deduced => Ok(()),
        }
    }
}

/// The kind of numbers that are sent in one field, as others than Go may write them.
fn packed(item: &Node, tag: Tag) -> Option<Scalar> {
    match item.is {
        Is::Scalar(kind) if plain::wire_of(kind) != LENGTH && tag.wire == LENGTH => Some(kind),
        _ => None,
    }
}

fn as_map(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was made a map just now")
}

fn as_list(value: &mut Value) -> &mut Vec<Value> {
    if !value.is_array() {
        *value = Value::Array(Vec::new());
    }
    value.as_array_mut().expect("it was made a list just now")
}
