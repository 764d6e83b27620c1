//! Values of custom resources that their schema refuses, in the server's words.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, Definition};

/// That objects whose `spec.x` has this schema are refused for just this, value by value.
async fn check(cluster: &Cluster, x: Value, values: &[(Value, &[&str])]) {
    let spec = json!({"type": "object", "properties": {"x": x}});
    let definition = Definition::of_spec(cluster, spec);
    let place = definition.serve(cluster).await;
    for (value, expected) in values {
        let path = format!("{}?dryRun=All", place.all());
        let widget = place.widget("w", json!({"x": value}));
        let answer = Ask::post(path, &widget).of(&cluster.admin()).await;
        assert_eq!(answer.faults(), *expected, "{value}");
        assert_eq!(
            answer.code,
            if expected.is_empty() { 201 } else { 422 },
            "{value}"
        );
    }
    definition.delete(cluster).await;
}

pub(super) async fn types_are_checked(cluster: &Cluster) {
    let inner = json!({"type": "object", "properties": {
        "i": {"type": "integer"}, "n": {"type": "number"}, "s": {"type": "string"}, "b": {"type": "boolean"},
        "l": {"type": "array", "items": {"type": "string"}}, "o": {"type": "object"},
    }});
    check(
        cluster,
        inner,
        &[
            (json!({"i": 1, "n": 1, "s": "", "b": false, "l": [], "o": {}}), &[]),
            (json!({"i": 1.0, "n": 1.5}), &[]),
            (
                json!({"i": "1", "n": "1", "s": 1, "b": "true", "l": {}, "o": []}),
                &[
                    r#"spec.x.b: Invalid value: "string": spec.x.b in body must be of type boolean: "string""#,
                    r#"spec.x.i: Invalid value: "string": spec.x.i in body must be of type integer: "string""#,
                    r#"spec.x.l: Invalid value: "object": spec.x.l in body must be of type array: "object""#,
                    r#"spec.x.n: Invalid value: "string": spec.x.n in body must be of type number: "string""#,
                    r#"spec.x.o: Invalid value: "array": spec.x.o in body must be of type object: "array""#,
                    r#"spec.x.s: Invalid value: "integer": spec.x.s in body must be of type string: "integer""#,
                ],
            ),
            (
                json!({"l": ["a", 1]}),
                &[r#"spec.x.l[1]: Invalid value: "integer": spec.x.l[1] in body must be of type string: "integer""#],
            ),
        ],
    )
    .await;
}

pub(super) async fn whole_numbers_have_bounds(cluster: &Cluster) {
    let x =
        json!({"type": "integer", "minimum": 2, "maximum": 10, "multipleOf": 2, "format": "int32"});
    check(
        cluster,
        x,
        &[
            (json!(2), &[]),
            (json!(10), &[]),
            (json!(0), &["spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 2"]),
            (json!(12), &["spec.x: Invalid value: 12: spec.x in body should be less than or equal to 10"]),
            (json!(5), &["spec.x: Invalid value: 5: spec.x in body should be a multiple of 2"]),
            (
                json!(100_000_000_000_i64),
                &[
                    r#"<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.x"#,
                    "spec.x: Invalid value: 100000000000: spec.x in body should be less than or equal to 10",
                ],
            ),
        ],
    )
    .await;
}

pub(super) async fn numbers_have_bounds_that_they_may_not_reach(cluster: &Cluster) {
    let x = json!({"type": "number", "minimum": 0.5, "exclusiveMinimum": true, "maximum": 2.5, "exclusiveMaximum": true, "multipleOf": 0.25});
    check(
        cluster,
        x,
        &[
            (json!(0.75), &[]),
            (
                json!(0.5),
                &["spec.x: Invalid value: 0.5: spec.x in body should be greater than 0.5"],
            ),
            (
                json!(2.5),
                &["spec.x: Invalid value: 2.5: spec.x in body should be less than 2.5"],
            ),
            (
                json!(0.7),
                &["spec.x: Invalid value: 0.7: spec.x in body should be a multiple of 0.25"],
            ),
        ],
    )
    .await;
}

pub(super) async fn texts_have_lengths_and_patterns(cluster: &Cluster) {
    let x = json!({"type": "string", "minLength": 2, "maxLength": 4, "pattern": r"^[a-z\d]+$"});
    check(
        cluster,
        x,
        &[
            (json!("ab1"), &[]),
            (
                json!("a"),
                &[r#"spec.x: Invalid value: "a": spec.x in body should be at least 2 chars long"#],
            ),
            (
                json!("abcde"),
                &["spec.x: Too long: may not be more than 4 bytes"],
            ),
            (
                json!("A-B"),
                &[r#"spec.x: Invalid value: "A-B": spec.x in body should match '^[a-z\d]+$'"#],
            ),
            (
                json!("ÄÖ"),
                &[r#"spec.x: Invalid value: "ÄÖ": spec.x in body should match '^[a-z\d]+$'"#],
            ),
        ],
    )
    .await;
}

pub(super) async fn formats_are_checked(cluster: &Cluster) {
    const FORMATS: [(&str, &str, &str); 13] = [
        ("byte", "aGk=", "!"),
        ("cidr", "10.0.0.0/8", "10.0.0.0"),
        ("date", "2024-02-29", "2023-02-29"),
        ("date-time", "2024-02-29T12:30:00Z", "yesterday"),
        ("duration", "1h30m", "soon"),
        ("email", "a@example.com", "a"),
        ("hostname", "a.example.com", "-a"),
        ("ipv4", "192.0.2.1", "::1"),
        ("ipv6", "2001:db8::1", "192.0.2.1"),
        ("k8s-short-name", "a-1", "A"),
        ("mac", "00:11:22:33:44:55", "00"),
        ("uri", "https://example.com/x", "example"),
        ("uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810"),
    ];
    let properties: serde_json::Map<String, Value> = FORMATS
        .iter()
        .map(|(format, ..)| {
            (
                (*format).to_owned(),
                json!({"type": "string", "format": format}),
            )
        })
        .collect();
    let all = |value: fn(&(&str, &str, &str)) -> String| -> Value {
        let values = FORMATS
            .iter()
            .map(|entry| (entry.0.to_owned(), value(entry).into()));
        values.collect::<serde_json::Map<_, Value>>().into()
    };
    let faults: Vec<String> = FORMATS
        .iter()
        .map(|(format, _, odd)| {
            format!("spec.x.{format}: Invalid value: {odd:?}: spec.x.{format} in body must be of type {format}: {odd:?}")
        })
        .collect();
    let mut faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    faults.sort_unstable();
    let values = [
        (all(|entry| entry.1.to_owned()), &[] as &[&str]),
        (all(|entry| entry.2.to_owned()), &faults),
    ];
    check(
        cluster,
        json!({"type": "object", "properties": properties}),
        &values,
    )
    .await;
}

pub(super) async fn some_values_are_listed(cluster: &Cluster) {
    check(
        cluster,
        json!({"type": "string", "enum": ["red", "green"]}),
        &[
            (json!("red"), &[]),
            (
                json!("blue"),
                &[r#"spec.x: Unsupported value: "blue": supported values: "red", "green""#],
            ),
        ],
    )
    .await;
    check(
        cluster,
        json!({"type": "integer", "enum": [1, 2]}),
        &[
            (json!(2), &[]),
            (
                json!(3),
                &[r#"spec.x: Unsupported value: 3: supported values: "1", "2""#],
            ),
        ],
    )
    .await;
}

pub(super) async fn lists_and_maps_have_sizes(cluster: &Cluster) {
    let x = json!({"type": "object", "properties": {
        "l": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "string"}},
        "m": {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": "integer"}},
    }});
    check(
        cluster,
        x,
        &[
            (json!({"l": ["a"], "m": {"a": 1}}), &[]),
            (
                json!({"l": [], "m": {}}),
                &[
                    "spec.x.l: Invalid value: 0: spec.x.l in body should have at least 1 items",
                    "spec.x.m: Invalid value: 0: spec.x.m in body should have at least 1 properties",
                ],
            ),
            (
                json!({"l": ["a", "b", "c"], "m": {"a": 1, "b": "x"}}),
                &[
                    "spec.x.l: Too many: 3: must have at most 2 items",
                    r#"spec.x.m.b: Invalid value: "string": spec.x.m.b in body must be of type integer: "string""#,
                    "spec.x.m: Too many: 2: must have at most 1 item",
                ],
            ),
        ],
    )
    .await;
}

pub(super) async fn some_fields_are_required(cluster: &Cluster) {
    let item =
        json!({"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}}});
    let x = json!({"type": "object", "required": ["a", "b"], "properties": {
        "a": {"type": "string"}, "b": {"type": "string", "default": "x"}, "l": {"type": "array", "items": item},
    }});
    check(
        cluster,
        x,
        &[
            (json!({"a": ""}), &[]),
            (
                json!({"l": [{}]}),
                &["spec.x.a: Required value", "spec.x.l[0].k: Required value"],
            ),
        ],
    )
    .await;
}

pub(super) async fn one_schema_of_several_must_fit(cluster: &Cluster) {
    let x = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
    check(
        cluster,
        x,
        &[
            (json!({"b": "1"}), &[]),
            (
                json!({}),
                &[
                    r#"<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found none valid"#,
                    "spec.x.a: Required value",
                ],
            ),
            (
                json!({"a": "1", "b": "2"}),
                &[r#"<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives"#],
            ),
        ],
    )
    .await;
}

pub(super) async fn any_or_all_or_no_schema_must_fit(cluster: &Cluster) {
    let text = json!({"type": "string"});
    let with = |name: &str, value: Value| {
        let mut schema = text.clone();
        schema[name] = value;
        schema
    };
    let x = json!({"type": "object", "properties": {
        "any": with("anyOf", json!([{"pattern": "^a"}, {"pattern": "^b"}])),
        "all": with("allOf", json!([{"minLength": 2}, {"maxLength": 3}])),
        "not": with("not", json!({"enum": ["no"]})),
    }});
    check(
        cluster,
        x,
        &[
            (json!({"any": "b", "all": "abc", "not": "yes"}), &[]),
            (
                json!({"any": "c"}),
                &[
                    r#"<nil>: Invalid value: "": "spec.x.any" must validate at least one schema (anyOf)"#,
                    r#"spec.x.any: Invalid value: "c": spec.x.any in body should match '^a'"#,
                ],
            ),
            (
                json!({"all": "a"}),
                &[
                    r#"<nil>: Invalid value: "": "spec.x.all" must validate all the schemas (allOf)"#,
                    r#"spec.x.all: Invalid value: "a": spec.x.all in body should be at least 2 chars long"#,
                ],
            ),
            (
                json!({"not": "no"}),
                &[r#"<nil>: Invalid value: "": "spec.x.not" must not validate the schema (not)"#],
            ),
        ],
    )
    .await;
}

pub(super) async fn a_port_is_a_number_or_a_name(cluster: &Cluster) {
    let x = json!({"x-kubernetes-int-or-string": true});
    check(
        cluster,
        x,
        &[
            (json!(80), &[]),
            (json!("http"), &[]),
            (
                json!(1.5),
                &[r#"spec.x: Invalid value: "number": spec.x in body must be of type integer,string: "number""#],
            ),
            (
                json!([]),
                &[r#"spec.x: Invalid value: "array": spec.x in body must be of type integer,string: "array""#],
            ),
        ],
    )
    .await;
}

pub(super) async fn items_of_sets_and_keys_are_there_once(cluster: &Cluster) {
    let item =
        json!({"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}}});
    let x = json!({"type": "object", "properties": {
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "map": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": item},
    }});
    check(
        cluster,
        x,
        &[
            (
                json!({"set": ["a", "b"], "map": [{"k": "a"}, {"k": "b"}]}),
                &[],
            ),
            (
                json!({"set": ["a", "b", "a"], "map": [{"k": "a"}, {"k": "a"}]}),
                &[
                    r#"spec.x.map[1]: Duplicate value: {"k":"a"}"#,
                    r#"spec.x.set[2]: Duplicate value: "a""#,
                ],
            ),
        ],
    )
    .await;
}
