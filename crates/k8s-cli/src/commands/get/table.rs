//! A table of the server's, as kubectl shows it.

use k8s_api_core::{Table, TableRow};
use k8s_client::discovery::ResourceInfo;
use serde_json::Value;

use crate::args::Args;
use crate::columns;
use crate::commands::select::Selection;

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
    pub(super) fn new(args: &Args, selection: &Selection) -> Self {
        Self {
            with_kind: args.is("show-kind") || selection.kinds.len() > 1,
            with_namespace: selection.is_of_all_namespaces(),
            wide: args.text("output") == "wide",
            no_headers: args.is("no-headers"),
            labels: args.list("label-columns"),
            all_labels: args.is("show-labels"),
        }
    }
}

/// Follows `decorateTable` and `printTable` of cli-runtime.
pub(super) fn print(known: &ResourceInfo, table: &Table, look: &Look) -> String {
    let with_namespace = look.with_namespace && known.is_namespaced();
    let mut lines = Vec::new();
    if !look.no_headers {
        let namespace = with_namespace.then(|| "NAMESPACE".to_owned());
        let own = shown(table, look).map(|at| table.column_definitions[at].name.to_uppercase());
        let labels = look.labels.iter().map(|label| header(label));
        let all = look.all_labels.then(|| "LABELS".to_owned());
        lines.push(
            namespace
                .into_iter()
                .chain(own)
                .chain(labels)
                .chain(all)
                .collect(),
        );
    }
    let kind = match &*known.resource.group {
        "" => known.resource.kind.to_lowercase(),
        group => format!("{}.{group}", known.resource.kind).to_lowercase(),
    };
    for row in &table.rows {
        let namespace = with_namespace.then(|| {
            of(row, |object| {
                object.metadata.namespace.as_deref().map(str::to_owned)
            })
        });
        let own = shown(table, look).map(|at| {
            let text = row.cells.get(at).map(cell).unwrap_or_default();
            let is_name = table.column_definitions[at].format == "name";
            if look.with_kind && is_name {
                format!("{kind}/{text}")
            } else {
                text
            }
        });
        let labels = look.labels.iter().map(|label| {
            of(row, |object| {
                object.metadata.labels.get(label).map(str::to_owned)
            })
        });
        let all = look.all_labels.then(|| all_labels(row));
        lines.push(
            namespace
                .into_iter()
                .chain(own)
                .chain(labels)
                .chain(all)
                .collect::<Vec<_>>(),
        );
    }
    columns::align(&lines)
}

/// The columns that are shown, by number.
fn shown<'a>(table: &'a Table, look: &'a Look) -> impl Iterator<Item = usize> + 'a {
    let columns = table.column_definitions.iter().enumerate();
    columns
        .filter(|(_, column)| look.wide || column.priority == 0)
        .map(|(at, _)| at)
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

    use super::cell;

    #[test]
    fn a_cell_is_one_line_and_no_order_to_a_terminal() {
        assert_eq!(cell(&json!("a\nb")), "a...");
        assert_eq!(cell(&json!("\x1b[31mred")), "^[[31mred");
        assert_eq!(cell(&json!(3)), "3");
        assert_eq!(cell(&json!(null)), "");
    }
}
