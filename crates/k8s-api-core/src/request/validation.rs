//! What the server does with fields that it does not know.

/// What becomes of unknown and duplicate fields of a written object (`fieldValidation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldValidation {
    /// They are dropped without a word.
    Ignore,
    /// They are dropped with a `Warning` header. What servers do when nothing is said.
    Warn,
    /// The request is refused with 400.
    Strict,
}

impl FieldValidation {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "Ignore",
            Self::Warn => "Warn",
            Self::Strict => "Strict",
        }
    }
}
