//! How a program introduces itself to the server.

use std::ffi::OsStr;
use std::path::Path;

use http::HeaderValue;

/// `PROGRAM/VERSION (OS/ARCH) k8s-client/VERSION`, as client-go's `DefaultKubernetesUserAgent`, with Go's names of
/// systems and machines. The version is this crate's, without a prerelease.
pub(crate) fn default() -> HeaderValue {
    let program = std::env::args_os().next();
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let text = compose(program.as_deref(), env!("CARGO_PKG_VERSION"), os, arch);
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

fn compose(program: Option<&OsStr>, version: &str, os: &str, arch: &str) -> String {
    let name = program.and_then(|path| Path::new(path).file_name());
    let name: String = name
        .unwrap_or_default()
        .to_string_lossy()
        .chars()
        .map(|char| if is_token(char) { char } else { '_' })
        .collect();
    let name = if name.is_empty() { "unknown" } else { &name };
    let version = version.split(['-', '+']).next().unwrap_or(version);
    let (os, arch) = (go_os(os), go_arch(arch));
    format!("{name}/{version} ({os}/{arch}) k8s-client/{version}")
}

/// Whether a product's name may have it (RFC 9110, 5.6.2).
fn is_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char)
}

fn go_os(os: &str) -> &str {
    match os {
        "macos" => "darwin",
        other => other,
    }
}

fn go_arch(arch: &str) -> &str {
    match arch {
        "x86" => "386",
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "loongarch64" => "loong64",
        "powerpc64" => "ppc64",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(program: Option<&str>, version: &str, machine: (&str, &str), expected: &str) {
        let text = compose(program.map(OsStr::new), version, machine.0, machine.1);
        assert_eq!(text, expected);
    }

    #[test]
    fn names_program_version_system_and_machine_as_go_does() {
        let linux = ("linux", "x86_64");
        check(
            Some("/usr/bin/tool"),
            "1.2.3-alpha4",
            linux,
            "tool/1.2.3 (linux/amd64) k8s-client/1.2.3",
        );
        check(
            Some("tool"),
            "1.2.3",
            ("macos", "aarch64"),
            "tool/1.2.3 (darwin/arm64) k8s-client/1.2.3",
        );
        let unknown = "unknown/0.1.0 (linux/amd64) k8s-client/0.1.0";
        check(None, "0.1.0", linux, unknown);
        check(Some(""), "0.1.0", linux, unknown);
        check(
            Some("/a/my tool (é)\n"),
            "0.1.0",
            linux,
            "my_tool_____/0.1.0 (linux/amd64) k8s-client/0.1.0",
        );
    }

    #[test]
    fn this_program_has_a_name() {
        let agent = default();
        let (name, _) = agent.to_str().unwrap().split_once('/').unwrap();
        assert_ne!(name, "unknown");
    }
}
