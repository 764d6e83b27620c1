//! A custom resource, read by the schema of its definition.
//!
//! Follows k8s.io/apimachinery `pkg/apis/meta/v1/unstructured` and k8s.io/apiextensions-apiserver
//! `pkg/apiserver/customresource_handler.go` (v0.36).

use serde_json::{Map, Value};

use super::document::Document;
use super::{Decoded, Sent, Wanted, reading, written};
use crate::server::custom::Custom;
use crate::server::media::{self, Format};
use crate::server::status::{Answered, Refusal};
use crate::server::{types, yaml};

/// Reads a request's body; kind and version must stand in it.
pub(super) fn of_body(custom: &Custom, wanted: Wanted<'_>, sent: Sent<'_>) -> Answered<Decoded> {
    let (kind, body) = (wanted.kind, sent.bytes);
    let unrecognized = |says: String| {
        let summary = super::syntax::summary(body);
        Refusal::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): {says} ({summary})"
        ))
    };
    let (document, repeated) = match sent.format {
        Format::Json => {
            let document = Document::parse(body).map_err(|error| {
                let says = super::syntax(&error, body);
                unrecognized(format!(
                    "couldn't get version/kind; json parse error: {says}"
                ))
            })?;
            (document, Vec::new())
        }
        Format::Yaml => {
            let read = yaml::read(body).map_err(unrecognized)?;
            (read.document, read.repeated)
        }
        Format::Protobuf => return Err(media::unreadable(&[Format::Json, Format::Yaml])),
    };
    let text = |name: &str| match document.get(name) {
        Some(Document::Text(text)) => text.as_str(),
        _ => "",
    };
    let (named, version) = (text("kind"), text("apiVersion"));
    if named.is_empty() {
        let body = String::from_utf8_lossy(body);
        return Err(unrecognized(format!(
            "Object 'Kind' is missing in '{body}'"
        )));
    }
    let short = version.rsplit('/').next().unwrap_or_default();
    let read = read(custom, wanted, &document).map_err(|says| {
        let says = format!("{named} in version {short:?} cannot be handled as a {kind}: {says}");
        Refusal::bad_request(says)
    })?;
    if version != wanted.api_version {
        let expected = wanted.api_version;
        return Err(Refusal::bad_request(format!(
            "the API version in the data ({version}) does not match the expected API version ({expected})"
        )));
    }
    Ok(Decoded { repeated, ..read })
}

/// Reads an object; the error is the server's text. Another kind is left for the validation to find.
pub(super) fn read(
    custom: &Custom,
    wanted: Wanted<'_>,
    document: &Document,
) -> Result<Decoded, String> {
    let mut object = document.to_value();
    if !object.is_object() {
        let found = document.type_name();
        return Err(format!(
            "json: cannot unmarshal {found} into Go value of type map[string]interface {{}}"
        ));
    }
    let mut strict = reading::repeated(document);
    let sent = object
        .get("metadata")
        .filter(|metadata| !metadata.is_null())
        .cloned();
    let (metadata, unknown) = match sent {
        Some(sent) => metadata(&sent)?,
        None => (Map::new().into(), Vec::new()),
    };
    let complain = |path: String| format!("unknown field {path:?}");
    strict.extend(
        unknown
            .into_iter()
            .map(|path| complain(format!("metadata.{path}"))),
    );
    if object["kind"] == wanted.kind {
        strict.extend(custom.read(&mut object)?.into_iter().map(complain));
    }
    let forgets = object["metadata"]["managedFields"]
        .as_array()
        .is_some_and(Vec::is_empty);
    object["metadata"] = metadata;
    // An empty list of managers says more than none.
    if forgets {
        object["metadata"]["managedFields"] = Value::Array(Vec::new());
    }
    Ok(Decoded {
        object,
        strict,
        repeated: Vec::new(),
    })
}

/// Reads metadata as what it is, and the paths of what it does not have; the error is Go's text.
pub(crate) fn metadata(sent: &Value) -> Result<(Value, Vec<String>), String> {
    let built_in = types::built_in();
    let Some(node) = built_in.named(types::METADATA) else {
        return Ok((sent.clone(), Vec::new()));
    };
    let read = reading::read(built_in, &node, &Document::from(sent))?;
    let paths = read.strict.iter().filter_map(|says| says.split('"').nth(1));
    let paths = paths.map(str::to_owned).collect();
    Ok((written(built_in, &node, read.value), paths))
}
