//! The documents' file, read: values that stand in many places are kept once, and written out in each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::certs::sha256;
use crate::server::kinds;

static FILE: &[u8] = include_bytes!("../schema/openapi.json.gz");

/// One document, and what it is known by.
#[derive(Debug)]
pub(super) struct Document {
    path: String,
    packed: Value,
    pool: Arc<Vec<Value>>,
    /// Changes when the document does.
    pub(super) hash: String,
    text: OnceLock<Bytes>,
}

/// Every document in the file, by its path below `/openapi/v3`.
pub(super) fn documents() -> BTreeMap<String, Document> {
    let mut text = String::new();
    GzDecoder::new(FILE)
        .read_to_string(&mut text)
        .expect("the file is what `cargo xtask schema` wrote");
    let mut file: Value = serde_json::from_str(&text).expect("the file is what was written");
    let pool = match file["pool"].take() {
        Value::Array(pool) => Arc::new(pool),
        _ => Arc::default(),
    };
    // A document is a function of the file and of its name.
    let digest = sha256(FILE);
    let Value::Object(documents) = file["documents"].take() else {
        return BTreeMap::new();
    };
    let document = |(path, packed): (String, Value)| {
        let hash = sha256(format!("{digest}/{path}").as_bytes()).to_uppercase();
        let document = Document {
            path: path.clone(),
            packed,
            pool: Arc::clone(&pool),
            hash,
            text: OnceLock::new(),
        };
        (path, document)
    };
    documents.into_iter().map(document).collect()
}

impl Document {
    /// The document as JSON, without paths that this server does not have.
    pub(super) fn text(&self) -> Bytes {
        self.text.get_or_init(|| self.written().into()).clone()
    }

    fn written(&self) -> String {
        let mut text = String::new();
        let writer = Writer { pool: &self.pool };
        let document = writer.found(&self.packed).as_object();
        let fields = document.into_iter().flatten().map(|(name, field)| {
            let paths = match writer.found(field) {
                Value::Object(paths) if name == "paths" => Some(paths),
                _ => None,
            };
            (name, field, paths)
        });
        writer.object(&mut text, fields, |text, field, paths| match paths {
            None => writer.value(text, field),
            Some(paths) => {
                let served = paths.iter().filter(|(path, _)| self.serves(path));
                let served = served.map(|(path, item)| (path, item, ()));
                writer.object(text, served, |text, item, ()| writer.value(text, item));
            }
        });
        text
    }

    /// Whether a path is of a resource and a subresource that are there.
    fn serves(&self, path: &str) -> bool {
        let (group, version) = match self.path.split('/').collect::<Vec<_>>().as_slice() {
            ["api", version] => (String::new(), (*version).to_owned()),
            ["apis", group, version] => ((*group).to_owned(), (*version).to_owned()),
            _ => return true,
        };
        let below = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(self.path.as_str()));
        let segments: Vec<&str> = below
            .unwrap_or_default()
            .trim_matches('/')
            .split('/')
            .collect();
        let (resource, subresource) = match segments.as_slice() {
            [""] => return true,
            ["watch", rest @ ..] => resource(rest),
            rest => resource(rest),
        };
        let kind = kinds::find(&group, &version, resource);
        kind.is_some_and(|kind| {
            subresource.is_empty() || kind.subresources.iter().any(|sub| sub.name == subresource)
        })
    }
}

/// Resource and subresource in a path behind its group and version.
fn resource<'a>(segments: &[&'a str]) -> (&'a str, &'a str) {
    let in_namespace = match segments {
        ["namespaces", "{namespace}", rest @ ..] if !rest.is_empty() => rest,
        rest => rest,
    };
    let at = |index: usize| in_namespace.get(index).copied().unwrap_or_default();
    (at(0), at(2))
}

/// Writes values out: a number stands for what has that place in the pool, `{"": n}` for a number.
struct Writer<'a> {
    pool: &'a [Value],
}

impl<'a> Writer<'a> {
    fn found(&self, value: &'a Value) -> &'a Value {
        let place = value.as_u64().and_then(|place| usize::try_from(place).ok());
        place
            .and_then(|place| self.pool.get(place))
            .unwrap_or(value)
    }

    fn value(&self, text: &mut String, value: &'a Value) {
        match self.found(value) {
            Value::Object(fields) => {
                if let Some(number) = fields.get("") {
                    return write(text, number);
                }
                let fields = fields.iter().map(|(name, field)| (name, field, ()));
                self.object(text, fields, |text, field, ()| self.value(text, field));
            }
            Value::Array(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    self.value(text, item);
                }
                text.push(']');
            }
            plain => write(text, plain),
        }
    }

    /// Writes an object, each field by `write_field`.
    fn object<T>(
        &self,
        text: &mut String,
        fields: impl Iterator<Item = (&'a String, &'a Value, T)>,
        write_field: impl Fn(&mut String, &'a Value, T),
    ) {
        text.push('{');
        for (index, (name, field, more)) in fields.enumerate() {
            if index > 0 {
                text.push(',');
            }
            write(text, &Value::from(name.as_str()));
            text.push(':');
            write_field(text, field, more);
        }
        text.push('}');
    }
}

/// Writes what is not made of others. A String has room for everything.
fn write(text: &mut String, value: &Value) {
    let _ = write!(text, "{value}");
}
