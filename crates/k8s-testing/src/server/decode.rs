//! A request's body, read as an object of the kind that the URL names.
//!
//! ```text
//! JSON ▸ document ▸ kind and apiVersion ▸ reading by type ▸ writing by type ▸ object
//!        (order,                          (what fits not,    (what is empty
//!         twice)                           is unknown)        is left out)
//! YAML ▸ document (once, and which keys stand there twice) ▸ …
//! protobuf ▸ envelope ▸ kind and apiVersion ▸ message by type ▸ reading by type ▸ …
//! ```

mod converting;
mod document;
mod fault;
mod message;
mod reading;
mod scalar;
mod syntax;
mod unstructured;
mod writing;

use serde_json::{Map, Value};

pub(crate) use self::document::Document;
pub(crate) use self::message::options;
pub(crate) use self::syntax::syntax;
pub(crate) use self::unstructured::metadata;
pub(crate) use self::writing::written;
use super::custom::Custom;
use super::kinds::{self, Kind};
use super::media::Format;
use super::status::{Answered, Refusal};
use super::{object, types, yaml};

/// The Go type that only kind and apiVersion are read into.
const TYPE_META: &str = r#"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;

/// An object that was read.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) object: Value,
    /// Unknown and repeated fields, in the server's words.
    pub(crate) strict: Vec<String>,
    /// Keys that stand twice in YAML, in its reader's words.
    pub(crate) repeated: Vec<String>,
}

/// A request's body, and how it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'a> {
    pub(crate) format: Format,
    pub(crate) bytes: &'a [u8],
}

/// An object whose kind and apiVersion were looked at.
enum Content<'a> {
    /// With what YAML has twice.
    Document(Document, Vec<String>),
    Message(&'a [u8]),
}

/// What an object should be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) kind: &'a str,
    pub(crate) api_version: &'a str,
    /// Its type's name; of a type that is not known, metadata is read only.
    pub(crate) type_name: &'a str,
    /// What its definition says of it; `None`: it is built in.
    pub(crate) custom: Option<&'a Custom>,
}

/// Reads an object; its kind and apiVersion may be left out, its metadata becomes a map.
pub(crate) fn of_kind(kind: &Kind, sent: Sent<'_>) -> Answered<Decoded> {
    typed(kind.wanted(&kind.api_version()), sent)
}

/// Reads an object that a patch made of another one; the error is Go's text.
pub(crate) fn patched(wanted: Wanted<'_>, object: &Value) -> Result<Decoded, String> {
    let document = Document::from(object);
    if let Some(custom) = wanted.custom {
        return unstructured::read(custom, wanted, &document);
    }
    let (kind, version) = type_meta(wanted, &document)?;
    if (kind.as_str(), version.as_str()) != (wanted.kind, wanted.api_version) {
        return Err(another_kind(&kind, &version, wanted));
    }
    read(wanted, &document)
}

/// Reads an object of any kind.
pub(crate) fn typed(wanted: Wanted<'_>, sent: Sent<'_>) -> Answered<Decoded> {
    if let Some(custom) = wanted.custom {
        return unstructured::of_body(custom, wanted, sent);
    }
    let kind = wanted.kind;
    let body = sent.bytes;
    let refuse = |says: String| {
        let summary = syntax::summary(body);
        Refusal::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): {says} ({summary})"
        ))
    };
    let untyped = |says: String| {
        refuse(format!(
            "couldn't get version/kind; json parse error: {says}"
        ))
    };
    let ((sent_as, version), content) = match sent.format {
        Format::Protobuf => {
            let (named, message) = message::open(wanted, body).map_err(refuse)?;
            (named, Content::Message(message))
        }
        Format::Json => {
            let document = Document::parse(body).map_err(|error| untyped(syntax(&error, body)))?;
            let named = type_meta(wanted, &document).map_err(untyped)?;
            (named, Content::Document(document, Vec::new()))
        }
        Format::Yaml => {
            let read = yaml::read(body).map_err(refuse)?;
            let named = type_meta(wanted, &read.document).map_err(untyped)?;
            (named, Content::Document(read.document, read.repeated))
        }
    };
    let short = version.rsplit('/').next().unwrap_or_default();
    let unfit = |why: String| {
        Refusal::bad_request(format!(
            "{sent_as} in version {short:?} cannot be handled as a {kind}: {why}"
        ))
    };
    if (sent_as.as_str(), version.as_str()) != (kind, wanted.api_version) {
        return Err(unfit(another_kind(&sent_as, &version, wanted)));
    }
    let (document, repeated) = match content {
        Content::Document(document, repeated) => (document, repeated),
        Content::Message(message) => {
            let document = message::read(wanted, message).map_err(unfit)?;
            (document, Vec::new())
        }
    };
    let decoded = read(wanted, &document).map_err(unfit)?;
    Ok(Decoded {
        repeated,
        ..decoded
    })
}

/// Kind and apiVersion as sent, or as wanted where they are left out.
fn type_meta(wanted: Wanted<'_>, document: &Document) -> Result<(String, String), String> {
    if !matches!(document, Document::Fields(_) | Document::Null) {
        let found = document.type_name();
        return Err(format!(
            "json: cannot unmarshal {found} into Go value of type {TYPE_META}"
        ));
    }
    let field = |name: &str, expected: &str| match document.get(name) {
        Some(Document::Text(sent)) if !sent.is_empty() => Ok(sent.clone()),
        None | Some(Document::Null | Document::Text(_)) => Ok(expected.to_owned()),
        Some(other) => Err(format!(
            "json: cannot unmarshal {} into Go struct field .{name} of type string",
            other.type_name()
        )),
    };
    Ok((
        field("kind", wanted.kind)?,
        field("apiVersion", wanted.api_version)?,
    ))
}

fn read(wanted: Wanted<'_>, document: &Document) -> Result<Decoded, String> {
    // Go reads `null` into a struct without touching it.
    let nothing = Document::Fields(Vec::new());
    let document = match document {
        Document::Null => &nothing,
        document => document,
    };
    let types = types::built_in();
    let mut decoded = match types.named(wanted.type_name) {
        Some(node) => {
            let read = reading::read(types, &node, document)?;
            Decoded {
                object: written(types, &node, read.value),
                strict: read.strict,
                repeated: Vec::new(),
            }
        }
        None => untyped(document)?,
    };
    complete(&mut decoded.object, wanted);
    // An empty list of managers says more than none.
    if let Some(metadata) = document.get("metadata")
        && metadata.get("managedFields") == Some(&Document::List(Vec::new()))
    {
        decoded.object["metadata"]["managedFields"] = Value::Array(Vec::new());
    }
    Ok(decoded)
}

/// What every object has.
fn complete(object: &mut Value, wanted: Wanted<'_>) {
    object["kind"] = wanted.kind.into();
    object["apiVersion"] = wanted.api_version.into();
    if !object["metadata"].is_object() {
        object["metadata"] = Map::new().into();
    }
}

/// An object that says nothing, as Go makes one; of a type that is not known, as the server told of one.
pub(crate) fn nothing(kind: &Kind) -> Value {
    let types = types::built_in();
    let mut empty = match types.named(&kind.type_name) {
        Some(node) => written(types, &node, Map::new().into()),
        None => kind.zero.clone(),
    };
    object::set_type(&mut empty, kind);
    empty
}

/// An object whose metadata alone has a type.
fn untyped(document: &Document) -> Result<Decoded, String> {
    let types = types::built_in();
    let mut object = document.to_value();
    if let (Some(node), Some(metadata)) = (types.named(types::METADATA), document.get("metadata")) {
        let read = reading::read(types, &node, metadata)?;
        object["metadata"] = written(types, &node, read.value);
    }
    Ok(Decoded {
        object,
        strict: reading::repeated(document),
        repeated: Vec::new(),
    })
}

/// Fields that stand twice in a document that may be anything, in the server's words.
pub(crate) fn repeated(document: &Document) -> Vec<String> {
    reading::repeated(document)
}

/// Reads an object that was made in memory, of another one and a patch; the error is Go's text.
pub(crate) fn converted(wanted: Wanted<'_>, object: Value) -> Result<Decoded, String> {
    let types = types::built_in();
    if wanted.custom.is_some() {
        return Ok(Decoded {
            object,
            strict: Vec::new(),
            repeated: Vec::new(),
        });
    }
    let Some(node) = types.named(wanted.type_name) else {
        return untyped(&Document::from(&object));
    };
    let read = converting::convert(types, &node, &object)?;
    let mut decoded = Decoded {
        object: written(types, &node, read.value),
        strict: read.strict,
        repeated: Vec::new(),
    };
    complete(&mut decoded.object, wanted);
    Ok(decoded)
}

/// Why a kind that the server knows, or does not know, is none that belongs here.
fn another_kind(sent: &str, sent_version: &str, wanted: Wanted<'_>) -> String {
    let known = kinds::all()
        .iter()
        .any(|kind| kind.kind == sent && kind.api_version() == sent_version);
    if !known {
        return unregistered(sent, sent_version);
    }
    let version = sent_version.rsplit('/').next().unwrap_or_default();
    let core = ("core", wanted.api_version);
    let (group, _) = wanted.api_version.split_once('/').unwrap_or(core);
    let internal = group.split('.').next().unwrap_or_default();
    format!(
        "converting ({version}.{sent}) to ({internal}.{}): unknown conversion",
        wanted.kind
    )
}

/// What Go's scheme says of a kind that it does not have.
pub(crate) fn unregistered(kind: &str, api_version: &str) -> String {
    format!(
        "no kind {kind:?} is registered for version {api_version:?} in scheme \"pkg/runtime/scheme.go:111\""
    )
}

/// The JSON type of a value, in Go's words.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
