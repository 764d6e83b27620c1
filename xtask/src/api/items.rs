//! The public items of one file.

use crate::source::{Source, is_name_char};

/// One line for each public item: functions and fields with their types, variants, traits and what they ask for.
pub(super) fn of(source: &Source) -> Vec<String> {
    let tests = source.test_modules();
    let mut code = source.code.clone();
    // Test modules are taken out, last first, so that offsets hold.
    for lines in tests.iter().rev() {
        let start = offset(&code, *lines.start());
        let end = offset(&code, lines.end() + 1);
        code.replace_range(start..end, "");
    }
    let mut items = Vec::new();
    read(&code, &Within::Module, &mut items);
    items
}

/// The types that are not public: what is implemented for them, or by way of them, is nobody's business.
pub(super) fn private(source: &Source) -> Vec<String> {
    let of = |word: &'static str| {
        source.words(word).filter_map(move |at| {
            let line = source.code[..at].rsplit('\n').next().unwrap_or_default();
            let name = source.code[at + word.len()..].trim_start();
            let end = name.find(|c| !is_name_char(c)).unwrap_or(name.len());
            let is_public = line.trim_start().starts_with("pub ");
            (!is_public && end > 0).then(|| name[..end].to_owned())
        })
    };
    of("struct").chain(of("enum")).chain(of("trait")).collect()
}

/// Offset of the first byte of a line, counted from 1.
fn offset(code: &str, line: usize) -> usize {
    let ends = code.match_indices('\n').map(|(at, _)| at + 1);
    [0].into_iter()
        .chain(ends)
        .nth(line - 1)
        .unwrap_or(code.len())
}

/// What a piece of code belongs to.
enum Within {
    Module,
    /// An inherent impl, by its header: what is `pub` counts.
    Impl(String),
    /// A trait, by its name: everything counts.
    Trait(String),
}

/// Reads items, one after the other: a head up to `;` or `{`, and what stands in the braces.
fn read(code: &str, within: &Within, items: &mut Vec<String>) {
    let mut at = 0;
    while let Some((head, body, next)) = item(code, at) {
        at = next;
        let head = tidy(head);
        let Some(head) = said(&head, within) else {
            continue;
        };
        take(&head, body, within, items);
    }
}

fn take(head: &str, body: Option<&str>, within: &Within, items: &mut Vec<String>) {
    if let Within::Impl(context) | Within::Trait(context) = within {
        items.push(format!("{context}: {}", bare(head)));
        return;
    }
    let mut words = head.split_whitespace();
    match words.find(|word| !matches!(*word, "pub" | "unsafe" | "async" | "const" | "extern")) {
        Some("mod") => {
            if let Some(body) = body {
                read(body, within, items);
            }
        }
        Some(word) if word == "impl" || word.starts_with("impl<") => {
            let context = head.to_owned();
            match body {
                Some(_) if head.contains(" for ") => items.push(context),
                Some(body) => read(body, &Within::Impl(context), items),
                None => {}
            }
        }
        Some("trait") => {
            let name = bare(head);
            items.push(name.clone());
            read(body.unwrap_or_default(), &Within::Trait(name), items);
        }
        Some("struct" | "union") => {
            items.push(bare(head));
            let name = bare(head);
            let fields = parts(body.unwrap_or_default());
            let public = fields.iter().filter(|field| field.starts_with("pub "));
            items.extend(public.map(|field| format!("{name}: {}", bare(field))));
        }
        Some("enum") => {
            let name = bare(head);
            items.push(name.clone());
            let variants = parts(body.unwrap_or_default());
            items.extend(variants.iter().map(|variant| format!("{name}: {variant}")));
        }
        Some(_) => items.push(bare(head)),
        None => {}
    }
}

/// The head if it says something public.
fn said(head: &str, within: &Within) -> Option<String> {
    let is_public = head.starts_with("pub ");
    let opens =
        |word: &str| head.starts_with(&format!("{word} ")) || head.starts_with(&format!("{word}<"));
    let says = match within {
        Within::Trait(_) => !head.is_empty(),
        Within::Impl(_) => is_public,
        Within::Module => is_public || opens("impl") || opens("mod"),
    };
    says.then(|| head.to_owned())
}

/// Without `pub`, and without a value.
fn bare(head: &str) -> String {
    let head = head.strip_prefix("pub ").unwrap_or(head);
    let is_constant = head.starts_with("const ") && !head.starts_with("const fn ");
    match head.split_once(" = ") {
        Some((name, _)) if is_constant || head.starts_with("static ") => name.to_owned(),
        _ => head.to_owned(),
    }
}

/// The item that begins at `at`: its head, what stands in its braces, and where the next one begins.
fn item(code: &str, at: usize) -> Option<(&str, Option<&str>, usize)> {
    let rest = code.get(at..)?;
    if rest.trim().is_empty() {
        return None;
    }
    let mut depth = 0_i32;
    for (here, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b';' if depth <= 0 => return Some((&rest[..here], None, at + here + 1)),
            b'{' if depth <= 0 => {
                let end = closing(rest, here);
                // `pub use a::{b, c};` goes on behind its braces.
                if tidy(&rest[..here]).contains("use ") {
                    let stop = rest[end..].find(';').map_or(rest.len(), |stop| end + stop);
                    return Some((&rest[..stop], None, at + stop + 1));
                }
                return Some((&rest[..here], Some(&rest[here + 1..end]), at + end + 1));
            }
            _ => {}
        }
    }
    None
}

/// Offset of the brace that closes the one at `open`, or of the end.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

/// Without attributes, on one line.
fn tidy(head: &str) -> String {
    let mut text = String::new();
    let mut rest = head;
    while let Some(at) = rest.find("#[").or_else(|| rest.find("#![")) {
        text.push_str(&rest[..at]);
        let open = at + rest[at..].find('[').unwrap_or_default();
        let mut depth = 0_i32;
        let end = rest
            .bytes()
            .enumerate()
            .skip(open)
            .find_map(|(here, byte)| {
                depth += i32::from(byte == b'[') - i32::from(byte == b']');
                (depth == 0).then_some(here + 1)
            });
        rest = &rest[end.unwrap_or(rest.len())..];
    }
    text.push_str(rest);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // As on one line: no comma before a bracket that closes.
    let text = text
        .replace("( ", "(")
        .replace(", )", ")")
        .replace(" )", ")");
    text.replace("{ ", "{")
        .replace(", }", "}")
        .replace("< ", "<")
        .replace(", >", ">")
}

/// The parts of a list, cut at its commas.
fn parts(body: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    let bytes = body.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b')' | b']' | b'}' | b'>' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(tidy(&body[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(tidy(&body[start..]));
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: &[&str]) {
        assert_eq!(of(&Source::new(code)), expected, "{code}");
    }

    #[test]
    fn says_what_others_can_use() {
        check(
            "pub fn a(\n    b: u8,\n) -> u8 { b }\nfn c() {}\npub(crate) fn d() {}",
            &["fn a(b: u8) -> u8"],
        );
        check("pub const A: [u8; 2] = [1, 2];", &["const A: [u8; 2]"]);
        check("pub const fn a() -> u8 { 1 }", &["const fn a() -> u8"]);
        check(
            "pub use a::{\n    b,\n    c,\n};\nuse d::e;",
            &["use a::{b, c}"],
        );
        check(
            "pub struct A(u8);\npub struct B;",
            &["struct A(u8)", "struct B"],
        );
    }

    #[test]
    fn names_the_type_that_an_item_belongs_to() {
        check(
            "#[derive(Clone)]\npub struct A<T> {\n    /// Text.\n    pub b: Vec<(u8, T)>,\n    c: u8,\n}",
            &["struct A<T>", "struct A<T>: b: Vec<(u8, T)>"],
        );
        check(
            "pub enum E {\n    #[serde(rename = \"a\")]\n    A(u8, u8),\n    B { c: u8 },\n}",
            &["enum E", "enum E: A(u8, u8)", "enum E: B {c: u8 }"],
        );
        check(
            "impl<T: X> A<T> {\n    pub fn b(&self) -> u8 { 1 }\n    fn c() {}\n}\nimpl Clone for A<u8> { fn clone(&self) -> Self {} }",
            &["impl<T: X> A<T>: fn b(&self) -> u8", "impl Clone for A<u8>"],
        );
        check(
            "pub trait T: Send {\n    const A: u8 = 1;\n    fn b(&self) { 1 }\n    type C: X;\n}",
            &[
                "trait T: Send",
                "trait T: Send: const A: u8",
                "trait T: Send: fn b(&self)",
                "trait T: Send: type C: X",
            ],
        );
        check(
            "pub mod a {\n    pub fn b() {}\n}\nmod c { pub fn d() {} }",
            &["fn b()", "fn d()"],
        );
    }

    #[test]
    fn knows_the_types_that_are_not_public() {
        let source = Source::new(
            "pub struct A;\nstruct B;\npub(crate) enum C {}\ntrait D {}\npub trait E {}",
        );
        assert_eq!(private(&source), ["B", "C", "D"]);
    }

    #[test]
    fn tests_are_not_api() {
        check(
            "pub fn a() {}\n#[cfg(test)]\nmod tests {\n    pub fn b() {}\n}\npub fn c() {}",
            &["fn a()", "fn c()"],
        );
    }
}
