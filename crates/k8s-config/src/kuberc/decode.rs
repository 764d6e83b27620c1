//! The text of a kuberc: documents, the first usable one, and in it two fields.

use super::{AllowlistEntry, KubercFault, PluginPolicy};
use crate::platform::Platform;
use crate::yaml::{self, Node, Value, last_of_each};

const GROUP: &str = "kubectl.config.k8s.io/";

type Fault = (Option<u32>, KubercFault);

pub(super) fn decode(bytes: &[u8]) -> Result<PluginPolicy, Fault> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| (None, KubercFault::Syntax("not UTF-8".to_owned())))?;
    let (mut attempted, mut broken) = (false, None);
    for (first_line, text) in documents(text) {
        if text.trim().is_empty() {
            continue;
        }
        attempted = true;
        match yaml::parse(text) {
            Ok(Some(node)) if is_preference(&node) => {
                return policy(&node)
                    .map_err(|(line, fault)| (line.map(|line| line + first_line), fault));
            }
            Ok(_) => {}
            Err(error) => {
                let fault = (
                    Some(error.line + first_line),
                    KubercFault::Syntax(error.kind.to_string()),
                );
                broken.get_or_insert(fault);
            }
        }
    }
    match broken {
        Some(fault) => Err(fault),
        None if attempted => Err((None, KubercFault::NoPreference)),
        None => Ok(PluginPolicy::AllowAll),
    }
}

/// The documents of a file and how many lines stand before each, cut as `k8s.io/apimachinery/pkg/util/yaml.YAMLReader` does.
fn documents(text: &str) -> Vec<(u32, &str)> {
    let (mut documents, mut start, mut first_line, mut at) = (Vec::new(), 0, 0, 0);
    for (index, line) in (0_u32..).zip(text.split_inclusive('\n')) {
        let end = at + line.len();
        if line.starts_with("---") {
            documents.push((first_line, &text[start..at]));
            (start, first_line) = (end, index + 1);
        }
        at = end;
    }
    documents.push((first_line, &text[start..]));
    documents
}

fn is_preference(node: &Node<'_>) -> bool {
    let text = |key| match field(node, key).map(|node| &node.value) {
        Some(Value::Text(text)) => Some(&**text),
        _ => None,
    };
    text("kind") == Some("Preference")
        && text("apiVersion").is_some_and(|version| version.starts_with(GROUP))
}

/// Both fields came with v1beta1; in an older file kubectl passes over them, here they hold: they are meant to forbid.
fn policy(node: &Node<'_>) -> Result<PluginPolicy, Fault> {
    let list = field(node, "credentialPluginAllowlist").filter(|list| !list.is_null());
    let named = field(node, "credentialPluginPolicy").filter(|policy| !policy.is_null());
    let word = match named {
        None => "",
        Some(node) => text(node, "credentialPluginPolicy")?,
    };
    match (word, list) {
        ("" | "AllowAll", None) => Ok(PluginPolicy::AllowAll),
        ("DenyAll", None) => Ok(PluginPolicy::DenyAll),
        ("" | "AllowAll" | "DenyAll", Some(list)) => {
            Err((Some(list.line), KubercFault::AllowlistUnused))
        }
        ("Allowlist", None) => Err((
            named.map(|node| node.line),
            KubercFault::AllowlistUnspecified,
        )),
        ("Allowlist", Some(list)) => allowlist(list).map(PluginPolicy::Allowlist),
        _ => Err((named.map(|node| node.line), KubercFault::UnknownPolicy)),
    }
}

fn allowlist(list: &Node<'_>) -> Result<Vec<AllowlistEntry>, Fault> {
    let Value::List(items) = &list.value else {
        return Err(wrong_type(list, "credentialPluginAllowlist", "list"));
    };
    if items.is_empty() {
        return Err((Some(list.line), KubercFault::AllowlistEmpty));
    }
    (1..)
        .zip(items.iter())
        .map(|(number, item)| entry(number, item))
        .collect()
}

fn entry(number: usize, item: &Node<'_>) -> Result<AllowlistEntry, Fault> {
    if !matches!(item.value, Value::Map(_) | Value::Null) {
        return Err(wrong_type(item, "credentialPluginAllowlist entry", "map"));
    }
    let word = |key| match field(item, key).filter(|node| !node.is_null()) {
        Some(node) => text(node, key),
        None => Ok(""),
    };
    let (name, command) = (word("name")?, word("command")?);
    let fault = |fault| Err((Some(item.line), fault));
    let command = match (name, command) {
        ("", "") => return fault(KubercFault::EmptyEntry(number)),
        ("", command) => command,
        (name, "") => name,
        (name, command) if name == command => command,
        _ => return fault(KubercFault::NameAndCommand(number)),
    };
    if Platform::current().clean(command) != command {
        return fault(KubercFault::NotNormalized(number));
    }
    Ok(AllowlistEntry::new(command))
}

/// The field that holds; later ones of the same name win.
fn field<'n, 'a>(node: &'n Node<'a>, key: &str) -> Option<&'n Node<'a>> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    let mut of_key = last_of_each(entries).filter(|(entry, is_last)| *is_last && entry.key == key);
    of_key.next().map(|(entry, _)| &entry.value)
}

fn text<'n>(node: &'n Node<'_>, field: &'static str) -> Result<&'n str, Fault> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(wrong_type(node, field, "string")),
    }
}

const fn wrong_type(node: &Node<'_>, field: &'static str, expected: &'static str) -> Fault {
    (Some(node.line), KubercFault::WrongType { field, expected })
}
