//! Versions as Go and Kubernetes print them, compared by number.

/// `1.36.3`; a release candidate or beta sorts below the release it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) major: u32,
    pub(super) minor: u32,
    /// `None` for a pre-release of `major.minor`.
    patch: Option<u32>,
}

impl Version {
    /// Finds the first version in what a program printed: `Kubernetes v1.36.3`, `go1.27rc1`, `etcd Version: 3.6.8`.
    pub(super) fn find(text: &str) -> Option<Self> {
        text.split(|c: char| c.is_whitespace() || c == '"')
            .find_map(Self::of_word)
    }

    fn of_word(word: &str) -> Option<Self> {
        let start = word.find(|c: char| c.is_ascii_digit())?;
        if !matches!(&word[..start], "" | "v" | "go") {
            return None;
        }
        let mut parts = word[start..].splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let (minor, after) = leading_number(parts.next()?)?;
        let patch = match parts.next() {
            Some(patch) => Some(leading_number(patch)?.0),
            None if after.starts_with("rc") || after.starts_with("beta") => None,
            None => Some(0),
        };
        Some(Self {
            major,
            minor,
            patch,
        })
    }

    /// Whether the two are the same release but for fixes.
    pub(super) fn same_minor(self, other: Self) -> bool {
        (self.major, self.minor) == (other.major, other.minor)
    }

    /// Whether kubectl of this version is supported with that API server: one minor apart at most.
    pub(super) fn within_one_minor(self, other: Self) -> bool {
        self.major == other.major && self.minor.abs_diff(other.minor) <= 1
    }
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u32, u32, Option<u32>)>) {
        let found = Version::find(text).map(|v| (v.major, v.minor, v.patch));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn is_found_in_what_programs_print() {
        check("Kubernetes v1.36.3\n", Some((1, 36, Some(3))));
        check("etcd Version: 3.6.8\nGit SHA: 12ab", Some((3, 6, Some(8))));
        check(
            "\"gitVersion\": \"v1.32.4-dispatcher\"",
            Some((1, 32, Some(4))),
        );
        check("go1.26.8", Some((1, 26, Some(8))));
        check("go1.27rc1", Some((1, 27, None)));
        check("go1.26.8 X:nodwarf5", Some((1, 26, Some(8))));
        check("devel go1.28-1a2b3c4 Mon Jan 5", Some((1, 28, Some(0))));
        check("1.26.0", Some((1, 26, Some(0))));
        check("1.26", Some((1, 26, Some(0))));
        check("v0.0.0-master+$Format:%H$", Some((0, 0, Some(0))));
        check("", None);
        check("no version here", None);
        check("v1", None);
        check("99999999999.1", None);
    }

    #[test]
    fn is_ordered_by_number_and_not_by_text() {
        let sorted = [
            "go1.9.7",
            "go1.26rc2",
            "go1.26",
            "go1.26.8",
            "go1.26.10",
            "go2.0",
        ]
        .map(|text| Version::find(text).unwrap());
        assert!(sorted.is_sorted(), "{sorted:?}");
        assert_eq!(Version::find("1.26"), Version::find("go1.26.0"));
    }

    #[test]
    fn kubectl_may_be_one_minor_away() {
        let server = Version::find("v1.36.3").unwrap();
        let at = |text| Version::find(text).unwrap().within_one_minor(server);
        assert_eq!(
            [
                "v1.34.9", "v1.35.0", "v1.36.0", "v1.37.1", "v1.38.0", "v2.36.0"
            ]
            .map(at),
            [false, true, true, true, false, false],
        );
    }
}
