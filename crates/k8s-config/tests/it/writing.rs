//! What is written: to the letter what kubectl writes, and read back as what it was. Expected texts come from client-go 0.36.3.

use k8s_config::{Context, Kubeconfig, LoadingRules, MemorySource, Overrides};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use std::sync::Arc;

use crate::support::{kubeconfig, rows};

fn rewritten(text: &str) -> String {
    kubeconfig(text, &[])
        .unwrap()
        .to_yaml()
        .expose_secret()
        .to_owned()
}

/// A kubeconfig, and what kubectl makes of it.
fn whole((text, expected): (&str, &str)) {
    assert_eq!(rewritten(text), expected);
}

rows!(whole: {
    l09_names_like_numbers_are_quoted => (
        r#"
clusters:
- {name: "433e40", cluster: {server: "1"}}
- {name: "1", cluster: {server: localhost}}
- {name: "0", cluster: {}}
contexts: [{name: "433e40", context: {cluster: "0"}}]
current-context: "433e40"
"#,
        r#"apiVersion: v1
clusters:
- cluster:
    server: ""
  name: "0"
- cluster:
    server: localhost
  name: "1"
- cluster:
    server: "1"
  name: "433e40"
contexts:
- context:
    cluster: "0"
    user: ""
  name: "433e40"
current-context: "433e40"
kind: Config
users: null
"#,
    ),
    h10_options => (
        r#"
preferences: {colors: true}
clusters: [{name: alfa, cluster: {server: https://alfa, disable-compression: true, insecure-skip-tls-verify: true, certificate-authority-data: YQ==}}]
users:
- {name: white-user, user: {auth-provider: {name: gcp, config: {foo: bar, n10: x, n9: "y"}}}}
- {name: exec, user: {exec: {command: c, apiVersion: client.authentication.k8s.io/v1beta1, args: ["no", "a: b"]}, as: x, as-user-extra: {k: []}}}
extensions: [{name: e, extension: {b: [1, 1.5, [x]], a: null}}]
"#,
        r#"apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: YQ==
    disable-compression: true
    insecure-skip-tls-verify: true
    server: https://alfa
  name: alfa
contexts: null
current-context: ""
extensions:
- extension:
    a: null
    b:
    - 1
    - 1.5
    - - x
  name: e
kind: Config
preferences:
  colors: true
users:
- name: exec
  user:
    as: x
    as-user-extra:
      k: []
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - "no"
      - 'a: b'
      command: c
      env: null
      interactiveMode: IfAvailable
      provideClusterInfo: false
- name: white-user
  user:
    auth-provider:
      config:
        foo: bar
        n9: "y"
        n10: x
      name: gcp
"#,
    ),
    nothing_at_all => ("", "apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: \"\"\nkind: Config\nusers: null\n"),
});

/// A string in double quotes, and how it is written after `current-context: `.
fn string((json, expected): (&str, &str)) {
    let text = rewritten(&format!("current-context: {json}"));
    let (_, after) = text.split_once("current-context: ").unwrap();
    assert_eq!(
        after.strip_suffix("\nkind: Config\nusers: null\n").unwrap(),
        expected
    );
}

rows!(string: {
    written_plain => (r#""a-b_c/d:e""#, "a-b_c/d:e"),
    written_like_a_bool => (r#""no""#, r#""no""#),
    written_like_a_number => (r#""0x1f""#, r#""0x1f""#),
    written_like_null => (r#""~""#, r#""~""#),
    written_like_minutes => (r#""1:30""#, r#""1:30""#),
    written_like_a_date => (r#""2001-01-02""#, r#""2001-01-02""#),
    written_like_no_date => (r#""2001-13-02""#, "2001-13-02"),
    written_like_infinity => (r#"".inf""#, r#"".inf""#),
    written_with_a_colon => (r#""a: b""#, "'a: b'"),
    written_with_a_hash => (r##""a #b""##, "'a #b'"),
    written_with_an_apostrophe_first => (r#""'a""#, "'''a'"),
    written_with_an_apostrophe_inside => (r#""it's""#, "it's"),
    written_with_space_at_its_end => (r#""a ""#, "'a '"),
    written_with_control_characters => (r#""a\u0007\tb""#, r#""a\a\tb""#),
    written_with_a_line_separator => (r#""a\u2028b""#, r#""a\Lb""#),
    written_beyond_the_basic_plane => (r#""😀""#, r#""\U0001F600""#),
    written_in_lines => (r#""a\nb\n""#, "|\n  a\n  b"),
    written_in_lines_without_an_end => (r#""a\nb""#, "|-\n  a\n  b"),
    written_in_lines_with_two_ends => (r#""a\n\n""#, "|+\n  a\n"),
    written_in_lines_after_a_space => (r#"" a\nb""#, "|2-\n   a\n  b"),
    written_in_lines_with_odd_spaces => (r#""a \nb""#, r#""a \nb""#),
    written_long => (
        r#""wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww""#,
        "wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww\n  wwwwwwwww wwwwwwwww",
    ),
});

#[test]
fn c21_a_context_is_added_made_current_written_and_read_again() {
    let source = Arc::new(MemorySource::new().with_file(
        "/k/config",
        "current-context: clean\ncontexts: [{name: clean, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: s}}]\nusers: [{name: u}]",
    ));
    let rules = LoadingRules::explicit(source.clone(), "/k/config");
    let mut kubeconfig = rules.load().unwrap();
    let mut context = Context::default();
    (context.cluster, context.user) = (Some("c".to_owned()), Some("u".to_owned()));
    kubeconfig.contexts.insert("updated".to_owned(), context);
    kubeconfig.current_context = Some("updated".to_owned());
    source.set_file("/k/config", kubeconfig.to_yaml().expose_secret());
    let again = rules.load().unwrap();
    assert_eq!(
        (again.current_context.as_deref(), again.contexts.len()),
        (Some("updated"), 2)
    );
    assert_eq!(
        rules.resolve(&Overrides::default()).unwrap().server,
        "http://s/"
    );
}

#[test]
fn what_is_not_known_is_written_too() {
    let text = "clusters: [{name: c, cluster: {server: s, novelty: {k: [no]}}}]\nusers: [{name: u, user: {exec: {command: c, interactiveMode: Someday}}}]\n";
    let written = rewritten(text);
    assert!(
        written.contains("    novelty:\n      k:\n      - false\n    server: s\n"),
        "{written}"
    );
    assert!(written.contains("interactiveMode: Someday\n"), "{written}");
}

#[test]
fn what_is_written_shows_no_secret_by_itself() {
    let yaml = kubeconfig("users: [{name: u, user: {token: s3cret}}]", &[])
        .unwrap()
        .to_yaml();
    assert!(!format!("{yaml:?}").contains("s3cret"));
}

/// Strings that YAML may stumble on.
pub(crate) fn odd() -> impl Strategy<Value = String> {
    let atoms = vec![
        "a",
        " ",
        "  ",
        "\n",
        ":",
        ": ",
        "- ",
        "#",
        " #",
        "\"",
        "'",
        "\\",
        "\t",
        "é",
        "\u{2028}",
        "\u{85}",
        "\u{7}",
        "\u{feff}",
        "😀",
        "no",
        "0",
        "1",
        "_",
        "2001-01-02",
        "12:30",
        "<<",
        "~",
        "{",
        "[",
        "]",
        "}",
        ",",
        "? ",
        "!",
        "%",
        "@",
        "`",
        "&",
        "*",
        "|",
        ">",
        "---",
        "...",
        "\r",
        "0x",
        ".5",
        "e3",
        "words and words and words and words and words and words and words and words",
    ];
    prop::collection::vec(prop::sample::select(atoms), 0..6).prop_map(|atoms| atoms.concat())
}

fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            ' ' | 'a'..='z' => c.to_string(),
            c => format!("\\U{:08x}", u32::from(c)),
        })
        .collect();
    format!("\"{escaped}\"")
}

proptest! {
    /// Names, values, keys of maps and lists come back to the letter, and writing again changes nothing.
    #[test]
    fn what_is_written_is_read_back(name in odd(), token in odd(), key in odd(), item in odd()) {
        let text = format!(
            "users: [{{name: {}, user: {{token: {}, as: x, as-groups: [{}], as-user-extra: {{{}: [{}]}}}}}}]",
            quoted(&name), quoted(&token), quoted(&item), quoted(&key), quoted(&item)
        );
        let yaml = rewritten(&text);
        let source = Arc::new(MemorySource::new());
        let again = Kubeconfig::from_slice_with(source, yaml.as_bytes(), "/").unwrap();
        let user = &again.users[&name];
        let read = user.token.as_ref().map(|token| token.expose_secret().to_owned());
        prop_assert_eq!(read.unwrap_or_default(), token);
        prop_assert_eq!(&user.impersonate_groups, &vec![item.clone()]);
        prop_assert_eq!(&user.impersonate_user_extra[&key], &vec![item]);
        let written_again = again.to_yaml();
        prop_assert_eq!(written_again.expose_secret(), &*yaml);
    }
}
