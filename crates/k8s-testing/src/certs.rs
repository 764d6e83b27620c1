//! Certificates for tests: authorities, what they sign, and what an API server reads out of a client's certificate.

mod ca;
mod der;
mod ecdsa;
mod leaf;
mod peer;
mod writer;
mod x509;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use self::ca::{Ca, Certificate};
pub(crate) use self::ecdsa::{ecdsa_to_der, ecdsa_to_fixed};
pub use self::leaf::Leaf;
pub use self::peer::ClientCertificates;
pub(crate) use self::peer::{AnyClientCertificate, Verdict, digest, provider, sha256};

/// A block of PEM around DER.
fn pem_block(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = behind;
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}
