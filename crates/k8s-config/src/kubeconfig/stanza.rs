//! Where a stanza stands: file, line, the line of each field, and what its relative paths are relative to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{AuthInfo, Cluster, Context};
use crate::platform::Platform;
use crate::provenance::Place;

/// Where a stanza stands, and what its relative paths are relative to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stanza {
    home: Option<Arc<Home>>,
    pub(crate) line: Option<u32>,
    /// Where its entry in the list of its kind begins.
    pub(super) entry_line: u32,
    layout: Option<Arc<Layout>>,
    changes: Option<Box<Changes>>,
}

/// What all stanzas of one file share.
#[derive(Debug)]
pub(crate) struct Home {
    pub(super) file: Option<Arc<Path>>,
    pub(super) base: Base,
}

/// The fields of a stanza, and how many lines below the stanza's each stands (modulo 2³²: what `<<` names may stand above).
///
/// Programs write stanza after stanza alike, so that many share one.
pub(super) type Layout = [(&'static str, u32)];

/// What was done to a stanza since it was read.
#[derive(Clone, Debug, Default)]
struct Changes {
    /// Fields whose values flags replaced, so that no line is to blame.
    overridden: Vec<&'static str>,
    /// Fields with new paths, to be written relative to the file's folder where they lie below it.
    relative: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(crate) dir: Arc<str>,
    pub(crate) platform: Platform,
}

impl Base {
    /// A path as it should be written into a file of this directory; one that nobody can place stays.
    pub(crate) fn relativize(&self, path: &mut Option<String>) {
        if let Some(written) = path
            && let Ok(relative) = self.platform.relativize(written, &self.dir)
        {
            *written = relative;
        }
    }
}

impl Stanza {
    /// One that was read, and has these fields.
    pub(super) fn new(home: Arc<Home>, line: u32, layout: Option<Arc<Layout>>) -> Self {
        Self {
            home: Some(home),
            line: Some(line),
            layout,
            ..Self::default()
        }
    }

    /// The file that has it.
    pub(crate) fn file(&self) -> Option<&Arc<Path>> {
        self.home.as_ref()?.file.as_ref()
    }

    fn base(&self) -> Option<&Base> {
        self.home.as_ref().map(|home| &home.base)
    }

    fn fields(&self) -> &Layout {
        self.layout.as_deref().unwrap_or_default()
    }

    /// The place of a field, or of the stanza when the file does not have the field; `None` when no file has it, or a flag took its place.
    pub(crate) fn place(&self, field: &str) -> Option<Place> {
        let changes = self.changes.as_deref();
        if changes.is_some_and(|changes| changes.overridden.contains(&field)) {
            return None;
        }
        let below = self.fields().iter().rev().find(|(name, _)| *name == field);
        let line = match (self.line, below) {
            (Some(line), Some((_, below))) => Some(line.wrapping_add(*below)),
            (line, _) => line,
        };
        let file = self.file().cloned();
        (line.is_some() || file.is_some()).then_some(Place { file, line })
    }

    /// Whether the file has the field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.fields().iter().any(|(name, _)| *name == field)
    }

    /// Flags replaced these fields, and no others.
    pub(crate) fn set_overridden(&mut self, fields: Vec<&'static str>) {
        if self.changes.is_some() || !fields.is_empty() {
            self.changes.get_or_insert_default().overridden = fields;
        }
    }

    /// The field has a new path, to be written relative to the file's folder.
    pub(crate) fn make_relative(&mut self, field: &'static str) {
        self.changes.get_or_insert_default().relative.push(field);
    }

    /// Whether the field has such a path; it counts as written then.
    pub(super) fn take_relative(&mut self, field: &str) -> bool {
        let Some(changes) = &mut self.changes else {
            return false;
        };
        let count = changes.relative.len();
        changes.relative.retain(|name| *name != field);
        changes.relative.len() < count
    }

    /// A path of this stanza, relative ones joined to the directory of the file that has it.
    pub(crate) fn locate(&self, path: &str) -> PathBuf {
        PathBuf::from(match self.base() {
            Some(base) => base.platform.join(&base.dir, path),
            None => path.to_owned(),
        })
    }

    /// A command: only one with a path separator is a path, others are looked for in `PATH`.
    pub(crate) fn locate_command(&self, command: &str) -> String {
        match self.base() {
            Some(base) if base.platform.has_separator(command) => {
                base.platform.join(&base.dir, command)
            }
            _ => command.to_owned(),
        }
    }
}

impl Cluster {
    /// Where the file has a field, by its name there; where the stanza stands when it has not; `None` for one made in code.
    #[must_use]
    pub fn place(&self, field: &str) -> Option<Place> {
        self.origin.place(field)
    }
}

impl AuthInfo {
    /// As [`Cluster::place`].
    #[must_use]
    pub fn place(&self, field: &str) -> Option<Place> {
        self.origin.place(field)
    }
}

impl Context {
    /// As [`Cluster::place`].
    #[must_use]
    pub fn place(&self, field: &str) -> Option<Place> {
        self.origin.place(field)
    }
}
