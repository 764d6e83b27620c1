//! Elements of a list by index, `[start:end:step]`.

use super::error::Fault;
use super::{Stopped, Walk};
use crate::item::Item;
use crate::node::{End, Slice};

/// The elements of each list of the input. A slice that is empty for one list ends the search, as in client-go.
pub(super) fn slice(input: Vec<Item<'_>>, slice: Slice) -> Walk<'_> {
    let mut found = Vec::new();
    for item in &input {
        let values = match item {
            // client-go panics where there is nothing at all.
            Item::Null | Item::Absent => continue,
            Item::List(values) => *values,
            other => return Err(Fault::NotAList(other.type_name()).with(input)),
        };
        match bounds(slice, values.len()) {
            Ok(None) => return Ok(found),
            Ok(Some((from, to, step))) => {
                found.extend(values[from..to].iter().step_by(step).map(Item::of));
            }
            Err(fault) => {
                return Err(Stopped {
                    found: input,
                    fault,
                });
            }
        }
    }
    Ok(found)
}

/// Where it begins, where it ends and how far it steps; `None` if it is empty.
fn bounds(slice: Slice, length: usize) -> Result<Option<(usize, usize, usize)>, Fault> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let mut start = slice.start.unwrap_or(0);
    if start < 0 {
        start += length;
    }
    let end = match slice.end {
        End::Open => length,
        End::At(end) if end < 0 => end + length,
        End::AfterStart(end) if end <= 0 => end + length,
        End::At(end) | End::AfterStart(end) => end,
    };
    if start == end {
        return Ok(None);
    }
    let index = |index| Fault::OutOfBounds { index, length };
    if start >= length || start < 0 {
        return Err(index(start));
    }
    if end > length || end < 0 {
        return Err(index(end.wrapping_sub(1)));
    }
    if start > end {
        return Err(Fault::Backwards { start, end });
    }
    let step = slice.step.unwrap_or(1);
    if step <= 0 {
        return Err(Fault::Step);
    }
    let place = |index: i64| usize::try_from(index).unwrap_or(usize::MAX);
    Ok(Some((place(start), place(end), place(step))))
}
