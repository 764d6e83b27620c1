//! What makes a question odd: each oddity has a name, and changes a sound draft.

use super::draft::Draft;

mod clusters;
mod files;
mod names;
mod users;
mod values;
mod yaml;

/// A name for the histogram, and what it does; it always changes something.
pub(super) type Oddity = (&'static str, fn(&mut Draft<'_>));

/// All of them. Every case has one by its number, so that each gets its share whatever the seed; chance adds more.
pub(super) const ODDITIES: [Oddity; 30] = [
    ("duplicate-name", names::duplicate),
    ("name-in-two-files", names::in_two_files),
    ("number-like-name", names::number_like),
    ("dangling-reference", names::dangling),
    ("empty-string", values::empty_string),
    ("bare-scalar", values::bare_scalar),
    ("null-value", values::null),
    ("unknown-field", values::unknown_field),
    ("duplicate-key", values::duplicate_key),
    ("odd-base64", values::odd_base64),
    ("yaml-feature", yaml::feature),
    ("odd-namespace", values::odd_namespace),
    ("odd-server", clusters::odd_server),
    ("proxy-url", clusters::proxy_url),
    ("insecure-and-authority", clusters::insecure_and_authority),
    ("tls-server-name", clusters::tls_server_name),
    ("impersonation", users::impersonation),
    ("exec", users::exec),
    ("token-and-file", users::token_and_file),
    ("basic", users::basic),
    ("auth-provider", users::auth_provider),
    ("data-and-file", files::data_and_file),
    ("relative-path", files::relative_path),
    ("missing-path", files::missing_path),
    ("json", files::json),
    ("byte-order-mark", files::byte_order_mark),
    ("missing-file", files::missing_file),
    ("empty-file", files::empty_file),
    ("odd-kind", files::odd_kind),
    ("overrides", clusters::overrides),
];

/// Every so many cases one has no oddity by its number.
const PLAIN: usize = 2;

/// Changes the draft as number and chance say; the names of what was done.
pub(super) fn apply(draft: &mut Draft<'_>, number: usize) -> Vec<&'static str> {
    let mut chosen: Vec<Oddity> = Vec::new();
    chosen.extend(ODDITIES.get(number % (ODDITIES.len() + PLAIN)));
    for _ in 0..[0, 0, 0, 1, 1, 2][draft.rng.usize(..6)] {
        chosen.push(draft.one(&ODDITIES));
    }
    let mut names = Vec::new();
    for (name, change) in chosen {
        if !names.contains(&name) {
            change(draft);
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::differential::pki::Pki;

    fn shown(draft: &Draft<'_>) -> String {
        let files = draft.files.iter();
        let texts = files.map(|file| (file.path, file.absent, file.bytes()));
        format!("{:?} {}", texts.collect::<Vec<_>>(), draft.question("case"))
    }

    #[test]
    fn every_oddity_changes_every_draft() {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::create(folder.path()).unwrap();
        for (name, change) in ODDITIES {
            for seed in 0..200 {
                let mut draft = Draft::sound(Rng::with_seed(seed), &pki);
                let before = shown(&draft);
                change(&mut draft);
                assert_ne!(shown(&draft), before, "{name}, seed {seed}");
            }
        }
    }

    #[test]
    fn a_seed_says_it_all() {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::create(folder.path()).unwrap();
        let make = |number| {
            let mut draft = Draft::sound(Rng::with_seed(7), &pki);
            let names = apply(&mut draft, number);
            (names, shown(&draft))
        };
        for number in 0..64 {
            assert_eq!(make(number), make(number));
        }
    }
}
