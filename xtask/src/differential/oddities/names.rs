//! Oddities of names: twice, in two files, like numbers, leading nowhere.

use crate::differential::draft::{Draft, Kind, Named};
use crate::differential::tree::{Tree, map, raw, text};

/// Something else of the same kind.
fn another(draft: &mut Draft<'_>, kind: Kind) -> Tree {
    match kind {
        Kind::Cluster => map([
            ("server", text("https://other.example:6443")),
            ("tls-server-name", text("other")),
        ]),
        Kind::User => map([("token", text("other-token")), ("as", text("other"))]),
        Kind::Context => {
            let namespace = draft.one(&["other", "kube-public"]);
            map([
                ("cluster", text("alpha")),
                ("user", text("ann")),
                ("namespace", text(namespace)),
            ])
        }
    }
}

pub(super) fn duplicate(draft: &mut Draft<'_>) {
    let kind = draft.any_kind();
    let body = match draft.rng.bool() {
        true => another(draft, kind),
        false => draft.stanza(kind).body.clone(),
    };
    let list = draft.list(kind);
    let name = list[0].name.clone();
    list.push(Named {
        name,
        ..Named::new("", body)
    });
}

pub(super) fn in_two_files(draft: &mut Draft<'_>) {
    draft.second_file();
    let kind = draft.any_kind();
    let count = draft.files.len();
    let other = (draft.file_of(kind) + 1 + draft.rng.usize(..count - 1)) % count;
    let body = another(draft, kind);
    let name = draft.stanza(kind).name.clone();
    let entry = Named {
        name,
        ..Named::new("", body)
    };
    draft.files[other].lists[kind as usize].push(entry);
    if draft.rng.bool() {
        let file = draft.any_file();
        draft.files[file].current = Some(text("play"));
    }
}

pub(super) fn number_like(draft: &mut Draft<'_>) {
    let names = [
        "123",
        "007",
        "0x1f",
        "1e3",
        "433e40",
        "1_000",
        "1:30",
        "no",
        "yes",
        "y",
        "true",
        "null",
        "~",
        "2001-12-14",
        ".5",
        "-1",
        "Ünïcödé",
        "a b",
        "a:b",
        "- a",
        "#a",
        "a/b@c",
    ];
    let name = text(draft.one(&names));
    let kind = draft.any_kind();
    draft.stanza(kind).name = name.clone();
    match kind {
        Kind::Context => {
            for file in &mut draft.files {
                file.current = file.current.as_ref().map(|_| name.clone());
            }
        }
        kind => draft.set(Kind::Context, kind.field(), name),
    }
}

pub(super) fn dangling(draft: &mut Draft<'_>) {
    let kind = draft.any_kind();
    let instead = [Some(text("nowhere")), Some(raw("")), Some(text("")), None];
    let instead = draft.one(&instead);
    let file = draft.any_file();
    match (kind, instead) {
        (Kind::Context, current) => {
            for file in &mut draft.files {
                file.current = None;
            }
            draft.files[file].current = current;
        }
        (kind, Some(name)) => draft.set(Kind::Context, kind.field(), name),
        (kind, None) => draft.stanza(Kind::Context).body.remove(kind.field()),
    }
}
