//! The quick reader and the tokenizer agree on every text that the quick one reads at all.

use proptest::prelude::*;

use super::super::{Composer, Node, Value, last_of_each};

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
    quick.is_some()
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
