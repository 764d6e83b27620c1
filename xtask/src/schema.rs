//! `cargo xtask schema`: the table of kinds that the in-memory server serves by, as a real control plane tells it.
//!
//! ```text
//! cluster run ▸ kubectl proxy ▸ discovery ▸ kinds, verbs, names, subresources ─┐
//!                             ▸ OpenAPI v3 ▸ types, merge keys, required fields ├▸ one JSON document ▸ gzip
//!                             ▸ probes ▸ selectable fields, rules, defaults ────┤
//! Go ▸ types of k8s.io/api ▸ names, what is written when empty, field numbers ──┘
//!                             ▸ lists as tables ▸ columns ▸ the same document
//!                             ▸ roles and bindings of a new cluster ▸ a document of their own
//!                             ▸ OpenAPI v3, whole ▸ a document of its own
//! ```
//!
//! Nothing about a kind is written by hand; `samples.json` holds one small object of each kind that cannot be empty, to
//! ask with. `--check` asks again and compares; the last line counts kinds, types and bytes.

mod ask;
mod columns;
mod go;
mod openapi;
mod policy;
mod probe;
mod shape;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use self::ask::Server;
use crate::section::Section;
use crate::{Error, flags, programs, workspace};

const TABLE: &str = "crates/k8s-testing/src/server/schema/table.json.gz";
const POLICY: &str = "crates/k8s-testing/src/server/schema/policy.json.gz";
const OPENAPI: &str = "crates/k8s-testing/src/server/schema/openapi.json.gz";
/// The longest that the files may be together.
const MOST: usize = 400_000;

/// How much of a difference is shown, in characters.
const LONGEST: usize = 300;
/// What stands behind the kinds in the table's file, a line each: whoever needs it not need not read it.
const LINES: [&str; 2] = ["types", "columns"];

/// Asks a control plane; writes the table, or (`--check`) compares it with what is committed.
pub(crate) fn run(flags: &flags::Schema) -> Result<ExitCode, Error> {
    if let Some(path) = &flags.ask {
        fs::write(path, serde_json::to_vec(&table()?)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let _section = Section::open("schema");
    let answered = tempfile::NamedTempFile::new()?;
    let status = programs::cluster_run(&[])?
        .arg(env::current_exe()?)
        .args(["schema", "--ask"])
        .arg(answered.path())
        .status()?;
    if !status.success() {
        println!("schema: run=0 skipped=the control plane could not be asked ({status})");
        return Ok(ExitCode::FAILURE);
    }
    let table: Value = serde_json::from_slice(&fs::read(answered.path())?)?;
    let root = workspace::root();
    let before = committed(&root).unwrap_or_default();
    let differs = before != table;
    differences("", &before, &table);
    let bytes = if flags.check {
        let size = |name| fs::metadata(root.join(name)).map_or(0, |file| file.len() as usize);
        size(TABLE) + size(POLICY) + size(OPENAPI)
    } else {
        write(&root, &table)?
    };
    let count = |name: &str| table[name].as_array().map_or(0, Vec::len);
    let types = table["types"].as_object().map_or(0, Map::len);
    println!(
        "schema: kinds={} types={types} policy={} bytes={bytes} {}={}",
        count("kinds"),
        count("policy"),
        if flags.check { "differ" } else { "changed" },
        u8::from(differs)
    );
    let fails = flags.check && differs || bytes > MOST;
    Ok(ExitCode::from(u8::from(fails)))
}

/// Says where two tables differ.
fn differences(at: &str, before: &Value, now: &Value) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
            for name in names {
                let of = |table: &Map<String, Value>| table.get(name).cloned().unwrap_or_default();
                differences(&format!("{at}.{name}"), &of(before), &of(now));
            }
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            for (index, (before, now)) in before.iter().zip(now).enumerate() {
                differences(&format!("{at}[{index}]"), before, now);
            }
        }
        _ if before == now => {}
        _ => println!("schema: {at}: was {}, is {}", begin(before), begin(now)),
    }
}

/// A value as text, but not all of a document.
fn begin(value: &Value) -> String {
    let text = value.to_string();
    let most = text.char_indices().nth(LONGEST).map(|(at, _)| at);
    most.map_or_else(|| text.clone(), |at| format!("{}…", &text[..at]))
}

fn committed(root: &Path) -> Result<Value, Error> {
    let text = unpacked(&root.join(TABLE))?;
    let mut lines = text.lines();
    let mut line = || serde_json::from_str(lines.next().unwrap_or("null"));
    let mut table: Value = line()?;
    for name in LINES {
        table[name] = line()?;
    }
    for (name, file) in [("policy", POLICY), ("openapi", OPENAPI)] {
        table[name] = serde_json::from_str(&unpacked(&root.join(file))?)?;
    }
    Ok(table)
}

fn unpacked(path: &Path) -> Result<String, Error> {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(path)?).read_to_string(&mut text)?;
    Ok(text)
}

fn write(root: &Path, table: &Value) -> Result<usize, Error> {
    // Kinds first, in a line of their own: whoever needs no types need not read them.
    let mut kinds = table.clone();
    let mut taken = |name: &str| {
        let table = kinds.as_object_mut();
        table
            .and_then(|table| table.remove(name))
            .unwrap_or_default()
    };
    let (policy, openapi) = (taken("policy"), taken("openapi"));
    let lines = LINES.map(taken);
    let lines: Vec<&Value> = [&kinds].into_iter().chain(&lines).collect();
    let mut bytes = pack(&root.join(TABLE), &lines)?;
    for (file, document) in [(POLICY, &policy), (OPENAPI, &openapi)] {
        bytes += pack(&root.join(file), &[document])?;
    }
    Ok(bytes)
}

/// Writes documents, each in a line; says how long the file is.
fn pack(path: &Path, lines: &[&Value]) -> Result<usize, Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for line in lines {
        writeln!(packed, "{line}")?;
    }
    let packed = packed.finish()?;
    fs::write(path, &packed)?;
    Ok(packed.len())
}

/// Everything that is asked, from inside a cluster's environment.
fn table() -> Result<Value, Error> {
    let server = Server::start()?;
    let version = server.get("/version")?["gitVersion"].clone();
    let mut kinds = Vec::new();
    let mut types = Map::new();
    let mut storages: Vec<Value> = Vec::new();
    for (group, version) in group_versions(&server)? {
        let path = if group.is_empty() {
            format!("/api/{version}")
        } else {
            format!("/apis/{group}/{version}")
        };
        let listed = server.get(&path)?;
        let openapi = server.get(&format!("/openapi/v3{path}"))?;
        let schemas = &openapi["components"]["schemas"];
        let resources = listed["resources"].as_array().cloned().unwrap_or_default();
        for resource in resources.iter().filter(|resource| !is_below(resource)) {
            let mut kind = resource.clone();
            kind["group"] = group.clone().into();
            kind["version"] = version.clone().into();
            kind["subresources"] = below(resource, &resources);
            // Another face of objects that are stored as another kind: it would need a conversion.
            let storage = &resource["storageVersionHash"];
            kind["converted"] = (!storage.is_null() && storages.contains(storage)).into();
            storages.push(storage.clone());
            if let Some(name) = shape::of_kind(schemas, &group, &version, &kind["kind"]) {
                shape::collect(schemas, &name, &mut types);
                kind["type"] = name.into();
            }
            for sub in kind["subresources"].as_array().into_iter().flatten() {
                let own =
                    |name: &str, parent: &str| sub[name].as_str().unwrap_or(parent).to_owned();
                let (group, version) = (own("group", &group), own("version", &version));
                if let Some(name) = shape::of_kind(schemas, &group, &version, &sub["kind"]) {
                    shape::collect(schemas, &name, &mut types);
                }
            }
            kinds.push(kind);
        }
    }
    for path in ["/api", "/api/v1", "/apis"] {
        let openapi = server.get(&format!("/openapi/v3{path}"))?;
        shape::collect_meta(&openapi["components"]["schemas"], &mut types);
    }
    go::complete(&mut types)?;
    let samples: Value = serde_json::from_str(include_str!("schema/samples.json"))?;
    for kind in &mut kinds {
        probe::all(&server, kind, &types, &samples)?;
    }
    let columns = columns::all(&server, &kinds, &samples)?;
    let (policy, openapi) = (policy::all(&server)?, openapi::all(&server)?);
    Ok(json!({
        "release": version, "kinds": kinds, "types": types, "columns": columns,
        "policy": policy, "openapi": openapi,
    }))
}

/// Every group and version, the core group first, in the server's order.
fn group_versions(server: &Server) -> Result<Vec<(String, String)>, Error> {
    let mut found = vec![(String::new(), "v1".to_owned())];
    let groups = server.get("/apis")?;
    for group in groups["groups"].as_array().into_iter().flatten() {
        for version in group["versions"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            found.push((text(&group["name"]), text(&version["version"])));
        }
    }
    Ok(found)
}

fn is_below(resource: &Value) -> bool {
    resource["name"]
        .as_str()
        .is_some_and(|name| name.contains('/'))
}

/// The subresources of a resource.
fn below(of: &Value, resources: &[Value]) -> Value {
    let prefix = format!("{}/", of["name"].as_str().unwrap_or_default());
    let mut found = Vec::new();
    for resource in resources {
        let name = resource["name"].as_str().unwrap_or_default();
        if let Some(name) = name.strip_prefix(&prefix) {
            let mut sub = resource.clone();
            sub["name"] = name.into();
            found.push(sub);
        }
    }
    found.into()
}
