//! What is wrong with a value, and whether reading goes on.

/// A value that does not fit its type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Fault {
    pub(super) says: Says,
    /// Types that read themselves stop everything; what Go's decoder finds itself, it keeps and goes on.
    pub(super) at_once: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Says {
    /// Another JSON type was wanted; the message names the field.
    Mistyped {
        found: String,
        wanted: String,
    },
    Text(String),
}

impl Fault {
    pub(super) fn mistyped(found: impl Into<String>, wanted: &str) -> Self {
        Self {
            says: Says::Mistyped {
                found: found.into(),
                wanted: wanted.to_owned(),
            },
            at_once: false,
        }
    }

    pub(super) fn text(says: impl Into<String>) -> Self {
        Self {
            says: Says::Text(says.into()),
            at_once: false,
        }
    }

    pub(super) fn fatal(says: impl Into<String>) -> Self {
        Self::text(says).at_once()
    }

    pub(super) fn at_once(self) -> Self {
        Self {
            at_once: true,
            ..self
        }
    }
}
