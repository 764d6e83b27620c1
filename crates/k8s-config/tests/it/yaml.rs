//! YAML and JSON as Go reads them: which words are no strings, what may repeat, what is too much.

use k8s_config::{Kubeconfig, Overrides, Yaml};
use secrecy::ExposeSecret as _;

use crate::support::{assert_says, kubeconfig, rows};

/// An unquoted word as token, and how it is taken: as this string, or refused as that type.
fn word((word, expected): (&str, Result<&str, &str>)) {
    let text = format!("users:\n- name: u\n  user:\n    token: {word}\n");
    match (kubeconfig(&text, &[]), expected) {
        (Ok(kubeconfig), Ok(expected)) => {
            let token = kubeconfig.users["u"]
                .token
                .as_ref()
                .map(|token| token.expose_secret().to_owned());
            assert_eq!(token.unwrap_or_default(), expected);
        }
        (Err(error), Err(expected)) => {
            assert_says(&error, &["line 4: users[0].user.token: ", expected]);
            assert!(
                word.len() < 3 || !error.to_string().contains(word),
                "{error}"
            );
        }
        (Ok(_), Err(expected)) => panic!("{word} was not refused as {expected}"),
        (Err(error), Ok(_)) => panic!("{error}"),
    }
}

const BOOL: Result<&str, &str> = Err("a bool where a string belongs, put double quotes around it");
const NUMBER: Result<&str, &str> =
    Err("a number where a string belongs, put double quotes around it");

rows!(word: {
    word_no => ("no", BOOL),
    word_on => ("on", BOOL),
    word_y => ("y", BOOL),
    word_capital_n => ("N", BOOL),
    word_off => ("OFF", BOOL),
    word_zero => ("0", NUMBER),
    word_octal => ("017", NUMBER),
    word_new_octal => ("0o17", NUMBER),
    word_hexadecimal => ("0x1f", NUMBER),
    word_underscores => ("1_000", NUMBER),
    word_float => ("433e40", NUMBER),
    word_sign => ("-12", NUMBER),
    word_dot => (".5", NUMBER),
    word_not_octal => ("08", NUMBER),
    word_base_60 => ("1:30", Ok("1:30")),
    word_date => ("2001-01-01", Ok("2001-01-01")),
    word_too_large => ("1e400", Ok("1e400")),
    word_null => ("null", Ok("")),
    word_tilde => ("~", Ok("")),
    word_nothing => ("", Ok("")),
    word_empty_string => ("''", Ok("")),
    word_quoted => ("\"no\"", Ok("no")),
    word_quoted_number => ("'433e40'", Ok("433e40")),
    word_tagged => ("!!str 12", Ok("12")),
    word_binary => ("!!binary aGk=", Ok("hi")),
    word_yes_like => ("yess", Ok("yess")),
    word_hex_like => ("0x", Ok("0x")),
    word_plus => ("+", Ok("+")),
    word_merge => ("<<", Ok("<<")),
    word_block => ("|-\n      a\n      b", Ok("a\nb")),
});

/// Text in other clothes, all of which mean current context `a`, cluster `c`.
fn clothes(bytes: Vec<u8>) {
    let kubeconfig = Kubeconfig::from_slice(&bytes, "/").unwrap();
    assert_eq!(kubeconfig.current_context.as_deref(), Some("a"));
    assert_eq!(
        kubeconfig.clusters["c"].server.as_ref().unwrap().expose(),
        "https://s/ü"
    );
}

const PLAIN: &str =
    "current-context: a\nclusters:\n- name: c\n  cluster:\n    server: https://s/ü\n";

fn utf16(mark: [u8; 2], unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.into_iter()
        .chain(PLAIN.encode_utf16().flat_map(unit))
        .collect()
}

rows!(clothes: {
    plain_yaml => PLAIN.into(),
    json => r#"{"current-context": "a", "clusters": [{"name": "c", "cluster": {"server": "https:\/\/s/\u00fc"}}]}"#.into(),
    json_indented_with_tabs => "{\n\t\"current-context\": \"a\",\n\t\"clusters\": [\n\t\t{\"name\": \"c\",\n\t\t\"cluster\": {\"server\": \"https://s/ü\"}}\n\t]\n}".into(),
    byte_order_mark => format!("\u{feff}{PLAIN}").into(),
    utf16_little => utf16([0xFF, 0xFE], u16::to_le_bytes),
    utf16_big => utf16([0xFE, 0xFF], u16::to_be_bytes),
    carriage_returns => PLAIN.replace('\n', "\r\n").into(),
    document_start => format!("---\n{PLAIN}...\n").into(),
    a_tab_after_the_colon => PLAIN.replace("context: a", "context:\ta").into(),
    aliases => "x: &x {server: &s 'https://s/ü'}\ncurrent-context: a\nclusters: [{name: c, cluster: *x}]".into(),
    merge_keys => "x: &x {server: 'https://s/ü', tls-server-name: o}\ncurrent-context: a\nclusters: [{name: c, cluster: {<<: *x, tls-server-name: m}}]".into(),
    the_last_of_equal_keys => format!("current-context: z\n{PLAIN}").into(),
    null_maps => format!("{PLAIN}users: null\ncontexts:\nextensions: ~\npreferences: null\n").into(),
});

/// Text that is refused, and how.
fn refused((bytes, expected): (Vec<u8>, &str)) {
    assert_says(
        &Kubeconfig::from_slice(&bytes, "/").unwrap_err(),
        &[expected],
    );
}

fn bomb() -> Vec<u8> {
    let levels = (1..10).map(|level| {
        let items = vec![format!("*l{}", level - 1); 10].join(",");
        format!("l{level}: &l{level} [{items}]\n")
    });
    format!(
        "l0: &l0 [x,x,x,x,x,x,x,x,x,x]\n{}",
        levels.collect::<String>()
    )
    .into()
}

rows!(refused: {
    a_second_document => (format!("{PLAIN}---\n{PLAIN}").into(), "line 6: a second document starts here"),
    not_text => (vec![b'a', 0xFF, b'\n'], "neither UTF-8 nor UTF-16"),
    half_utf16 => (vec![0xFF, 0xFE, b'a'], "neither UTF-8 nor UTF-16"),
    an_alias_bomb => (bomb(), "aliases expand to more than 100000 values or 4 MiB"),
    a_long_anchor_repeated => (format!("a: &a '{}'\nb: [{}]", "x".repeat(1000), vec!["*a"; 5000].join(",")).into(), "aliases expand"),
    deep_flow => ("[".repeat(100_000).into(), "nested deeper than 128 levels"),
    deep_block => ("- ".repeat(100_000).into(), "nested deeper than 128 levels"),
    deep_by_aliases => (stacked_lists(), "nested deeper than 128 levels"),
    an_alias_of_itself => ("a: &a [*a]".into(), "line 1: an alias stands inside the value that it names"),
    an_unknown_alias => ("a: *a".into(), "line 1: while parsing node, found unknown anchor"),
    a_list_as_key => ("? [a]\n: b".into(), "line 1: a key must be a string"),
    a_merge_of_no_map => ("<<: 1".into(), "line 1: `<<` needs a map"),
    infinity => ("x: .inf".into(), "line 1: infinity and not-a-number cannot be used"),
    a_wrong_tag => ("x: !!int abc".into(), "line 1: the value does not fit its tag"),
    a_list_at_the_top => ("- a".into(), "line 1: a list where a map belongs"),
    not_base64 => ("clusters:\n- name: c\n  cluster:\n    certificate-authority-data: s3cret!".into(), "line 4: clusters[0].cluster.certificate-authority-data: not base64"),
    base64_without_padding => ("clusters: [{name: c, cluster: {certificate-authority-data: YQ}}]".into(), "not base64"),
    a_string_as_flag => ("clusters: [{name: c, cluster: {insecure-skip-tls-verify: 'true'}}]".into(), "a string where a bool belongs"),
    another_version => ("apiVersion: v2".into(), "line 1: apiVersion: a kubeconfig is of version \"v1\""),
    another_kind => ("kind: Pod".into(), "line 1: kind: a kubeconfig is of kind \"Config\""),
});

fn stacked_lists() -> Vec<u8> {
    let nest = |inner: &str| format!("{}{inner}{}", "[".repeat(60), "]".repeat(60));
    format!(
        "a: &a {}\nb: &b {}\nc: {}",
        nest("x"),
        nest("*a"),
        nest("*b")
    )
    .into()
}

#[test]
fn unknown_fields_are_kept() {
    let kubeconfig = kubeconfig(
        "x: {w: [1, 2.50, 'a\"b', null], z: no}\nclusters: [{name: c, cluster: {api-version: v1}}]",
        &[],
    )
    .unwrap();
    let kept: Vec<(&str, &str)> = kubeconfig
        .unknown
        .iter()
        .map(|field| (&*field.name, field.value.expose()))
        .collect();
    assert_eq!(kept, [("x", r#"{"w":[1,2.5,"a\"b",null],"z":false}"#)]);
    assert_eq!(kubeconfig.clusters["c"].unknown[0].name, "api-version");
}

#[test]
fn what_stands_later_in_a_map_holds_as_in_go() {
    let text = "x: &x {server: merged}\nclusters:\n- {name: a, cluster: {<<: *x, server: own}}\n- {name: b, cluster: {server: own, <<: *x}}\n";
    let kubeconfig = kubeconfig(text, &[]).unwrap();
    let server = |name: &str| {
        kubeconfig.clusters[name]
            .server
            .as_ref()
            .unwrap()
            .expose()
            .to_owned()
    };
    assert_eq!(
        (server("a"), server("b")),
        ("own".to_owned(), "merged".to_owned())
    );
}

#[test]
fn base64_may_be_broken_into_lines() {
    let text = "current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\nclusters:\n- name: c\n  cluster:\n    server: https://s\n    certificate-authority-data: |\n      Y2\n      E=\n";
    let config = kubeconfig(text, &[])
        .unwrap()
        .resolve(&Overrides::default())
        .unwrap();
    let k8s_config::Roots::Bundle(bundle) = &config.tls.roots else {
        panic!("no bundle");
    };
    assert_eq!(bundle.read().unwrap().expose_secret(), b"ca");
}

#[test]
fn five_thousand_contexts_are_read() {
    let mut text = String::from("current-context: c4999\n");
    for (list, entry) in [
        ("clusters", "cluster: {server: 'https://sN'}"),
        ("users", "user: {token: tN}"),
        ("contexts", "context: {cluster: cN, user: cN}"),
    ] {
        text.push_str(list);
        text.push_str(":\n");
        for index in 0..5000 {
            text.push_str(&format!("- {{name: cN, {entry}}}\n").replace('N', &index.to_string()));
        }
    }
    let kubeconfig = kubeconfig(&text, &[]).unwrap();
    kubeconfig.validate().unwrap();
    assert_eq!(
        kubeconfig.resolve(&Overrides::default()).unwrap().server,
        "https://s4999/"
    );
}

#[test]
fn aliases_as_people_use_them_are_read() {
    let users: String = (0..5000)
        .map(|index| format!("- {{name: u{index}, user: {{<<: *base, as: u{index}}}}}\n"))
        .collect();
    let text = format!("base: &base {{token: t}}\nusers:\n{users}");
    let kubeconfig = Kubeconfig::from_slice(text.as_bytes(), "/")
        .expect("a handful of fields, five thousand times");
    assert_eq!(kubeconfig.users.len(), 5000);
    assert_eq!(
        kubeconfig.users["u4999"]
            .token
            .as_ref()
            .unwrap()
            .expose_secret(),
        "t"
    );
}

#[test]
fn a_thousand_faults_are_enough() {
    let text = format!("users: [{}]", "1,".repeat(5000));
    let error = kubeconfig(&text, &[]).unwrap_err();
    let k8s_config::Error::Load(error) = error else {
        panic!("not read");
    };
    assert_eq!(error.files()[0].faults().len(), 1001);
    assert!(error.to_string().ends_with("line 1: and more"));
}

/// A text, and its documents as kubectl would write them, or where it is no YAML.
fn documents((text, expected): (&str, Result<&[&str], u32>)) {
    let read = Yaml::documents(text);
    let texts: Result<Vec<String>, u32> = read
        .map(|all| all.iter().map(Yaml::to_string).collect())
        .map_err(|error| error.line());
    let expected = expected.map(|all| all.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(texts, expected, "{text:?}");
}

rows!(documents: {
    documents_of_nothing => ("", Ok(&[])),
    documents_of_comments => ("# a\n---\n# b\n---\n", Ok(&[])),
    documents_that_are_null_are_none => ("null\n---\n~\n", Ok(&[])),
    documents_one => ("a: 1\n", Ok(&["a: 1\n"])),
    documents_several => ("---\na: yes\n---\n\n---\n[x, 010]\n...\n", Ok(&["a: true\n", "- x\n- 8\n"])),
    documents_of_json => ("{\"a\": {\"b\": []}}", Ok(&["a:\n  b: []\n"])),
    documents_last_of_equal_keys => ("a: 1\nb: 2\na: 3\n", Ok(&["a: 3\nb: 2\n"])),
    documents_anchors_end_with_theirs => ("a: &x 1\nb: *x\n---\nc: *x\n", Err(4)),
    documents_broken => ("a: 1\n---\nb: [\n", Err(3)),
});
