//! Rules in the schemas of custom resources, in the Common Expression Language.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, Definition, Place};

/// A schema of a spec with these fields and rules.
pub(super) fn spec(properties: Value, rules: Value) -> Value {
    json!({"type": "object", "properties": properties, "x-kubernetes-validations": rules})
}

/// That new objects are refused for just this, spec by spec.
async fn check(cluster: &Cluster, schema: Value, specs: &[(Value, &[&str])]) {
    let definition = Definition::of_spec(cluster, schema);
    let place = definition.serve(cluster).await;
    for (spec, expected) in specs {
        let answer = tried(cluster, &place, &place.widget("w", spec.clone())).await;
        told(&answer, expected, spec);
    }
    definition.delete(cluster).await;
}

pub(super) async fn tried(cluster: &Cluster, place: &Place, widget: &Value) -> Answer {
    let path = format!("{}?dryRun=All", place.all());
    Ask::post(path, widget).of(&cluster.admin()).await
}

pub(super) fn told(answer: &Answer, expected: &[&str], of: &Value) {
    assert_eq!(answer.faults(), *expected, "{of}");
    let ok = answer.code < 300;
    assert_eq!(ok, expected.is_empty(), "{of}: {}", answer.code);
    assert_eq!(answer.warnings(), [""; 0], "{of}");
}

pub(super) async fn a_broken_rule_is_told(cluster: &Cluster) {
    let fields = json!({"min": {"type": "integer"}, "max": {"type": "integer"}});
    let rules = json!([{"rule": "self.min <= self.max"}, {"rule": " self.min > 0 ", "message": "min is above 0"}]);
    check(
        cluster,
        spec(fields, rules),
        &[
            (json!({"min": 1, "max": 2}), &[]),
            (
                json!({"min": 3, "max": 2}),
                &["spec: Invalid value: failed rule: self.min <= self.max"],
            ),
            (
                json!({"min": 0, "max": -1}),
                &[
                    "spec: Invalid value: failed rule: self.min <= self.max",
                    "spec: Invalid value: min is above 0",
                ],
            ),
        ],
    )
    .await;
}

pub(super) async fn a_rule_says_how_it_is_told(cluster: &Cluster) {
    let fields = json!({
        "n": {"type": "integer"},
        "s": {"type": "string", "maxLength": 9},
        "d": {"type": "integer", "x-kubernetes-validations": [
            {"rule": "self != 1", "reason": "FieldValueDuplicate", "message": "twice"},
            {"rule": "self != 2", "reason": "FieldValueForbidden"},
            {"rule": "self != 3", "reason": "FieldValueRequired"},
        ]},
    });
    let rules = json!([
        {"rule": "self.n != 1", "messageExpression": "self.n == 1 ? 'not 1' : ''", "message": "unused"},
        {"rule": "self.n != 2", "messageExpression": "self.s", "message": "instead"},
        {"rule": "self.n != 3", "reason": "FieldValueForbidden"},
        {"rule": "self.n != 4", "reason": "FieldValueRequired", "fieldPath": ".s", "message": "four needs it"},
        {"rule": "self.n != 5", "fieldPath": ".n"},
        {"rule": "self.n != 6", "reason": "FieldValueDuplicate", "fieldPath": ".n"},
        {"rule": "self.n != 7", "messageExpression": "' '"},
    ]);
    check(
        cluster,
        spec(fields, rules),
        &[
            (json!({"n": 0}), &[]),
            (json!({"n": 1}), &["spec: Invalid value: not 1"]),
            (json!({"n": 2}), &["spec: Invalid value: instead"]),
            (json!({"n": 2, "s": "told"}), &["spec: Invalid value: told"]),
            (
                json!({"n": 3}),
                &["spec: Forbidden: failed rule: self.n != 3"],
            ),
            (json!({"n": 4}), &["spec.s: Required value: four needs it"]),
            (
                json!({"n": 5}),
                &["spec.n: Invalid value: failed rule: self.n != 5"],
            ),
            (json!({"n": 6}), &["spec.n: Duplicate value"]),
            (json!({"n": 0, "d": 1}), &["spec.d: Duplicate value: 1"]),
            (
                json!({"n": 0, "d": 2}),
                &["spec.d: Forbidden: failed rule: self != 2"],
            ),
            (
                json!({"n": 0, "d": 3}),
                &["spec.d: Required value: failed rule: self != 3"],
            ),
            (
                json!({"n": 7}),
                &["spec: Invalid value: failed rule: self.n != 7"],
            ),
        ],
    )
    .await;
}

pub(super) async fn a_rule_that_cannot_be_asked_is_told_with_its_words(cluster: &Cluster) {
    let fields = json!({
        "s": {"type": "string"}, "n": {"type": "integer"},
        "l": {"type": "array", "maxItems": 3, "items": {"type": "integer"}},
    });
    let rules = json!([
        {"rule": "self.s != 'x'"},
        {"rule": "!has(self.n) || 6 / self.n > 0", "message": "six"},
        {"rule": "!has(self.l) || self.l[1] > 0"},
    ]);
    check(
        cluster,
        spec(fields, rules),
        &[
            (json!({"s": "y", "n": 2, "l": [1, 1]}), &[]),
            (
                json!({"n": 2}),
                &["spec: Invalid value: \"object\": no such key: s evaluating rule: self.s != 'x'"],
            ),
            (
                json!({"s": "y", "n": 0}),
                &["spec: Invalid value: \"object\": division by zero evaluating rule: six"],
            ),
            (
                json!({"s": "y", "l": [1]}),
                &["spec: Invalid value: \"object\": index out of bounds: 1 evaluating rule: !has(self.l) || self.l[1] > 0"],
            ),
        ],
    )
    .await;
}

pub(super) async fn rules_of_the_root_see_names(cluster: &Cluster) {
    let rules = json!([{"rule": "self.metadata.name.startsWith('w') && self.kind == 'Widget'", "message": "w"},
        {"rule": "self.spec.n > 0", "fieldPath": ".spec.n", "message": "n"}]);
    let schema = json!({"type": "object", "x-kubernetes-validations": rules, "properties": {
        "spec": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}}});
    let definition = Definition::new(cluster, schema);
    let place = definition.serve(cluster).await;
    for (name, n, expected) in [
        ("w", 1, &[][..]),
        ("v", 1, &["<nil>: Invalid value: w"]),
        ("w", 0, &["spec.n: Invalid value: n"]),
    ] {
        let widget = place.widget(name, json!({"n": n}));
        told(&tried(cluster, &place, &widget).await, expected, &widget);
    }
    definition.delete(cluster).await;
}

pub(super) async fn rules_of_items_and_values_are_asked_of_each(cluster: &Cluster) {
    let short = json!({"type": "string", "maxLength": 9, "x-kubernetes-validations": [{"rule": "self != 'zz'"}]});
    let fields = json!({
        "list": {"type": "array", "maxItems": 3, "items": short},
        "map": {"type": "object", "maxProperties": 3, "additionalProperties": short},
        "one": short,
        "rows": {"type": "array", "maxItems": 3, "x-kubernetes-validations": [{"rule": "self.size() != 2"}],
            "items": {"type": "object", "properties": {"v": {"type": "number",
                "x-kubernetes-validations": [{"rule": "self < 2.0"}]}}}},
    });
    check(
        cluster,
        spec(fields, json!([])),
        &[
            (json!({"list": ["a"], "map": {"a": "b"}, "one": "c", "rows": [{"v": 1.5}]}), &[]),
            (
                json!({"list": ["a", "zz"], "map": {"k": "zz", "l": ""}, "one": "zz", "rows": [{"v": 2.5}, {}]}),
                &[
                    r#"spec.list[1]: Invalid value: "zz": failed rule: self != 'zz'"#,
                    r#"spec.map[k]: Invalid value: "zz": failed rule: self != 'zz'"#,
                    r#"spec.one: Invalid value: "zz": failed rule: self != 'zz'"#,
                    "spec.rows: Invalid value: failed rule: self.size() != 2",
                    "spec.rows[0].v: Invalid value: 2.5: failed rule: self < 2.0",
                ],
            ),
        ],
    )
    .await;
}

pub(super) async fn rules_wait_for_other_faults(cluster: &Cluster) {
    let fields =
        json!({"n": {"type": "integer", "maximum": 9}, "e": {"type": "string", "enum": ["a"]}});
    let rules = json!([{"rule": "self.n != 10"}]);
    check(
        cluster,
        spec(fields, rules),
        &[
            (
                json!({"n": 10}),
                &[
                    "spec.n: Invalid value: 10: spec.n in body should be less than or equal to 9",
                    "spec: Invalid value: failed rule: self.n != 10",
                ],
            ),
            (
                json!({"n": 10, "e": "b"}),
                &[
                    "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; \
                     correct the existing errors to complete validation",
                    "spec.e: Unsupported value: \"b\": supported values: \"a\"",
                    "spec.n: Invalid value: 10: spec.n in body should be less than or equal to 9",
                ],
            ),
        ],
    )
    .await;
}

pub(super) async fn names_are_escaped_in_rules(cluster: &Cluster) {
    let text = || json!({"type": "string", "maxLength": 3});
    let fields = json!({"namespace": text(), "a.b-c/d": text(), "x__y": text(),
        "map": {"type": "object", "maxProperties": 3, "additionalProperties": text()}});
    let rules = json!([{"rule": "self.__namespace__ == 'n' && self.a__dot__b__dash__c__slash__d == 'a' && \
        self.x__underscores__y == 'x' && self.map['a-b'] == 'm'", "message": "not all"}]);
    check(
        cluster,
        spec(fields, rules),
        &[
            (
                json!({"namespace": "n", "a.b-c/d": "a", "x__y": "x", "map": {"a-b": "m"}}),
                &[],
            ),
            (
                json!({"namespace": "n", "a.b-c/d": "a", "x__y": "y", "map": {"a-b": "m"}}),
                &["spec: Invalid value: not all"],
            ),
        ],
    )
    .await;
}

pub(super) async fn functions_of_kubernetes_are_known(cluster: &Cluster) {
    let rules = [
        "self.l.isSorted() && self.l.sum() == 6 && self.l.min() == 1 && self.l.max() == 3",
        "self.s.find('[0-9]+') == '12' && self.s.findAll('[a-z]') == ['a', 'b', 'c']",
        "self.s.matches('^[a-z0-9]+$') && self.s.startsWith('abc') && self.s.size() == 5",
        "self.s.upperAscii() == 'ABC12' && self.s.replace('abc', '') == '12'",
        "self.d == 1.0 && self.d / 2.0 == 0.5 && int(self.d) == 1",
        "size(self.b) == 2 && self.b == b'ab'",
        "self.m.all(k, k == 'a-b') && self.m['a-b'] == 1 && 'a-b' in self.m",
        "!has(self.nothing) && self.?nothing.orValue(1) == 1",
        "type(self.i) == string && self.i == '5%'",
        "self.l.exists_one(x, x == 2) && self.l.map(x, x * 2) == [2, 4, 6] && 2 in self.l",
        "'%s-%d'.format([self.s, self.l[0]]) == 'abc12-1'",
    ];
    let fields = json!({
        "l": {"type": "array", "maxItems": 5, "items": {"type": "integer"}},
        "s": {"type": "string", "maxLength": 9},
        "d": {"type": "number"},
        "b": {"type": "string", "format": "byte", "maxLength": 9},
        "m": {"type": "object", "maxProperties": 5, "additionalProperties": {"type": "integer"}},
        "nothing": {"type": "integer"},
        "i": {"x-kubernetes-int-or-string": true},
    });
    let all: Vec<Value> = rules.iter().map(|rule| json!({"rule": rule})).collect();
    let good =
        json!({"l": [1, 2, 3], "s": "abc12", "d": 1, "b": "YWI=", "m": {"a-b": 1}, "i": "5%"});
    check(cluster, spec(fields, all.into()), &[(good, &[])]).await;
}

pub(super) async fn rules_are_asked_of_a_status(cluster: &Cluster) {
    let schema = json!({"type": "object", "properties": {
        "spec": {"type": "object", "properties": {"n": {"type": "integer"}}},
        "status": {"type": "object", "properties": {"n": {"type": "integer",
            "x-kubernetes-validations": [{"rule": "self < 3"}]}}},
    }});
    let definition =
        Definition::new(cluster, schema).with("/versions/0/subresources", json!({"status": {}}));
    let place = definition.serve(cluster).await;
    place.create(cluster, "w", json!({})).await.ok();
    let cases: [(i32, &[&str]); 2] = [
        (2, &[]),
        (3, &["status.n: Invalid value: 3: failed rule: self < 3"]),
    ];
    for (n, expected) in cases {
        let change = json!({"status": {"n": n}});
        let path = format!("{}/status?dryRun=All", place.one("w"));
        let ask = Ask::patch(path, "merge", &change);
        told(&ask.of(&cluster.admin()).await, expected, &change);
    }
    definition.delete(cluster).await;
}

pub(super) async fn defaults_are_there_when_rules_are_asked(cluster: &Cluster) {
    let fields = json!({"n": {"type": "integer", "default": 4}});
    check(
        cluster,
        spec(fields, json!([{"rule": "self.n == 4"}])),
        &[
            (json!({}), &[]),
            (
                json!({"n": 5}),
                &["spec: Invalid value: failed rule: self.n == 4"],
            ),
        ],
    )
    .await;
}

pub(super) async fn a_rule_with_bad_grammar_is_refused(cluster: &Cluster) {
    let schema = spec(
        json!({"n": {"type": "integer"}}),
        json!([{"rule": "self.n =="}]),
    );
    let faults = Definition::of_spec(cluster, schema)
        .tried(cluster)
        .await
        .faults();
    let begin = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value: \
                 {\"Rule\":\"self.n ==\",\"Message\":\"\",\"MessageExpression\":\"\",\"Reason\":null,\"FieldPath\":\"\",\
                 \"OptionalOldSelf\":null}: compilation failed: ERROR: <input>:1:10: Syntax error: mismatched input '<EOF>'";
    assert!(
        faults.len() == 1 && faults[0].starts_with(begin),
        "{faults:?}"
    );
}
