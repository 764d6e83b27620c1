//! Tables: objects as `kubectl get` shows them, cell by cell.
//!
//! ```text
//! kind ▸ columns (the table's file, as a real server told them) ─┐
//!      ▸ recipe: one way to make a cell for each column ─────────┴▸ Table ▸ rows: cells, and the object as it was asked for
//! ```
//!
//! A kind without a recipe has the two columns that the server has for whatever it knows nothing of: name and time of
//! creation. Ages are told by the server's clock, when the row is made.
//!
//! Follows k8s.io/kubernetes `pkg/printers` and `asTable` of k8s.io/apiserver `pkg/endpoints/handlers/response.go`
//! (v1.36).

mod access;
mod autoscaling;
mod cell;
mod columns;
mod custom;
mod events;
mod network;
mod nodes;
mod pods;
mod recipes;
mod storage;
mod workloads;

use k8s_api_core::request_info::Query;
use serde_json::{Value, json};

use self::cell::Cell;
use super::custom::Column;
use super::kinds::Kind;
use super::object;
use super::status::{Answered, FieldFault, Refusal};
use crate::clock::Clock;

/// How much of each object comes with its row (`includeObject`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Include {
    None,
    Metadata,
    Object,
}

/// Makes tables, as one request wants them.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    include: Include,
    /// Whether columns are told; of a watch's events only the first does.
    columns: bool,
    clock: Clock,
}

/// What is printed: objects of a kind, or a scale of one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Printed<'a> {
    Kind(&'a Kind),
    Scale,
}

impl Printer {
    /// Reads what a query says of tables.
    pub(crate) fn read(query: &Query<'_>, clock: &Clock) -> Answered<Self> {
        let include = match query.first("includeObject").unwrap_or_default() {
            "" | "Metadata" => Include::Metadata,
            "None" => Include::None,
            "Object" => Include::Object,
            other => {
                let says = "must be 'Metadata', 'Object', 'None', or empty";
                let fault = FieldFault::invalid("includeObject", &other.into(), says);
                let FieldFault { field, says, .. } = fault;
                return Err(Refusal::bad_request(format!(
                    "Unable to convert to Table as requested: {field}: {says}"
                )));
            }
        };
        Ok(Self {
            include,
            columns: true,
            clock: clock.clone(),
        })
    }

    /// The table of one object.
    pub(crate) fn one(&self, of: Printed<'_>, object: &Value) -> Value {
        let mut metadata = json!({});
        if let Some(version) = object["metadata"].get("resourceVersion") {
            metadata["resourceVersion"] = version.clone();
        }
        self.table(of, metadata, [object])
    }

    /// The table of an object that a watch tells of.
    pub(crate) fn next(&mut self, kind: &Kind, object: &Value) -> Value {
        let table = self.one(Printed::Kind(kind), object);
        self.columns = false;
        table
    }

    /// The table of some objects, with their list's metadata.
    pub(crate) fn table<'o>(
        &self,
        of: Printed<'_>,
        metadata: Value,
        objects: impl IntoIterator<Item = &'o Value>,
    ) -> Value {
        let now = i64::try_from(self.clock.seconds()).unwrap_or(i64::MAX);
        let is_pod = matches!(of, Printed::Kind(kind) if kind.core() == "pods");
        let rows = objects.into_iter();
        let rows: Vec<Value> = rows
            .map(|object| {
                let mut row = self.row(of.cells(object, now), object);
                if let Some(conditions) = completed(object).filter(|_| is_pod) {
                    row["conditions"] = conditions;
                }
                row
            })
            .collect();
        // Go's slices: the printer of all kinds has none where it has nothing to tell.
        let is_known = of.recipe().is_some() || of.own_columns().is_some();
        let rows = if rows.is_empty() && !is_known {
            Value::Null
        } else {
            rows.into()
        };
        json!({
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "columnDefinitions": self.columns.then(|| of.columns()),
            "rows": rows,
        })
    }

    fn row(&self, cells: Vec<Value>, object: &Value) -> Value {
        let shown = match self.include {
            // The end of what was there is told by an annotation, which must not get lost.
            Include::None if !ends_initial_events(object) => Value::Null,
            Include::None | Include::Metadata => object::partial(object),
            Include::Object => object.clone(),
        };
        json!({"cells": cells, "object": shown})
    }
}

impl<'a> Printed<'a> {
    /// What an answer of this kind is, from an endpoint of objects of that one.
    pub(crate) fn of(kind: &str, parent: &'a Kind) -> Self {
        match kind {
            "Scale" => Self::Scale,
            _ => Self::Kind(parent),
        }
    }

    fn recipe(self) -> Option<&'static [Cell]> {
        match self {
            Self::Kind(kind) => recipes::of(&kind.storage),
            Self::Scale => Some(recipes::SCALE),
        }
    }

    /// The columns that a definition has.
    fn own_columns(self) -> Option<&'a [Column]> {
        match self {
            Self::Kind(kind) => Some(&kind.custom.as_ref()?.version().columns),
            Self::Scale => None,
        }
    }

    fn cells(self, object: &Value, now: i64) -> Vec<Value> {
        if let Some(own) = self.own_columns() {
            return custom::cells(own, object, now);
        }
        let recipe = self.recipe().unwrap_or(UNKNOWN);
        recipe.iter().map(|cell| cell.of(object, now)).collect()
    }

    fn columns(self) -> Value {
        match (self, self.own_columns()) {
            (_, Some(own)) => custom::columns(own),
            (Self::Kind(kind), None) => columns::of(&kind.storage).clone(),
            (Self::Scale, None) => columns::of("scale").clone(),
        }
    }
}

/// What is told of kinds without a recipe.
const UNKNOWN: &[Cell] = &[
    cell::NAME,
    Cell::TextOr("/metadata/creationTimestamp", "0001-01-01T00:00:00Z"),
];

fn ends_initial_events(object: &Value) -> bool {
    object["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true"
}

/// What is said of a row beside its cells: a pod that is over.
fn completed(pod: &Value) -> Option<Value> {
    let (reason, message) = match pod["status"]["phase"].as_str()? {
        "Succeeded" => ("Succeeded", "The pod has completed successfully."),
        "Failed" => ("Failed", "The pod failed."),
        _ => return None,
    };
    Some(json!([{"type": "Completed", "status": "True", "reason": reason, "message": message}]))
}
