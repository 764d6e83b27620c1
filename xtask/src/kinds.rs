//! `cargo xtask kinds`: writes the lists of kinds that k8s-openapi has types for, from that crate's source.
//!
//! `source of a major of k8s-openapi ▸ one row a kind and the releases that have it ▸ macro rows in k8s-api-core`

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;
use xshell::Shell;

use crate::Error;
use crate::flags::Kinds;
use crate::workspace;

/// The majors that k8s-api-core knows, each a list and a feature of its own.
const MAJORS: [&str; 2] = ["0.28", "0.29"];

/// A kind by the module and name of its type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    module: String,
    name: String,
    scope: &'static str,
}

/// Writes the lists, or compares them with what is committed.
pub(crate) fn run(flags: &Kinds) -> Result<ExitCode, Error> {
    let mut stale = 0;
    for (path, written) in lists()? {
        let path = path.as_str();
        if !flags.check {
            fs::write(workspace::root().join(path), written)?;
            println!("kinds: wrote {path}");
        } else if is_committed(path, &written) {
            println!("kinds: {path} is up to date");
        } else {
            println!("kinds: {path} is stale: run cargo xtask kinds");
            stale += 1;
        }
    }
    Ok(ExitCode::from(u8::from(stale > 0)))
}

/// Whether what is committed is what would be written.
pub(crate) fn is_up_to_date() -> Result<bool, Error> {
    Ok(lists()?
        .iter()
        .all(|(path, written)| is_committed(path, written)))
}

fn is_committed(path: &str, written: &str) -> bool {
    fs::read_to_string(workspace::root().join(path)).is_ok_and(|text| text == written)
}

/// The lists of all majors, by path.
fn lists() -> Result<Vec<(String, String)>, Error> {
    let root = workspace::root();
    let sh = Shell::new()?;
    sh.change_dir(&root);
    let metadata = workspace::cargo(&sh, &["metadata", "--format-version=1"])
        .quiet()
        .read()?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let list = |major: &str| {
        let name = major.replace('.', "_");
        let path = format!("crates/k8s-api-core/src/k8s_openapi/v{name}.rs");
        let source = source(&metadata, major)?;
        Ok((path, list(major, &source.join("src"))?))
    };
    MAJORS.into_iter().map(list).collect()
}

fn head(major: &str) -> String {
    let name = major.replace('.', "_");
    format!(
        "//! Which kinds the types of k8s-openapi {major} have, written by `cargo xtask kinds`.\n\n\
         use k8s_openapi_{name} as k8s_openapi;\n\n\
         use super::resource;\nuse crate::resource::metadata_by_fields;\n\n\
         metadata_by_fields!(k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta);\n\n"
    )
}

/// Where cargo keeps the source of a major of the package.
fn source(metadata: &Value, major: &str) -> Result<PathBuf, Error> {
    let packages = metadata["packages"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let minor = format!("{major}.");
    let manifest = packages
        .iter()
        .filter(|package| package["name"] == "k8s-openapi")
        .find(|package| {
            package["version"]
                .as_str()
                .is_some_and(|version| version.starts_with(&minor))
        })
        .and_then(|package| package["manifest_path"].as_str())
        .ok_or_else(|| format!("cargo metadata tells of no k8s-openapi {major}"))?;
    let manifest = Path::new(manifest);
    Ok(manifest.parent().unwrap_or(manifest).to_owned())
}

fn list(major: &str, source: &Path) -> Result<String, Error> {
    let mut releases = Vec::new();
    for entry in fs::read_dir(source)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("v1_") {
            releases.push(name);
        }
    }
    releases.sort_by_key(|release| (release.len(), release.clone()));
    let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    for (number, release) in releases.iter().enumerate() {
        for kind in kinds_below(&source.join(release))? {
            kinds.entry(kind).or_default().push(number);
        }
    }
    let mut text = head(major);
    for (kind, present) in &kinds {
        text.push_str(&row(kind, present, &releases)?);
        text.push('\n');
    }
    Ok(text)
}

/// A macro row, inside the conditions that name the first and the last release with the kind.
fn row(kind: &Kind, present: &[usize], releases: &[String]) -> Result<String, Error> {
    let (Some(&first), Some(&last)) = (present.first(), present.last()) else {
        return Err("a kind in no release".into());
    };
    if last - first + 1 != present.len() {
        return Err(format!("{kind:?} went and came back: the list cannot say that").into());
    }
    let Kind {
        module,
        name,
        scope,
    } = kind;
    let mut row = format!("resource!({scope} {module}::{name});");
    let release = |number: usize| releases[number].trim_start_matches('v').to_owned();
    if last + 1 != releases.len() {
        row = format!("k8s_openapi::k8s_if_le_{}! {{ {row} }}", release(last));
    }
    if first != 0 {
        row = format!("k8s_openapi::k8s_if_ge_{}! {{ {row} }}", release(first));
    }
    Ok(row)
}

fn kinds_below(release: &Path) -> Result<Vec<Kind>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![release.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(kind) = kind_in(&path, &folder, release)? {
                found.push(kind);
            }
        }
    }
    Ok(found)
}

/// The kind that a file defines: it is a `Resource` with an `ObjectMeta`, and no subresource.
fn kind_in(path: &PathBuf, folder: &Path, release: &Path) -> Result<Option<Kind>, Error> {
    let text = fs::read_to_string(path)?;
    let Some(name) = between(&text, "impl crate::Resource for ", " {") else {
        return Ok(None);
    };
    let scope = match between(&text, "type Scope = crate::", "ResourceScope;") {
        Some("Cluster") => "Cluster",
        Some("Namespace") => "Namespaced",
        _ => return Ok(None),
    };
    let metadata = between(&text, &format!("impl crate::Metadata for {name} {{"), ";");
    if !metadata.is_some_and(|metadata| metadata.trim_end().ends_with("v1::ObjectMeta")) {
        return Ok(None);
    }
    let module = folder
        .strip_prefix(release)?
        .iter()
        .map(|part| part.to_string_lossy());
    let module = module.collect::<Vec<_>>().join("::");
    Ok(Some(Kind {
        module,
        name: name.to_owned(),
        scope,
    }))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(present: &[usize], expected: &str) {
        let releases = ["v1_33", "v1_34", "v1_35"].map(str::to_owned);
        let kind = Kind {
            module: "a::v1".to_owned(),
            name: "K".to_owned(),
            scope: "Cluster",
        };
        assert_eq!(row(&kind, present, &releases).unwrap(), expected);
    }

    #[test]
    fn a_row_names_the_releases_that_have_the_kind() {
        check(&[0, 1, 2], "resource!(Cluster a::v1::K);");
        check(
            &[1, 2],
            "k8s_openapi::k8s_if_ge_1_34! { resource!(Cluster a::v1::K); }",
        );
        check(
            &[0, 1],
            "k8s_openapi::k8s_if_le_1_34! { resource!(Cluster a::v1::K); }",
        );
        check(
            &[1],
            "k8s_openapi::k8s_if_ge_1_34! { k8s_openapi::k8s_if_le_1_34! { resource!(Cluster a::v1::K); } }",
        );
    }

    #[test]
    fn a_kind_that_went_and_came_back_is_told() {
        let releases = ["v1_33", "v1_34", "v1_35"].map(str::to_owned);
        let kind = Kind {
            module: String::new(),
            name: "K".to_owned(),
            scope: "Cluster",
        };
        assert!(row(&kind, &[0, 2], &releases).is_err());
    }
}
