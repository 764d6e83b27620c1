//! What holds for any template over any JSON: nothing panics, and nothing goes on for ever.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows functions marked as tests, not what they call"
)]

use k8s_jsonpath::{Template, failure, relaxed};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Pieces of templates, in any order.
fn template_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "{",
        "}",
        "{range ",
        "{end}",
        ".a",
        ".b",
        "..",
        ".*",
        "[*]",
        "[0]",
        "[-1]",
        "[1:]",
        "[::2]",
        "[0,1]",
        "['a','b']",
        "[?(",
        ")]",
        "@",
        "$",
        "==",
        "<",
        ">=",
        "!=",
        "1",
        "2.5",
        "true",
        "\"x\"",
        "'y\\n'",
        "\"",
        "'",
        "\\",
        "]",
        "[",
        "(",
        ")",
        ",",
        " ",
        "\n",
        "é",
        "text",
        "-",
        "+",
        ":",
        "?",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Actions that are right more often than not, so that filling them gets far.
fn right_template() -> impl Strategy<Value = String> {
    let action = prop::sample::select(vec![
        "{.a}",
        "{.a[*]}",
        "{..a}",
        "{..}",
        "{.*}",
        "{range .a[*]}",
        "{range .*}",
        "{range ..}",
        "{range @}",
        "{end}",
        "{end}",
        "{[?(@.a==1)]}",
        "{.a[?(@.b)]}",
        "{.b[0,1]}",
        "{@}",
        "{..[*]..a}",
        "{..*..*}",
        "{\"t\"}",
        " ",
    ]);
    prop::collection::vec(action, 0..12).prop_map(|actions| actions.concat())
}

fn data() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-b<&\u{e9}\u{2028}\\x00]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn holds(text: &str, data: &Value) -> Result<(), TestCaseError> {
    let Ok(template) = Template::parse(text) else {
        return Ok(());
    };
    let template = template.max_findings(20_000).max_output(5_000);
    for allow in [false, true] {
        let template = template.clone().allow_missing_keys(allow).as_json(allow);
        match template.execute(data) {
            Ok(output) => prop_assert!(output.len() <= 5_000),
            Err(error) => prop_assert!(failure(text, data, &error).contains(&error.to_string())),
        }
        if let Ok(found) = template.find(data) {
            prop_assert!(found.iter().map(Vec::len).sum::<usize>() <= 20_000);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_template_panics_over_any_json(text in template_like(), data in data()) {
        holds(&text, &data)?;
        let _ = relaxed(&text);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        holds(&text, &json!({"a": [1, {"b": null}]}))?;
        let _ = relaxed(&text);
    }

    #[test]
    fn ranges_that_are_never_ended_stay_within_the_limits(text in right_template(), data in data()) {
        holds(&text, &data)?;
    }

    #[test]
    fn a_whole_value_is_printed_as_json_that_reads_back(data in data()) {
        let data = json!([data]);
        let output = Template::parse("{@}").unwrap().execute(&data).unwrap();
        let read: Value = serde_json::from_slice(&output).unwrap();
        prop_assert!(alike(&read, &data), "{read} {data}");
    }

    #[test]
    fn text_without_braces_is_itself(text in "[^{]*") {
        let output = Template::parse(&text).unwrap().execute(&Value::Null).unwrap();
        prop_assert_eq!(output, text.as_bytes());
    }
}

/// The same but that Go writes 3.0 as 3, and that serde_json may read a float one step off.
fn alike(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let [left, right] = [left, right].map(|number| number.as_f64().unwrap());
            (left - right).abs() <= right.abs() * 1e-15
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| alike(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|((a, left), (b, right))| a == b && alike(left, right))
        }
        _ => left == right,
    }
}

#[test]
fn forty_ranges_without_an_end_stop_at_the_limit() {
    let template = "{range .a[*]}".repeat(40);
    let mut data = json!(1);
    for _ in 0..100 {
        data = json!({"a": [data, 1]});
    }
    let template = Template::parse(&template).unwrap();
    let error = template
        .allow_missing_keys(true)
        .max_findings(1_000_000)
        .execute(&data)
        .unwrap_err();
    assert!(error.is_limit(), "{error}");
}

#[test]
fn more_than_sixty_four_ranges_in_one_another_are_refused() {
    let template = Template::parse(&"{range @}".repeat(100_000)).unwrap();
    let error = template.execute(&json!({})).unwrap_err();
    assert_eq!(error.to_string(), "the template makes too much nesting");
}

#[test]
fn a_limit_is_not_forgiven_inside_of_a_filter() {
    let template = Template::parse("{[?(@.*.*.*)]}").unwrap();
    let data = json!([[[[1, 2, 3, 4, 5], [6]]]]);
    let error = template
        .clone()
        .max_findings(12)
        .execute(&data)
        .unwrap_err();
    assert!(error.is_limit() && !error.is_missing_key());
    assert!(template.execute(&data).is_ok());
}

#[test]
fn data_of_any_depth_is_searched_and_printed() {
    // Dropping a value recurses in serde_json; here nothing does.
    let mut data = json!(7);
    for _ in 0..2_000 {
        data = Value::Array(vec![data]);
    }
    let output = Template::parse("{@}").unwrap().execute(&data).unwrap();
    assert_eq!(output.len(), 4_001);
    let found = Template::parse("{..}").unwrap();
    assert_eq!(found.find(&data).unwrap()[0].len(), 2_000);
}

#[test]
fn what_a_template_finds_can_be_had_as_values() {
    let data = json!({"a": "x", "b": [1, null]});
    let template = Template::parse("{.a}-{.b[*]}").unwrap();
    let found = template.find(&data).unwrap();
    let values: Vec<Vec<Value>> = found
        .iter()
        .map(|found| found.iter().map(|found| found.to_value()).collect())
        .collect();
    assert_eq!(
        values,
        [
            vec![json!("x")],
            vec![json!("-")],
            vec![json!(1), json!(null)]
        ]
    );
    assert_eq!(found[0][0].as_text().as_deref(), Some("x"));
    assert_eq!(found[2][0].as_text(), None);
}

#[test]
fn a_byte_of_the_template_is_printed_as_it_is() {
    let template = Template::parse(r#"{"\xff"}"#).unwrap();
    assert_eq!(template.execute(&Value::Null).unwrap(), [0xff]);
    let output = template.as_json(true).execute(&Value::Null).unwrap();
    assert_eq!(output, "[\n    \"\u{fffd}\"\n]\n".as_bytes());
}
