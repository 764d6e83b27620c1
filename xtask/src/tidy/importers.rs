//! Rule `importers`: a library that we may have to replace is named in few places.

use super::Faults;
use crate::Error;
use crate::repo::Repo;

/// A crate, as code names it, and the files (with the folders of their parts) that may.
const ONLY: [(&str, &[&str]); 2] = [
    ("rustls_pemfile", &["crates/k8s-auth/src/pem"]),
    (
        "granit_parser",
        &[
            "crates/k8s-config/src/yaml",
            "crates/k8s-testing/src/server/yaml/reading",
        ],
    ),
];

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for (file, rust) in repo.rust() {
        for (library, places) in ONLY {
            let allowed = places.iter().any(|place| {
                let rest = file.path.strip_prefix(place);
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            });
            for at in rust.words(library).filter(|_| !allowed) {
                faults.add(
                    &file.path,
                    rust.line(at),
                    format!("names {library}; only {}.rs may", places.join(".rs and ")),
                );
            }
        }
    }
    Ok(())
}
