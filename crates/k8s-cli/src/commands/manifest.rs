//! What `-f` names: objects in files, in folders and on standard input.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use k8s_api_core::GroupVersionKind;
use k8s_client::discovery::Resources;
use k8s_config::Yaml;
use serde_json::Value;

use super::place::Place;
use crate::args::{Args, Flag, Kind};
use crate::failure::Failure;
use crate::io::{Io, words};
use crate::print;
use crate::session::Session;

pub(super) const FILENAME: Flag = Flag::new(
    "filename",
    Kind::List,
    "The files that contain the objects, or folders of them; - is standard input.",
)
.short('f');
pub(super) const RECURSIVE: Flag = Flag::new(
    "recursive",
    Kind::Bool(false),
    "Process the folders used in -f, --filename recursively.",
)
.short('R');

/// What is said to words beside files.
pub(super) const FILES_ALONE: &str = "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";
/// The source of what came from standard input.
pub(super) const STDIN: &str = "STDIN";
const EXTENSIONS: [&str; 3] = ["json", "yaml", "yml"];

/// An object that was read, and where it belongs.
#[derive(Debug)]
pub(super) struct Item {
    /// The file, or `STDIN`.
    pub(super) source: String,
    pub(super) object: Value,
    pub(super) place: Place,
    /// Empty where the server makes one.
    pub(super) name: String,
}

/// Whether there is a `-f`.
pub(super) fn is_given(args: &Args) -> bool {
    args.list(FILENAME.long).iter().any(|path| !path.is_empty())
}

/// What a command without words needs.
pub(super) fn must_be_given(args: &Args) -> Result<(), Failure> {
    match is_given(args) {
        true => Ok(()),
        false => Err(Failure::new("must specify one of -f and -k")),
    }
}

/// As [`items`], of which there must be one, or something wrong with one.
pub(super) async fn some_items(
    io: &mut Io,
    args: &Args,
    session: &Session,
    verb: &str,
) -> Result<(Vec<Item>, Vec<Failure>), Failure> {
    let found = items(io, args, session).await?;
    if found.0.is_empty() && found.1.is_empty() {
        return Err(Failure::new(format!("no objects passed to {verb}")));
    }
    Ok(found)
}

/// Every object of every `-f`, and what is wrong with others.
pub(super) async fn items(
    io: &mut Io,
    args: &Args,
    session: &Session,
) -> Result<(Vec<Item>, Vec<Failure>), Failure> {
    let texts = texts(io, args)?;
    let resources = session.resources().await?;
    let enforced = args.is_given("namespace");
    let (mut items, mut failures) = (Vec::new(), Vec::new());
    for (source, text) in texts {
        let documents = match Yaml::documents(&text) {
            Ok(documents) => documents,
            Err(error) => {
                failures.push(Failure::new(format!("error parsing {source}: {error}")));
                continue;
            }
        };
        for object in documents.into_iter().map(print::value).flat_map(flat) {
            match item(&source, object, &resources, &session.namespace, enforced) {
                Ok(item) => items.push(item),
                Err(failure) => failures.push(failure),
            }
        }
    }
    Ok((items, failures))
}

/// The items of a list, or the object itself.
fn flat(mut object: Value) -> Vec<Value> {
    let kind = object["kind"].as_str().unwrap_or_default();
    if kind.ends_with("List")
        && let Some(items) = object.get_mut("items").and_then(Value::as_array_mut)
    {
        return std::mem::take(items).into_iter().flat_map(flat).collect();
    }
    vec![object]
}

fn item(
    source: &str,
    mut object: Value,
    resources: &Resources,
    default: &str,
    enforced: bool,
) -> Result<Item, Failure> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    for (field, value) in [("Kind", &kind), ("apiVersion", &api_version)] {
        if value.is_empty() {
            return Err(Failure::new(format!(
                "unable to decode {source:?}: Object '{field}' is missing"
            )));
        }
    }
    let metadata = &object["metadata"];
    let (name, own) = (text(&metadata["name"]), text(&metadata["namespace"]));
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let wanted = GroupVersionKind::new(group.to_owned(), version.to_owned(), kind.clone());
    let info = resources.of_kind(&wanted).cloned().ok_or_else(|| {
        Failure::new(format!(
            "resource mapping not found for name: {name:?} namespace: {own:?} from {source:?}: no matches for kind {kind:?} in version {api_version:?}\nensure CRDs are installed first"
        ))
    })?;
    let namespace = match info.is_namespaced() {
        false => None,
        true if own.is_empty() => {
            object["metadata"]["namespace"] = default.into();
            Some(default.to_owned())
        }
        true if enforced && own != default => {
            return Err(Failure::new(format!(
                "the namespace from the provided object {own:?} does not match the namespace {default:?}. You must pass '--namespace={own}' to perform this operation."
            )));
        }
        true => Some(own),
    };
    Ok(Item {
        source: source.to_owned(),
        object,
        place: Place { info, namespace },
        name,
    })
}

/// The texts, each with its name.
fn texts(io: &mut Io, args: &Args) -> Result<Vec<(String, String)>, Failure> {
    let mut texts = Vec::new();
    for path in args.list(FILENAME.long) {
        if path == "-" {
            let mut text = String::new();
            let read = io.input.read_to_string(&mut text);
            read.map_err(|error| Failure::new(format!("error reading STDIN: {error}")))?;
            texts.push((STDIN.to_owned(), text));
        } else if path.starts_with("http://") || path.starts_with("https://") {
            return Err(Failure::new(format!(
                "k8s reads files, and fetches none:\n  curl -fsS {path} | k8s … -f -"
            )));
        } else {
            files(io, Path::new(&path), args.is(RECURSIVE.long), &mut texts)?;
            if texts.is_empty() {
                return Err(Failure::new(format!(
                    "error reading [{path}]: recognized file extensions are [.json .yaml .yml]"
                )));
            }
        }
    }
    Ok(texts)
}

fn files(
    io: &Io,
    path: &Path,
    recursive: bool,
    texts: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let shown = path.display();
    let stat = io.source.stat(path).map_err(|error| {
        Failure::new(match error.kind() {
            std::io::ErrorKind::NotFound => format!("the path \"{shown}\" does not exist"),
            _ => format!("the path \"{shown}\" cannot be accessed: {}", words(&error)),
        })
    })?;
    if stat.is_dir() {
        return folder(io, path, recursive, texts);
    }
    let failed =
        |why: &dyn std::fmt::Display| Failure::new(format!("error reading {shown}: {why}"));
    let bytes = io
        .source
        .read(path)
        .map_err(|error| failed(&words(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| failed(&"it is no UTF-8"))?;
    texts.push((shown.to_string(), text));
    Ok(())
}

/// The files of a folder that may hold objects, by name.
fn folder(
    io: &Io,
    path: &Path,
    recursive: bool,
    texts: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        let why = words(&error);
        Failure::new(format!("error reading {:?}: {why}", path.display()))
    };
    let entries = std::fs::read_dir(path).map_err(failed)?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed)?;
    paths.sort();
    for path in paths {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            if recursive {
                folder(io, &path, true, texts)?;
            }
        } else if extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) {
            files(io, &path, false, texts)?;
        }
    }
    Ok(())
}
