//! YAML, in requests and answers: what a document says as JSON, and JSON as a document.
//!
//! ```text
//! text ▸ events of the tokenizer ▸ words by Go's rules ▸ Document, and which keys stand there twice
//! value ▸ lines: keys sorted, lists at the column of their key
//! ```
//!
//! Follows sigs.k8s.io/yaml, by which kube-apiserver reads and writes it; syntax errors are in the tokenizer's words.
//! Nothing is shared with the reader of kubeconfigs, which clients under test use.

mod reading;
mod words;
mod writing;

pub(crate) use self::reading::read;
pub(crate) use self::writing::write;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(text: &str, expected: &Value) {
        let read = read(text.as_bytes()).expect(text);
        assert_eq!(read.document.to_value(), *expected, "{text}");
    }

    #[test]
    fn words_are_what_go_takes_them_for() {
        check("", &Value::Null);
        check("# nothing\n", &Value::Null);
        check(
            "a: yes\nb: 'yes'\nc: off\n",
            &json!({"a": true, "b": "yes", "c": false}),
        );
        check(
            "[0x10, 010, 1_000, -3, 1.5, 1e3, .5]",
            &json!([16, 8, 1000, -3, 1.5, 1000, 0.5]),
        );
        check("[~, null, Null, nil]", &json!([null, null, null, "nil"]));
        check(
            "[18446744073709551615, 1:30, 2026-01-02, 1.2.3]",
            &json!([u64::MAX, "1:30", "2026-01-02", "1.2.3"]),
        );
        check("!!str 1", &json!("1"));
        check("1: a\ntrue: b", &json!({"1": "a", "true": "b"}));
        check(
            "a: |\n  x\n  y\nb: >-\n  x\n  y\n",
            &json!({"a": "x\ny\n", "b": "x y"}),
        );
    }

    #[test]
    fn aliases_and_merges_are_written_out() {
        check(
            "a: &x {b: 1}\nc: *x\n",
            &json!({"a": {"b": 1}, "c": {"b": 1}}),
        );
        check(
            "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n",
            &json!({"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        );
    }

    #[test]
    fn the_first_document_counts() {
        check("a: 1\n---\na: 2\n", &json!({"a": 1}));
    }

    #[test]
    fn keys_that_stand_there_again_are_told_with_their_lines() {
        let read = read(b"a: 1\nb: {c: 1,\n  c: 2}\na: 3\n").unwrap();
        assert_eq!(read.document.to_value(), json!({"a": 3, "b": {"c": 2}}));
        let lines = [
            r#"line 3: key "c" already set in map"#,
            r#"line 4: key "a" already set in map"#,
        ];
        assert_eq!(read.repeated, lines);
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_line() {
        for text in ["a: [", "a: b: c\n", "a: *x\n", "a: 'x", "!!int x"] {
            let says = read(text.as_bytes()).unwrap_err();
            assert!(says.starts_with("yaml: "), "{text}: {says}");
        }
        let deep = "[".repeat(5_000);
        assert!(read(deep.as_bytes()).is_err());
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..12 {
            let last = format!("*a{}", n - 1);
            bomb.push_str(&format!(
                "a{n}: &a{n} [{}]\n",
                [last.as_str(); 8].join(", ")
            ));
        }
        let says = read(bomb.as_bytes()).unwrap_err();
        assert_eq!(says, "yaml: document contains excessive aliasing");
        assert!(read(b"\xff\xfe\xff").is_err());
    }

    #[test]
    fn documents_are_written_as_go_writes_them() {
        let value = json!({"b": {"n": null, "e": {}, "l": []}, "a": [{"y": 1, "x": "yes"}, [1.5, [true]], "t"],
            "s": ["", "1", "a: b", "# c", "it's: x", "line\nline\n", "line\nline", "tab\t", "-", "~", "2026-01-02", "é",
                "x: 'y'", " edge", "\u{1b}"]});
        let expected = "a:\n- x: \"yes\"\n  \"y\": 1\n- - 1.5\n  - - true\n- t\nb:\n  e: {}\n  l: []\n  \"n\": null\ns:\n- \"\"\n\
            - \"1\"\n- 'a: b'\n- '# c'\n- 'it''s: x'\n- |\n  line\n  line\n- |-\n  line\n  line\n- \"tab\\t\"\n- '-'\n- \"~\"\n\
            - \"2026-01-02\"\n- é\n- 'x: ''y'''\n- ' edge'\n- \"\\e\"\n";
        let expected = expected.replace("\\e", "\\u001b");
        assert_eq!(write(&value), expected);
        let read = read(write(&value).as_bytes()).unwrap();
        assert_eq!(read.document.to_value(), value);
        assert_eq!(write(&json!("x")), "x\n");
        let says = "only the following media types are accepted: application/json;stream=watch, \
                    application/vnd.kubernetes.protobuf;stream=watch";
        let expected = "message: 'only the following media types are accepted: application/json;stream=watch,\n  \
                        application/vnd.kubernetes.protobuf;stream=watch'\n";
        assert_eq!(write(&json!({"message": says})), expected);
    }

    #[test]
    fn any_text_is_read_as_it_was_written() {
        let mut rng = fastrand::Rng::with_seed(3);
        let parts = [
            "a", " ", "\n", ":", "#", "-", "'", "\"", "{", "[", "\\", "\t", "1", ".", "é",
            "\u{85}", "!", "|", "%", "y",
        ];
        for _ in 0..5_000 {
            let length = rng.usize(0..8);
            let text: String = (0..length)
                .map(|_| parts[rng.usize(..parts.len())])
                .collect();
            let long = format!("{}{text}", "many words, ".repeat(rng.usize(6..9)));
            let value = json!({"k": text, text.clone(): [text], "long": long});
            let written = write(&value);
            let read = read(written.as_bytes())
                .unwrap_or_else(|says| panic!("{text:?} {written}: {says}"));
            assert_eq!(read.document.to_value(), value, "{written}");
        }
    }
}
