//! Which quotes a string needs: none, single, double, or a block of its own.

use std::borrow::Cow;

use super::Value;
use super::scalar;

/// How a string is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Follows `stringv` and `yaml_emitter_select_scalar_style`.
pub(super) fn choose(text: &str, is_key: bool) -> Style {
    let allowed = analyze(text);
    if text.contains('\n') {
        let literal = allowed.block && !is_key && !text.is_empty();
        return if literal {
            Style::Literal
        } else {
            Style::Double
        };
    }
    // As a key, the sign of merging has to be told from it.
    if !means_itself(text) || (is_key && text == "<<") {
        return Style::Double;
    }
    match allowed {
        Allowed { plain: true, .. } => Style::Plain,
        Allowed { single: true, .. } => Style::Single,
        _ => Style::Double,
    }
}

/// Whether the text, unquoted, would be read as this string and nothing else.
fn means_itself(text: &str) -> bool {
    let is_text = matches!(scalar::plain(Cow::Borrowed(text)), Ok(Value::Text(_)));
    is_text && !is_base_60(text) && !is_time(text)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`, which YAML 1.1 took for a number.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = whole.split(':');
    let digits = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    };
    let first = parts.next().unwrap_or_default();
    let sixtieth = |part: &str| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    };
    let rest: Vec<&str> = parts.collect();
    first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && digits(fraction)
        && !rest.is_empty()
        && rest.into_iter().all(sixtieth)
}

/// A date, alone or with a time of day: `2001-1-2`, `2001-01-02T03:04:05Z`.
fn is_time(text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let number = |text: &str, most: u32| {
        let short =
            !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        short
            .then(|| text.parse().ok())
            .flatten()
            .filter(|number: &u32| *number <= most)
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let year_shaped = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = year_shaped && number(month, 12) > Some(0) && number(day, 31) > Some(0);
    // What follows the seconds may be a fraction or a zone; to quote one too many does no harm.
    let is_time = time.is_none_or(|time| {
        let mut parts = time.splitn(3, ':');
        let hour = parts.next().is_some_and(|hour| number(hour, 23).is_some());
        let minute = parts
            .next()
            .is_some_and(|minute| number(minute, 59).is_some());
        hour && minute
            && parts
                .next()
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    is_date && is_time
}

struct Allowed {
    plain: bool,
    single: bool,
    block: bool,
}

/// Follows `yaml_emitter_analyze_scalar`, for block context.
fn analyze(text: &str) -> Allowed {
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut break_space, mut space_break) = (false, false, false);
    let mut previous = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let before_blank = rest.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        let after_blank =
            previous.is_none_or(|before| matches!(before, ' ' | '\t') || scalar::is_break(before));
        indicators |= match (previous, c) {
            (
                None,
                '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`',
            ) => true,
            (None, '?' | '-') | (_, ':') => before_blank,
            (_, '#') => after_blank,
            _ => false,
        };
        // Go writes the line ends of YAML 1.1 as they are, and then reads them as spaces; here they are escaped.
        special |= !scalar::is_printable(c) || (scalar::is_break(c) && c != '\n');
        break_space |= c == ' ' && previous.is_some_and(scalar::is_break);
        space_break |= scalar::is_break(c) && previous == Some(' ');
        previous = Some(c);
    }
    let edge = |c: char| c == ' ' || scalar::is_break(c);
    let edges = text.starts_with(edge) || text.ends_with(edge);
    let breaks = text.contains(scalar::is_break);
    let hard = space_break || special;
    Allowed {
        plain: !(edges || break_space || hard || breaks || indicators),
        single: !(break_space || hard),
        block: !(text.ends_with(' ') || hard),
    }
}
