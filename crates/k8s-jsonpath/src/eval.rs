//! Fills a template from data: each node takes what the one before it found, and finds something in it.

mod compare;
mod error;
mod filter;
mod range;
mod slice;

pub use self::error::ExecuteError;

use self::error::Fault;
use crate::go::sorted;
use crate::item::Item;
use crate::node::Node;

/// What one text or action found.
pub(crate) type Results<'a> = Vec<Item<'a>>;

/// The state of filling one template.
#[derive(Debug)]
pub(crate) struct Evaluation {
    allow_missing_keys: bool,
    /// Findings that may still be made.
    budget: usize,
    ranges: range::State,
}

/// Filling stopped. What the failing node had found matters: `[?(…)]` without an operator asks no more than that.
#[derive(Debug)]
struct Stopped<'a> {
    found: Results<'a>,
    fault: Fault,
}

type Walk<'a> = Result<Results<'a>, Stopped<'a>>;

impl Evaluation {
    pub(crate) fn new(allow_missing_keys: bool, budget: usize) -> Self {
        Self {
            allow_missing_keys,
            budget,
            ranges: range::State::default(),
        }
    }

    /// What each text and action of a template finds, ranges unrolled.
    pub(crate) fn run<'a>(
        mut self,
        template: &'a [Node],
        data: Item<'a>,
    ) -> Result<Vec<Results<'a>>, ExecuteError> {
        self.find(template, 0, data).map_err(ExecuteError::new)
    }

    fn walk<'a>(&mut self, input: Results<'a>, node: &'a Node) -> Walk<'a> {
        if matches!(node, Node::Array(_) | Node::Filter(_) | Node::Wildcard) {
            self.spend(input.iter().map(|item| size(*item)).sum())?;
        }
        let found = match node {
            Node::Text(text) => vec![Item::Text(text)],
            Node::List(nodes) => self.list(input, nodes)?,
            Node::Field(name) => self.field(&input, name)?,
            Node::Identifier(name) => self.identifier(input, name)?,
            Node::Array(slice) => slice::slice(input, *slice)?,
            Node::Filter(filter) => self.filter(input, filter)?,
            Node::Int(value) => vec![Item::Literal(*value); input.len()],
            Node::Float(value) => vec![Item::Float(*value); input.len()],
            Node::Bool(value) => vec![Item::Bool(*value); input.len()],
            Node::Wildcard => input.iter().flat_map(|item| members(*item)).collect(),
            Node::Recursive => self.recursive(&input)?,
            Node::Union(lists) => self.union(input, lists)?,
        };
        self.spend(found.len() + 1)?;
        Ok(found)
    }

    fn list<'a>(&mut self, input: Results<'a>, nodes: &'a [Node]) -> Walk<'a> {
        nodes
            .iter()
            .try_fold(input, |found, node| self.walk(found, node))
    }

    fn field<'a>(&self, input: &[Item<'a>], name: &str) -> Walk<'a> {
        let value = |item: &Item<'a>| match item {
            Item::Map(map) => map.get(name).map(Item::of),
            _ => None,
        };
        let found: Results<'a> = input.iter().filter_map(value).collect();
        if found.is_empty() && !input.is_empty() && !self.allow_missing_keys {
            return Err(Fault::Missing(name.to_owned()).with(found));
        }
        Ok(found)
    }

    fn union<'a>(&mut self, input: Results<'a>, lists: &'a [Vec<Node>]) -> Walk<'a> {
        let mut found = Vec::new();
        for list in lists {
            match self.list(input.clone(), list) {
                Ok(more) => found.extend(more),
                Err(stopped) => return Err(stopped.fault.with(input)),
            }
        }
        Ok(found)
    }

    /// Every value that has members, and every one below it, each before its members.
    fn recursive<'a>(&mut self, input: &[Item<'a>]) -> Walk<'a> {
        let mut found = Vec::new();
        let mut todo: Vec<Item<'a>> = input.iter().rev().copied().collect();
        while let Some(item) = todo.pop() {
            if let Item::Text(text) = item {
                // Its members are bytes, which have none.
                if !text.is_empty() {
                    self.spend(1)?;
                    found.push(item);
                }
                continue;
            }
            let members = members(item);
            if !members.is_empty() {
                self.spend(members.len() + 1)?;
                found.push(item);
                todo.extend(members.into_iter().rev());
            }
        }
        Ok(found)
    }

    fn spend<'a>(&mut self, findings: usize) -> Result<(), Stopped<'a>> {
        match self.budget.checked_sub(findings) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err(Fault::TooMuch("findings").with(Vec::new())),
        }
    }
}

fn size(item: Item<'_>) -> usize {
    match item {
        Item::Map(map) => map.len(),
        Item::List(values) => values.len(),
        Item::Text(text) => text.len(),
        _ => 0,
    }
}

/// The members of a map, a list or a text. Go goes through a map in no order; here it is that of the keys.
fn members(item: Item<'_>) -> Results<'_> {
    match item {
        Item::Map(map) => sorted(map)
            .into_iter()
            .map(|(_, value)| Item::of(value))
            .collect(),
        Item::List(values) => values.iter().map(Item::of).collect(),
        Item::Text(text) => text.iter().map(|byte| Item::Byte(*byte)).collect(),
        _ => Vec::new(),
    }
}
