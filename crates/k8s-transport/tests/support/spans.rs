//! A subscriber that keeps spans as lines of text, once they are closed.

use std::collections::HashMap;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<State>);

#[derive(Default)]
struct State {
    next: AtomicU64,
    open: Mutex<HashMap<u64, (String, usize)>>,
    closed: Mutex<Vec<String>>,
}

impl Spans {
    /// Name and fields of each span that was closed, in that order.
    pub(crate) fn closed(&self) -> Vec<String> {
        self.0.closed.lock().unwrap().clone()
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }
}

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.0.next.fetch_add(1, Ordering::SeqCst) + 1;
        let mut line = span.metadata().name().to_owned();
        span.record(&mut Line(&mut line));
        self.0.open.lock().unwrap().insert(id, (line, 1));
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut open = self.0.open.lock().unwrap();
        let (line, _) = open.get_mut(&span.into_u64()).unwrap();
        values.record(&mut Line(line));
    }

    fn clone_span(&self, span: &Id) -> Id {
        let mut open = self.0.open.lock().unwrap();
        open.get_mut(&span.into_u64()).unwrap().1 += 1;
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        let mut open = self.0.open.lock().unwrap();
        let (_, held) = open.get_mut(&span.into_u64()).unwrap();
        *held -= 1;
        if *held > 0 {
            return false;
        }
        let (line, _) = open.remove(&span.into_u64()).unwrap();
        self.0.closed.lock().unwrap().push(line);
        true
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
