//! Faults of values, as kube-apiserver 1.36 told them.

use serde_json::json;

use super::*;

fn told(schema: Value, new: Value, old: Option<Value>, prefix: &str) -> Vec<String> {
    let schema = Schema::read(&schema);
    let found = faults(&schema, (&new, old.as_ref()), prefix);
    found.iter().map(ToString::to_string).collect()
}

fn check(field: Value, value: Value, expected: &[&str]) {
    let schema = json!({"type": "object", "properties": {"x": field}});
    assert_eq!(told(schema, json!({"x": value}), None, ""), expected);
}

#[test]
fn types_are_told_by_name() {
    check(json!({"type": "integer"}), json!(3.0), &[]);
    check(json!({"type": "number"}), json!(3), &[]);
    check(
        json!({"type": "integer"}),
        json!("3"),
        &[r#"x: Invalid value: "string": x in body must be of type integer: "string""#],
    );
    check(
        json!({"type": "string"}),
        Value::Null,
        &[r#"x: Invalid value: "null": x in body must be of type string: "null""#],
    );
    check(
        json!({"type": "string", "nullable": true}),
        Value::Null,
        &[],
    );
    check(
        json!({"x-kubernetes-int-or-string": true}),
        json!(1.5),
        &[r#"x: Invalid value: "number": x in body must be of type integer,string: "number""#],
    );
}

#[test]
fn numbers_have_bounds() {
    let field = json!({"type": "integer", "minimum": 1, "maximum": 10, "multipleOf": 2});
    check(field.clone(), json!(4), &[]);
    check(
        field.clone(),
        json!(30),
        &["x: Invalid value: 30: x in body should be less than or equal to 10"],
    );
    check(
        field,
        json!(-1),
        &[
            "x: Invalid value: -1: x in body should be a multiple of 2",
            "x: Invalid value: -1: x in body should be greater than or equal to 1",
        ],
    );
    let field =
        json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "multipleOf": 0.5});
    check(field.clone(), json!(1.5), &[]);
    check(
        field.clone(),
        json!(0.7),
        &["x: Invalid value: 0.7: x in body should be a multiple of 0.5"],
    );
    check(
        field,
        json!(0),
        &[
            "x: Invalid value: 0: factor MultipleOf declared for x must be positive: 0",
            "x: Invalid value: 0: x in body should be greater than 0",
        ],
    );
    check(
        json!({"type": "integer", "format": "int32"}),
        json!(99_999_999_999_i64),
        &[
            r#"<nil>: Invalid value: "": Checked value must be of type integer with format int32 in x"#,
        ],
    );
}

#[test]
fn texts_have_lengths_patterns_and_formats() {
    let field = json!({"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"});
    check(field.clone(), json!("abc"), &[]);
    check(
        field.clone(),
        json!("TOOLONG"),
        &["x: Too long: may not be more than 5 bytes"],
    );
    check(
        field.clone(),
        json!("A"),
        &[r#"x: Invalid value: "A": x in body should be at least 2 chars long"#],
    );
    check(
        field,
        json!("ABC"),
        &[r#"x: Invalid value: "ABC": x in body should match '^[a-z]+$'"#],
    );
    check(
        json!({"type": "string", "format": "date-time"}),
        json!("yesterday"),
        &[r#"x: Invalid value: "yesterday": x in body must be of type date-time: "yesterday""#],
    );
    check(
        json!({"type": "string", "enum": ["red", "green"]}),
        json!("blue"),
        &[r#"x: Unsupported value: "blue": supported values: "red", "green""#],
    );
}

#[test]
fn lists_and_maps_have_sizes() {
    let field = json!({"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "string"}});
    check(
        field.clone(),
        json!([]),
        &["x: Invalid value: 0: x in body should have at least 1 items"],
    );
    check(
        field,
        json!(["a", "b", "c"]),
        &["x: Too many: 3: must have at most 2 items"],
    );
    let field =
        json!({"type": "object", "maxProperties": 1, "additionalProperties": {"type": "integer"}});
    check(
        field,
        json!({"a": "s", "b": 1}),
        &[
            "x: Too many: 2: must have at most 1 item",
            r#"x.a: Invalid value: "string": x.a in body must be of type integer: "string""#,
        ],
    );
}

#[test]
fn several_schemas_are_joined() {
    let field = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
    check(field.clone(), json!({"a": "1"}), &[]);
    check(
        field.clone(),
        json!({}),
        &[
            r#"<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found none valid"#,
            "x.a: Required value",
        ],
    );
    check(
        field,
        json!({"a": "1", "b": "2"}),
        &[
            r#"<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid alternatives"#,
        ],
    );
    check(
        json!({"type": "string", "anyOf": [{"pattern": "^a"}, {"pattern": "^b"}]}),
        json!("c"),
        &[
            r#"<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)"#,
            r#"x: Invalid value: "c": x in body should match '^a'"#,
        ],
    );
    check(
        json!({"type": "string", "allOf": [{"minLength": 2}, {"maxLength": 3}]}),
        json!("c"),
        &[
            r#"x: Invalid value: "c": x in body should be at least 2 chars long"#,
            r#"<nil>: Invalid value: "": "x" must validate all the schemas (allOf)"#,
        ],
    );
    check(
        json!({"type": "string", "not": {"enum": ["no"]}}),
        json!("no"),
        &[r#"<nil>: Invalid value: "": "x" must not validate the schema (not)"#],
    );
}

#[test]
fn faults_of_a_part_are_told_below_it() {
    let schema = json!({"type": "object", "required": ["phase"], "properties": {"phase": {"type": "string", "enum": ["A"]}}});
    assert_eq!(
        told(schema.clone(), json!({"phase": "B"}), None, "status"),
        [r#"status.phase: Unsupported value: "B": supported values: "A""#]
    );
    assert_eq!(
        told(schema, json!({}), None, "status"),
        ["status.phase: Required value"]
    );
}

#[test]
fn what_was_wrong_before_is_forgiven() {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "string", "maxLength": 1}, "b": {"type": "string", "maxLength": 1},
        "l": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
            "items": {"type": "object", "properties": {"k": {"type": "string"}, "v": {"type": "string", "maxLength": 1}}}},
    }});
    let old = json!({"a": "long", "b": "b", "l": [{"k": "x", "v": "long"}]});
    let new =
        json!({"a": "long", "b": "long", "l": [{"k": "y", "v": "long"}, {"k": "x", "v": "long"}]});
    assert_eq!(
        told(schema, new, Some(old), ""),
        [
            "b: Too long: may not be more than 1 byte",
            "l[0].v: Too long: may not be more than 1 byte",
        ]
    );
}
