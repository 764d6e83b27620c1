//! Where a stanza stands: file, line, the line of each field, and what its relative paths are relative to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{AuthInfo, Cluster, Context};
use crate::platform::Platform;
use crate::provenance::Place;

/// Where a stanza stands, and what its relative paths are relative to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stanza {
    pub(crate) file: Option<Arc<Path>>,
    pub(crate) line: Option<u32>,
    pub(crate) fields: Vec<(&'static str, u32)>,
    pub(crate) base: Option<Base>,
    /// Fields whose values flags replaced, so that no line is to blame.
    pub(crate) overridden: Vec<&'static str>,
    /// Fields with new paths, to be written relative to the file's folder where they lie below it.
    pub(crate) relative: Vec<&'static str>,
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
    /// The place of a field, or of the stanza when the file does not have the field; `None` when no file has it, or a flag took its place.
    pub(crate) fn place(&self, field: &str) -> Option<Place> {
        if self.overridden.contains(&field) {
            return None;
        }
        let line = self.fields.iter().rev().find(|(name, _)| *name == field);
        let line = line.map(|(_, line)| *line).or(self.line);
        (line.is_some() || self.file.is_some()).then(|| Place {
            file: self.file.clone(),
            line,
        })
    }

    /// Whether the file has the field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, _)| *name == field)
    }

    /// A path of this stanza, relative ones joined to the directory of the file that has it.
    pub(crate) fn locate(&self, path: &str) -> PathBuf {
        PathBuf::from(match &self.base {
            Some(base) => base.platform.join(&base.dir, path),
            None => path.to_owned(),
        })
    }

    /// A command: only one with a path separator is a path, others are looked for in `PATH`.
    pub(crate) fn locate_command(&self, command: &str) -> String {
        match &self.base {
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
