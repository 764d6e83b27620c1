//! Rule `importers`: a library that we may have to replace is named in one place.

use super::Faults;
use crate::Error;
use crate::repo::Repo;

/// A crate, as code names it, and the file (with the folder of its parts) that may.
const ONLY: [(&str, &str); 2] = [
    ("rustls_pemfile", "crates/k8s-auth/src/pem"),
    ("granit_parser", "crates/k8s-config/src/yaml"),
];

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for (file, rust) in repo.rust() {
        for (library, place) in ONLY {
            let allowed = file
                .path
                .strip_prefix(place)
                .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'));
            for at in rust.words(library).filter(|_| !allowed) {
                faults.add(
                    &file.path,
                    rust.line(at),
                    format!("names {library}; only {place}.rs may"),
                );
            }
        }
    }
    Ok(())
}
