//! Objects on standard output, in the form that `-o` names.

use std::path::Path;

use k8s_config::Yaml;
use k8s_jsonpath::{Template, relaxed};
use serde::Serialize;
use serde_json::Value;

use crate::args::{Args, Flag, Kind};
use crate::failure::Failure;
use crate::io::{Io, words};

/// The flags of every command that prints objects, but for `-o` itself.
pub(crate) const ALLOW_MISSING: Flag = Flag::new(
    "allow-missing-template-keys",
    Kind::Bool(true),
    "If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.",
);
pub(crate) const SHOW_MANAGED: Flag = Flag::new(
    "show-managed-fields",
    Kind::Bool(false),
    "If true, keep the managedFields when printing objects in JSON or YAML format.",
);
pub(crate) const TEMPLATE: Flag = Flag::new(
    "template",
    Kind::Text(""),
    "Template string or path to template file to use when -o=jsonpath, -o=jsonpath-file.",
);

/// The form of an output.
#[derive(Debug)]
pub(crate) enum Form {
    Json,
    Yaml,
    Name,
    /// A template, and its text for complaints.
    JsonPath(Box<Template>, String),
}

/// The forms that every command prints.
const FORMS: &[&str] = &[
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "name",
    "yaml",
];

/// `-o FORM=TEXT`, or the text by `--template`.
pub(crate) fn form_and_text(args: &Args) -> (&str, &str) {
    let output = args.text("output");
    match (args.text("template"), output.split_once('=')) {
        ("", Some(both)) => both,
        (template, _) => (output, template),
    }
}

/// A path with or without its braces: with them, and as a template that finds nothing where a field is missing.
pub(crate) fn path(text: &str) -> Result<(String, Template), Failure> {
    let path = relaxed(text).map_err(Failure::new)?;
    let template = Template::parse(&path).map_err(Failure::new)?;
    Ok((path, template.allow_missing_keys(true)))
}

impl Form {
    /// The form that `-o` names, which is none of the command's own (`further`).
    pub(crate) fn parse(io: &Io, args: &Args, further: &[&str]) -> Result<Self, Failure> {
        let output = args.text("output");
        match output {
            "json" => return Ok(Self::Json),
            "yaml" => return Ok(Self::Yaml),
            "name" => return Ok(Self::Name),
            _ => {}
        }
        let (form, text) = form_and_text(args);
        if !matches!(form, "jsonpath" | "jsonpath-as-json" | "jsonpath-file") {
            let mut forms = [FORMS, further].concat();
            forms.sort_unstable();
            return Err(Failure::new(format!(
                "unable to match a printer suitable for the output format {output:?}, allowed formats are: {}",
                forms.join(",")
            )));
        }
        if text.is_empty() {
            return Err(Failure::new(
                "template format specified but no template given",
            ));
        }
        let text = match form {
            "jsonpath-file" => read(io, text)?,
            _ => text.to_owned(),
        };
        let template = Template::parse(&text)
            .map_err(|error| Failure::new(format!("error parsing jsonpath {text}, {error}")))?
            .allow_missing_keys(args.is(ALLOW_MISSING.long))
            .as_json(form == "jsonpath-as-json");
        Ok(Self::JsonPath(Box::new(template), text))
    }

    /// Whether the objects are printed, not their names alone.
    pub(crate) fn is_whole(&self) -> bool {
        !matches!(self, Self::Name)
    }

    /// Prints an object, or a list of objects as one; by name, each alone.
    pub(crate) fn print(&self, io: &mut Io, args: &Args, mut object: Value) -> Result<(), Failure> {
        if !args.is(SHOW_MANAGED.long) && matches!(self, Self::Json | Self::Yaml) {
            forget_managed_fields(&mut object);
        }
        match self {
            Self::Json => io.print_bytes(&k8s_jsonpath::json(&object)),
            Self::Yaml => io.print(&yaml(object).to_string()),
            Self::Name => io.print(&names(&object)),
            Self::JsonPath(template, text) => match template.execute(&object) {
                Ok(output) => io.print_bytes(&output),
                Err(error) => Err(Failure::new(k8s_jsonpath::failure(text, &object, &error))),
            },
        }
    }
}

impl Form {
    /// Prints a type of kubectl's own: as JSON, its fields have an order.
    pub(crate) fn print_typed(
        &self,
        io: &mut Io,
        args: &Args,
        object: &impl Serialize,
    ) -> Result<(), Failure> {
        match self {
            Self::Json => io.print(&format!("{}\n", ordered_json(object, b"    ")?)),
            other => other.print(
                io,
                args,
                serde_json::to_value(object).map_err(Failure::new)?,
            ),
        }
    }
}

/// A value with fields in an order of its own, as kubectl prints its own types: four spaces, and nothing that HTML
/// would take for a tag.
pub(crate) fn ordered_json(value: &impl Serialize, indent: &[u8]) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    value
        .serialize(&mut serializer)
        .map_err(|error| Failure::new(format!("writing JSON: {error}")))?;
    Ok(escaped(&String::from_utf8_lossy(&bytes)))
}

/// A value on one line, as Go writes it.
pub(crate) fn compact_json(value: &Value) -> String {
    escaped(&value.to_string())
}

/// Nothing in JSON that HTML would take for a tag, nor a line that JavaScript would end.
fn escaped(json: &str) -> String {
    // All five stand in strings only.
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A value as kubectl's YAML.
pub(crate) fn yaml(value: Value) -> Yaml {
    match value {
        Value::Null => Yaml::Null,
        Value::Bool(value) => Yaml::Bool(value),
        Value::Number(number) => match number.as_i128() {
            Some(int) => Yaml::Integer(int),
            None => Yaml::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Yaml::Text(text),
        Value::Array(values) => Yaml::List(values.into_iter().map(yaml).collect()),
        Value::Object(map) => Yaml::Map(
            map.into_iter()
                .map(|(key, value)| (key, yaml(value)))
                .collect(),
        ),
    }
}

/// Objects as one list, as kubectl makes it.
pub(crate) fn list(objects: Vec<Value>) -> Value {
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "List",
        "metadata": {"resourceVersion": ""},
        "items": objects,
    })
}

/// YAML that was read, as a value.
pub(crate) fn value(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Bool(value) => value.into(),
        Yaml::Integer(number) => match (i64::try_from(number), u64::try_from(number)) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) => number.into(),
            #[expect(clippy::cast_precision_loss, reason = "as Go reads a number this long")]
            _ => (number as f64).into(),
        },
        Yaml::Float(number) => number.into(),
        Yaml::Text(text) => text.into(),
        Yaml::List(items) => items.into_iter().map(value).collect(),
        Yaml::Map(entries) => {
            let entry = |(key, item)| (key, value(item));
            Value::Object(entries.into_iter().map(entry).collect())
        }
        _ => Value::Null,
    }
}

/// `secret/a created`, or the object in the form that `-o` names; by name, without what was done.
pub(crate) fn outcome(
    io: &mut Io,
    args: &Args,
    form: Option<&Form>,
    object: Value,
    done: &str,
) -> Result<(), Failure> {
    match form {
        Some(form) => form.print(io, args, object),
        None => {
            let names = names(&object);
            io.print(&format!("{} {done}\n", names.trim_end()))
        }
    }
}

fn read(io: &Io, path: &str) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!("error reading --template {path}, {error}"))
    };
    let read = io.source.read(Path::new(path));
    let bytes = read.map_err(|error| failed(&format_args!("open {path}: {}", words(&error))))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

fn forget_managed_fields(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    for item in object
        .get_mut("items")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        forget_managed_fields(item);
    }
}

/// `deployment.apps/web`, a line each.
fn names(object: &Value) -> String {
    if let Some(items) = object["items"].as_array() {
        return items.iter().map(names).collect();
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind = text(&object["kind"]).to_lowercase();
    let name = match text(&object["metadata"]["name"]) {
        name if name.is_empty() => "<unknown>".to_owned(),
        name => name,
    };
    match text(&object["apiVersion"]).split_once('/') {
        Some((group, _)) => format!("{kind}.{group}/{name}\n"),
        None => format!("{kind}/{name}\n"),
    }
}
