//! Label and field selectors: what they say, what they choose, what is refused.

use k8s_api_core::selector::{FieldSelector, LabelSelector, Operator, Requirement};

fn prints(text: &str, expected: &str) {
    assert_eq!(
        LabelSelector::parse(text).expect("a selector").to_string(),
        expected,
        "{text:?}"
    );
}

fn refuses(text: &str, expected: &str) {
    assert_eq!(
        LabelSelector::parse(text)
            .expect_err("no selector")
            .to_string(),
        expected,
        "{text:?}"
    );
}

#[test]
fn prints_what_it_read() {
    prints("", "");
    prints("x=a,y=b,z=c", "x=a,y=b,z=c");
    prints(" z , !a, b == 1 ", "!a,b==1,z");
    prints(
        "x in (foo,,baz),y,z notin ()",
        "x in (,baz,foo),y,z notin ()",
    );
    prints("x=,y!=", "x=,y!=");
    prints("in in (in,notin)", "in in (in,notin)");
    prints("a>5,b<3", "a>5,b<3");
    prints("x in (,)", "x in ()");
}

#[test]
fn refuses_with_the_servers_words() {
    refuses(
        "x=a||y=b",
        "unable to parse requirement: values[0][x]: Invalid value: \"a||y\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    );
    refuses("!x=a", "found '=', expected: ',' or 'end of string'");
    refuses(
        "x in a",
        "unable to parse requirement: found 'a' expected: '('",
    );
    refuses(
        "x in (a b)",
        "unable to parse requirement: found 'b', expected: ',' or ')'",
    );
    refuses("x,", "found '', expected: identifier after ','");
    refuses(
        ",x",
        "found ',', expected: !, identifier, or 'end of string'",
    );
    refuses(
        "x a",
        "unable to parse requirement: found 'a', expected: in, notin, =, ==, !=, gt, lt",
    );
    refuses(
        "x>a",
        "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
    );
    refuses(
        "!",
        "unable to parse requirement: found '', expected: identifier",
    );
    refuses(
        "a/b/c",
        "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    );
}

#[test]
fn chooses_by_labels() {
    let labels = [("app", "web"), ("tier", "2"), ("odd", "x")];
    for (text, chosen) in [
        ("", true),
        ("app", true),
        ("!app", false),
        ("app=web", true),
        ("app==api", false),
        ("app!=api,none!=x", true),
        ("app in (api,web)", true),
        ("app notin (api,web)", false),
        ("none notin (a)", true),
        ("none in ()", false),
        ("tier>1,tier<3", true),
        ("tier>2", false),
        ("odd>1", false),
        ("none<1", false),
    ] {
        assert_eq!(
            LabelSelector::parse(text).unwrap().matches(&labels),
            chosen,
            "{text:?}"
        );
    }
}

#[test]
fn a_requirement_is_checked_when_it_is_made() {
    let error = Requirement::new("a", Operator::In, [""; 0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
    );
    let error = Requirement::new("", Operator::Exists, ["b"]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("[key: Invalid value: \"\": name part must be non-empty; "),
        "{error}"
    );
    let selector = LabelSelector::everything()
        .and(Requirement::new("b", Operator::In, ["2", "1", "2"]).unwrap());
    assert_eq!(selector.to_string(), "b in (1,2)");
    assert_eq!(selector.requires_exact_match("b"), None);
}

#[test]
fn fields_are_read_escaped_and_printed_escaped() {
    for (text, printed) in [
        ("", ""),
        ("b=2,a=1", "a=1,b=2"),
        ("a==1", "a=1"),
        (",a=1,,", "a=1"),
        (r"a=\=\,\\", r"a=\=\,\\"),
        ("a!=", "a!="),
    ] {
        assert_eq!(
            FieldSelector::parse(text).unwrap().to_string(),
            printed,
            "{text:?}"
        );
    }
    for (text, says) in [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        (
            r"a=\x",
            r"invalid field selector: invalid escape sequence: \x",
        ),
        (
            r"a=1\",
            r"invalid field selector: invalid escape sequence: \",
        ),
        (
            "a=1=2",
            "invalid field selector: unescaped character in value: 61",
        ),
    ] {
        assert_eq!(
            FieldSelector::parse(text).unwrap_err().to_string(),
            says,
            "{text:?}"
        );
    }
}

#[test]
fn chooses_by_fields_an_absent_one_being_empty() {
    let fields = [("metadata.name", "web"), ("status.phase", "Running")];
    for (text, chosen) in [
        ("metadata.name=web", true),
        ("metadata.name!=web", false),
        ("spec.nodeName=", true),
        ("spec.nodeName!=,metadata.name=web", false),
        ("status.phase!=Pending", true),
    ] {
        assert_eq!(
            FieldSelector::parse(text).unwrap().matches(&fields),
            chosen,
            "{text:?}"
        );
    }
    let selector = FieldSelector::everything()
        .equal("metadata.name", "a,b")
        .not_equal("x", "y");
    assert_eq!(selector.requires_exact_match("metadata.name"), Some("a,b"));
    assert_eq!(selector.to_string(), r"metadata.name=a\,b,x!=y");
}

#[test]
fn names_are_too_long_by_characters_and_labels_by_bytes() {
    use k8s_api_core::selector::syntax;
    let long = "x".repeat(254);
    assert_eq!(
        syntax::dns_label(&long),
        ["must be no more than 63 characters"]
    );
    assert_eq!(
        syntax::dns_subdomain(&long),
        ["must be no more than 253 characters"]
    );
    assert_eq!(
        syntax::label_value(&long),
        ["must be no more than 63 bytes"]
    );
    let prefixed = format!("{long}/a");
    assert_eq!(
        syntax::label_key(&prefixed),
        ["prefix part must be no more than 253 bytes"]
    );
    assert_eq!(syntax::dns_label("a.b"), ["must not contain dots"]);
    assert!(syntax::label_key("example.com/My_Name").is_empty());
}
