//! What rules say of objects, without a server.

use serde_json::json;

use super::*;

/// What the rules of a schema say of the object `new` that replaces `old`.
fn told(schema: &Value, new: &Value, old: Option<&Value>) -> Vec<String> {
    let schema = Schema::read(schema);
    let answers = ask(&schema, (new, old));
    let warnings = answers.warnings.into_iter();
    let faults = answers.faults.iter().map(ToString::to_string);
    faults
        .chain(warnings.map(|warning| format!("warning: {warning}")))
        .collect()
}

/// An object whose `spec` has these fields and one rule.
fn spec(properties: Value, rule: Value) -> Value {
    json!({"type": "object", "properties": {"spec": {
        "type": "object", "properties": properties, "x-kubernetes-validations": [rule],
    }}})
}

fn one(properties: Value, rule: Value, spec_is: Value) -> Vec<String> {
    told(&spec(properties, rule), &json!({"spec": spec_is}), None)
}

#[test]
fn a_broken_rule_is_told_as_the_server_tells_it() {
    let fields = || {
        json!({"n": {"type": "integer"}, "namespace": {"type": "string"}, "list": {"type": "array", "items": {
        "type": "string", "x-kubernetes-validations": [{"rule": "self != \"zz\""}]}}})
    };
    let holds = one(
        fields(),
        json!({"rule": "self.n > 1"}),
        json!({"n": 2, "list": ["a"]}),
    );
    assert!(holds.is_empty(), "{holds:?}");
    let cases = [
        (
            json!({"rule": " self.n > 1 "}),
            json!({"n": 1}),
            "spec: Invalid value: failed rule: self.n > 1",
        ),
        (
            json!({"rule": "self.n > 1", "message": "more"}),
            json!({"n": 1}),
            "spec: Invalid value: more",
        ),
        (
            json!({"rule": "self.n > 1", "messageExpression": "'not ' + string(self.n)"}),
            json!({"n": 1}),
            "spec: Invalid value: not 1",
        ),
        (
            json!({"rule": "self.n > 1", "message": "more", "messageExpression": "self.namespace"}),
            json!({"n": 1}),
            "spec: Invalid value: more",
        ),
        (
            json!({"rule": "self.n > 1", "reason": "FieldValueForbidden"}),
            json!({"n": 1}),
            "spec: Forbidden: failed rule: self.n > 1",
        ),
        (
            json!({"rule": "self.n > 1", "reason": "FieldValueRequired", "message": "n", "fieldPath": ".n"}),
            json!({"n": 1}),
            "spec.n: Required value: n",
        ),
        (
            json!({"rule": "self.__namespace__ != \"x\""}),
            json!({"n": 1}),
            "spec: Invalid value: \"object\": no such key: __namespace__ evaluating rule: self.__namespace__ != \"x\"",
        ),
        (
            json!({"rule": "true"}),
            json!({"list": ["zz"]}),
            "spec.list[0]: Invalid value: \"zz\": failed rule: self != \"zz\"",
        ),
    ];
    for (rule, spec, wanted) in cases {
        assert_eq!(one(fields(), rule, spec), [wanted]);
    }
}

#[test]
fn a_rule_of_the_root_has_no_place() {
    let schema = json!({"type": "object", "x-kubernetes-validations": [{"rule": "self.metadata.name == 'a'"}]});
    let named = |name: &str| json!({"metadata": {"name": name, "labels": {"a": "b"}}});
    assert!(told(&schema, &named("a"), None).is_empty());
    assert_eq!(
        told(&schema, &named("b"), None),
        ["<nil>: Invalid value: failed rule: self.metadata.name == 'a'"]
    );
}

#[test]
fn old_values_are_known_by_name_and_by_key() {
    let same = json!([{"rule": "self == oldSelf", "message": "for ever"}]);
    let schema = json!({"type": "object", "properties": {
        "one": {"type": "string", "x-kubernetes-validations": same},
        "keyed": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": {
            "type": "object", "properties": {
                "k": {"type": "string"},
                "v": {"type": "integer", "x-kubernetes-validations": same},
            }}},
    }});
    let object =
        |one: &str, v: i64| json!({"one": one, "keyed": [{"k": "n", "v": 7}, {"k": "a", "v": v}]});
    let old = json!({"one": "a", "keyed": [{"k": "a", "v": 1}]});
    assert!(told(&schema, &object("b", 2), None).is_empty());
    assert!(told(&schema, &object("a", 1), Some(&old)).is_empty());
    assert_eq!(
        told(&schema, &object("b", 2), Some(&old)),
        [
            "keyed[1].v: Invalid value: 2: for ever",
            "one: Invalid value: \"b\": for ever"
        ]
    );
}

#[test]
fn an_optional_old_value_is_asked_of_new_ones_too() {
    let rule = json!({"rule": "oldSelf.hasValue() || self.n == 1", "optionalOldSelf": true});
    let schema = spec(json!({"n": {"type": "integer"}}), rule);
    let new = json!({"spec": {"n": 2}});
    assert_eq!(told(&schema, &new, None).len(), 1);
    assert!(told(&schema, &new, Some(&json!({"spec": {"n": 1}}))).is_empty());
}

#[test]
fn what_was_wrong_before_and_is_the_same_is_forgiven() {
    let schema = spec(
        json!({"n": {"type": "integer"}}),
        json!({"rule": "self.n > 1"}),
    );
    let old = json!({"spec": {"n": 1}});
    assert_eq!(
        told(&schema, &old, Some(&old)),
        ["warning: spec: Invalid value: failed rule: self.n > 1"]
    );
    assert_eq!(
        told(&schema, &json!({"spec": {"n": 0}}), Some(&old)),
        ["spec: Invalid value: failed rule: self.n > 1"]
    );
}

#[test]
fn a_rule_that_the_evaluator_does_not_know_is_told_of() {
    let told = one(
        json!({"at": {"type": "string"}}),
        json!({"rule": "timestamp(self.at) < timestamp('2030-01-01T00:00:00Z')"}),
        json!({"at": "2020-01-01T00:00:00Z"}),
    );
    assert_eq!(
        told,
        [
            "warning: 1 rule of x-kubernetes-validations not evaluated, for they need what the evaluator of k8s-testing \
          does not know: spec: timestamp(self.at) < timestamp('2030-01-01T00:00:00Z')"
        ]
    );
    assert!(
        reads_old("self.a ==")
            .is_err_and(|why| why.starts_with("ERROR: <input>:1:10: Syntax error"))
    );
}

#[test]
fn kubernetes_own_functions_are_there() {
    let fields = || {
        json!({
            "l": {"type": "array", "items": {"type": "integer"}},
            "s": {"type": "string"}, "d": {"type": "number"}, "b": {"type": "string", "format": "byte"},
            "m": {"type": "object", "additionalProperties": {"type": "integer"}},
            "i": {"x-kubernetes-int-or-string": true},
        })
    };
    let object =
        json!({"l": [1, 2, 3], "s": "abc12", "d": 1, "b": "YWI=", "m": {"a-b": 1}, "i": "5%"});
    let hold = [
        "self.l.isSorted() && self.l.sum() == 6 && self.l.min() == 1 && self.l.max() == 3",
        "self.s.find('[0-9]+') == '12' && self.s.findAll('[a-z]') == ['a', 'b', 'c']",
        "self.s.matches('^[a-z0-9]+$') && self.s.startsWith('abc') && self.s.size() == 5",
        "self.s.upperAscii() == 'ABC12' && '1,2'.split(',').size() == 2",
        "self.d == 1.0 && self.d / 2.0 == 0.5",
        "size(self.b) == 2 && self.b == b'ab'",
        "self.m.all(k, k == 'a-b') && self.m['a-b'] == 1",
        "has(self.s) && !has(self.nothing) && self.?nothing.orValue(1) == 1",
        "type(self.i) == string && self.i.endsWith('%')",
        "self.l.exists_one(x, x == 2) && self.l.map(x, x * 2) == [2, 4, 6] && 2 in self.l",
        "self.l.filter(x, x > 1).size() == 2 ? true : false",
    ];
    for rule in hold {
        let told = one(fields(), json!({"rule": rule}), object.clone());
        assert!(told.is_empty(), "{rule}: {told:?}");
    }
}
