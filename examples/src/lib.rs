//! What the examples share: errors with their causes, and columns of text.
//!
//! Each file beside this folder answers one question; this crate also compiles the snippets of the guides and READMEs.

pub mod account;
pub mod counted;
pub mod kubeconfig;
pub mod load;
mod pages;
pub mod plane;
pub mod relay;
pub mod tally;

use std::error::Error;
use std::fmt::Write as _;

/// An error and its causes, one a line, each further in.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  because: {cause}");
        next = cause.source();
    }
    text
}

/// Rows as kubectl prints them: columns as wide as their widest cell, three spaces between.
pub fn table<const N: usize>(rows: &[[&str; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            // Writing to a String cannot fail.
            let _ = write!(line, "{cell:<width$}   ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        assert_eq!(
            table(&[["A", "B"], ["long", ""], ["x", "y"]]),
            "A      B\nlong\nx      y\n"
        );
    }
}
