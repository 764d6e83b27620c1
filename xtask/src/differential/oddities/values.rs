//! Oddities of values: words that are no strings, nothing at all, unknown fields, the corners of YAML.

use crate::differential::draft::{Draft, Kind};
use crate::differential::tree::{Tree, map, raw, text};

/// Fields that hold a string.
const STRINGS: [(Kind, &str); 16] = [
    (Kind::Cluster, "server"),
    (Kind::Cluster, "tls-server-name"),
    (Kind::Cluster, "certificate-authority"),
    (Kind::Cluster, "certificate-authority-data"),
    (Kind::Cluster, "proxy-url"),
    (Kind::User, "token"),
    (Kind::User, "tokenFile"),
    (Kind::User, "username"),
    (Kind::User, "password"),
    (Kind::User, "as"),
    (Kind::User, "client-certificate"),
    (Kind::User, "client-key-data"),
    (Kind::Context, "cluster"),
    (Kind::Context, "user"),
    (Kind::Context, "namespace"),
    (Kind::Context, "namespace"),
];

/// Words that YAML 1.1 may take for something else than a string.
const WORDS: [&str; 30] = [
    "no",
    "yes",
    "on",
    "Off",
    "y",
    "N",
    "true",
    "False",
    "0",
    "12345",
    "433e40",
    "0x1f",
    "017",
    "0o17",
    "0b11",
    "1_000",
    ".5",
    "+1",
    "-0",
    "1.",
    "1:30",
    "1e400",
    "2001-12-14",
    "0x",
    "089",
    "1__0",
    ".inf",
    ".nan",
    "=",
    "18446744073709551616",
];

pub(super) fn empty_string(draft: &mut Draft<'_>) {
    if draft.rng.u8(..6) == 0 {
        let kind = draft.any_kind();
        draft.stanza(kind).name = text("");
        return;
    }
    let (kind, field) = draft.one(&STRINGS);
    draft.set(kind, field, text(""));
}

pub(super) fn bare_scalar(draft: &mut Draft<'_>) {
    let word = draft.one(&WORDS);
    match draft.rng.u8(..10) {
        0 => {
            let kind = draft.any_kind();
            draft.stanza(kind).name = raw(word);
        }
        1 => {
            let file = draft.any_file();
            draft.files[file].current = Some(raw(word));
        }
        2 | 3 => {
            let word = draft.one(&[
                "yes",
                "on",
                "y",
                "\"true\"",
                "1",
                "True",
                "off",
                "'no'",
                "tRUE",
                "[]",
                "!!bool yes",
            ]);
            draft.set(Kind::Cluster, "insecure-skip-tls-verify", raw(word));
        }
        4 => {
            let file = draft.any_file();
            let key = draft.one(&["apiVersion", "kind"]);
            draft.files[file].top.set(key, raw(word));
        }
        _ => {
            let (kind, field) = draft.one(&STRINGS);
            draft.set(kind, field, raw(word));
        }
    }
}

pub(super) fn null(draft: &mut Draft<'_>) {
    let nothing = raw(draft.one(&["null", "~", "", "Null"]));
    let kind = draft.any_kind();
    let file = draft.any_file();
    match draft.rng.u8(..8) {
        0 => draft.files[file].instead[kind as usize] = Some(nothing),
        1 => draft.files[file].instead[kind as usize] = Some(Tree::List(vec![nothing])),
        2 => draft.stanza(kind).body = nothing,
        3 => draft.stanza(kind).name = nothing,
        4 => draft.files[file].current = Some(nothing),
        5 => {
            let key = draft.one(&["preferences", "extensions", "apiVersion", "kind"]);
            draft.files[file].top.set(key, nothing);
        }
        6 => {
            let field = draft.one(&[
                "exec",
                "auth-provider",
                "as-groups",
                "as-user-extra",
                "extensions",
            ]);
            draft.set(Kind::User, field, nothing);
        }
        _ => {
            let (kind, field) = draft.one(&STRINGS);
            draft.set(kind, field, nothing);
        }
    }
}

pub(super) fn unknown_field(draft: &mut Draft<'_>) {
    let values = [
        raw("no"),
        raw("1.50"),
        text("x"),
        Tree::List(Vec::new()),
        map([("deep", raw("0x1f"))]),
    ];
    let value = draft.one(&values);
    let kind = draft.any_kind();
    match draft.rng.u8(..4) {
        0 => {
            let file = draft.any_file();
            let key = draft.one(&["Clusters", "currentContext", "x-ours", "no", "1"]);
            draft.files[file].top.push(key, value);
        }
        1 => {
            let key = draft.one(&["Name", "comment"]);
            draft.stanza(kind).beside.push((key.to_owned(), value));
        }
        _ => {
            let key = draft.one(&[
                "Server",
                "token-file",
                "Token",
                "tlsServerName",
                "x-ours",
                "Namespace",
            ]);
            draft.stanza(kind).body.push(key, value);
        }
    }
}

pub(super) fn duplicate_key(draft: &mut Draft<'_>) {
    let (kind, field, value) = match draft.rng.u8(..5) {
        0 => (Kind::Cluster, "server", text("https://second.example")),
        1 => (Kind::User, "token", text("second")),
        2 => (Kind::Context, "namespace", text("second")),
        3 => {
            let file = draft.any_file();
            let kind = draft.one(&["Config", "Other"]);
            draft.files[file].top.push("kind", text(kind));
            return;
        }
        _ => (Kind::Cluster, "server", raw("12")),
    };
    draft.stanza(kind).body.push(field, value.clone());
    draft.stanza(kind).body.push(field, value);
    if draft.rng.bool() {
        draft.stanza(kind).body.push(field, text("third.example"));
    }
}

pub(super) fn odd_base64(draft: &mut Draft<'_>) {
    let sound = draft.pki.data("ca.crt");
    let cut = &sound[..sound.len() - 1];
    let (half, rest) = sound.split_at(64);
    let values = [
        text("!!!"),
        text("YQ"),
        text("YQ="),
        text("YR=="),
        text("Y Q=="),
        text("YQ==\n"),
        text("_-_-"),
        text("YQ==YQ=="),
        raw("1234"),
        raw("[97]"),
        text(cut),
        text(format!("{half}\n{rest}")),
        raw(format!("\"{half}\\\n    {rest}\"")),
        raw(format!("!!str {sound}")),
    ];
    let value = draft.one(&values);
    let fields = [
        (Kind::Cluster, "certificate-authority-data"),
        (Kind::User, "client-certificate-data"),
        (Kind::User, "client-key-data"),
    ];
    let (kind, field) = draft.one(&fields);
    draft.set(kind, field, value);
}

pub(super) fn odd_namespace(draft: &mut Draft<'_>) {
    let long = "n".repeat(64);
    let names = [
        "Upper",
        "under_score",
        "has space",
        "-dash",
        "dot.ted",
        "/",
        "ns/x",
        " x ",
        "123",
        "",
        "ü",
        &long,
    ];
    let name = draft.one(&names).to_owned();
    if draft.rng.u8(..4) == 0 && !name.is_empty() {
        draft.flag("namespace", name);
    } else {
        draft.set(Kind::Context, "namespace", text(name));
    }
}
