//! Functions that Kubernetes has and the evaluator's libraries have not.
//!
//! Follows k8s.io/apiserver `pkg/cel/library/lists.go` and `regex.go` (v0.36).

use std::cmp::Ordering;
use std::sync::Arc;

use cel::extractors::This;
use cel::{Context, ExecutionError, Value};
use regex::Regex;

type Items = Arc<Vec<Value>>;
type Answer<T> = Result<T, ExecutionError>;

pub(super) fn add(context: &mut Context<'_, '_>) {
    let added = [
        context.add_function("isSorted", |This(items): This<Items>| is_sorted(&items)),
        context.add_function("min", |This(items): This<Items>| {
            extreme("min", &items, Ordering::Less)
        }),
        context.add_function("max", |This(items): This<Items>| {
            extreme("max", &items, Ordering::Greater)
        }),
        context.add_function("sum", |This(items): This<Items>| sum(&items)),
        context.add_function(
            "find",
            |This(text): This<Arc<String>>, pattern: Arc<String>| {
                let pattern = compiled("find", &pattern)?;
                let found = pattern.find(&text).map_or("", |found| found.as_str());
                Ok::<_, ExecutionError>(Value::from(found))
            },
        ),
        context.add_function(
            "findAll",
            |This(text): This<Arc<String>>, pattern: Arc<String>| {
                let pattern = compiled("findAll", &pattern)?;
                let found: Vec<Value> = pattern
                    .find_iter(&text)
                    .map(|found| found.as_str().into())
                    .collect();
                Ok::<_, ExecutionError>(Value::from(found))
            },
        ),
    ];
    debug_assert!(added.iter().all(Result::is_ok));
}

fn is_sorted(items: &[Value]) -> bool {
    items.is_sorted_by(|one, next| {
        matches!(
            one.partial_cmp(next),
            Some(Ordering::Less | Ordering::Equal)
        )
    })
}

fn extreme(function: &str, items: &[Value], wanted: Ordering) -> Answer<Value> {
    let mut items = items.iter();
    let first = items.next().ok_or_else(|| {
        ExecutionError::function_error(function, format!("{function} called on empty list"))
    })?;
    let best = items.fold(first, |best, item| {
        let is_better = item.partial_cmp(best) == Some(wanted);
        if is_better { item } else { best }
    });
    Ok(best.clone())
}

fn sum(items: &[Value]) -> Answer<Value> {
    let mut sum = Value::Int(0);
    for item in items {
        sum = match (&sum, item) {
            (Value::Int(0), Value::Float(_)) => item.clone(),
            (Value::Int(one), Value::Int(two)) => Value::Int(
                one.checked_add(*two)
                    .ok_or_else(|| ExecutionError::Overflow("sum", sum.clone(), item.clone()))?,
            ),
            (Value::Float(one), Value::Float(two)) => Value::Float(one + two),
            _ => return Err(ExecutionError::no_such_overload("sum", Vec::new())),
        };
    }
    Ok(sum)
}

fn compiled(function: &str, pattern: &str) -> Answer<Regex> {
    Regex::new(pattern)
        .map_err(|_| ExecutionError::function_error(function, format!("Illegal regex: {pattern}")))
}
