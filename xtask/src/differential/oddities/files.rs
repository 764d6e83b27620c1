//! Oddities of files: those a stanza points at, and the kubeconfig files themselves.

use crate::differential::draft::{Draft, Form, Kind, Way};
use crate::differential::tree::{map, raw, text};

/// Fields that hold a path, what should stand there, and the field that holds the same as data.
const FILES: [(Kind, &str, &str, &str); 4] = [
    (
        Kind::Cluster,
        "certificate-authority",
        "ca.crt",
        "certificate-authority-data",
    ),
    (
        Kind::User,
        "client-certificate",
        "client.crt",
        "client-certificate-data",
    ),
    (Kind::User, "client-key", "client.key", "client-key-data"),
    (Kind::User, "tokenFile", "token", "token"),
];

pub(super) fn data_and_file(draft: &mut Draft<'_>) {
    let (kind, field, name, data_field) = draft.one(&FILES[..3]);
    let (data, path) = (draft.pki.data(name), draft.pki.path(name));
    let path = draft
        .one(&[path.as_str(), path.as_str(), "nothing.here"])
        .to_owned();
    if kind == Kind::Cluster {
        draft.stanza(kind).body.remove("insecure-skip-tls-verify");
    } else {
        let (certificate, key) = (draft.pki.data("client.crt"), draft.pki.data("client.key"));
        draft.stanza(kind).body = map([
            ("client-certificate-data", text(certificate)),
            ("client-key-data", text(key)),
        ]);
    }
    draft.set(kind, data_field, text(data));
    draft.set(kind, field, text(path));
    if draft.rng.u8(..4) == 0 && name != "ca.crt" {
        draft.flag("clientCertificate", "pki/client.crt");
        draft.flag("clientKey", "pki/client.key");
    }
}

/// How the certificates are reached from a kubeconfig file.
fn relative(draft: &Draft<'_>, kind: Kind, name: &str) -> String {
    let folders = draft.files[draft.file_of(kind)].path.matches('/').count();
    format!("{}pki/{name}", "../".repeat(folders + 1))
}

pub(super) fn relative_path(draft: &mut Draft<'_>) {
    let (kind, field, name, data_field) = draft.one(&FILES);
    let plain = relative(draft, kind, name);
    let detour = format!("./{}", plain.replace("pki/", "pki/../pki//./"));
    let path = draft
        .one(&[plain.as_str(), plain.as_str(), &detour])
        .to_owned();
    if kind == Kind::Cluster {
        draft.stanza(kind).body.remove(data_field);
        draft.stanza(kind).body.remove("insecure-skip-tls-verify");
        draft.set(kind, field, text(path));
        return;
    }
    let [certificate, key] = ["client.crt", "client.key"].map(|name| relative(draft, kind, name));
    draft.stanza(kind).body = match field {
        "tokenFile" => map([(field, text(&path))]),
        _ => map([
            ("client-certificate", text(certificate)),
            ("client-key", text(key)),
        ]),
    };
    if field != "tokenFile" {
        draft.set(kind, field, text(path));
    }
}

pub(super) fn missing_path(draft: &mut Draft<'_>) {
    let (kind, field, _, data_field) = draft.one(&FILES);
    let path = draft.one(&["nothing.here", "/nothing/here", ".", "config/x", "~/x", " "]);
    if draft.rng.u8(..4) > 0 {
        draft.stanza(kind).body.remove(data_field);
    }
    draft.set(kind, field, text(path));
}

pub(super) fn json(draft: &mut Draft<'_>) {
    let file = draft.any_file();
    draft.files[file].form = Form::Json;
    draft.files[file].around = draft.one(&[
        ["", ""],
        ["", "\n"],
        ["\n\t", "\n"],
        ["", "{}"],
        ["", ","],
        ["// no\n", ""],
    ]);
}

pub(super) fn byte_order_mark(draft: &mut Draft<'_>) {
    let file = draft.any_file();
    match draft.rng.u8(..6) {
        0 => draft.files[file].form = Form::Utf16,
        1 => draft.files[file].form = Form::Crlf,
        2 => {
            draft.files[file].form = Form::Json;
            draft.files[file].around[0] = "\u{feff}";
        }
        3 => draft.files[file].around = ["\u{feff}---\n", ""],
        _ => draft.files[file].around[0] = "\u{feff}",
    }
}

pub(super) fn missing_file(draft: &mut Draft<'_>) {
    let more = draft.one(&[
        "FOLDER/nothing",
        "",
        "FOLDER/config",
        "FOLDER/./config",
        "FOLDER/sub",
        "nothing/relative",
        "FOLDER/config/x",
    ]);
    match (&mut draft.way, draft.rng.u8(..3)) {
        (Way::List(entries), 0 | 1) => entries.push(more),
        (way @ Way::Explicit, 0) => *way = Way::List(vec![more]),
        // where kubectl kept it in its first year
        (Way::Home, 0 | 1) => draft.files[0].path = ".kube/.kubeconfig",
        _ => {
            let file = draft.any_file();
            draft.files[file].absent = true;
        }
    }
}

pub(super) fn empty_file(draft: &mut Draft<'_>) {
    let contents: [&'static [u8]; 18] = [
        b"",
        b"\n",
        b"# nothing\n",
        b"{}",
        b"null\n",
        b"---\n",
        b"---\n...\n",
        b"[]",
        b"x",
        b"12",
        b"apiVersion: v1\nkind: Config\n",
        b" ",
        b"\t",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x00",
        b"a: \xff\n",
        b"~",
    ];
    let content = draft.one(&contents);
    let file = draft.any_file();
    draft.files[file].replaced = Some(content);
}

pub(super) fn odd_kind(draft: &mut Draft<'_>) {
    let file = draft.any_file();
    let (field, values) = match draft.rng.bool() {
        true => ("kind", ["Pod", "config", "", "List", "Status"]),
        false => (
            "apiVersion",
            ["v2", "V1", "", "v1alpha1", "kubectl.config.k8s.io/v1"],
        ),
    };
    match draft.rng.u8(..4) {
        0 => draft.files[file].top.remove(field),
        1 => draft.files[file].top.set(field, raw("~")),
        _ => {
            let value = draft.one(&values);
            draft.files[file].top.set(field, text(value));
        }
    }
}
