//! The quick reader and the tokenizer agree on every text that the quick one reads at all.

use std::rc::Rc;

use proptest::prelude::*;

use super::super::{Composer, Entry, Node, Value, last_of_each};
use super::sections;

/// Everything that a tree says, lines included.
fn told(node: &Node<'_>) -> String {
    let value = match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("#{number}"),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", items.iter().map(told).collect::<Vec<_>>().join(" ")),
        Value::Map(entries) => {
            let told = last_of_each(entries).map(|(entry, last)| {
                format!(
                    "{:?}@{}{}{}={}",
                    entry.key,
                    entry.line,
                    entry.merged,
                    last,
                    told(&entry.value)
                )
            });
            format!("{{{}}}", told.collect::<Vec<_>>().join(" "))
        }
    };
    format!("{value}@{}", node.line)
}

fn tokenized(text: &str) -> String {
    match Composer::new(text).document() {
        Ok(Some(node)) => told(&node),
        Ok(None) => "nothing".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}

fn agree(text: &str) -> bool {
    let quick = super::parse(text);
    if let Some(node) = &quick {
        assert_eq!(told(node), tokenized(text), "{text:?}");
    }
    for length in [1, 20, usize::MAX] {
        let joined = sections_joined(text, length);
        assert!(joined.is_none() || quick.is_some(), "{text:?}");
        if let (Some(joined), Some(node)) = (joined, &quick) {
            let root = Node {
                value: Value::Map(Rc::new(joined)),
                line: node.line,
            };
            assert_eq!(told(&root), told(node), "in pieces of {length}: {text:?}");
        }
    }
    quick.is_some()
}

/// What the sections say, each read from its own text, put together again.
fn sections_joined(text: &str, length: usize) -> Option<Vec<Entry<'_>>> {
    let plan = sections::plan(text, &["name", "a", "cluster"], length)?;
    let ends = plan.iter().skip(1).map(|next| next.start);
    let mut fields: Vec<Entry<'_>> = Vec::new();
    for (section, end) in plan.iter().zip(ends.chain([text.len()])) {
        let read = section.read(&text[section.start..end], &mut |(entry, first)| {
            let Some(first @ 1..) = first else {
                return fields.push(entry);
            };
            let before = fields.last_mut().unwrap();
            assert_eq!((&before.key, before.line), (&entry.key, entry.line));
            let (Value::List(items), Value::List(more)) =
                (&mut before.value.value, &entry.value.value)
            else {
                panic!("a piece of no list");
            };
            assert_eq!(items.len(), first);
            Rc::get_mut(items).unwrap().extend(more.iter().cloned());
        });
        assert_eq!(read, Some(()), "{text:?} from {}", section.start);
    }
    Some(fields)
}

#[test]
fn long_lists_are_cut_between_their_items() {
    let text = "v: 1\na:\n- b: 1\n  c:\n  - x\n- y\n- z\nname: n\n";
    let starts = |length| -> Vec<usize> {
        let plan = sections::plan(text, &["a"], length).unwrap();
        plan.iter().map(|section| section.start).collect()
    };
    let of = |piece| text.find(piece).unwrap();
    assert_eq!(starts(1), [0, of("a:"), of("- y"), of("- z"), of("name")]);
    assert_eq!(starts(25), [0, of("a:"), of("- z"), of("name")]);
    assert_eq!(starts(100), [0, of("a:"), of("name")]);
    let others = sections::plan(text, &["name"], 1).unwrap();
    assert_eq!(others.len(), 1, "nothing that was asked for is a list");
    assert_eq!(sections::plan("a: 1\nb: 2\na: 3\n", &[], 1), None);
    assert_eq!(
        sections::plan("y: 1\non: 2\n", &[], 1),
        None,
        "both are `true`"
    );
}

#[test]
fn what_kubectl_writes_is_read_quickly() {
    for text in [
        "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: YQ==\n    server: https://c:6443\n  name: c\ncontexts: null\ncurrent-context: \"\"\nkind: Config\npreferences: {}\nusers:\n- name: u\n  user:\n    as-groups:\n    - g\n    - \"1\"\n    exec:\n      args:\n      - --region\n      - eu\n      env: null\n      provideClusterInfo: false\n",
        "a:\nb: 'x y'\nc: a: b\n",
    ] {
        let quick = agree(text);
        assert_eq!(quick, !text.contains("a: b"), "{text}");
    }
}

#[test]
fn what_is_odd_is_left_to_the_tokenizer() {
    for text in [
        "",
        "\n",
        "a",
        "- a\n",
        " a: b\n",
        "a: b # c\n",
        "# c\na: b\n",
        "a: b\n\n",
        "a:  b\n",
        "a: b \n",
        "a: [b]\n",
        "a: |\n  b\n",
        "a: &x b\n",
        "a: b\n  c\n",
        "a: \"b\n",
        "a: 'b''c'\n",
        "a: \"\\n\"\n",
        "a: é\n",
        "a: b\r\n",
        "a:\tb\n",
        "---\na: b\n",
        "a: b\n...\n",
        "<<: {}\n",
        "? a\n: b\n",
        "a:\n- - b\n",
        "a:\n-\n",
        "a:\n  b: c\n d: e\n",
        "a:\n- b\n c: d\n",
        "a: !!str b\n",
        "a: b:\n",
        "a: b #c\n",
        "a:\n -  b\n",
        "null: a\n",
    ] {
        assert!(!agree(text), "{text:?}");
    }
}

/// What may stand behind a key, sensible or not.
const VALUES: &[&str] = &[
    "",
    "v1",
    "x y",
    "no",
    "1e3",
    "0o17",
    "null",
    "~",
    "\"\"",
    "''",
    "\"no\"",
    "'a b'",
    "{}",
    "[]",
    "https://h:1/p?q#r",
    "a:b",
    "-x",
    "--y z",
    "-",
    "- z",
    "a: b",
    "a #b",
    "'a",
    "\"a\\n\"",
    "+1",
    ".5",
    "=",
    "2001-01-02",
    "1:30",
    "_1",
    "/a/b",
    "...",
    "---",
    "a,b",
    "a]",
    "*a",
    "&a b",
    "!t x",
    "|",
    ">-",
    "?",
    "? x",
    "%",
    "@x",
    "`",
    "#",
    "é",
    "a\tb",
];

/// Lines as kubectl writes them, at any depth, in any order.
fn lines() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "name",
        "cluster",
        "a",
        "y",
        "1",
        "0x1f",
        "no",
        "current-context",
        "n.o/p_e",
        "~",
    ]);
    let value = prop::sample::select(VALUES);
    let line = (0..8_usize, prop::bool::weighted(0.3), key, value, 0..12_u8).prop_map(
        |(indent, dash, key, value, form)| {
            let (indent, dash) = (" ".repeat(indent), if dash { "- " } else { "" });
            match form {
                0 => format!("{indent}{dash}{value}\n"),
                1 | 2 => format!("{indent}{dash}{key}:\n"),
                3 => format!("{indent}{dash}{key}:{value}\n"),
                _ => format!("{indent}{dash}{key}: {value}\n"),
            }
        },
    );
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}

/// Well-formed trees in kubectl's notation, so that the quick reader is not only asked about what it leaves alone.
fn tree(depth: usize) -> BoxedStrategy<Vec<String>> {
    let word = prop::sample::select(vec![
        "v1",
        "x y",
        "no",
        "1e3",
        "\"\"",
        "\"no\"",
        "'a b'",
        "{}",
        "[]",
        "https://h:1/p",
        "--y",
        "null",
        "a:b",
        "",
    ]);
    let key = prop::sample::select(vec!["name", "cluster", "a", "b-c", "on", "7"]);
    if depth == 0 {
        return prop::collection::vec(
            (key, word).prop_map(|(key, word)| format!("{key}: {word}").trim_end().to_owned()),
            1..4,
        )
        .boxed();
    }
    let field =
        (key, word, tree(depth - 1), 0..4_u8).prop_map(|(key, word, inner, form)| match form {
            0 | 1 => vec![format!("{key}: {word}").trim_end().to_owned()],
            2 => [
                vec![format!("{key}:")],
                inner.iter().map(|line| format!("  {line}")).collect(),
            ]
            .concat(),
            _ => {
                let item = inner
                    .iter()
                    .enumerate()
                    .map(|(at, line)| format!("{}{line}", if at == 0 { "- " } else { "  " }));
                [
                    vec![format!("{key}:")],
                    item.collect(),
                    vec!["- last".to_owned()],
                ]
                .concat()
            }
        });
    prop::collection::vec(field, 1..4)
        .prop_map(|fields| fields.concat())
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_lines_mean_the_same_to_both(text in lines()) {
        agree(&text);
    }

    #[test]
    fn any_tree_is_read_quickly_and_means_the_same_to_both(lines in tree(3)) {
        prop_assert!(agree(&(lines.join("\n") + "\n")));
        prop_assert!(agree(&lines.join("\n")));
    }

    #[test]
    fn a_tree_with_one_odd_byte_means_the_same_to_both(lines in tree(2), at: prop::sample::Index, byte in prop::sample::select(b" \t\n:-#'\"{}[]&*!|>?%@`,\\x1\r".to_vec())) {
        let mut text = lines.join("\n");
        let at = at.index(text.len() + 1);
        text.insert(at, char::from(byte));
        agree(&text);
    }
}
