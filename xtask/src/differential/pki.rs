//! Certificates, keys and tokens that the cases point at; all of them worthless.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::generate_simple_self_signed;

use crate::Error;

/// A folder with `ca.crt`, `client.crt`, `client.key` and `token`, and what stands in them.
#[derive(Debug)]
pub(super) struct Pki {
    folder: PathBuf,
    content: Vec<(&'static str, String)>,
}

impl Pki {
    /// The folder's name below the folder of all cases.
    pub(super) const NAME: &'static str = "pki";

    /// Makes new ones below `root`.
    pub(super) fn create(root: &Path) -> Result<Self, Error> {
        let pair = generate_simple_self_signed(["differential.example".to_owned()])?;
        let content = vec![
            ("ca.crt", pair.cert.pem()),
            ("client.crt", pair.cert.pem()),
            ("client.key", pair.signing_key.serialize_pem()),
            ("token", "token-of-a-file\n".to_owned()),
        ];
        let folder = root.join(Self::NAME);
        fs::create_dir_all(&folder)?;
        for (name, text) in &content {
            fs::write(folder.join(name), text)?;
        }
        Ok(Self { folder, content })
    }

    /// The absolute path of one.
    pub(super) fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// The content of one, as a kubeconfig's `…-data`.
    pub(super) fn data(&self, name: &str) -> String {
        let found = self.content.iter().find(|(known, _)| *known == name);
        STANDARD.encode(found.map_or("", |(_, text)| text))
    }
}
