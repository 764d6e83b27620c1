//! What templates are made of; how they are filled is compared with client-go in `tests/golden.rs`.

use super::*;
use crate::node::{End, Slice};

fn check(template: &str, expected: &[Node]) {
    assert_eq!(parse(template).unwrap(), expected, "{template}");
}

fn refuses(template: &str, expected: &str) {
    assert_eq!(parse(template).unwrap_err().to_string(), expected);
}

fn field(name: &str) -> Node {
    Node::Field(name.to_owned())
}

fn text(text: &str) -> Node {
    Node::Text(text.as_bytes().to_vec())
}

fn list<const N: usize>(nodes: [Node; N]) -> Node {
    Node::List(nodes.to_vec())
}

fn index(start: i64) -> Node {
    Node::Array(Slice {
        start: Some(start),
        end: End::AfterStart(start + 1),
        step: None,
    })
}

#[test]
fn reads_text_and_actions() {
    check("", &[]);
    check("plain }", &[text("plain }")]);
    check("a {.b} c", &[text("a "), list([field("b")]), text(" c")]);
    check("{}", &[list([])]);
    check("{\"{\"}", &[list([text("{")])]);
}

#[test]
fn reads_keys_with_backslashes() {
    check(r"{.a\.b/c-d}", &[list([field("a.b/c-d")])]);
    check(r"{['a\.b']}", &[list([field("a.b")])]);
    check("{['a.b']}", &[list([field("a"), field("b")])]);
    check(r"{.\}}", &[list([field("}")])]);
}

#[test]
fn reads_unions_of_keys_and_indices() {
    let union = Node::Union(vec![vec![field("a"), field("b")], vec![index(3)]]);
    check("{['a.b', 3]}", &[list([union])]);
}

#[test]
fn what_follows_a_brace_in_a_key_is_forgotten() {
    check("{['a}b{c']}", &[list([field("a")])]);
    refuses(
        "{['a}b{*']}",
        "unrecognized character in action: U+002A '*'",
    );
}

#[test]
fn a_byte_may_be_no_character() {
    check(
        r#"{"\xff\101\u00e9"}"#,
        &[list([Node::Text(vec![0xff, b'A', 0xc3, 0xa9])])],
    );
    refuses(
        r#"{"\400"}"#,
        r#"unquote string "\400" error invalid syntax"#,
    );
    refuses(r#"{"\'"}"#, r#"unquote string "\'" error invalid syntax"#);
}

#[test]
fn a_filter_in_a_filter_ends_at_the_first_parenthesis() {
    refuses("{[?(@.a[?(@.b)])]}", "unterminated filter");
}

#[test]
fn an_operator_needs_something_on_both_sides() {
    let filter = |left: Vec<Node>, against: Option<(&str, Vec<Node>)>| {
        let against = against.map(|(operator, right)| (operator.to_owned(), right));
        list([Node::Filter(crate::node::Filter { left, against })])
    };
    check(
        "{[?(@.a>=1)]}",
        &[filter(vec![field("a")], Some((">=", vec![Node::Int(1)])))],
    );
    check(
        "{[?(a=)]}",
        &[filter(vec![Node::Identifier("a=".to_owned())], None)],
    );
    refuses("{[?(a==)]}", "unrecognized character in action: U+003D '='");
    refuses("{[?(==1)]}", "unrecognized character in action: U+003D '='");
}
