//! Our crates as `cargo metadata` tells them.

use std::env;
use std::path::{Path, PathBuf};

use serde_json::Value;
use xshell::{Cmd, Shell, cmd};

use crate::Error;

/// One of our crates.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Its folder, from the root, with `/`.
    pub(crate) folder: String,
    /// Whether it may be published.
    pub(crate) published: bool,
    /// Whether it is a library.
    pub(crate) library: bool,
    /// Whether its manifest says which Rust it needs.
    pub(crate) has_rust_version: bool,
    /// Its features, sorted, `default` and those that only name an optional dependency left out.
    pub(crate) features: Vec<String>,
    /// Its examples.
    pub(crate) examples: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A line under one of the `[dependencies]` headings.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether it names a version (a bare path does not).
    pub(crate) versioned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Build,
    Dev,
}

/// The folder above xtask's.
pub(crate) fn root() -> PathBuf {
    let xtask =
        env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let xtask = Path::new(&xtask);
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// A command for cargo that does not inherit what cargo told *us* about ourselves:
/// build scripts that watch those variables would run again.
pub(crate) fn cargo<'a>(sh: &'a Shell, args: &[&str]) -> Cmd<'a> {
    let mut cargo = cmd!(sh, "cargo {args...}");
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let about_us = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "CARGO_PRIMARY_",
        ];
        if about_us.iter().any(|prefix| text.starts_with(prefix)) {
            cargo = cargo.env_remove(&name);
        }
    }
    cargo
}

/// The crates of the workspace at `root`, sorted by name.
pub(crate) fn members(root: &Path) -> Result<Vec<Member>, Error> {
    let sh = Shell::new()?;
    sh.change_dir(root);
    let args = [
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ];
    let json = cargo(&sh, &args).quiet().read()?;
    parse(&serde_json::from_str(&json)?)
}

fn parse(metadata: &Value) -> Result<Vec<Member>, Error> {
    let root = metadata["workspace_root"]
        .as_str()
        .ok_or("cargo metadata names no workspace_root")?;
    let packages = metadata["packages"]
        .as_array()
        .ok_or("cargo metadata names no packages")?;
    let mut members = Vec::new();
    for package in packages {
        members.push(member(package, root)?);
    }
    members.sort_by(|a: &Member, b| a.name.cmp(&b.name));
    Ok(members)
}

fn member(package: &Value, root: &str) -> Result<Member, Error> {
    let text = |key: &str| {
        package[key]
            .as_str()
            .ok_or_else(|| format!("a package without {key}"))
    };
    let manifest = Path::new(text("manifest_path")?);
    let folder = manifest.parent().unwrap_or(manifest).strip_prefix(root)?;
    let kinds = package["targets"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|t| strings(&t["kind"]));
    Ok(Member {
        name: text("name")?.to_owned(),
        folder: folder.to_string_lossy().replace('\\', "/"),
        published: package["publish"]
            .as_array()
            .is_none_or(|registries| !registries.is_empty()),
        library: kinds.into_iter().any(|kind| kind == "lib"),
        has_rust_version: package["rust_version"].is_string(),
        features: features(package),
        examples: examples(package),
        dependencies: package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .map(dependency)
            .collect(),
    })
}

fn examples(package: &Value) -> Vec<String> {
    let targets = package["targets"].as_array().into_iter().flatten();
    let examples = targets.filter(|target| strings(&target["kind"]) == ["example"]);
    examples
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect()
}

fn features(package: &Value) -> Vec<String> {
    let table = package["features"].as_object().into_iter().flatten();
    let named = table.filter(|(name, means)| {
        let implied = format!("dep:{name}");
        *name != "default" && strings(means) != [implied.as_str()]
    });
    named.map(|(name, _)| name.clone()).collect()
}

fn dependency(value: &Value) -> Dependency {
    Dependency {
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        kind: match value["kind"].as_str() {
            Some("dev") => Kind::Dev,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        },
        versioned: value["req"].as_str() != Some("*"),
    }
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{
        "workspace_root": "/r",
        "packages": [{
            "name": "b", "manifest_path": "/r/crates/b/Cargo.toml", "publish": null, "rust_version": "1.88",
            "targets": [{"kind": ["lib"]}, {"kind": ["test"], "name": "t"}, {"kind": ["example"], "name": "e"}],
            "features": {"default": ["x"], "x": ["dep:y"], "y": ["dep:y"]},
            "dependencies": [
                {"name": "y", "kind": null, "req": "^1"},
                {"name": "a", "kind": "dev", "req": "*"}
            ]
        }, {
            "name": "a", "manifest_path": "/r/a/Cargo.toml", "publish": [], "rust_version": null,
            "targets": [{"kind": ["bin"]}], "features": {}, "dependencies": []
        }]
    }"#;

    #[test]
    fn reads_what_cargo_says() {
        let members = parse(&serde_json::from_str(METADATA).unwrap()).unwrap();
        let [a, b] = &members[..] else {
            panic!("two crates, not {members:?}")
        };
        assert_eq!((a.name.as_str(), a.folder.as_str()), ("a", "a"));
        assert_eq!(
            (a.published, a.library, a.has_rust_version),
            (false, false, false)
        );
        assert_eq!(
            (b.published, b.library, b.has_rust_version),
            (true, true, true)
        );
        assert_eq!(b.folder, "crates/b");
        assert_eq!(
            (&b.features[..], &b.examples[..]),
            (&["x".to_owned()][..], &["e".to_owned()][..])
        );
        assert_eq!(
            (b.dependencies[0].kind, b.dependencies[0].versioned),
            (Kind::Normal, true)
        );
        assert_eq!(
            (b.dependencies[1].kind, b.dependencies[1].versioned),
            (Kind::Dev, false)
        );
    }

    #[test]
    fn refuses_metadata_without_packages() {
        let error = parse(&serde_json::json!({"workspace_root": "/r"})).unwrap_err();
        assert_eq!(error.to_string(), "cargo metadata names no packages");
    }
}
