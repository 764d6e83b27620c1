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
    /// `ca`, `server`, `admin`, `controller-manager`, `scheduler` and `kwok` (`.crt` and `.key`), `sa.pub` and `sa.key`,
    /// and the [bundle](Self::bundle).
    pub(super) fn create(folder: PathBuf) -> Result<Self, Error> {
        fs::create_dir(&folder).doing(|| format!("creating {}", folder.display()))?;
        let pki = Self { folder };
        let ca = pki
            .authority("cluster-ca", "ca")
            .doing(|| "making the cluster's CA".into())?;
        let bundle = pki.bundle();
        fs::copy(pki.file("ca.crt"), &bundle).doing(|| format!("writing {}", bundle.display()))?;
        pki.leaf("server", server()?, &ca)?;
        pki.leaf("admin", client("admin", Some("system:masters")), &ca)?;
        let name = "system:kube-controller-manager";
        pki.leaf("controller-manager", client(name, None), &ca)?;
        pki.leaf("scheduler", client("system:kube-scheduler", None), &ca)?;
        pki.leaf("kwok", client("kwok", Some("system:masters")), &ca)?;
        pki.token_keys()
            .doing(|| "making the key pair for service account tokens".into())?;
        Ok(pki)
    }

    /// The path of one of the files.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The CAs by which the server's certificate may be checked, each that ever was.
    pub(super) fn bundle(&self) -> PathBuf {
        self.file("serving-ca.crt")
    }

    /// Writes a serving certificate of a new CA in the place of the one that is served, and returns the CA's path.
    ///
    /// Clients' certificates stay those of the first CA.
    pub(super) fn rotate(&self) -> Result<PathBuf, Error> {
        let mut number = 2;
        while self.file(&format!("ca-{number}.crt")).exists() {
            number += 1;
        }
        let name = format!("ca-{number}");
        let ca = self
            .authority(&format!("cluster-{name}"), &name)
            .doing(|| "making another CA".into())?;
        let path = self.file(&format!("{name}.crt"));
        let bundle = self.bundle();
        let join = || -> io::Result<()> {
            let both = [fs::read(&bundle)?, fs::read(&path)?].concat();
            fs::write(&bundle, both)
        };
        join().doing(|| format!("writing {}", bundle.display()))?;
        self.leaf("server-new", server()?, &ca)?;
        // The server takes a key and a certificate that fit, and tries again at each change.
        for kind in ["key", "crt"] {
            let [new, place] =
                ["server-new", "server"].map(|name| self.file(&format!("{name}.{kind}")));
            fs::rename(&new, &place).doing(|| format!("writing {}", place.display()))?;
        }
        Ok(path)
    }

    fn authority(&self, subject: &str, name: &str) -> Result<Issuer<'static, KeyPair>, Failure> {
        let key = KeyPair::generate()?;
        let mut params = named(subject, None);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        self.write_pair(name, &certificate.pem(), &key.serialize_pem())?;
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

    #[test]
    fn another_ca_signs_what_is_served_and_joins_the_bundle() {
        let scratch = tempfile::tempdir().unwrap();
        let pki = Pki::create(scratch.path().join("pki")).unwrap();
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        let (ca, served) = (read(&pki.file("ca.crt")), read(&pki.file("server.crt")));
        assert_eq!(read(&pki.bundle()), ca);
        let second = pki.rotate().unwrap();
        assert_ne!(read(&pki.file("server.crt")), served);
        assert_eq!(read(&pki.bundle()), format!("{ca}{}", read(&second)));
        let third = pki.rotate().unwrap();
        assert_ne!(second, third);
        assert_eq!(read(&pki.file("ca.crt")), ca);
    }
}
