//! Cuts a label selector into words and signs.

/// A word or sign of a label selector.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Token {
    Closed,
    Comma,
    DoubleEquals,
    End,
    Equals,
    Greater,
    Identifier,
    In,
    Less,
    Not,
    NotEquals,
    NotIn,
    Open,
}

/// Every token with its text, the last one being [`Token::End`].
pub(super) fn tokens(text: &str) -> Vec<(Token, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        // As in Go's lexer, a NUL ends the text, except right behind a token, where it is skipped.
        let Some(first) = rest.bytes().next().filter(|b| *b != 0) else {
            found.push((Token::End, String::new()));
            return found;
        };
        let (token, length) = if is_sign(first) {
            sign(rest)
        } else {
            word(rest)
        };
        let (literal, behind) = rest.split_at(length);
        found.push((token, literal.to_owned()));
        rest = behind.strip_prefix('\0').unwrap_or(behind);
    }
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'=' | b'!' | b'(' | b')' | b',' | b'>' | b'<')
}

fn known(text: &str) -> Option<Token> {
    Some(match text {
        ")" => Token::Closed,
        "," => Token::Comma,
        "!" => Token::Not,
        "==" => Token::DoubleEquals,
        "=" => Token::Equals,
        ">" => Token::Greater,
        "in" => Token::In,
        "<" => Token::Less,
        "!=" => Token::NotEquals,
        "notin" => Token::NotIn,
        "(" => Token::Open,
        _ => return None,
    })
}

/// The longest sign at the front: `!=` before `!`. Each sign byte alone is one.
fn sign(rest: &str) -> (Token, usize) {
    let run = rest.bytes().take_while(|b| is_sign(*b)).count();
    let length = (1..=run)
        .take_while(|n| known(&rest[..*n]).is_some())
        .last();
    let length = length.unwrap_or(1);
    (known(&rest[..length]).unwrap_or(Token::Identifier), length)
}

fn word(rest: &str) -> (Token, usize) {
    let ends = |b: u8| b == 0 || is_sign(b) || matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let length = rest.bytes().position(ends).unwrap_or(rest.len());
    (known(&rest[..length]).unwrap_or(Token::Identifier), length)
}
