//! Made at every start: a CA, the server's certificate, a token, and the files that clients find them in.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use network_common::Result;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

pub(crate) struct Credentials {
    pub(crate) token: String,
    pub(crate) tls: ServerConfig,
}

pub(crate) fn make(folder: &Path, address: SocketAddr, protocols: &str) -> Result<Credentials> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "kubernetes");
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &ca)?;

    // As long as that of a service account, since every request carries it. It opens nothing else.
    let token = format!("eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.{}.{}", "c3lzdGVt".repeat(75), "c2ln".repeat(85));
    fs::write(folder.join("ca.crt"), ca.pem())?;
    fs::write(folder.join("token"), &token)?;
    let authority = folder.join("ca.crt");
    fs::write(
        folder.join("kubeconfig"),
        format!(
            "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority: {}\n    server: https://{address}\n  name: bench\n\
             contexts:\n- context:\n    cluster: bench\n    user: bench\n  name: bench\ncurrent-context: bench\nkind: Config\n\
             users:\n- name: bench\n  user:\n    token: {token}\n",
            authority.display()
        ),
    )?;

    let mut tls = ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der())?)?;
    // As Go's servers do, and with them kube-apiserver; rustls sends two.
    tls.send_tls13_tickets = 1;
    tls.alpn_protocols = match protocols {
        "h1" => vec![b"http/1.1".to_vec()],
        "h2" => vec![b"h2".to_vec()],
        "both" => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        _ => return Err("h1, h2 or both".into()),
    };
    Ok(Credentials { token, tls })
}
