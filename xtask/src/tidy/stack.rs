//! Rule `stack`: the page about the layers has a heading for each, in the order of the code.
//!
//! A layer is a line `// layer: NAME — why it stands here` in the stack's file; its heading is `## NAME`.

use super::Faults;
use crate::Error;
use crate::repo::{File, Repo};

const CODE: &str = "crates/k8s-client/src/stack.rs";
const PAGE: &str = "docs/STACK.md";

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    let (Some(code), Some(page)) = (repo.file(CODE), repo.file(PAGE)) else {
        for path in [CODE, PAGE]
            .into_iter()
            .filter(|path| repo.file(path).is_none())
        {
            faults.add(path, 1, "does not exist");
        }
        return Ok(());
    };
    let layers = layers(code, faults);
    if layers.is_empty() {
        faults.add(CODE, 1, "no line `// layer: NAME — why`");
    }
    compare(&layers, page, faults);
    Ok(())
}

fn layers<'a>(code: &'a File, faults: &mut Faults) -> Vec<(usize, &'a str)> {
    let mut layers = Vec::new();
    for (line, text) in code.lines() {
        let Some((_, mark)) = text.split_once("// layer: ") else {
            continue;
        };
        match mark.split_once(" — ") {
            Some((name, why)) if !why.trim().is_empty() => layers.push((line, name.trim())),
            _ => faults.add(
                CODE,
                line,
                "a layer that does not say ` — why` it stands here",
            ),
        }
    }
    layers
}

fn compare(layers: &[(usize, &str)], page: &File, faults: &mut Faults) {
    let headings: Vec<(usize, &str)> = page
        .lines()
        .filter_map(|(line, text)| Some((line, text.strip_prefix("## ")?.trim())))
        .collect();
    let mut last = 0;
    for (line, name) in layers {
        match headings.iter().find(|(_, heading)| heading == name) {
            None => faults.add(
                CODE,
                *line,
                format!("the layer {name} has no heading in {PAGE}"),
            ),
            Some((at, _)) if *at < last => faults.add(
                PAGE,
                *at,
                format!("{name} stands before a layer that is outside it"),
            ),
            Some((at, _)) => last = *at,
        }
    }
}
