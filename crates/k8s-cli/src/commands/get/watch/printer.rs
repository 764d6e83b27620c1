//! Prints objects one after the other, in the form that was asked for.

use std::borrow::Cow;

use k8s_api_core::{TableColumn, TableRow};
use k8s_client::watch::Change;
use serde_json::{Value, json};

use super::super::table::{Look, plain_row};
use super::super::{Shown, WATCH_EVENTS, fetch};
use super::piece::Piece;
use crate::args::Args;
use crate::columns::Aligner;
use crate::commands::place::Place;
use crate::failure::Failure;
use crate::io::Io;
use crate::print::{self, Form};

/// How wide the names of events are: as wide as the longest.
const EVENT: usize = 8;

pub(super) struct Printer<'a> {
    args: &'a Args,
    shown: &'a Shown,
    place: &'a Place,
    look: Look,
    /// Those of the table.
    columns: Vec<TableColumn>,
    /// Whether each is shown as an event.
    events: bool,
    aligner: Aligner,
    printed: bool,
}

impl<'a> Printer<'a> {
    pub(super) fn new(args: &'a Args, shown: &'a Shown, place: &'a Place) -> Self {
        Self {
            args,
            shown,
            place,
            look: Look::new(args, false),
            columns: Vec::new(),
            events: args.is(WATCH_EVENTS),
            aligner: Aligner::default(),
            printed: false,
        }
    }

    /// Says which columns rows have.
    pub(super) fn columns(&mut self, columns: Vec<TableColumn>) {
        self.columns = columns;
    }

    /// Prints objects that changed alike; rows among them are aligned together.
    pub(super) fn print(
        &mut self,
        io: &mut Io,
        change: Change,
        pieces: &[Piece],
    ) -> Result<(), Failure> {
        let mut lines = Vec::new();
        for piece in pieces {
            match (piece, self.shown) {
                (Piece::Row(row), _) => self.row(change, row, &mut lines),
                (Piece::Object(object), Shown::Table) => {
                    self.row(change, &plain_row(object, io.now), &mut lines);
                }
                (Piece::Object(object), Shown::Columns(columns)) => {
                    if !self.printed {
                        lines.extend(columns.headers());
                    }
                    lines.push(columns.cells(&self.shaped(change, object))?);
                }
                (Piece::Object(object), Shown::Form(form)) => {
                    self.object(io, change, object, form)?;
                }
            }
            self.printed = true;
        }
        io.print(&self.aligner.align(&lines))
    }

    fn row(&self, change: Change, row: &TableRow, lines: &mut Vec<Vec<String>>) {
        let event = |name: &str| format!("{name:EVENT$}");
        let with = |event: String, mut cells: Vec<String>| {
            if self.events {
                cells.insert(0, event);
            }
            cells
        };
        if !self.printed {
            let headers = self.look.headers(self.place, &self.columns);
            lines.extend(headers.map(|headers| with(event("EVENT"), headers)));
        }
        let cells = self.look.cells(self.place, &self.columns, row);
        lines.push(with(event(name(change)), cells));
    }

    fn object(
        &self,
        io: &mut Io,
        change: Change,
        object: &Value,
        form: &Form,
    ) -> Result<(), Failure> {
        match form {
            Form::Json if self.events => {
                let (change, object) = (name(change), print::compact_json(&self.whole(object)));
                let event = format!("{{\"type\":\"{change}\",\"object\":{object}}}\n");
                return io.print(&event);
            }
            // An event has no name of its own.
            Form::Name => return form.print(io, self.args, self.whole(object).into_owned()),
            Form::Yaml if self.printed => io.print("---\n")?,
            _ => {}
        }
        form.print(io, self.args, self.shaped(change, object).into_owned())
    }

    /// The object, or the event that tells of it.
    fn shaped<'o>(&self, change: Change, object: &'o Value) -> Cow<'o, Value> {
        let object = self.whole(object);
        match self.events {
            true => Cow::Owned(json!({"type": name(change), "object": object})),
            false => object,
        }
    }

    /// The object, which says what it is.
    fn whole<'o>(&self, object: &'o Value) -> Cow<'o, Value> {
        let mut object = Cow::Borrowed(object);
        if object["kind"].is_null() {
            fetch::named(object.to_mut(), &self.place.info.resource);
        }
        object
    }
}

fn name(change: Change) -> &'static str {
    match change {
        Change::Added => "ADDED",
        Change::Modified => "MODIFIED",
        Change::Deleted => "DELETED",
    }
}
