//! Oddities of YAML: heads and tails of documents, flow maps, tags, anchors, scalars in every style.

use crate::differential::draft::{Draft, Kind};
use crate::differential::tree::raw;

const HEADS: [&str; 7] = [
    "---\n",
    "# a comment\n",
    "%YAML 1.1\n---\n",
    "\n\n",
    "--- # x\n",
    "\t\n",
    "- a\n",
];

const TAILS: [&str; 10] = [
    "---\n",
    "...\n",
    "---\nkind: Config\n",
    "# end",
    "...\n# end\n",
    "\tx\n",
    "]\n",
    "x: *nobody\n",
    "x: &a [*a]\n",
    "--- {}",
];

/// What a user may be.
const USERS: [&str; 14] = [
    "{token: flow}",
    "{token: 'it''s', as: \"\\u0041\"}",
    "{<<: {token: merged}}",
    "{<<: {token: merged}, token: own}",
    "{token: own, <<: {token: merged}}",
    "{<<: [{token: one}, {token: two}]}",
    "{token: &t anchored, as: *t}",
    "{<<: 1}",
    "{? token : odd}",
    "{\"token\": \"json\"}",
    "{token: a, token: b}",
    "{token}",
    "[token, x]",
    "token",
];

/// What a string may be.
const STRINGS: [&str; 24] = [
    "!!str 123",
    "!!binary YWJj",
    "|\n        block",
    "|+\n        kept\n\n",
    ">-\n        folded\n        text",
    "!local x",
    "'single'",
    "\"\\x41\\t\"",
    "\"on \\\n        two lines\"",
    "!!int 1",
    "a # comment",
    "a#b",
    "\"open",
    "@at",
    "`tick",
    "%percent",
    "!!null ''",
    "? x",
    "plain\n        on two lines",
    "{a: b}",
    "*nobody",
    "&anchor x",
    "!!float 1",
    "x: y",
];

pub(super) fn feature(draft: &mut Draft<'_>) {
    let file = draft.any_file();
    match draft.rng.u8(..4) {
        0 => draft.files[file].around[0] = draft.one(&HEADS),
        1 => draft.files[file].around[1] = draft.one(&TAILS),
        2 => draft.stanza(Kind::User).body = raw(draft.one(&USERS)),
        _ => {
            let value = raw(draft.one(&STRINGS));
            let fields = [
                (Kind::User, "token"),
                (Kind::Context, "namespace"),
                (Kind::User, "as"),
            ];
            let (kind, field) = draft.one(&fields);
            draft.set(kind, field, value);
        }
    }
}
