//! Rule `docs`: STATUS lists every crate, and a README says what its crate says of itself.

use super::Faults;
use crate::Error;
use crate::repo::{File, Repo};
use crate::workspace::Member;

const STATUS: &str = "docs/STATUS.md";

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    match repo.file(STATUS) {
        None => faults.add(STATUS, 1, "does not exist"),
        Some(status) => {
            for member in repo
                .members
                .iter()
                .filter(|member| !lists(status, &member.name))
            {
                faults.add(
                    STATUS,
                    1,
                    format!(
                        "does not list {}: a line `- `{}`: …`",
                        member.name, member.name
                    ),
                );
            }
        }
    }
    for member in repo.members.iter().filter(|member| member.published) {
        compare_readme(repo, member, faults);
    }
    Ok(())
}

fn lists(status: &File, name: &str) -> bool {
    let entry = format!("- `{name}`: ");
    status.text.lines().any(|line| line.starts_with(&entry))
}

fn compare_readme(repo: &Repo, member: &Member, faults: &mut Faults) {
    let path = format!("{}/README.md", member.folder);
    let Some(readme) = repo.file(&path) else {
        faults.add(
            &path,
            1,
            format!("does not exist, and {} is to be published", member.name),
        );
        return;
    };
    let root = if member.library { "lib.rs" } else { "main.rs" };
    let Some(code) = repo.file(&format!("{}/src/{root}", member.folder)) else {
        return;
    };
    let (line, said) = first_paragraph(readme, |line| (!line.starts_with('#')).then_some(line));
    let (_, documented) = first_paragraph(code, |line| line.strip_prefix("//!"));
    if said != documented {
        faults.add(
            &path,
            line,
            format!("its first paragraph is not that of {}", code.path),
        );
    }
}

/// The first lines that are text, joined by single spaces, and where they begin.
fn first_paragraph<'a>(
    file: &'a File,
    text: impl Fn(&'a str) -> Option<&'a str>,
) -> (usize, String) {
    let mut lines = file
        .lines()
        .map(|(at, line)| (at, text(line).unwrap_or_default().trim()));
    let mut lines = lines.by_ref().skip_while(|(_, text)| text.is_empty());
    let Some((start, first)) = lines.next() else {
        return (1, String::new());
    };
    let rest = lines
        .map(|(_, text)| text)
        .take_while(|text| !text.is_empty());
    (
        start,
        std::iter::once(first)
            .chain(rest)
            .collect::<Vec<_>>()
            .join(" "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        File {
            path: String::new(),
            text: text.to_owned(),
            rust: None,
        }
    }

    #[test]
    fn reads_first_paragraphs() {
        let readme = file("# k8s-x\n\nOne thing,\nand another.\n\nMore.\n");
        let paragraph = first_paragraph(&readme, |line| (!line.starts_with('#')).then_some(line));
        assert_eq!(paragraph, (3, "One thing, and another.".to_owned()));
        let code = file("//! One thing,\n//! and another.\n//!\n//! More.\n");
        let paragraph = first_paragraph(&code, |line| line.strip_prefix("//!"));
        assert_eq!(paragraph, (1, "One thing, and another.".to_owned()));
        assert_eq!(first_paragraph(&file(""), Some), (1, String::new()));
    }
}
