//! The name of a field with all it stands in, made only when somebody wants to see it.

use std::fmt;

use crate::raw::shown;

/// A field's name: `users[2].user.token`.
pub(super) struct FieldPath<'p> {
    outer: Option<&'p Self>,
    step: Step<'p>,
}

enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> FieldPath<'p> {
    pub(super) const fn root() -> Self {
        Self {
            outer: None,
            step: Step::Root,
        }
    }

    pub(super) const fn key(&'p self, key: &'p str) -> Self {
        Self {
            outer: Some(self),
            step: Step::Key(key),
        }
    }

    pub(super) const fn index(&'p self, index: usize) -> Self {
        Self {
            outer: Some(self),
            step: Step::Index(index),
        }
    }
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            outer.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Key(key) => {
                let dot = if self
                    .outer
                    .is_some_and(|outer| !matches!(outer.step, Step::Root))
                {
                    "."
                } else {
                    ""
                };
                write!(f, "{dot}{}", shown(key))
            }
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}
