//! `-o custom-columns=HEADER:PATH,…`: what paths find, a column each.

use std::path::Path;

use k8s_jsonpath::Template;
use serde_json::Value;

use crate::args::Args;
use crate::columns;
use crate::failure::Failure;
use crate::io::{Io, words};
use crate::print;

/// The forms that begin with this.
const INLINE: &str = "custom-columns";
const FILE: &str = "custom-columns-file";

/// Headers, and what stands below them.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<(String, Template)>,
    no_headers: bool,
}

impl Columns {
    /// What `-o` says, if it asks for columns. Follows `customcolumn_flags.go` of kubectl.
    pub(super) fn parse(io: &Io, args: &Args) -> Result<Option<Self>, Failure> {
        let (form, text) = print::form_and_text(args);
        if !matches!(form, INLINE | FILE) {
            return Ok(None);
        }
        if text.is_empty() {
            return Err(Failure::new(format!(
                "{form} format specified but no {} given",
                form.replace('-', " ")
            )));
        }
        let no_headers = args.is("no-headers");
        let columns = match form {
            FILE => from_file(io, text)?,
            _ => inline(text)?,
        };
        Ok(Some(Self {
            columns,
            no_headers,
        }))
    }

    /// The headers, unless they are not wanted.
    pub(super) fn headers(&self) -> Option<Vec<String>> {
        let headers = self.columns.iter().map(|(header, _)| header.clone());
        (!self.no_headers).then(|| headers.collect())
    }

    /// The cells of an object.
    pub(super) fn cells(&self, object: &Value) -> Result<Vec<String>, Failure> {
        let cells = self.columns.iter();
        cells.map(|(_, template)| cell(template, object)).collect()
    }

    /// The table of these objects.
    pub(super) fn table(&self, objects: &[Value]) -> Result<String, Failure> {
        let mut lines: Vec<Vec<String>> = self.headers().into_iter().collect();
        for object in objects {
            lines.push(self.cells(object)?);
        }
        Ok(columns::align(&lines))
    }
}

fn inline(text: &str) -> Result<Vec<(String, Template)>, Failure> {
    let column = |part: &str| {
        let Some((header, path)) = part.split_once(':') else {
            return Err(Failure::new(format!(
                "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
            )));
        };
        Ok((header.to_owned(), print::path(path)?.1))
    };
    text.split(',').map(column).collect()
}

/// Two lines: headers, and paths below them.
fn from_file(io: &Io, path: &str) -> Result<Vec<(String, Template)>, Failure> {
    let bytes = io.source.read(Path::new(path)).map_err(|error| {
        let why = words(&error);
        Failure::new(format!("error reading template {path}, open {path}: {why}"))
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().map(|line| line.split_whitespace());
    let (headers, paths): (Vec<&str>, Vec<&str>) = match (lines.next(), lines.next()) {
        (Some(headers), Some(paths)) => (headers.collect(), paths.collect()),
        _ => (Vec::new(), vec![""]),
    };
    if headers.len() != paths.len() {
        return Err(Failure::new(format!(
            "{path}: expected a line of headers, and one of as many paths"
        )));
    }
    let pairs = headers.into_iter().zip(paths);
    pairs
        .map(|(header, path)| Ok((header.to_owned(), print::path(path)?.1)))
        .collect()
}

fn cell(template: &Template, object: &Value) -> Result<String, Failure> {
    let found = template.find(object).map_err(Failure::new)?;
    let mut texts: Vec<String> = Vec::new();
    if found.first().is_none_or(Vec::is_empty) {
        texts.push("<none>".to_owned());
    }
    for one in found.iter().flatten() {
        let text = go(&one.to_value());
        texts.push(text.replace('\x1b', "^[").replace('\r', "\\r"));
    }
    Ok(texts.join(","))
}

/// A value as Go's `fmt` prints it.
fn go(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{key}:{}", go(value)))
                .collect();
            format!("map[{}]", entries.join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(spec: &str, expected: &str) {
        let objects = [
            json!({"metadata": {"name": "a", "labels": {"x": "1", "y": "2"}}, "n": 3}),
            json!({"metadata": {"name": "long-name"}, "l": [1, null]}),
        ];
        let said = inline(spec).and_then(|columns| {
            let no_headers = false;
            Columns {
                columns,
                no_headers,
            }
            .table(&objects)
        });
        let said = said.unwrap_or_else(|failure| failure.text().to_owned());
        assert_eq!(said, expected, "{spec}");
    }

    #[test]
    fn a_column_is_what_its_path_finds() {
        check(
            "NAME:.metadata.name,N:{.n}",
            "NAME        N\na           3\nlong-name   <none>\n",
        );
        check(
            "L:.metadata.labels,M:.l",
            "L              M\nmap[x:1 y:2]   <none>\n<none>         [1 <nil>]\n",
        );
        check("ALL:.l[*]", "ALL\n<none>\n1,<nil>\n");
        check(
            "NAME",
            "error: unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>",
        );
    }
}
