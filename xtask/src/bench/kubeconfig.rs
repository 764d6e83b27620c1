//! A large kubeconfig: 5,000 contexts with a cluster and a user each, as `kubectl config` writes them.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::generate_simple_self_signed;

use super::fnv;
use crate::Error;

/// How many contexts.
pub(super) const CONTEXTS: usize = 5000;
/// The one that is asked for; it is not the current one.
const ASKED: usize = 4321;
/// Making certificates takes time; this many are enough, since nobody compares them.
const AUTHORITIES: usize = 16;

/// The text, and what a program must make of it.
#[derive(Debug)]
pub(super) struct Large {
    pub(super) text: String,
    /// The name of the context to resolve.
    pub(super) context: String,
    /// What every program must print.
    pub(super) checksum: String,
}

impl Large {
    /// The same but for its certificates each time.
    pub(super) fn make() -> Result<Self, Error> {
        let mut authorities = Vec::new();
        for _ in 0..AUTHORITIES {
            let pair = generate_simple_self_signed(["kubernetes".to_owned()])?;
            authorities.push(STANDARD.encode(pair.cert.pem()));
        }
        let mut random = fastrand::Rng::with_seed(5);
        let tokens: Vec<String> = (0..CONTEXTS).map(|_| token(&mut random, 260)).collect();
        let checked = format!("{}\n{}\n{CONTEXTS}\n", server(ASKED), tokens[ASKED]);
        Ok(Self {
            text: write(&authorities, &tokens)?,
            context: format!("team-{ASKED}"),
            checksum: format!("{:016x}", fnv(checked.as_bytes())),
        })
    }
}

fn server(number: usize) -> String {
    format!("https://api.cluster-{number}.clusters.example.com:6443")
}

/// Text that looks like a signed token of that length.
pub(super) fn token(random: &mut fastrand::Rng, length: usize) -> String {
    let mut token = String::from("eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.");
    while token.len() < length {
        token.push(random.alphanumeric());
    }
    token
}

fn write(authorities: &[String], tokens: &[String]) -> Result<String, Error> {
    let mut text = String::from("apiVersion: v1\nclusters:\n");
    for (number, ca) in authorities.iter().cycle().take(tokens.len()).enumerate() {
        let server = server(number);
        write!(
            text,
            "- cluster:\n    certificate-authority-data: {ca}\n    server: {server}\n  name: cluster-{number}\n"
        )?;
    }
    text.push_str("contexts:\n");
    for number in 0..tokens.len() {
        write!(
            text,
            "- context:\n    cluster: cluster-{number}\n    namespace: team-{number}\n    user: user-{number}\n  name: team-{number}\n"
        )?;
    }
    text.push_str("current-context: team-0\nkind: Config\npreferences: {}\nusers:\n");
    for (number, token) in tokens.iter().enumerate() {
        write!(text, "- name: user-{number}\n  user:\n    token: {token}\n")?;
    }
    Ok(text)
}
