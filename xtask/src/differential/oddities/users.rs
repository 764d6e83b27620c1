//! Oddities of users: plugins, tokens, passwords, whom to act as.

use crate::differential::draft::{Draft, Kind};
use crate::differential::tree::{Tree, map, raw, text};

pub(super) fn impersonation(draft: &mut Draft<'_>) {
    let list = |items: &[&str]| Tree::List(items.iter().map(|item| text(*item)).collect());
    if draft.rng.u8(..4) > 0 {
        let user = draft.one(&["root", "system:admin", " "]);
        draft.set(Kind::User, "as", text(user));
    }
    let one_more = draft.rng.u8(..5);
    if one_more == 0 || draft.rng.bool() {
        let groups = [
            list(&["dev", "ops"]),
            list(&[]),
            list(&[""]),
            raw("[1]"),
            raw("dev"),
            raw("[dev, ~]"),
        ];
        let groups = draft.one(&groups);
        draft.set(Kind::User, "as-groups", groups);
    }
    if one_more == 1 {
        let uid = draft.one(&[text("7"), raw("7"), text("")]);
        draft.set(Kind::User, "as-uid", uid);
    }
    if one_more == 2 {
        let extras = [
            map([("scope", list(&["a", "b"]))]),
            map([]),
            map([("scope", raw("null"))]),
            map([("1", list(&["x"]))]),
            raw("{scope: a}"),
        ];
        let extra = draft.one(&extras);
        draft.set(Kind::User, "as-user-extra", extra);
    }
    if one_more == 3 {
        draft.flag("as", "flag-root");
        draft.flag(
            "asUserExtra",
            serde_json::json!({"scope": ["c"], "more": ["d", "e"]}),
        );
    }
    if one_more == 4 {
        draft.flag("asGroups", vec!["flag-group"]);
        draft.flag("asUid", "9");
    }
}

/// Fields of a plugin, and what they may be; "odd" is the plugin itself.
const PLUGIN: [(&str, &[&str]); 9] = [
    (
        "apiVersion",
        &[
            "",
            "\"\"",
            "client.authentication.k8s.io/v1beta1",
            "client.authentication.k8s.io/v1alpha1",
            "v1",
            "1",
            "~",
        ],
    ),
    (
        "command",
        &[
            "\"\"", "./bin/x", "bin/x", "/bin/x", "../x", "~/x", "no", "\"a b\"", "bin/", "~",
        ],
    ),
    (
        "interactiveMode",
        &["\"\"", "never", "Sometimes", "~", "no", "1"],
    ),
    ("args", &["~", "[]", "[1]", "[~]", "x", "[\"\", b]", "[no]"]),
    (
        "env",
        &[
            "[{name: A, value: b}]",
            "[{name: A}]",
            "[{value: b}]",
            "[~]",
            "[]",
            "~",
            "{A: b}",
            "[{name: A, value: 1}]",
        ],
    ),
    (
        "env",
        &[
            "[{name: A, value: ~, x: y}]",
            "[{name: \"\", value: b}, {name: B}]",
            "[{name: A}, {name: A, value: c}]",
        ],
    ),
    (
        "installHint",
        &[
            "\"\\e[1mbold\"",
            "\"a\\tb\\u200b\"",
            "|\n        two\n        lines",
            "1",
            "\"ü\\U0001F600\\u00ad\"",
        ],
    ),
    ("provideClusterInfo", &["true", "yes", "\"true\"", "1", "~"]),
    ("odd", &["{}", "~", "[]", "x"]),
];

pub(super) fn exec(draft: &mut Draft<'_>) {
    let mut plugin = draft.exec();
    let (field, values) = draft.one(&PLUGIN);
    let value = raw(draft.one(values));
    match field {
        "odd" => plugin = value,
        field if draft.rng.u8(..5) == 0 => plugin.remove(field),
        field => plugin.set(field, value),
    }
    if field == "apiVersion" && draft.rng.bool() {
        plugin.remove("interactiveMode");
    }
    if field == "provideClusterInfo" {
        let config = map([("audience", raw("017")), ("on", raw("1.50"))]);
        let name = text("client.authentication.k8s.io/exec");
        let extension = map([("name", name), ("extension", config)]);
        draft.set(Kind::Cluster, "extensions", Tree::List(vec![extension]));
    }
    draft.stanza(Kind::User).body = map([("exec", plugin)]);
    if draft.rng.u8(..8) == 0 {
        draft.set(Kind::User, "token", text("beside"));
    }
}

pub(super) fn token_and_file(draft: &mut Draft<'_>) {
    let path = draft.pki.path("token");
    let file = draft.one(&[path.as_str(), "no-such-token"]).to_owned();
    draft.stanza(Kind::User).body =
        map([("token", text("of the file")), ("tokenFile", text(file))]);
    match draft.rng.u8(..5) {
        0 => draft.flag("token", "flag-token"),
        1 => draft.flag("tokenFile", path),
        2 => {
            draft.stanza(Kind::User).body.remove("token");
            draft.flag("token", "flag-token");
        }
        _ => {}
    }
}

pub(super) fn basic(draft: &mut Draft<'_>) {
    draft.set(Kind::User, "username", text("odd ann"));
    match draft.rng.u8(..7) {
        0 => draft.set(Kind::User, "token", text("beside")),
        1 => {
            let path = draft.pki.path("token");
            draft.set(Kind::User, "tokenFile", text(path));
        }
        2 => draft.set(Kind::User, "username", text("")),
        3 => draft.stanza(Kind::User).body = map([("password", text("alone"))]),
        4 => draft.stanza(Kind::User).body = map([("username", text("alone"))]),
        5 => {
            draft.stanza(Kind::User).body =
                map([("username", text("a:b")), ("password", text("\u{e4}\n"))])
        }
        _ => draft.flag("username", "flag-ann"),
    }
}

pub(super) fn auth_provider(draft: &mut Draft<'_>) {
    let config = [
        map([("client-id", text("k8s")), ("id-token", text("x.y.z"))]),
        raw("~"),
        raw("{}"),
        raw("{a: 1}"),
        raw("[]"),
        raw("{a: ~}"),
    ];
    let config = draft.one(&config);
    let name = draft.one(&[text("oidc"), text("gcp"), text(""), raw("~"), raw("1")]);
    let provider = map([("name", name), ("config", config)]);
    draft.set(Kind::User, "auth-provider", provider);
}
