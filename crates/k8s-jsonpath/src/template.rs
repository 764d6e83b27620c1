//! A template, read once and filled as often as one likes.

use serde_json::Value;

use crate::eval::{Evaluation, ExecuteError};
use crate::go::{Full, Sink, Style, write, write_list};
use crate::item::Item;
use crate::node::Node;
use crate::parser::{self, ParseError};
use crate::{Found, eval};

/// What a template may find when nothing else is said.
const MAX_FINDINGS: usize = 50_000_000;
/// What it may print, in bytes.
const MAX_OUTPUT: usize = 1 << 30;

/// A JSONPath template in kubectl's dialect: text, and actions between braces.
///
/// Follows `k8s.io/client-go/util/jsonpath`. A template is a value: it may be shared between threads and
/// filled from any number of data, where client-go's remembers where it was.
///
/// ```
/// use k8s_jsonpath::Template;
///
/// let pods = serde_json::json!({"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]});
/// let names = Template::parse(r#"{range .items[*]}{.metadata.name}{"\n"}{end}"#)?;
/// assert_eq!(names.execute(&pods)?, b"a\nb\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    nodes: Vec<Node>,
    allow_missing_keys: bool,
    as_json: bool,
    max_findings: usize,
    max_output: usize,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// The template is not in the dialect; the text of the error is client-go's.
    pub fn parse(template: &str) -> Result<Self, ParseError> {
        Ok(Self {
            nodes: parser::parse(template)?,
            allow_missing_keys: false,
            as_json: false,
            max_findings: MAX_FINDINGS,
            max_output: MAX_OUTPUT,
        })
    }

    /// Whether a key that is not there is nothing instead of an error. Default: an error, as in client-go;
    /// `kubectl get` forgives it unless told otherwise.
    #[must_use]
    pub fn allow_missing_keys(mut self, allow: bool) -> Self {
        self.allow_missing_keys = allow;
        self
    }

    /// Prints what each text and action found as a JSON list, by lines, as `-o jsonpath-as-json` does. Default: no.
    #[must_use]
    pub fn as_json(mut self, as_json: bool) -> Self {
        self.as_json = as_json;
        self
    }

    /// How many values may be looked at while the template is filled. Default: 50,000,000, about a gigabyte.
    /// Ranges that are never ended, and `..` in a row, can look at far more than the data holds.
    #[must_use]
    pub fn max_findings(mut self, max: usize) -> Self {
        self.max_findings = max;
        self
    }

    /// How many bytes may be printed. Default: a gibibyte.
    #[must_use]
    pub fn max_output(mut self, max: usize) -> Self {
        self.max_output = max;
        self
    }

    /// Fills the template and prints it: texts bare, lists and maps as JSON with sorted keys, findings of one action
    /// apart by a space. Bytes, because a template may hold `"\xff"`; else they are UTF-8.
    ///
    /// # Errors
    ///
    /// A key is missing, something is not a list, two values cannot be compared, a limit was hit.
    pub fn execute(&self, data: &Value) -> Result<Vec<u8>, ExecuteError> {
        let results = self.results(data)?;
        let mut sink = Sink::new(self.max_output);
        for found in &results {
            self.print(found, &mut sink)
                .map_err(|Full| ExecuteError::too_long())?;
        }
        Ok(sink.bytes)
    }

    /// What each text and each action finds, with ranges unrolled; one inner list a text or action.
    /// That is what `kubectl wait --for=jsonpath` and `--sort-by` look at.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn find<'a>(&'a self, data: &'a Value) -> Result<Vec<Vec<Found<'a>>>, ExecuteError> {
        let results = self.results(data)?;
        let found = |items: eval::Results<'a>| items.into_iter().map(Found::new).collect();
        Ok(results.into_iter().map(found).collect())
    }

    fn results<'a>(&'a self, data: &'a Value) -> Result<Vec<eval::Results<'a>>, ExecuteError> {
        Evaluation::new(self.allow_missing_keys, self.max_findings)
            .run(&self.nodes, Item::root(data))
    }

    fn print(&self, found: &[Item<'_>], sink: &mut Sink) -> Result<(), Full> {
        if self.as_json {
            write_list(found, Style::Indented, sink)?;
            return sink.push(b"\n");
        }
        for (at, item) in found.iter().enumerate() {
            if at > 0 {
                sink.push(b" ")?;
            }
            match item {
                Item::Absent => sink.push(b"<no value>")?,
                Item::Null => sink.push(b"null")?,
                Item::List(_) | Item::Map(_) => write(*item, Style::Json, sink)?,
                scalar => write(*scalar, Style::Plain, sink)?,
            }
        }
        Ok(())
    }
}
