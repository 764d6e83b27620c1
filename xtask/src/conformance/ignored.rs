//! What must differ between two servers that answer alike: the one list of it, and how it is taken out.

use serde_json::{Map, Value};

/// Headers that are about one moment or one machine. The in-memory server has no flow control, so it names no level, and
/// no files, so it knows no parts of them.
const HEADERS: [&str; 8] = [
    "accept-ranges",
    "audit-id",
    "content-length",
    "date",
    "expires",
    "last-modified",
    "x-kubernetes-pf-flowschema-uid",
    "x-kubernetes-pf-prioritylevel-uid",
];

/// Fields whose values are of one moment, one machine or one build; that they are there is compared.
pub(crate) const VALUES: [&str; 18] = [
    "buildDate",
    "ca.crt",
    "continue",
    "compiler",
    "creationTimestamp",
    "deletionTimestamp",
    "expirationTimestamp",
    "gitCommit",
    "gitTreeState",
    "gitVersion",
    "lastTransitionTime",
    "goVersion",
    "platform",
    "resourceVersion",
    "serverAddress",
    "time",
    "token",
    "uid",
];

/// Lists of what a server has, by name: only what the in-memory server has is compared, for it has few kinds of objects.
pub(super) const INVENTORIES: [&str; 3] = ["groups", "paths", "resources"];

/// Fields of lists of the whole cluster: other cases are at work there.
const ELSEWHERE: [&str; 2] = ["items", "remainingItemCount"];

/// Words behind which a revision stands in a text.
const REVISIONS: [&str; 3] = ["resourceVersion=", "in record (", "current: "];

/// An answer without all that.
pub(super) fn in_answer(entry: &Value) -> Value {
    let mut headers = entry["headers"].as_object().cloned().unwrap_or_default();
    headers.retain(|name, _| !HEADERS.contains(&name.as_str()));
    headers.values_mut().for_each(take_out);
    let mut body = entry["body"].clone();
    let request = entry["request"].as_str().unwrap_or_default();
    let is_list = body["kind"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("List"));
    if is_list && !request.contains("/namespaces/") {
        for field in ELSEWHERE {
            drop_field(&mut body, field);
            drop_field(&mut body["metadata"], field);
        }
    }
    for field in INVENTORIES {
        by_name(&mut body, field);
    }
    take_out(&mut body);
    serde_json::json!({"code": entry["code"], "headers": headers, "body": body})
}

fn drop_field(object: &mut Value, field: &str) {
    if let Some(object) = object.as_object_mut() {
        object.remove(field);
    }
}

/// Makes a list of things with names an object of them.
fn by_name(body: &mut Value, field: &str) {
    let Some(things) = body.get(field).and_then(Value::as_array) else {
        return;
    };
    let named = |thing: &Value| Some((thing["name"].as_str()?.to_owned(), thing.clone()));
    let named: Map<String, Value> = things.iter().filter_map(named).collect();
    body[field] = named.into();
}

fn take_out(value: &mut Value) {
    match value {
        Value::Object(object) => {
            generated_name(object);
            conflicts(object);
            keys(object);
            for (name, value) in object.iter_mut() {
                if VALUES.contains(&name.as_str()) && !value.is_object() && !value.is_null() {
                    *value = format!("<{name}>").into();
                } else {
                    take_out(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(take_out),
        Value::String(text) => *text = in_text(text),
        _ => {}
    }
}

/// Conflicts with several managers, which are told in any order.
fn conflicts(details: &mut Map<String, Value>) {
    if let Some(causes) = details.get_mut("causes").and_then(Value::as_array_mut)
        && causes
            .iter()
            .all(|cause| cause["reason"] == "FieldManagerConflict")
    {
        causes.sort_by_key(Value::to_string);
    }
}

/// Items of managed fields that are known by an identity; several are as many as they are.
fn keys(fields: &mut Map<String, Value>) {
    const KNOWN: &str = "k:{\"uid\":";
    let known = fields.keys().filter(|name| name.starts_with(KNOWN));
    let known: Vec<String> = known.cloned().collect();
    for (number, name) in known.iter().enumerate() {
        if let Some(value) = fields.remove(name) {
            fields.insert(format!("{KNOWN}{number}}}"), value);
        }
    }
}

/// The five letters that a server puts behind `generateName`.
fn generated_name(metadata: &mut Map<String, Value>) {
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    if let (Some(base), Some(name)) = (text("generateName"), text("name")) {
        let stem = &name[..name.len().saturating_sub(5)];
        if base.starts_with(stem) && name.len() > 5 {
            let name = format!("{stem}<five>");
            metadata.insert("name".to_owned(), name.into());
        }
    }
}

/// A text without names that only one run has, identities, moments and digests.
pub(crate) fn in_text(text: &str) -> String {
    let mut text = text.to_owned();
    for words in REVISIONS {
        if let Some((before, behind)) = text.split_once(words) {
            let digits = behind.trim_start_matches(|c: char| c.is_ascii_digit());
            // A UID may begin with digits, too.
            if !digits.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-') {
                text = format!("{before}{words}<revision>{digits}");
            }
        }
    }
    in_words(&text)
}

fn in_words(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        // Words are what such things consist of.
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        cleaned.push_str(&in_word(word));
        let next = behind.find(is_word).unwrap_or(behind.len());
        cleaned.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    cleaned
}

fn in_word(word: &str) -> String {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<&str> = word.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        all if lengths == [8, 4, 4, 4, 12] && all.iter().all(|part| hex(part)) => {
            "<uid>".to_owned()
        }
        // A case calls things `STEM-PROCESS-NUMBER`.
        [stem @ .., process, count] if !stem.is_empty() && number(process) && number(count) => {
            format!("{}-<name>", stem.join("-"))
        }
        [one] if matches!(one.len(), 64 | 128) && hex(one) => "<digest>".to_owned(),
        ["kube", "api", "access", five] if five.len() == 5 => "kube-api-access-<five>".to_owned(),
        [_, ..] if word.starts_with("eyJ") => "<token>".to_owned(),
        // `case-…` in base64, as a Secret has it.
        [one] if one.starts_with("Y2FzZS") => "<name>".to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_lose_what_only_one_run_has() {
        let check = |text: &str, expected: &str| assert_eq!(in_text(text), expected);
        check(
            "GET /api/v1/namespaces/case-4711-3/pods/p?limit=1",
            "GET /api/v1/namespaces/case-<name>/pods/p?limit=1",
        );
        check("JTI=0f8fad5b-d9cb-469f-a165-70867728950e", "JTI=<uid>");
        check(
            "namespaces \"default\" not found",
            "namespaces \"default\" not found",
        );
        check("kube-api-access-x7b2q", "kube-api-access-<five>");
        check(
            &format!("X509SHA256={}", "0a".repeat(32)),
            "X509SHA256=<digest>",
        );
        check(
            "?resourceVersion=17&limit=1",
            "?resourceVersion=<revision>&limit=1",
        );
        check(
            "too large: 9, current: 17",
            "too large: 9, current: <revision>",
        );
        check("in record (330).", "in record (<revision>).");
        let uid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        check(&format!("in record ({uid})"), "in record (<uid>)");
        check("continue=eyJ2IjoibWV0", "continue=<token>");
    }

    #[test]
    fn values_are_masked_and_their_absence_is_not() {
        let answer = |body: Value| {
            in_answer(
                &json!({"request": "GET /x", "code": 200, "headers": {"date": "now", "warning": "w"}, "body": body}),
            )
        };
        let found = answer(json!({"metadata": {
            "uid": "u", "name": "web-abcde", "generateName": "web-",
            "managedFields": [{"time": "t", "fieldsV1": {"k:{\"uid\":\"u\"}": {}, "f:a": {}}}],
        }}));
        assert_eq!(
            found,
            json!({
                "code": 200,
                "headers": {"warning": "w"},
                "body": {"metadata": {
                    "uid": "<uid>", "name": "web-<five>", "generateName": "web-",
                    "managedFields": [{"time": "<time>", "fieldsV1": {"k:{\"uid\":0}": {}, "f:a": {}}}],
                }},
            })
        );
        assert_ne!(
            answer(json!({"metadata": {}})),
            answer(json!({"metadata": {"uid": "u"}}))
        );
    }

    #[test]
    fn lists_of_the_whole_cluster_keep_their_form_only() {
        let list = json!({"kind": "PodList", "metadata": {"resourceVersion": "7"}, "items": [{}]});
        let answer =
            |request: &str| in_answer(&json!({"request": request, "headers": {}, "body": list}));
        assert_eq!(answer("GET /api/v1/pods")["body"].get("items"), None);
        assert_eq!(
            answer("GET /api/v1/namespaces/x/pods")["body"]["items"],
            json!([{}])
        );
    }
}
