//! What a template is made of once it is read.

/// One piece of a template or of an action (the part between braces).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// Text that stands for itself; bytes, because `"\xff"` is one byte to Go.
    Text(Vec<u8>),
    /// An action, whose pieces hand their findings on from left to right.
    List(Vec<Self>),
    /// `.name`, a key of a map.
    Field(String),
    /// A word: `range`, `end`, or one that nobody knows.
    Identifier(String),
    /// `[start:end:step]`, or one index.
    Array(Slice),
    /// `[?(left operator right)]`.
    Filter(Filter),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// `.*`, every member.
    Wildcard,
    /// `..`, everything below.
    Recursive,
    /// `[a,b]`, the findings of each after the other.
    Union(Vec<Vec<Self>>),
}

/// `[start:end:step]`; what was left out is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) start: Option<i64>,
    pub(crate) end: End,
    pub(crate) step: Option<i64>,
}

/// Where a slice ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With the list.
    Open,
    /// Before this element, counted from the list's end when negative.
    At(i64),
    /// One after the start: `[2]` is `[2:3]`, and `[-1]`, whose end is 0, goes to the list's end.
    AfterStart(i64),
}

/// What an element must fulfil to stay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter {
    pub(crate) left: Vec<Node>,
    /// Operator and right side; without them, the left side must find something.
    pub(crate) against: Option<(String, Vec<Node>)>,
}
