//! Reads the tokens of a label selector into requirements.

use std::fmt;

use super::lexer::{Token, tokens};
use super::requirement::{InvalidRequirement, Operator, Requirement};

/// A text that is no label selector; `Display` is what kube-apiserver says of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseLabelSelectorError {
    message: String,
}

impl ParseLabelSelectorError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for ParseLabelSelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseLabelSelectorError {}

impl From<InvalidRequirement> for ParseLabelSelectorError {
    fn from(invalid: InvalidRequirement) -> Self {
        Self::new(invalid.to_string())
    }
}

pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, ParseLabelSelectorError> {
    Parser {
        tokens: tokens(text),
        at: 0,
    }
    .requirements()
}

struct Parser {
    tokens: Vec<(Token, String)>,
    at: usize,
}

type Parsed<T> = Result<T, ParseLabelSelectorError>;

impl Parser {
    /// The token at hand as an operator: `in` and `notin` are words of the language.
    fn operator_token(&self) -> (Token, &str) {
        // Nothing is consumed behind `End` but an operator or a bracket, each of which then fails.
        let last = self.tokens.len() - 1;
        let (token, literal) = &self.tokens[self.at.min(last)];
        (*token, literal)
    }

    /// The token at hand as a key or value: `in` and `notin` are plain words.
    fn peek(&self) -> (Token, &str) {
        match self.operator_token() {
            (Token::In | Token::NotIn, literal) => (Token::Identifier, literal),
            other => other,
        }
    }

    fn take(&mut self) -> (Token, String) {
        let (token, literal) = self.peek();
        let taken = (token, literal.to_owned());
        self.at += 1;
        taken
    }

    fn requirements(mut self) -> Parsed<Vec<Requirement>> {
        let mut found = Vec::new();
        loop {
            match self.peek() {
                (Token::Identifier | Token::Not, _) => {
                    found.push(self.requirement().map_err(|error| {
                        ParseLabelSelectorError::new(format!(
                            "unable to parse requirement: {error}"
                        ))
                    })?);
                }
                (Token::End, _) => return Ok(found),
                (_, literal) => {
                    let says =
                        format!("found '{literal}', expected: !, identifier, or 'end of string'");
                    return Err(ParseLabelSelectorError::new(says));
                }
            }
            match self.take() {
                (Token::End, _) => return Ok(found),
                (Token::Comma, _) => self.expect_another()?,
                (_, literal) => {
                    let says = format!("found '{literal}', expected: ',' or 'end of string'");
                    return Err(ParseLabelSelectorError::new(says));
                }
            }
        }
    }

    fn expect_another(&self) -> Parsed<()> {
        match self.peek() {
            (Token::Identifier | Token::Not, _) => Ok(()),
            (_, literal) => Err(ParseLabelSelectorError::new(format!(
                "found '{literal}', expected: identifier after ','"
            ))),
        }
    }

    fn requirement(&mut self) -> Parsed<Requirement> {
        let mut negated = false;
        let (mut token, mut key) = self.take();
        if token == Token::Not {
            negated = true;
            (token, key) = self.take();
        }
        if token != Token::Identifier {
            return Err(ParseLabelSelectorError::new(format!(
                "found '{key}', expected: identifier"
            )));
        }
        if let Some(invalid) = InvalidRequirement::of_key(&key) {
            return Err(invalid.into());
        }
        if negated {
            return Ok(Requirement::new(key, Operator::DoesNotExist, [""; 0])?);
        }
        if matches!(self.peek().0, Token::End | Token::Comma) {
            return Ok(Requirement::new(key, Operator::Exists, [""; 0])?);
        }
        let operator = self.operator()?;
        let values = match operator {
            Operator::In | Operator::NotIn => self.values()?,
            _ => vec![self.exact_value()?],
        };
        Ok(Requirement::new(key, operator, values)?)
    }

    fn operator(&mut self) -> Parsed<Operator> {
        let (token, literal) = self.operator_token();
        let operator = match token {
            Token::In => Operator::In,
            Token::Equals => Operator::Equals,
            Token::DoubleEquals => Operator::DoubleEquals,
            Token::Greater => Operator::GreaterThan,
            Token::Less => Operator::LessThan,
            Token::NotIn => Operator::NotIn,
            Token::NotEquals => Operator::NotEquals,
            _ => {
                let says = format!("found '{literal}', expected: in, notin, =, ==, !=, gt, lt");
                return Err(ParseLabelSelectorError::new(says));
            }
        };
        self.at += 1;
        Ok(operator)
    }

    fn values(&mut self) -> Parsed<Vec<String>> {
        match self.take() {
            (Token::Open, _) => {}
            (_, literal) => {
                return Err(ParseLabelSelectorError::new(format!(
                    "found '{literal}' expected: '('"
                )));
            }
        }
        match self.peek() {
            (Token::Identifier | Token::Comma, _) => {
                let values = self.identifiers()?;
                // `identifiers` ends well before a closing bracket only.
                self.at += 1;
                Ok(values)
            }
            (Token::Closed, _) => {
                self.at += 1;
                Ok(vec![String::new()])
            }
            (_, literal) => Err(ParseLabelSelectorError::new(format!(
                "found '{literal}', expected: ',', ')' or identifier"
            ))),
        }
    }

    fn identifiers(&mut self) -> Parsed<Vec<String>> {
        let mut values = Vec::new();
        loop {
            match self.take() {
                (Token::Identifier, value) => {
                    values.push(value);
                    match self.peek() {
                        (Token::Comma, _) => {}
                        (Token::Closed, _) => return Ok(values),
                        (_, literal) => {
                            let says = format!("found '{literal}', expected: ',' or ')'");
                            return Err(ParseLabelSelectorError::new(says));
                        }
                    }
                }
                (Token::Comma, _) => {
                    let next = self.peek().0;
                    // "(,", ",)" and ",," each stand for an empty value.
                    if values.is_empty() || matches!(next, Token::Closed | Token::Comma) {
                        values.push(String::new());
                    }
                    if next == Token::Closed {
                        return Ok(values);
                    }
                }
                (_, literal) => {
                    let says = format!("found '{literal}', expected: ',', or identifier");
                    return Err(ParseLabelSelectorError::new(says));
                }
            }
        }
    }

    fn exact_value(&mut self) -> Parsed<String> {
        if matches!(self.peek().0, Token::End | Token::Comma) {
            return Ok(String::new());
        }
        match self.take() {
            (Token::Identifier, value) => Ok(value),
            (_, literal) => Err(ParseLabelSelectorError::new(format!(
                "found '{literal}', expected: identifier"
            ))),
        }
    }
}
