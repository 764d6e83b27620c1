//! Text of unknown origin made safe to print: no escape sequence of a terminal gets through.

use std::fmt::Write as _;

/// Replaces control characters, but for tab to carriage return, and other characters that are no text by `U+001B` and the like.
///
/// Follows client-go's `cleanANSIEscapeCodes`: what is kept are letters, marks, numbers, punctuation, symbols and separators.
#[must_use]
pub fn safe_for_terminals(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_text(c) || ('\t'..='\r').contains(&c) {
            safe.push(c);
        } else {
            // Writing to a String does not fail.
            let _ = write!(safe, "U+{:04X}", u32::from(c));
        }
    }
    safe
}

/// Not of the categories Cc, Cf, Co (private use). Unassigned code points pass, as they do no harm and change with every Unicode version.
fn is_text(c: char) -> bool {
    let private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    let format = matches!(c,
        '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}' | '\u{8E2}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}'
        | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0001}'
        | '\u{E0020}'..='\u{E007F}');
    !c.is_control() && !private && !format
}
