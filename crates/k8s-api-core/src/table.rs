//! Objects as rows of text, the way the server would print them: what `kubectl get` shows.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::metadata::exact;
use crate::{DynamicObject, DynamicResource, ListMeta, Representation, Resource};

/// A table of objects (`meta.k8s.io/v1.Table`); asked for by [`request::as_table`](crate::request::as_table).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Table {
    /// The version that was read, and where the next page starts.
    #[serde(default)]
    pub metadata: ListMeta,
    /// What stands in each column. Empty on a watch after its first table.
    #[serde(default, deserialize_with = "exact")]
    pub column_definitions: Vec<TableColumn>,
    /// A row an object.
    #[serde(default, deserialize_with = "exact")]
    pub rows: Vec<TableRow>,
}

/// A table in the place of objects: to watch one is to be told of rows. Its version is that of its object, or of the
/// list.
impl Resource for Table {
    const REPRESENTATION: Representation = Representation::Table;

    type Metadata = ListMeta;

    fn metadata(&self) -> &ListMeta {
        &self.metadata
    }
}

impl DynamicResource for Table {}

/// What stands in a column (`meta.k8s.io/v1.TableColumnDefinition`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TableColumn {
    /// The heading, `Restarts`.
    pub name: String,
    /// `integer`, `number`, `string`, `boolean`, by OpenAPI.
    #[serde(rename = "type")]
    pub kind: String,
    /// `name` for the column that names the object, else mostly empty.
    pub format: String,
    /// What it means, for people.
    pub description: String,
    /// 0: always shown; above: in wide output.
    pub priority: i32,
}

/// One object's row (`meta.k8s.io/v1.TableRow`). `Debug` leaves the cells out.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TableRow {
    /// A value a column.
    #[serde(deserialize_with = "exact")]
    pub cells: Vec<Value>,
    /// The object: its metadata, if nothing else was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Box<DynamicObject>>,
}

impl fmt::Debug for TableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableRow")
            .field("cells", &self.cells.len())
            .field("object", &self.object)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_table_of_a_real_server() {
        let text = r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"9"},
            "columnDefinitions":[{"name":"Name","type":"string","format":"name","description":"d","priority":0},
                {"name":"Restarts","type":"integer","format":"","description":"d","priority":0}],
            "rows":[{"cells":["web-0",3],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"web-0"}}}]}"#;
        let table: Table = serde_json::from_str(text).unwrap();
        assert_eq!(table.column_definitions[1].kind, "integer");
        assert_eq!(table.rows[0].cells[1], 3);
        let object = table.rows[0].object.as_ref().unwrap();
        assert_eq!(object.metadata.name.as_deref(), Some("web-0"));
    }
}
