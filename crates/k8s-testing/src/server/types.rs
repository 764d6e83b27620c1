//! Types of objects as values: what a field holds, how it is written, how it is merged.
//!
//! Whatever reads, patches or merges objects is driven by these. Those of built-in kinds stand in the table
//! ([`built_in`]); other kinds may bring types of their own.

mod message;
mod table;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

pub(crate) use self::message::{Message, Slot};

/// Where the names of types stand that are no objects of a group.
pub(crate) const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";
/// The names of types that are sent beside objects.
pub(crate) const DELETE_OPTIONS: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
pub(crate) const LIST_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";
pub(crate) const METADATA: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
pub(crate) const PARTIAL: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata";
pub(crate) const TABLE: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.Table";
pub(crate) const STATUS: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";

/// Structs that refer to each other by number.
#[derive(Debug, Default)]
pub(crate) struct Types {
    structs: Vec<Struct>,
    names: BTreeMap<String, usize>,
}

/// An object with known fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Struct {
    /// Go's name, without its package.
    pub(crate) name: String,
    pub(crate) fields: BTreeMap<String, Field>,
    /// What fields hold that are not known; `None`: there are none.
    pub(crate) others: Option<Node>,
    /// Whether it is merged as one value.
    pub(crate) atomic: bool,
    /// Its fields by protobuf's numbers; without any, it is not sent that way.
    pub(crate) message: Message,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) holds: Node,
    pub(crate) omitted: Omitted,
    /// Embedded Go structs that it stands in.
    pub(crate) inside: Vec<String>,
    /// What stands for an absent key of a list's item.
    pub(crate) default: Option<Value>,
    pub(crate) strategy: Strategy,
}

/// When a field is left out by whoever writes an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Omitted {
    Never,
    WhenEmpty,
    WhenZero,
}

/// How a strategic merge patch changes a field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strategy {
    pub(crate) merges: bool,
    pub(crate) replaces: bool,
    pub(crate) key: Option<String>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Go's name for it, as errors print it.
    pub(crate) go: String,
    /// Whether it may be absent where other values are zero.
    pub(crate) pointer: bool,
    pub(crate) is: Is,
}

#[derive(Clone, Debug)]
pub(crate) enum Is {
    Struct {
        number: usize,
        /// Whether it is merged as one value here.
        atomic: bool,
    },
    Map {
        item: Box<Node>,
        atomic: bool,
    },
    List {
        item: Box<Node>,
        as_: Listed,
    },
    Scalar(Scalar),
    /// Any JSON, merged as one value.
    Any,
    /// Any JSON, whose objects are merged field by field.
    Deduced,
}

/// What a list is to whoever applies one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Listed {
    Atomic,
    Set,
    /// Items are known by these fields.
    Map(Vec<String>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scalar {
    Bool,
    Bytes,
    Float,
    Int32,
    Int64,
    IntOrString,
    MicroTime,
    Quantity,
    Text,
    Time,
}

/// Constant for the life of the process: what stands in the file.
static BUILT_IN: LazyLock<Types> = LazyLock::new(table::read);

/// The types of built-in kinds.
pub(crate) fn built_in() -> &'static Types {
    &BUILT_IN
}

impl Types {
    pub(crate) fn get(&self, number: usize) -> &Struct {
        &self.structs[number]
    }

    /// Adds a struct; fields refer to it by the number.
    pub(crate) fn add(&mut self, shape: Struct) -> usize {
        self.structs.push(shape);
        self.structs.len() - 1
    }

    /// Adds a struct of other types, and all that it refers to.
    pub(crate) fn adopt(&mut self, from: &Self, name: &str) -> Option<Node> {
        let mut node = from.named(name)?;
        self.adopt_node(from, &mut node, &mut BTreeMap::new());
        Some(node)
    }

    fn adopt_node(&mut self, from: &Self, node: &mut Node, known: &mut BTreeMap<usize, usize>) {
        match &mut node.is {
            Is::Map { item, .. } | Is::List { item, .. } => self.adopt_node(from, item, known),
            Is::Struct { number, .. } => {
                if let Some(own) = known.get(number) {
                    *number = *own;
                    return;
                }
                let own = self.add(Struct::default());
                known.insert(*number, own);
                let mut shape = from.get(*number).clone();
                for field in shape.fields.values_mut() {
                    self.adopt_node(from, &mut field.holds, known);
                }
                self.structs[own] = shape;
                *number = own;
            }
            Is::Scalar(_) | Is::Any | Is::Deduced => {}
        }
    }

    /// The struct of this name, as a value.
    pub(crate) fn named(&self, name: &str) -> Option<Node> {
        let number = *self.names.get(name)?;
        Some(Node {
            go: format!("v1.{}", self.structs[number].name),
            pointer: false,
            is: Is::Struct {
                number,
                atomic: false,
            },
        })
    }
}
