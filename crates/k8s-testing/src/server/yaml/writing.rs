//! Writing: JSON as lines of YAML, keys sorted, lists at the column of their key.

use serde_json::{Map, Value};

use super::words;

/// Lines that are longer are broken at the next space.
const WIDTH: usize = 80;

/// A document, with a line break at its end.
pub(crate) fn write(value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Object(fields) if !fields.is_empty() => map(&mut text, fields, 0),
        Value::Array(items) if !items.is_empty() => list(&mut text, items, 0),
        other => {
            scalar(&mut text, other, 0);
            text.push('\n');
        }
    }
    text
}

/// Fields, the first where the text ends.
fn map(text: &mut String, fields: &Map<String, Value>, column: usize) {
    let mut names: Vec<&String> = fields.keys().collect();
    names.sort_unstable();
    for (index, name) in names.into_iter().enumerate() {
        if index > 0 {
            text.push_str(&" ".repeat(column));
        }
        let key = quoted(name);
        // A long key, or one of several lines, would need a mark of its own.
        text.push_str(&key);
        text.push(':');
        match &fields[name] {
            Value::Object(inner) if !inner.is_empty() => {
                new_line(text, column + 2);
                map(text, inner, column + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                new_line(text, column);
                list(text, items, column);
            }
            other => {
                text.push(' ');
                scalar(text, other, column);
                text.push('\n');
            }
        }
    }
}

/// Items, the first where the text ends.
fn list(text: &mut String, items: &[Value], column: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(&" ".repeat(column));
        }
        text.push_str("- ");
        match item {
            Value::Object(inner) if !inner.is_empty() => map(text, inner, column + 2),
            Value::Array(inner) if !inner.is_empty() => list(text, inner, column + 2),
            other => {
                scalar(text, other, column);
                text.push('\n');
            }
        }
    }
}

fn new_line(text: &mut String, column: usize) {
    text.push('\n');
    text.push_str(&" ".repeat(column));
}

/// A single value, or what is empty.
fn scalar(text: &mut String, value: &Value, column: usize) {
    match value {
        Value::String(said) if is_block(said) => block(text, said, column + 2),
        Value::String(said) => folded(text, &quoted(said), column + 2),
        other => text.push_str(&other.to_string()),
    }
}

/// Whether lines can stand there as they are.
fn is_block(said: &str) -> bool {
    let is_hard = |c: char| c != '\n' && !is_printable(c);
    let begins = said.starts_with([' ', '\n']);
    said.contains('\n')
        && !begins
        && !said.contains(" \n")
        && !said.ends_with(' ')
        && !said.contains(is_hard)
}

fn block(text: &mut String, said: &str, column: usize) {
    let (body, mark) = match said.strip_suffix('\n') {
        Some(body) if body.ends_with('\n') => (body, "|+"),
        Some(body) => (body, "|"),
        None => (said, "|-"),
    };
    text.push_str(mark);
    for line in body.split('\n') {
        text.push('\n');
        if !line.is_empty() {
            text.push_str(&" ".repeat(column));
            text.push_str(line);
        }
    }
}

/// A text whose line is broken at spaces behind the eightieth column; who reads it takes a break for a space.
fn folded(text: &mut String, quoted: &str, indent: usize) {
    let begins = text.rfind('\n').map_or(0, |at| at + 1);
    let mut column = text[begins..].chars().count();
    let (mut before, mut rest) = (' ', quoted.chars().peekable());
    while let Some(c) = rest.next() {
        let is_inside = before != ' ' && !matches!(rest.peek(), None | Some(' ' | '\'' | '"'));
        if c == ' ' && column > WIDTH && is_inside {
            new_line(text, indent);
            column = indent;
        } else {
            text.push(c);
            column += 1;
        }
        before = c;
    }
}

/// A text in one line, with as few quotes as it takes.
fn quoted(said: &str) -> String {
    if said.contains(|c: char| !is_printable(c)) || words::means_another(said) || said == "<<" {
        // JSON's notation is YAML's, too.
        return Value::from(said).to_string().replace('\u{85}', "\\N");
    }
    if is_plain(said) {
        return said.to_owned();
    }
    format!("'{}'", said.replace('\'', "''"))
}

fn is_plain(said: &str) -> bool {
    let marks = [
        '#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`',
    ];
    let begins_list =
        |mark: char| said == mark.to_string() || said.starts_with(&format!("{mark} "));
    !(said.starts_with(marks)
        || begins_list('-')
        || begins_list('?')
        || said.starts_with("---")
        || said.starts_with("...")
        || said.starts_with(' ')
        || said.ends_with([' ', ':'])
        || said.contains(": ")
        || said.contains(" #")
        || said.is_empty())
}

/// What may stand as it is, to Go: nothing beyond the basic plane.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}
