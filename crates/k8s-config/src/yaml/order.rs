//! The order of keys in what kubectl writes: letters after other characters, and numbers by their value.

use std::cmp::Ordering;

/// Follows `keyList.Less` of `go.yaml.in/yaml/v2`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else {
        return a.len().cmp(&b.len());
    };
    let (left, right) = (a[at], b[at]);
    match (left.is_alphabetic(), right.is_alphabetic()) {
        (true, true) => left.cmp(&right),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            // A zero within a number is a digit like others; at its start it counts for nothing.
            let within = (left == '0' || right == '0')
                && a[..at]
                    .iter()
                    .rev()
                    .take_while(|c| c.is_ascii_digit())
                    .any(|c| *c != '0');
            let start = u128::from(within);
            let number = |chars: &[char]| {
                let digits = chars.iter().map_while(|c| c.to_digit(10));
                digits.fold((start, 0_usize), |(value, len), digit| {
                    (
                        value.saturating_mul(10).saturating_add(u128::from(digit)),
                        len + 1,
                    )
                })
            };
            number(&a[at..])
                .cmp(&number(&b[at..]))
                .then(left.cmp(&right))
        }
    }
}
