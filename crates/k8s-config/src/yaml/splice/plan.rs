//! What becomes of the fields of a map and of the items of a list, told by their names.

use super::super::Out;
use super::super::layout::{Field, Spot};
use super::{Rename, Result, SpliceErrorKind, error};

/// What becomes of the fields of a map.
#[derive(Default)]
pub(super) struct Plan<'n, 'o> {
    /// By index in the text.
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<(&'o str, &'o Out)>,
    pub(super) replaced: Vec<(&'n Field<'n>, &'o Out)>,
    pub(super) inside: Vec<(&'n Field<'n>, &'o Out, &'o Out)>,
}

/// The items of a list of named things: which stay, go, change and come.
pub(super) struct Pairs<'n, 'o> {
    pub(super) items: &'n [Spot<'n>],
    pub(super) names: Vec<&'n str>,
    pub(super) removed: Vec<usize>,
    pub(super) changed: Vec<(&'n Spot<'n>, &'o Out, &'o Out)>,
    pub(super) added: Vec<&'o Out>,
}

impl<'n, 'o> Pairs<'n, 'o> {
    /// Matches items by name; `None` when that is not how this list works.
    pub(super) fn of(
        renames: &[Rename],
        list: &str,
        items: &'n [Spot<'n>],
        old: &'o [Out],
        new: &'o [Out],
    ) -> Option<Self> {
        let old_names: Vec<&str> = unique(old.iter().map(Out::name))?;
        let new_names: Vec<&str> = unique(new.iter().map(Out::name))?;
        let text_names: Vec<&str> = unique(items.iter().map(Spot::name))?;
        let mut pairs = Self {
            items,
            names: text_names,
            removed: Vec::new(),
            changed: Vec::new(),
            added: Vec::new(),
        };
        let now = |name: &str| {
            let renamed = renames
                .iter()
                .find(|rename| rename.list == list && rename.from == name);
            renamed.map_or_else(|| name.to_owned(), |rename| rename.to.clone())
        };
        let mut found = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let name = pairs.names[index];
            let old = &old[old_names.iter().position(|old| *old == name)?];
            let after = new_names.iter().position(|new| *new == now(name));
            match after {
                None => pairs.removed.push(index),
                Some(at) => {
                    found.push(at);
                    if *old != new[at] {
                        pairs.changed.push((item, old, &new[at]));
                    }
                }
            }
        }
        pairs.added = new
            .iter()
            .enumerate()
            .filter(|(at, _)| !found.contains(at))
            .map(|(_, out)| out)
            .collect();
        Some(pairs)
    }

    pub(super) const fn kept(&self) -> usize {
        self.items.len() - self.removed.len()
    }
}

static EMPTY: Out = Out::Map(Vec::new());

pub(super) fn plan<'n, 'o>(
    fields: &'n [Field<'n>],
    before: &'o Out,
    after: &'o Out,
) -> Result<Plan<'n, 'o>> {
    let (Out::Map(old), Out::Map(new)) = (before, after) else {
        return Ok(Plan::default());
    };
    let mut plan = Plan::default();
    for (key, value) in new {
        let was = old
            .iter()
            .find(|(old, _)| old == key)
            .map(|(_, value)| value);
        if was == Some(value) {
            continue;
        }
        match (
            fields
                .iter()
                .rfind(|field| field.name.as_deref() == Some(key)),
            was,
        ) {
            (None, _) => plan.added.push((key, value)),
            (Some(field), Some(was)) => plan.inside.push((field, was, value)),
            // Something that is read and not written again may stand in it.
            (Some(field), None) if matches!(value, Out::Map(_)) => {
                plan.inside.push((field, &EMPTY, value));
            }
            (Some(field), None) => plan.replaced.push((field, value)),
        }
    }
    for (key, _) in old {
        if new.iter().any(|(new, _)| new == key) {
            continue;
        }
        let at = |(index, field): (usize, &Field<'_>)| {
            (field.name.as_deref() == Some(key)).then_some(index)
        };
        let count = plan.removed.len();
        plan.removed
            .extend(fields.iter().enumerate().filter_map(at));
        if plan.removed.len() == count {
            let line = fields.first().map_or(1, |field| field.line);
            return Err(error(line, SpliceErrorKind::Merged));
        }
    }
    plan.removed.sort_unstable();
    Ok(plan)
}

impl Out {
    pub(super) fn name(&self) -> Option<&str> {
        let Self::Map(fields) = self else {
            return None;
        };
        fields.iter().find_map(|(key, value)| match value {
            Self::Text(text) if key == "name" => Some(text.as_str()),
            _ => None,
        })
    }
}

/// The names, if all have one and no two the same.
fn unique<'s>(names: impl Iterator<Item = Option<&'s str>>) -> Option<Vec<&'s str>> {
    let names: Vec<&str> = names.collect::<Option<_>>()?;
    let set: std::collections::HashSet<&str> = names.iter().copied().collect();
    (set.len() == names.len()).then_some(names)
}
