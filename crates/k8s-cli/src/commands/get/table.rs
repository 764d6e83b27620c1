//! A table of the server's, as kubectl shows it.

use k8s_api_core::{Table, TableColumn, TableRow};
use serde_json::Value;

use crate::age;
use crate::args::Args;
use crate::columns;
use crate::commands::place::Place;

/// What beside the server's own columns is shown.
#[derive(Debug)]
pub(super) struct Look {
    with_kind: bool,
    with_namespace: bool,
    wide: bool,
    no_headers: bool,
    labels: Vec<String>,
    all_labels: bool,
}

impl Look {
    /// `several`: whether there are objects of several kinds.
    pub(super) fn new(args: &Args, several: bool) -> Self {
        Self {
            with_kind: args.is("show-kind") || several,
            with_namespace: args.is("all-namespaces"),
            wide: args.text("output") == "wide",
            no_headers: args.is("no-headers"),
            labels: args.list("label-columns"),
            all_labels: args.is("show-labels"),
        }
    }

    /// What stands above the columns, unless that is not wanted.
    pub(super) fn headers(&self, place: &Place, columns: &[TableColumn]) -> Option<Vec<String>> {
        let namespace = self.shows_namespace(place).then(|| "NAMESPACE".to_owned());
        let own = self
            .shown(columns)
            .map(|(_, column)| column.name.to_uppercase());
        let labels = self.labels.iter().map(|label| header(label));
        let all = self.all_labels.then(|| "LABELS".to_owned());
        let headers = namespace.into_iter().chain(own).chain(labels).chain(all);
        (!self.no_headers).then(|| headers.collect())
    }

    /// The cells of an object.
    pub(super) fn cells(
        &self,
        place: &Place,
        columns: &[TableColumn],
        row: &TableRow,
    ) -> Vec<String> {
        let namespace = self.shows_namespace(place).then(|| {
            of(row, |object| {
                object.metadata.namespace.as_deref().map(str::to_owned)
            })
        });
        let own = self.shown(columns).map(|(at, column)| {
            let text = row.cells.get(at).map(cell).unwrap_or_default();
            if self.with_kind && column.format == "name" {
                format!("{}/{text}", place.kind())
            } else {
                text
            }
        });
        let labels = self.labels.iter().map(|label| {
            of(row, |object| {
                object.metadata.labels.get(label).map(str::to_owned)
            })
        });
        let all = self.all_labels.then(|| all_labels(row));
        let cells = namespace.into_iter().chain(own).chain(labels).chain(all);
        cells.collect()
    }

    fn shows_namespace(&self, place: &Place) -> bool {
        self.with_namespace && place.info.is_namespaced()
    }

    /// The columns that are shown, by number.
    fn shown<'a>(
        &self,
        columns: &'a [TableColumn],
    ) -> impl Iterator<Item = (usize, &'a TableColumn)> + use<'a> {
        let wide = self.wide;
        let columns = columns.iter().enumerate();
        columns.filter(move |(_, column)| wide || column.priority == 0)
    }
}

/// Follows `decorateTable` and `printTable` of cli-runtime.
pub(super) fn print(place: &Place, table: &Table, look: &Look) -> String {
    let columns = &table.column_definitions;
    let headers = look.headers(place, columns).into_iter();
    let rows = table.rows.iter().map(|row| look.cells(place, columns, row));
    columns::align(&headers.chain(rows).collect::<Vec<_>>())
}

/// The table of objects whose server makes none: names and ages.
pub(super) fn plain(objects: &[Value], now: i64) -> Table {
    let column = |name: &str, format: &str| {
        let mut column = TableColumn::default();
        (column.name, column.format) = (name.to_owned(), format.to_owned());
        column
    };
    let mut table = Table::default();
    table.column_definitions = vec![column("Name", "name"), column("Age", "")];
    table.rows = objects
        .iter()
        .map(|object| plain_row(object, now))
        .collect();
    table
}

/// The row of one object in such a table.
pub(super) fn plain_row(object: &Value, now: i64) -> TableRow {
    let metadata = &object["metadata"];
    let age = age::since(metadata["creationTimestamp"].as_str(), now);
    let mut row = TableRow::default();
    row.cells = vec![metadata["name"].clone(), age.into()];
    row.object = serde_json::from_value(object.clone()).ok().map(Box::new);
    row
}

/// The last part of a label's name.
fn header(label: &str) -> String {
    label.rsplit('/').next().unwrap_or_default().to_uppercase()
}

fn of(row: &TableRow, get: impl Fn(&k8s_client::DynamicObject) -> Option<String>) -> String {
    row.object.as_deref().and_then(get).unwrap_or_default()
}

fn all_labels(row: &TableRow) -> String {
    let object = row.object.as_deref();
    let labels = object.map(|object| &object.metadata.labels);
    let labels: Vec<String> = labels
        .into_iter()
        .flat_map(|labels| labels.iter())
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    match labels.is_empty() {
        true => "<none>".to_owned(),
        false => labels.join(","),
    }
}

/// A cell on one line, with nothing in it that a terminal obeys.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text,
        other => return other.to_string(),
    };
    let (line, more) = match text.find(['\x0c', '\n', '\r']) {
        Some(end) => (&text[..end], "..."),
        None => (text.as_str(), ""),
    };
    format!("{}{more}", line.replace('\x1b', "^["))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{cell, plain};

    #[test]
    fn objects_without_a_table_are_names_and_ages() {
        let metadata = json!({"name": "a", "creationTimestamp": "1970-01-01T00:00:10Z"});
        let table = plain(&[json!({"metadata": metadata})], 100);
        assert_eq!(table.rows[0].cells, [json!("a"), json!("90s")]);
        assert_eq!(table.column_definitions[0].format, "name");
    }

    #[test]
    fn a_cell_is_one_line_and_no_order_to_a_terminal() {
        assert_eq!(cell(&json!("a\nb")), "a...");
        assert_eq!(cell(&json!("\x1b[31mred")), "^[[31mred");
        assert_eq!(cell(&json!(3)), "3");
        assert_eq!(cell(&json!(null)), "");
    }
}
