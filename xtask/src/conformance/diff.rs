//! `cargo xtask conformance --diff`: what both servers answered to the same cases, side by side where it differs.
//!
//! The test program writes down each answer (`CONFORMANCE_RECORD`). Here both records are read, what must differ is taken
//! out of them (see [`ignored`]), and what is left is compared. A difference is a defect of the in-memory
//! server.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::ignored;
use crate::Error;

/// One answer, with what must differ taken out.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    /// Who asked, and for what.
    asked: String,
    said: Value,
}

/// The answers of each case, in the order in which it asked.
type Record = BTreeMap<String, Vec<Answer>>;

/// Prints every difference; the last line counts the cases. Whether there is none.
pub(super) fn compare(fake: &Path, real: &Path) -> Result<bool, Error> {
    let (fake, real) = (read(fake)?, read(real)?);
    let mut differing = 0;
    for (case, real) in &real {
        let faults = match fake.get(case) {
            Some(fake) => differences(fake, real),
            None => vec!["the in-memory server was not asked".to_owned()],
        };
        if !faults.is_empty() {
            differing += 1;
            println!("{case}\n{}", faults.join("\n"));
        }
    }
    println!("compared={} differing={differing}", real.len());
    Ok(differing == 0 && !real.is_empty())
}

fn read(path: &Path) -> Result<Record, Error> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    record(&text)
}

fn record(text: &str) -> Result<Record, Error> {
    let mut record = Record::new();
    for line in text.lines() {
        let entry: Value = serde_json::from_str(line)?;
        let word = |name: &str| entry[name].as_str().unwrap_or_default();
        let request = ignored::in_text(word("request"));
        let answer = Answer {
            asked: format!("{}: {request}", word("user")),
            said: ignored::in_answer(&entry),
        };
        let answers = record.entry(word("case").to_owned()).or_default();
        // Who waits for a controller asks again and again: how often does not matter, only what came at last.
        if answers
            .last()
            .is_some_and(|last| last.asked == answer.asked)
        {
            answers.pop();
        }
        answers.push(answer);
    }
    Ok(record)
}

/// Each request whose answers differ, with each place where they do.
fn differences(fake: &[Answer], real: &[Answer]) -> Vec<String> {
    let mut faults = Vec::new();
    for (fake, real) in fake.iter().zip(real) {
        if fake.asked != real.asked {
            faults.push(format!(
                "  asked otherwise: {} | {}",
                fake.asked, real.asked
            ));
            return faults;
        }
        let mut places = Vec::new();
        places_of("", &fake.said, &real.said, &mut places);
        if !places.is_empty() {
            faults.push(format!("  {}\n{}", real.asked, places.join("\n")));
        }
    }
    if fake.len() != real.len() {
        let (fake, real) = (fake.len(), real.len());
        faults.push(format!(
            "  {fake} requests in memory, {real} to the real server"
        ));
    }
    faults
}

/// Goes down while both sides are alike, so that a place is named as deep as it can be.
fn places_of(place: &str, fake: &Value, real: &Value, places: &mut Vec<String>) {
    match (fake, real) {
        (Value::Object(fake), Value::Object(real)) => {
            let mut names: Vec<&String> = fake.keys().chain(real.keys()).collect();
            names.sort_unstable();
            names.dedup();
            let is_inventory = ignored::INVENTORIES.contains(&place.trim_start_matches("/body/"));
            for name in names {
                if is_inventory && !fake.contains_key(name) {
                    continue;
                }
                let [fake, real] = [fake, real].map(|map| map.get(name).unwrap_or(&Value::Null));
                places_of(&format!("{place}/{name}"), fake, real, places);
            }
        }
        (Value::Array(fake), Value::Array(real)) if fake.len() == real.len() => {
            for (index, (fake, real)) in fake.iter().zip(real).enumerate() {
                places_of(&format!("{place}/{index}"), fake, real, places);
            }
        }
        _ if fake == real => {}
        _ => places.push(format!(
            "    {place}\n      memory {fake}\n      real   {real}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(case: &str, request: &str, body: Value) -> String {
        json!({"case": case, "user": "admin", "request": request, "code": 200, "headers": {}, "body": body})
            .to_string()
    }

    #[test]
    fn the_last_of_equal_questions_counts() {
        let text = [
            line("a::b", "GET /x", json!({"n": 1})),
            line("a::b", "GET /x", json!({"n": 2})),
            line("a::b", "GET /y", json!({"n": 3})),
        ];
        let record = record(&text.join("\n")).unwrap();
        let bodies: Vec<_> = record["a::b"]
            .iter()
            .map(|answer| &answer.said["body"]["n"])
            .collect();
        assert_eq!(bodies, [&json!(2), &json!(3)]);
    }

    #[test]
    fn places_are_named_as_deep_as_they_go() {
        let mut places = Vec::new();
        let fake = json!({"a": [{"b": 1}], "same": {}, "list": [1]});
        let real = json!({"a": [{"b": 2}], "same": {}, "list": [], "more": "x"});
        places_of("", &fake, &real, &mut places);
        assert_eq!(
            places,
            [
                "    /a/0/b\n      memory 1\n      real   2",
                "    /list\n      memory [1]\n      real   []",
                "    /more\n      memory null\n      real   \"x\"",
            ]
        );
    }

    #[test]
    fn another_question_ends_the_comparison() {
        let answer = |asked: &str| Answer {
            asked: asked.to_owned(),
            said: json!(asked),
        };
        let found = differences(&[answer("x"), answer("y")], &[answer("z"), answer("y")]);
        assert_eq!(found, ["  asked otherwise: x | z"]);
        let found = differences(&[answer("x")], &[answer("x"), answer("y")]);
        assert_eq!(found, ["  1 requests in memory, 2 to the real server"]);
    }
}
