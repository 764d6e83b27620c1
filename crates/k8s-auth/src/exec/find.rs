//! Which file a command is: a path as it stands, a bare name by `PATH`.

use std::path::{Path, PathBuf};

use k8s_config::{Platform, Source};

/// Follows Go's `os/exec.LookPath`: the current directory is looked at by nobody's order, not even that of `PATH`.
pub(super) fn find(source: &dyn Source, command: &str) -> Option<PathBuf> {
    let windows = source.platform() == Platform::Windows;
    let is_path = command.contains('/') || (windows && command.contains(['\\', ':']));
    if is_path {
        return executable(source, Path::new(command));
    }
    if command.is_empty() {
        return None;
    }
    let path = source.var("PATH").unwrap_or_default();
    let separator = source.platform().list_separator();
    path.split(separator)
        .map(|directory| Path::new(directory.trim_matches('"')))
        .filter(|directory| directory.is_absolute())
        .find_map(|directory| executable(source, &directory.join(command)))
}

fn executable(source: &dyn Source, path: &Path) -> Option<PathBuf> {
    if source.platform() == Platform::Windows {
        return candidates(source, path)
            .into_iter()
            .find(|candidate| source.stat(candidate).is_ok_and(|stamp| !stamp.is_dir()));
    }
    let stamp = source.stat(path).ok()?;
    let runs = stamp.mode().is_none_or(|mode| mode & 0o111 != 0);
    (runs && !stamp.is_dir()).then(|| path.to_path_buf())
}

/// A program is a file with one of the extensions of `PATHEXT`.
fn candidates(source: &dyn Source, path: &Path) -> Vec<PathBuf> {
    let extensions = source
        .var("PATHEXT")
        .filter(|extensions| !extensions.is_empty())
        .unwrap_or_else(|| ".com;.exe;.bat;.cmd".to_owned());
    let extended = extensions.split(';').map(|extension| {
        let mut name = path.as_os_str().to_owned();
        name.push(extension.to_ascii_lowercase());
        PathBuf::from(name)
    });
    let as_it_is = path.extension().map(|_| path.to_path_buf());
    as_it_is.into_iter().chain(extended).collect()
}

#[cfg(test)]
mod tests {
    use k8s_config::MemorySource;

    use super::*;

    fn check(command: &str, path: &str, expected: Option<&str>) {
        let source = MemorySource::new()
            .with_platform(Platform::Unix)
            .with_var("PATH", path)
            .with_file_mode("/a/plugin", 0o600, "")
            .with_file_mode("/b/plugin", 0o755, "")
            .with_file_mode("/c/plugin", 0o755, "")
            .with_file_mode("/plugin", 0o755, "");
        let found = find(&source, command);
        assert_eq!(
            found.as_deref(),
            expected.map(Path::new),
            "{command} in {path}"
        );
    }

    #[test]
    fn finds_what_can_be_run() {
        check("plugin", "/b:/c", Some("/b/plugin"));
        check("plugin", "/a:/c", Some("/c/plugin"));
        check("plugin", "/none", None);
        check("plugin", "", None);
        check("", "/b", None);
        check("/c/plugin", "/b", Some("/c/plugin"));
        check("/a/plugin", "/b", None);
        check("/b", "/b", None);
    }

    #[test]
    fn never_looks_at_the_current_directory() {
        check("plugin", ".:", None);
        check("plugin", ":b", None);
    }

    #[test]
    fn knows_the_extensions_of_windows() {
        let source = MemorySource::new()
            .with_platform(Platform::Windows)
            .with_file("plugin.exe", "");
        let found = find(&source, "C:plugin");
        assert_eq!(found, None);
        let source = source.with_file("/x/plugin.exe", "");
        assert_eq!(find(&source, "/x/plugin"), Some("/x/plugin.exe".into()));
        assert_eq!(find(&source, "/x/plugin.exe"), Some("/x/plugin.exe".into()));
    }
}
