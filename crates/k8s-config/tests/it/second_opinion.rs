//! What another author's crate says of our edits: `yaml-edit` reads in them what we read, and where it can make the same change, means the same by it.
//!
//! It shares no code with our tokenizer, reader, writer or splice. Its tree goes through JSON into a kubeconfig, which is printed as kubectl would:
//! two texts mean the same when these are equal, fields of unknown meaning included.

use std::str::FromStr as _;

use k8s_config::{Cluster, Kubeconfig, Refusal, Secrets, edit};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use yaml_edit::{
    AnchorRegistry, CoreScalarType, Document, Mapping, MappingMergedExt as _, Scalar, ScalarValue,
    YamlNode,
};

use crate::edit_properties::{Edit, any_edit, json_text, layouts, text};
use crate::writing::odd;

/// Texts that it changes in another way than we do, and why. A row that leaves this list unneeded fails.
const OTHERWISE: [(&str, &str); 2] = [
    (
        "current-context: a\ncurrent-context: b\ncontexts: [{name: two}]\n",
        "of two equal keys it sets the first, and the last is the one that holds",
    ),
    (
        "users:\n- name: u\n  user:\n    token: x\n    as: me\n    token: z\n",
        "of two equal keys it takes away the first alone",
    ),
];

/// Whether it stands with a row of the table of edits.
pub(crate) fn of_row(
    old: &str,
    new: &str,
    change: impl FnOnce(&mut Kubeconfig) -> Result<(), Refusal>,
) {
    reads(new).unwrap();
    let changed = changes(old, new, change).unwrap_or(Ok(()));
    let why = OTHERWISE.iter().find(|(text, _)| *text == old);
    assert_eq!(changed.is_err(), why.is_some(), "{why:?}\n{changed:?}");
}

#[test]
fn every_exception_of_yaml_edit_is_of_a_row() {
    let table = include_str!("editing.rs");
    assert!(
        OTHERWISE
            .iter()
            .all(|(text, _)| table.contains(&format!("{text:?}")))
    );
}

/// What a text says, as kubectl would write it.
fn meaning(text: &str) -> Result<String, String> {
    let kubeconfig =
        Kubeconfig::from_slice(text.as_bytes(), "/nowhere").map_err(|error| error.to_string())?;
    Ok(kubeconfig.to_yaml().expose_secret().to_owned())
}

fn agree(theirs: Result<String, String>, ours: &str) -> Result<(), String> {
    let theirs = theirs?;
    if theirs == ours {
        Ok(())
    } else {
        Err(format!("theirs:\n{theirs}\nours:\n{ours}"))
    }
}

/// It reads in `text` what we read.
fn reads(text: &str) -> Result<(), String> {
    agree(
        tree_of(text).and_then(|tree| meaning(&tree.to_string())),
        &meaning(text)?,
    )
}

fn tree_of(text: &str) -> Result<Value, String> {
    let document = Document::from_str(text).map_err(|error| error.to_string())?;
    let anchors = AnchorRegistry::from_document(&document);
    match document.as_mapping() {
        Some(mapping) => map(mapping, &anchors),
        None => Err("no map".to_owned()),
    }
}

fn map(mapping: Mapping, anchors: &AnchorRegistry) -> Result<Value, String> {
    let merged = mapping.merged(anchors).map_err(|error| error.to_string())?;
    let mut entries = Map::new();
    for (key, value) in merged.iter() {
        let key = match tree(key, anchors)? {
            Value::String(key) => key,
            key => key.to_string(),
        };
        entries.insert(key, tree(value, anchors)?);
    }
    Ok(Value::Object(entries))
}

fn tree(node: YamlNode, anchors: &AnchorRegistry) -> Result<Value, String> {
    match node {
        YamlNode::Scalar(scalar) => scalar_value(&scalar),
        YamlNode::Mapping(mapping) => map(mapping, anchors),
        YamlNode::Sequence(items) => items.values().map(|item| tree(item, anchors)).collect(),
        YamlNode::Alias(alias) => {
            let node = anchors.resolve_alias(&alias);
            tree(node.map_err(|error| error.to_string())?, anchors)
        }
        other => Err(format!("{other:?}")),
    }
}

/// A scalar; its plain words are of YAML 1.2, and a kubeconfig's are of YAML 1.1.
fn scalar_value(scalar: &Scalar) -> Result<Value, String> {
    let text = scalar.as_string();
    if scalar.is_quoted() || scalar.is_block() {
        return Ok(Value::String(text));
    }
    match &*text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Ok(Value::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let value = match ScalarValue::classify_plain(&text) {
        CoreScalarType::Null => Some(Value::Null),
        CoreScalarType::Boolean => scalar.as_bool().map(Value::from),
        CoreScalarType::Integer => scalar.as_i64().map(Value::from),
        CoreScalarType::Float => scalar.as_f64().map(Value::from),
        _ => return Ok(Value::String(text)),
    };
    value.ok_or_else(|| format!("{text:?} is out of range"))
}

/// A step of a change, at a path of keys; in a list, the key is the item's name.
#[derive(Debug)]
enum Step {
    Set(Vec<String>, Value),
    Remove(Vec<String>),
}

/// It changes `old` as we did, and `new` came of it: `None` where there is more to do than to set scalars and to take entries away.
fn changes(
    old: &str,
    new: &str,
    change: impl FnOnce(&mut Kubeconfig) -> Result<(), Refusal>,
) -> Option<Result<(), String>> {
    let mut kubeconfig = Kubeconfig::from_slice(old.as_bytes(), "/nowhere").unwrap();
    let before = json(&kubeconfig);
    change(&mut kubeconfig).unwrap();
    let mut steps = Vec::new();
    differences(&mut Vec::new(), &before, &json(&kubeconfig), &mut steps)?;
    let document = match Document::from_str(old) {
        Ok(document) => document,
        Err(error) => return Some(Err(error.to_string())),
    };
    for step in &steps {
        take(&document, step)?;
    }
    let theirs = document.to_string();
    let agreed = agree(meaning(&theirs), &meaning(new).unwrap());
    Some(agreed.map_err(|error| format!("{steps:?}\n{theirs}\n{error}")))
}

fn json(kubeconfig: &Kubeconfig) -> Value {
    let json = kubeconfig.view(Secrets::Raw).to_json();
    serde_json::from_str(json.expose_secret()).unwrap()
}

/// The steps from one value to the other.
fn differences(
    path: &mut Vec<String>,
    before: &Value,
    after: &Value,
    steps: &mut Vec<Step>,
) -> Option<()> {
    if before == after {
        return Some(());
    }
    match (entries(before), entries(after)) {
        (Some(before), Some(after)) => {
            if let Some((from, to)) = renamed(&before, &after) {
                let name = [path.as_slice(), &[from, "name".to_owned()]].concat();
                steps.push(Step::Set(name, to.into()));
                return Some(());
            }
            for (key, value) in &before {
                path.push(key.clone());
                match after.get(key) {
                    Some(new) => differences(path, value, new, steps)?,
                    None => steps.push(Step::Remove(path.clone())),
                }
                path.pop();
            }
            for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
                let at = [path.as_slice(), std::slice::from_ref(key)].concat();
                steps.push(scalar_step(at, value)?);
            }
            Some(())
        }
        _ => {
            steps.push(scalar_step(path.clone(), after)?);
            Some(())
        }
    }
}

fn scalar_step(path: Vec<String>, value: &Value) -> Option<Step> {
    let scalar = value.is_string() || value.is_boolean();
    scalar.then(|| Step::Set(path, value.clone()))
}

/// The entries of a map, or of a list whose items have names.
fn entries(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(entries) => Some(entries.clone()),
        Value::Array(items) => {
            let named = |item: &Value| Some((item.get("name")?.as_str()?.to_owned(), item.clone()));
            items.iter().map(named).collect()
        }
        Value::Null => Some(Map::new()),
        _ => None,
    }
}

/// The only entry that went, and the one like it that came.
fn renamed(before: &Map<String, Value>, after: &Map<String, Value>) -> Option<(String, String)> {
    let mut went = before.iter().filter(|(key, _)| !after.contains_key(*key));
    let mut came = after.iter().filter(|(key, _)| !before.contains_key(*key));
    let ((from, _), (to, _)) = (went.next()?, came.next()?);
    let mut expected = before.clone();
    let mut item = expected.remove(from)?;
    *item.get_mut("name")? = to.as_str().into();
    expected.insert(to.clone(), item);
    (expected == *after).then(|| (from.clone(), to.clone()))
}

/// Lets it take a step; `None` where what stands above the entry is not a map or a list.
fn take(document: &Document, step: &Step) -> Option<()> {
    let (Step::Set(path, _) | Step::Remove(path)) = step;
    let (last, path) = path.split_last()?;
    let mut at = YamlNode::Mapping(document.as_mapping()?);
    for key in path {
        at = match &at {
            YamlNode::Sequence(items) => items.get(index(&at, key)?)?,
            _ => at.get(key.as_str())?,
        };
    }
    match (&at, step) {
        (YamlNode::Mapping(map), Step::Set(_, Value::Bool(value))) => {
            map.set(last.as_str(), *value)
        }
        (YamlNode::Mapping(map), Step::Set(_, value)) => {
            // In quotes: what it leaves plain is plain in YAML 1.2.
            map.set(last.as_str(), ScalarValue::double_quoted(value.as_str()?));
        }
        (YamlNode::Mapping(map), Step::Remove(_)) => drop(map.remove(last.as_str())?),
        (YamlNode::Sequence(items), Step::Remove(_)) => drop(items.remove(index(&at, last)?)?),
        _ => return None,
    }
    Some(())
}

/// Where the item of a name stands.
fn index(items: &YamlNode, name: &str) -> Option<usize> {
    let named = |item: YamlNode| {
        let found = item.get("name")?;
        (found.as_scalar()?.as_string() == name).then_some(())
    };
    items
        .as_sequence()?
        .values()
        .position(|item| named(item).is_some())
}

/// It reads what came of the change, and makes the same one; whether it could make it is for the caller to judge.
fn stands_with(old: &str, names: &[String], change: &Edit) -> Result<bool, TestCaseError> {
    let make = |kubeconfig: &mut Kubeconfig| change.make(names, kubeconfig);
    let new = String::from_utf8(edit(old.as_bytes(), make).unwrap()).unwrap();
    let fail = |error| TestCaseError::fail(format!("{change:?}\n{old}\n{new}\n{error}"));
    reads(&new).map_err(fail)?;
    let changed = changes(old, &new, make);
    let could = changed.is_some();
    changed.unwrap_or(Ok(())).map_err(fail)?;
    Ok(could)
}

/// Words that are no texts where they stand alone, in YAML 1.1 or in 1.2.
const WORDS: [&str; 22] = [
    "~",
    "null",
    "Null",
    "true",
    "FALSE",
    "y",
    "Yes",
    "NO",
    "off",
    "0",
    "-1",
    "0x1f",
    "0o17",
    "017",
    "1_000",
    "1e3",
    ".5",
    ".inf",
    "12:30",
    "2001-01-02",
    "<<",
    "=",
];

#[test]
fn yaml_edit_takes_no_word_that_was_set_for_anything_but_text() {
    for (word, way) in WORDS
        .iter()
        .flat_map(|word| [0, 1, 2, 3, 5].map(|way| (*word, way)))
    {
        let names = ["c0".to_owned()];
        let (old, _) = text(&(vec![(way, 0)], 0, false), &names);
        let change = Edit::Server(0, word.to_owned());
        assert!(stands_with(&old, &names, &change).unwrap(), "{word} {old}");
        let add = Edit::Add(word.to_owned(), word.to_owned());
        stands_with(&old, &names, &add).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn yaml_edit_reads_and_makes_any_change_as_we_do((layout, change) in layouts().prop_flat_map(|layout| {
        let count = layout.0.len();
        (Just(layout), any_edit(count))
    })) {
        let names: Vec<String> = (0..layout.0.len()).map(|at| format!("c{at}")).collect();
        let could = stands_with(&text(&layout, &names).0, &names, &change)?;
        let expected = match &change {
            // Of these ways to write a cluster, two have no map to put it in.
            Edit::Server(at, _) | Edit::Insecure(at) => ![4, 6].contains(&layout.0[*at].0),
            Edit::Rename(..) | Edit::Delete(_) => true,
            Edit::Add(..) => false,
        };
        prop_assert_eq!(could, expected, "{:?}", change);
    }

    #[test]
    fn yaml_edit_reads_and_makes_any_change_of_json_as_we_do(pretty: bool, (count, change) in (2..5_usize).prop_flat_map(|count| (Just(count), any_edit(count)))) {
        let names: Vec<String> = (0..count).map(|at| format!("c{at}")).collect();
        let could = stands_with(&json_text(&names, pretty), &names, &change)?;
        prop_assert_eq!(could, !matches!(change, Edit::Add(..)), "{:?}", change);
    }

    #[test]
    fn yaml_edit_reads_and_makes_any_change_of_what_kubectl_wrote_as_we_do(servers in prop::collection::vec(odd(), 2..5), change in any_edit(2)) {
        let mut kubeconfig = Kubeconfig::from_slice(b"", "/nowhere").unwrap();
        let names: Vec<String> = (0..servers.len()).map(|at| format!("c{at}")).collect();
        for (name, server) in names.iter().zip(&servers) {
            let mut cluster = Cluster::default();
            cluster.server = Some(server.as_str().into());
            kubeconfig.clusters.insert(name.clone(), cluster);
        }
        let could = stands_with(kubeconfig.to_yaml().expose_secret(), &names, &change)?;
        prop_assert_eq!(could, !matches!(change, Edit::Add(..)), "{:?}", change);
    }
}
