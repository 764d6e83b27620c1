//! Lists of regular expressions, as kubectl's flags have them.

mod plain;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use regex::bytes::{RegexSet, RegexSetBuilder};

use self::plain::Plain;

/// Regular expressions of which one must match, anywhere in the text unless it is anchored.
///
/// The syntax is that of Go's `regexp` (RE2) as far as ASCII goes: `\d` and `\w` are ASCII, a dot is any byte but a line's
/// end, and `\p{…}` is not known. An empty list matches nothing.
#[derive(Clone)]
pub struct Patterns {
    list: Arc<List>,
}

/// Shared: a copy of a set begins without what the set has learnt, and a service is cloned for each request.
#[derive(Default)]
struct List {
    texts: Vec<String>,
    plain: Vec<Plain>,
    /// Those that are more than plain.
    others: Option<RegexSet>,
}

/// A pattern that is no regular expression.
#[derive(Debug)]
pub struct InvalidPattern {
    pattern: String,
    cause: regex::Error,
}

impl Patterns {
    /// These patterns; a comma in one is a comma.
    ///
    /// # Errors
    /// [`InvalidPattern`] names the first that is not a regular expression.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidPattern> {
        let mut list = List::default();
        let mut others = Vec::new();
        for pattern in patterns {
            list.texts.push(pattern.to_owned());
            match Plain::read(pattern) {
                Some(plain) => list.plain.push(plain),
                None => others.push(pattern),
            }
        }
        if !others.is_empty() {
            list.others = Some(build(&others).map_err(|all| blame(&others, all))?);
        }
        Ok(Self {
            list: Arc::new(list),
        })
    }

    /// Matches nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            list: Arc::default(),
        }
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.texts.is_empty()
    }

    /// Whether one of them matches.
    #[must_use]
    pub fn match_any(&self, text: &str) -> bool {
        let (list, text) = (&*self.list, text.as_bytes());
        list.plain.iter().any(|plain| plain.matches(text))
            || list.others.as_ref().is_some_and(|set| set.is_match(text))
    }
}

/// As `--accept-paths` and its like are written: separated by commas, `""` for none.
///
/// Follows `MakeRegexpArray` of kubectl's `pkg/proxy`.
impl FromStr for Patterns {
    type Err = InvalidPattern;

    fn from_str(list: &str) -> Result<Self, InvalidPattern> {
        if list.is_empty() {
            return Ok(Self::none());
        }
        Self::new(list.split(','))
    }
}

fn build(patterns: &[&str]) -> Result<RegexSet, regex::Error> {
    RegexSetBuilder::new(patterns).unicode(false).build()
}

/// The set says that a pattern is bad, not which.
fn blame(patterns: &[&str], all: regex::Error) -> InvalidPattern {
    let one = patterns
        .iter()
        .find_map(|pattern| build(&[pattern]).err().map(|cause| (*pattern, cause)));
    let (pattern, cause) = one.unwrap_or(("", all));
    InvalidPattern {
        pattern: pattern.to_owned(),
        cause,
    }
}

impl fmt::Debug for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list.texts).finish()
    }
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading the regular expression {:?}", self.pattern)
    }
}

impl std::error::Error for InvalidPattern {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::Patterns;

    fn check(list: &str, text: &str, expected: bool) {
        let patterns: Patterns = list.parse().unwrap();
        assert_eq!(patterns.match_any(text), expected, "{list:?} on {text:?}");
    }

    #[test]
    fn p24_one_of_a_list_is_enough() {
        check("bar,.*", "foo", true);
        check("bar,fo.*", "foo", true);
        check("bar,fo.*", "bar", true);
        check("bar,fo.*", "baz", false);
    }

    #[test]
    fn an_empty_list_matches_nothing_and_an_empty_pattern_everything() {
        check("", "", false);
        check("", "foo", false);
        check("foo,", "bar", true);
    }

    #[test]
    fn is_anchored_only_where_it_says_so() {
        check("fo", "a foo", true);
        check("^fo", "a foo", false);
        check("^$", "", true);
        check("^$", "GET", false);
    }

    #[test]
    fn a_dot_is_any_byte() {
        check("^/a.*z$", "/aäöz", true);
        check(r"^\w+$", "ä", false);
    }

    #[test]
    fn names_the_pattern_that_is_none() {
        let error = "ok,(".parse::<Patterns>().unwrap_err();
        assert_eq!(error.to_string(), "reading the regular expression \"(\"");
        let error = r"\p{Greek}".parse::<Patterns>().unwrap_err();
        assert!(error.to_string().contains("Greek"));
    }
}
