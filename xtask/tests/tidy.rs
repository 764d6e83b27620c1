//! Runs `cargo xtask tidy` on this repository, and each rule on a tree that breaks it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What tidy prints: the faults, the line that sums up, and whether it was content.
fn run(args: &[&str]) -> (String, String, bool) {
    let mut tidy = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = tidy
        .arg("tidy")
        .args(args)
        .output()
        .expect("cargo built it");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "",
        "tidy itself failed"
    );
    let mut faults = String::from_utf8(output.stdout).expect("tidy prints UTF-8");
    let last = faults.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let summary = faults.split_off(last);
    (faults, summary, output.status.success())
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The rules, as CONVENTIONS names them.
fn rules() -> Vec<String> {
    let page = include_str!("../../docs/CONVENTIONS.md");
    page.lines()
        .filter_map(|line| line.strip_prefix("### "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn tidy() {
    let (faults, summary, content) = run(&[]);
    assert!(content, "{faults}{summary}");
}

#[test]
fn every_rule_has_a_heading_and_a_tree_that_breaks_it() {
    let (_, summary, _) = run(&["--root", fixtures().join("folders").to_str().unwrap()]);
    let mut rules = rules();
    assert!(
        summary.starts_with(&format!("tidy: rules={} ", rules.len())),
        "{summary}"
    );
    rules.sort();
    let mut trees: Vec<String> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    trees.sort();
    assert_eq!(rules, trees);
}

#[test]
fn every_rule_finds_what_is_wrong_in_its_tree_and_nothing_else() {
    for rule in rules() {
        let root = fixtures().join(&rule);
        let (faults, summary, content) = run(&["--root", root.to_str().unwrap(), "--rule", &rule]);
        let expected = fs::read_to_string(root.join("expected.txt")).unwrap();
        assert_eq!(faults, expected, "{rule}");
        assert!(
            summary.ends_with(&format!("faults={}\n", expected.lines().count())),
            "{rule}: {summary}"
        );
        assert!(!content, "{rule}");
    }
}
