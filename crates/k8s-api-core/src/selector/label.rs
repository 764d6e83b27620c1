//! Label selectors: which objects a list, a watch or a controller means, by their labels.

use std::fmt;
use std::str::FromStr;

use super::Lookup;
use super::parser::{ParseLabelSelectorError, parse};
use super::requirement::{Operator, Requirement};

/// Conditions on an object's labels, all of which must hold; no condition selects everything.
///
/// Kept in the order of their keys. `Display` prints what a `labelSelector` parameter carries.
///
/// ```
/// # use k8s_api_core::selector::LabelSelector;
/// let selector = LabelSelector::parse("app in (web,api), !canary")?;
/// assert!(selector.matches(&[("app", "web")]));
/// assert_eq!(selector.to_string(), "app in (api,web),!canary");
/// # Ok::<(), k8s_api_core::selector::ParseLabelSelectorError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

impl LabelSelector {
    /// Selects everything.
    pub const fn everything() -> Self {
        Self {
            requirements: Vec::new(),
        }
    }

    /// Reads a selector as in a `labelSelector` parameter or behind `kubectl get -l`.
    ///
    /// # Errors
    /// With the server's text, when the text is no selector.
    pub fn parse(text: &str) -> Result<Self, ParseLabelSelectorError> {
        Ok(parse(text)?.into_iter().collect())
    }

    /// Adds a condition.
    #[must_use]
    pub fn and(mut self, requirement: Requirement) -> Self {
        self.requirements.push(requirement);
        self.requirements.into_iter().collect()
    }

    /// The conditions, in the order of their keys.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Whether it selects everything.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether labels meet every condition.
    pub fn matches(&self, labels: &(impl Lookup + ?Sized)) -> bool {
        self.requirements
            .iter()
            .all(|requirement| requirement.matches(labels))
    }

    /// The one value that `key` must have, if the first condition on it allows only one.
    pub fn requires_exact_match(&self, key: &str) -> Option<&str> {
        let requirement = self.requirements.iter().find(|r| r.key() == key)?;
        match (requirement.operator(), requirement.values()) {
            (Operator::Equals | Operator::DoubleEquals | Operator::In, [value]) => Some(value),
            _ => None,
        }
    }
}

impl FromIterator<Requirement> for LabelSelector {
    fn from_iter<I: IntoIterator<Item = Requirement>>(requirements: I) -> Self {
        let mut requirements: Vec<_> = requirements.into_iter().collect();
        requirements.sort_by(|a, b| a.key().cmp(b.key()));
        Self { requirements }
    }
}

impl FromStr for LabelSelector {
    type Err = ParseLabelSelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, requirement) in self.requirements.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            requirement.fmt(f)?;
        }
        Ok(())
    }
}
