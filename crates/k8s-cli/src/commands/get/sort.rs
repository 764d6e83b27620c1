//! `--sort-by PATH`: objects in the order of what a path finds in them.

use std::borrow::Cow;
use std::cmp::Ordering;

use k8s_api_core::Quantity;
use k8s_jsonpath::Template;
use serde_json::Value;

use super::SORT_BY;
use crate::args::Args;
use crate::failure::Failure;
use crate::print;

/// Where the value stands that decides.
#[derive(Debug)]
pub(super) struct SortBy {
    /// With its braces.
    path: String,
    template: Template,
}

/// What decides about one object, in this order.
#[derive(Debug)]
enum Key {
    Missing,
    Null,
    Number(f64),
    /// Two quantities are compared by what they say, all other texts letter by letter.
    Text(String, Option<Quantity>),
}

impl SortBy {
    /// The order that is asked for, if one is.
    pub(super) fn parse(args: &Args) -> Result<Option<Self>, Failure> {
        let Some(path) = args.some_text(SORT_BY) else {
            return Ok(None);
        };
        let (path, template) = print::path(&path)?;
        Ok(Some(Self { path, template }))
    }

    /// Sorts items by their objects; those that are equal keep their order. Follows `sorter.go` of kubectl.
    ///
    /// What has no such field comes first. The field must be there once, and a text or a number.
    pub(super) fn sort<T>(
        &self,
        items: &mut Vec<T>,
        object: fn(&T) -> Cow<'_, Value>,
    ) -> Result<(), Failure> {
        let keys: Result<Vec<Key>, Failure> =
            items.iter().map(|item| self.key(&object(item))).collect();
        let keys = keys?;
        if !keys.is_empty() && keys.iter().all(|key| matches!(key, Key::Missing)) {
            return Err(Failure::new(format!(
                "couldn't find any field with path {:?} in the list of objects",
                self.path
            )));
        }
        // Texts some of which are quantities have no order that `sort_by` would take: `9` < `10` < `1x` < `9`.
        let mut order: Vec<usize> = Vec::with_capacity(keys.len());
        for at in 0..keys.len() {
            let place = order.partition_point(|other| keys[*other].cmp(&keys[at]).is_le());
            order.insert(place, at);
        }
        let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
        items.extend(order.into_iter().filter_map(|at| taken[at].take()));
        Ok(())
    }

    /// Sorts objects.
    pub(super) fn objects(&self, objects: &mut Vec<Value>) -> Result<(), Failure> {
        self.sort(objects, |object| Cow::Borrowed(object))
    }

    fn key(&self, object: &Value) -> Result<Key, Failure> {
        let found = self.template.find(object).map_err(Failure::new)?;
        let Some(first) = found.first().and_then(|found| found.first()) else {
            return Ok(Key::Missing);
        };
        let kind = match first.to_value() {
            Value::Null => return Ok(Key::Null),
            Value::Number(number) => return Ok(Key::Number(number.as_f64().unwrap_or(f64::NAN))),
            Value::String(text) => {
                let quantity = text.parse().ok();
                return Ok(Key::Text(text, quantity));
            }
            Value::Bool(_) => "true or false",
            Value::Array(_) => "a list",
            Value::Object(_) => "a map",
        };
        let path = &self.path;
        Err(Failure::new(format!(
            "cannot sort by {path}: it is {kind}, neither a text nor a number"
        )))
    }
}

impl Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Text(_, Some(one)), Self::Text(_, Some(other))) => one.cmp(other),
            (Self::Text(one, _), Self::Text(other, _)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Null => 1,
            Self::Number(_) => 2,
            Self::Text(..) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::args::{Flag, Kind, parse};

    fn check(path: &str, values: Value, expected: &str) {
        let flags = vec![Flag::new(SORT_BY, Kind::Text(""), "")];
        let args = parse(vec![format!("--{SORT_BY}={path}")], flags).unwrap();
        let sorted = SortBy::parse(&args).and_then(|by| {
            let mut values = values.as_array().unwrap().clone();
            by.unwrap().objects(&mut values)?;
            Ok(values)
        });
        let said = match sorted {
            Ok(values) => values.iter().map(|one| format!("{one} ")).collect(),
            Err(failure) => failure.text().to_owned(),
        };
        assert_eq!(said.trim_end(), expected, "{path}");
    }

    #[test]
    fn orders_texts_numbers_and_quantities() {
        let one = |value: Value| json!({"a": value});
        let of = |values: &[Value]| values.iter().cloned().map(one).collect::<Value>();
        check(
            ".a",
            of(&[json!("b"), json!("a")]),
            r#"{"a":"a"} {"a":"b"}"#,
        );
        check("a", of(&[json!(10), json!(9.5)]), r#"{"a":9.5} {"a":10}"#);
        check(
            "{.a}",
            of(&[json!("1Gi"), json!("100Mi"), json!("2k")]),
            r#"{"a":"2k"} {"a":"100Mi"} {"a":"1Gi"}"#,
        );
        check(
            "a",
            of(&[json!("10"), json!("9")]),
            r#"{"a":"9"} {"a":"10"}"#,
        );
        check("a", json!([{"a": 1}, {"b": 1}]), r#"{"b":1} {"a":1}"#);
        check(
            "a",
            json!([{"a": "x", "n": 1}, {"a": "x", "n": 2}, {"a": "w"}]),
            r#"{"a":"w"} {"a":"x","n":1} {"a":"x","n":2}"#,
        );
        check("a", json!([]), "");
    }

    #[test]
    fn says_what_cannot_be_sorted_by() {
        check(
            ".x",
            json!([{"a": 1}]),
            r#"error: couldn't find any field with path "{.x}" in the list of objects"#,
        );
        check(
            ".a",
            json!([{"a": {}}]),
            "error: cannot sort by {.a}: it is a map, neither a text nor a number",
        );
        check("a b", json!([{"a": 1}]), "error: unrecognized identifier b");
    }

    #[test]
    fn no_order_at_all_is_no_panic() {
        let words = ["9", "10", "1x", "100", "20", "2x", "1k", "a", "5m", "1e3x"];
        let values = (0..500).map(|at| json!({"a": words[at * 7 % words.len()]}));
        let mut values: Vec<Value> = values.collect();
        let by = SortBy {
            path: "{.a}".to_owned(),
            template: Template::parse("{.a}").unwrap(),
        };
        by.objects(&mut values).unwrap();
        assert_eq!(values.len(), 500);
    }
}
