//! Certificates and keys of one control plane, made anew for every run.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};

use super::error::{Doing, Error};

/// The names under which the API server may be reached, besides addresses.
pub(super) const SERVER_NAMES: [&str; 4] = [
    "localhost",
    "kubernetes.default.svc",
    "kubernetes.default",
    "kubernetes",
];

/// The addresses: loopback, and the service IP that is also the server's own with `--as-pod`.
pub(super) const SERVER_ADDRESSES: [&str; 3] = ["127.0.0.1", "::1", "10.0.0.1"];

/// Where the files of one control plane stand; keys are readable by their owner only.
#[derive(Clone, Debug)]
pub(super) struct Pki {
    folder: PathBuf,
}

impl Pki {
    /// Makes everything that a control plane needs, in `folder`:
    /// `ca`, `server`, `admin` and `controller-manager` (`.crt` and `.key`), `sa.pub` and `sa.key`.
    pub(super) fn create(folder: PathBuf) -> Result<Self, Error> {
        fs::create_dir(&folder).doing(|| format!("creating {}", folder.display()))?;
        let pki = Self { folder };
        let ca = pki.authority().doing(|| "making the cluster's CA".into())?;
        pki.leaf("server", server()?, &ca)?;
        pki.leaf("admin", client("admin", Some("system:masters")), &ca)?;
        let name = "system:kube-controller-manager";
        pki.leaf("controller-manager", client(name, None), &ca)?;
        pki.token_keys()
            .doing(|| "making the key pair for service account tokens".into())?;
        Ok(pki)
    }

    /// The path of one of the files.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn authority(&self) -> Result<Issuer<'static, KeyPair>, Failure> {
        let key = KeyPair::generate()?;
        let mut params = named("cluster-ca", None);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        self.write_pair("ca", &certificate.pem(), &key.serialize_pem())?;
        Ok(Issuer::new(params, key))
    }

    fn leaf(
        &self,
        name: &str,
        params: CertificateParams,
        ca: &Issuer<'_, KeyPair>,
    ) -> Result<(), Error> {
        let issue = || -> Result<(), Failure> {
            let key = KeyPair::generate()?;
            let certificate = params.signed_by(&key, ca)?;
            self.write_pair(name, &certificate.pem(), &key.serialize_pem())?;
            Ok(())
        };
        issue().doing(|| format!("making the {name} certificate"))
    }

    fn token_keys(&self) -> Result<(), Failure> {
        let key = KeyPair::generate()?;
        fs::write(self.file("sa.pub"), key.public_key_pem())?;
        write_secret(&self.file("sa.key"), &key.serialize_pem())?;
        Ok(())
    }

    fn write_pair(&self, name: &str, certificate: &str, key: &str) -> io::Result<()> {
        fs::write(self.file(&format!("{name}.crt")), certificate)?;
        write_secret(&self.file(&format!("{name}.key")), key)
    }
}

/// What may go wrong while one certificate is made: the machine's files, or the making.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn server() -> Result<CertificateParams, Error> {
    let mut params = named("kube-apiserver", None);
    for name in SERVER_NAMES {
        let name = name
            .try_into()
            .doing(|| format!("naming the server {name}"))?;
        params.subject_alt_names.push(SanType::DnsName(name));
    }
    for address in SERVER_ADDRESSES {
        let address: IpAddr = address
            .parse()
            .doing(|| format!("naming the server {address}"))?;
        params.subject_alt_names.push(SanType::IpAddress(address));
    }
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn client(name: &str, group: Option<&str>) -> CertificateParams {
    let mut params = named(name, group);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn named(name: &str, group: Option<&str>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    if let Some(group) = group {
        params
            .distinguished_name
            .push(DnType::OrganizationName, group);
    }
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params
}

fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_for_their_owner_only() {
        let scratch = tempfile::tempdir().unwrap();
        let pki = Pki::create(scratch.path().join("pki")).unwrap();
        for name in [
            "ca.key",
            "server.key",
            "admin.key",
            "controller-manager.key",
            "sa.key",
        ] {
            let mode = fs::metadata(pki.file(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        for name in [
            "ca.crt",
            "server.crt",
            "admin.crt",
            "controller-manager.crt",
        ] {
            let text = fs::read_to_string(pki.file(name)).unwrap();
            assert!(text.starts_with("-----BEGIN CERTIFICATE-----"), "{name}");
        }
        let public = fs::read_to_string(pki.file("sa.pub")).unwrap();
        assert!(public.starts_with("-----BEGIN PUBLIC KEY-----"), "{public}");
    }
}
