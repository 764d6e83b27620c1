//! What is shown of one object: its row, or the object.

use k8s_api_core::{DynamicResource, Metadata, Resource, Table, TableRow};
use serde::Deserialize;
use serde_json::Value;

/// One object.
#[derive(Debug)]
pub(super) enum Piece {
    Row(TableRow),
    Object(Value),
}

/// What a watch tells, object by object.
pub(super) trait Pieces {
    fn pieces(self) -> impl Iterator<Item = Piece>;
}

/// An object as the server wrote it.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Whole(Value);

/// What is asked of an object's metadata.
#[derive(Clone, Copy)]
enum Field {
    Name,
    Namespace,
    Version,
}

impl Piece {
    pub(super) fn name(&self) -> &str {
        self.field(Field::Name)
    }

    pub(super) fn namespace(&self) -> &str {
        self.field(Field::Namespace)
    }

    /// The resource version.
    pub(super) fn version(&self) -> &str {
        self.field(Field::Version)
    }

    fn field(&self, field: Field) -> &str {
        let text = match self {
            Self::Object(object) => of(object, field),
            Self::Row(row) => {
                let object = row.object.as_deref();
                object.and_then(|object| match field {
                    Field::Name => object.name(),
                    Field::Namespace => object.namespace(),
                    Field::Version => object.resource_version(),
                })
            }
        };
        text.unwrap_or_default()
    }
}

fn of(object: &Value, field: Field) -> Option<&str> {
    let key = match field {
        Field::Name => "name",
        Field::Namespace => "namespace",
        Field::Version => "resourceVersion",
    };
    object["metadata"][key].as_str()
}

impl Pieces for Table {
    fn pieces(self) -> impl Iterator<Item = Piece> {
        self.rows.into_iter().map(Piece::Row)
    }
}

impl Pieces for Whole {
    fn pieces(self) -> impl Iterator<Item = Piece> {
        std::iter::once(Piece::Object(self.0))
    }
}

impl Resource for Whole {
    type Metadata = Self;

    fn metadata(&self) -> &Self {
        self
    }
}

impl DynamicResource for Whole {}

impl Metadata for Whole {
    fn name(&self) -> Option<&str> {
        of(&self.0, Field::Name)
    }

    fn namespace(&self) -> Option<&str> {
        of(&self.0, Field::Namespace)
    }

    fn resource_version(&self) -> Option<&str> {
        of(&self.0, Field::Version)
    }
}
