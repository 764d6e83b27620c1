//! A filter, `[?(…)]`.

use super::error::Fault;
use super::{Parser, action};
use crate::node::{Filter, Node};

impl<'t> Parser<'t> {
    /// After `[?(`, up to `)]`.
    pub(super) fn filter(&mut self) -> Result<Node, Fault> {
        let text = self.inside_of_filter()?;
        let Some((left, operator, right)) = split(text) else {
            return Ok(Node::Filter(Filter {
                left: action(text, self.depth)?,
                against: None,
            }));
        };
        Ok(Node::Filter(Filter {
            left: action(left, self.depth)?,
            against: Some((operator.to_owned(), action(right, self.depth)?)),
        }))
    }

    /// A parenthesis between the first pair of quotes does not end it. After that pair every parenthesis does, also
    /// one that stands in quotes: that is what client-go does.
    fn inside_of_filter(&mut self) -> Result<&'t str, Fault> {
        self.cursor.mark();
        let (mut opened, mut closed) = (None, false);
        loop {
            match self.cursor.next() {
                None | Some('\n') => return Err(Fault::UnterminatedFilter),
                Some(quote @ ('"' | '\'')) => match opened {
                    None => opened = Some(quote),
                    Some(pair) => {
                        closed |= quote == pair && self.cursor.second_last() != Some(b'\\');
                    }
                },
                Some(')') if opened.is_some() == closed => break,
                Some(_) => {}
            }
        }
        let text = self.cursor.marked();
        if !self.cursor.skip("]") {
            return Err(Fault::UnclosedFilter);
        }
        Ok(&text[..text.len() - 1])
    }
}

fn split(text: &str) -> Option<(&str, &str, &str)> {
    let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
    let begins = text.find(is_operator).filter(|at| *at > 0)?;
    let (left, rest) = text.split_at(begins);
    let operator = rest.find(|c| !is_operator(c)).unwrap_or(rest.len() - 1);
    (operator > 0).then(|| (left, &rest[..operator], &rest[operator..]))
}
