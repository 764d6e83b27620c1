//! Sets of paths, as structured-merge-diff has them: a path may be in a set without those above it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::element::{Element, Path};

/// Paths below one place.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Set(BTreeMap<Element, Branch>);

/// What a set has of one step: the path that ends with it, and those below.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Branch {
    is_member: bool,
    below: Set,
}

impl Set {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn insert(&mut self, path: &[Element]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let branch = self.0.entry(first.clone()).or_default();
        if rest.is_empty() {
            branch.is_member = true;
        } else {
            branch.below.insert(rest);
        }
    }

    pub(crate) fn has(&self, path: &[Element]) -> bool {
        match path.split_first() {
            Some((first, [])) => self.0.get(first).is_some_and(|branch| branch.is_member),
            Some((first, rest)) => self
                .0
                .get(first)
                .is_some_and(|branch| branch.below.has(rest)),
            None => false,
        }
    }

    /// What is below one step.
    pub(super) fn below(&self, element: &Element) -> Option<&Self> {
        let below = &self.0.get(element)?.below;
        (!below.is_empty()).then_some(below)
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for (element, branch) in &other.0 {
            let own = all.0.entry(element.clone()).or_default();
            own.is_member |= branch.is_member;
            own.below = own.below.union(&branch.below);
        }
        all
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        self.keep(|element, branch| {
            let other = other.0.get(element)?;
            Some(Branch {
                is_member: branch.is_member && other.is_member,
                below: branch.below.intersection(&other.below),
            })
        })
    }

    /// Without the paths of another set; what lies below them stays.
    pub(crate) fn difference(&self, other: &Self) -> Self {
        self.keep(|element, branch| {
            let Some(other) = other.0.get(element) else {
                return Some(branch.clone());
            };
            Some(Branch {
                is_member: branch.is_member && !other.is_member,
                below: branch.below.difference(&other.below),
            })
        })
    }

    /// Without the paths of another set, and all that lies below them.
    pub(crate) fn without(&self, other: &Self) -> Self {
        self.keep(|element, branch| match other.0.get(element) {
            None => Some(branch.clone()),
            Some(other) if other.is_member => None,
            Some(other) => Some(Branch {
                is_member: branch.is_member,
                below: branch.below.without(&other.below),
            }),
        })
    }

    /// Every path: those that end here first, then those below each step.
    pub(crate) fn paths(&self) -> Vec<Path> {
        let mut paths = Vec::new();
        self.collect(&mut Vec::new(), &mut paths);
        paths
    }

    fn collect(&self, above: &mut Path, paths: &mut Vec<Path>) {
        for (element, _) in self.0.iter().filter(|(_, branch)| branch.is_member) {
            let mut path = above.clone();
            path.push(element.clone());
            paths.push(path);
        }
        for (element, branch) in &self.0 {
            above.push(element.clone());
            branch.below.collect(above, paths);
            above.pop();
        }
    }

    /// The same branches, made members where `is_named` says so, which is asked with each step on the way.
    pub(super) fn named(&self, is_named: &mut impl FnMut(&[Element]) -> bool) -> Self {
        self.named_below(&mut Vec::new(), is_named)
    }

    fn named_below(&self, above: &mut Path, is_named: &mut impl FnMut(&[Element]) -> bool) -> Self {
        let mut all = Self::default();
        for (element, branch) in &self.0 {
            above.push(element.clone());
            let is_member =
                branch.is_member || (!branch.below.is_empty() && is_named(above.as_slice()));
            let below = branch.below.named_below(above, is_named);
            above.pop();
            all.0.insert(element.clone(), Branch { is_member, below });
        }
        all
    }

    /// Reads `FieldsV1`.
    pub(super) fn from_json(fields: &Value) -> Result<Self, ()> {
        let mut set = Self::default();
        for (name, below) in fields.as_object().into_iter().flatten() {
            if name == "." {
                continue;
            }
            let Some(element) = Element::parse(name)? else {
                continue;
            };
            let inner = Self::from_json(below)?;
            let is_member = inner.is_empty() || below.get(".").is_some();
            let branch = Branch {
                is_member,
                below: inner,
            };
            set.0.insert(element, branch);
        }
        Ok(set)
    }

    /// Writes `FieldsV1`.
    pub(super) fn to_json(&self) -> Value {
        let mut fields = Map::new();
        for (element, branch) in &self.0 {
            let mut below = branch.below.to_json();
            if branch.is_member && !branch.below.is_empty() {
                below["."] = Map::new().into();
            }
            fields.insert(element.to_text(), below);
        }
        fields.into()
    }

    /// What `kept` makes of each branch; those without any path are gone.
    fn keep(&self, kept: impl Fn(&Element, &Branch) -> Option<Branch>) -> Self {
        let branches = self.0.iter().filter_map(|(element, branch)| {
            let kept = kept(element, branch)?;
            let is_there = kept.is_member || !kept.below.is_empty();
            is_there.then(|| (element.clone(), kept))
        });
        Self(branches.collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(fields: Value) -> Set {
        Set::from_json(&fields).unwrap()
    }

    #[test]
    fn sets_are_written_as_they_were_read() {
        for fields in [
            json!({}),
            json!({"f:a": {}}),
            json!({"f:a": {".": {}, "f:b": {}}}),
            json!({"f:a": {"k:{\"name\":\"x\"}": {".": {}, "f:c": {}}, "v:\"y\"": {}}}),
        ] {
            assert_eq!(set(fields.clone()).to_json(), fields);
        }
    }

    #[test]
    fn a_difference_leaves_what_lies_below() {
        let all = set(json!({"f:a": {".": {}, "f:b": {}}}));
        let some = set(json!({"f:a": {}}));
        assert_eq!(all.difference(&some).to_json(), json!({"f:a": {"f:b": {}}}));
        assert!(all.without(&some).is_empty());
        assert_eq!(all.intersection(&some), some);
        assert_eq!(some.union(&all), all);
    }

    #[test]
    fn paths_that_end_come_before_those_below() {
        let all = set(json!({"f:a": {"f:b": {}}, "f:c": {}}));
        let shown: Vec<String> = all
            .paths()
            .iter()
            .map(|p| crate::server::managed::element::shown(p))
            .collect();
        assert_eq!(shown, [".c", ".a.b"]);
    }
}
