//! Brings a control plane up: certificates, servers, controllers, the service account's directory.

use std::fs;
use std::path::{Path, PathBuf};

use super::api::Administrator;
use super::build::{APISERVER, CONTROLLER_MANAGER, ETCD, KWOK, SCHEDULER};
use super::certs::Pki;
use super::environment;
use super::error::{Doing, Error};
use super::keeper::Assignment;
use super::kubeconfig::{self, Identity};
use super::lifeline::Lifeline;
use super::oidc::{self, Oidc};
use super::plan::{self, Place};
use super::plane::Plane;
use super::ready::{NAMESPACE, Ready};
use super::{kubelet, pod, say, service_account};

/// How often servers are started when others take their ports.
const STARTS: u32 = 3;

/// What came of a start.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) place: Place,
    pub(super) pki: Pki,
    /// The service account directory.
    pub(super) account: PathBuf,
}

/// One start.
#[derive(Debug)]
pub(super) struct Start<'a> {
    pub(super) assignment: &'a Assignment,
    pub(super) lifeline: &'a Lifeline,
}

impl Start<'_> {
    /// All of it.
    pub(super) fn control_plane(&self, plane: &mut Plane) -> Result<Started, Error> {
        let Assignment { directory, run, .. } = self.assignment;
        if run.as_pod {
            pod::furnish(directory)?;
        }
        let pki = self.files()?;
        let place = self.servers(plane, &pki)?;
        let account = environment::service_account(run.as_pod, directory);
        self.controllers(plane, &place, &pki, &account)?;
        if run.kwok {
            self.kubelet(plane, &place, &pki)?;
        }
        Ok(Started {
            place,
            pki,
            account,
        })
    }

    /// Certificates, and what the components read or write to.
    fn files(&self) -> Result<Pki, Error> {
        let directory = &self.assignment.directory;
        let logs = directory.join("logs");
        fs::create_dir(&logs).doing(|| format!("creating {}", logs.display()))?;
        let policy = directory.join("audit-policy.yaml");
        fs::write(&policy, plan::AUDIT_POLICY).doing(|| format!("writing {}", policy.display()))?;
        match &self.assignment.run.oidc {
            Oidc::Off => {}
            Oidc::Later => oidc::write(directory, None)?,
            Oidc::Of(issuer) => oidc::write(directory, Some(issuer))?,
        }
        Pki::create(directory.join("pki"))
    }

    /// etcd and kube-apiserver, at other ports if somebody takes one between finding and using it.
    fn servers(&self, plane: &mut Plane, pki: &Pki) -> Result<Place, Error> {
        let mut starts = 1;
        loop {
            let place = if self.assignment.run.as_pod {
                Place::pod()
            } else {
                Place::loopback(plan::free_ports().doing(|| "finding free ports".into())?)
            };
            match self.servers_at(&place, plane, pki) {
                Ok(()) => return Ok(place),
                Err(_) if starts < STARTS && plane.found_a_port_taken() => {
                    say("somebody took one of the ports, trying others");
                    plane.stop();
                    self.forget_data()?;
                    starts += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn servers_at(&self, place: &Place, plane: &mut Plane, pki: &Pki) -> Result<(), Error> {
        let Assignment {
            directory,
            folder,
            run,
            ..
        } = self.assignment;
        self.kubeconfig("admin", "kubeconfig", place, pki)?;
        let etcd = plan::etcd(place, directory, run);
        plane.start(ETCD.name, &folder.join(ETCD.name), &etcd, directory)?;
        let server = plan::apiserver(place, directory, pki, run);
        plane.start(
            APISERVER.name,
            &folder.join(APISERVER.name),
            &server,
            directory,
        )?;
        self.ready(plane, &self.administrator(pki)).server()
    }

    fn forget_data(&self) -> Result<(), Error> {
        let data = self.assignment.directory.join("etcd");
        if data.exists() {
            fs::remove_dir_all(&data).doing(|| format!("deleting {}", data.display()))?;
        }
        Ok(())
    }

    /// The controllers, then what only they make possible: a token, and a directory that holds it.
    fn controllers(
        &self,
        plane: &mut Plane,
        place: &Place,
        pki: &Pki,
        account: &Path,
    ) -> Result<(), Error> {
        let Assignment {
            directory, folder, ..
        } = self.assignment;
        let config = self.kubeconfig(
            "controller-manager",
            "controller-manager.kubeconfig",
            place,
            pki,
        )?;
        let args = plan::controller_manager(&config, pki);
        let program = folder.join(CONTROLLER_MANAGER.name);
        plane.start(CONTROLLER_MANAGER.name, &program, &args, directory)?;
        let administrator = self.administrator(pki);
        let mut ready = self.ready(plane, &administrator);
        ready.controllers()?;
        ready.binding()?;
        let token = ready.token()?;
        let ca = pki.file("ca.crt");
        let text = fs::read_to_string(&ca).doing(|| format!("reading {}", ca.display()))?;
        service_account::write(account, &token, &text, NAMESPACE)?;
        let identity = Identity::TokenFile(&account.join("token"));
        kubeconfig::write(
            &directory.join("token.kubeconfig"),
            "token",
            &place.url(),
            &ca,
            &identity,
        )
    }

    /// kube-scheduler and kwok, and the node that kwok pretends to be.
    fn kubelet(&self, plane: &mut Plane, place: &Place, pki: &Pki) -> Result<(), Error> {
        let Assignment {
            directory, extras, ..
        } = self.assignment;
        kubelet::write(directory, place)?;
        let config = |name: &str| self.kubeconfig(name, &format!("{name}.kubeconfig"), place, pki);
        let scheduler = kubelet::scheduler(&config("scheduler")?);
        let kwok = kubelet::kwok(place, directory, pki, &config("kwok")?);
        for (tool, args) in [(SCHEDULER, scheduler), (KWOK, kwok)] {
            plane.start(tool.name, &extras.join(tool.name), &args, directory)?;
        }
        self.ready(plane, &self.administrator(pki)).node()
    }

    fn ready<'a>(&'a self, plane: &'a mut Plane, administrator: &'a Administrator) -> Ready<'a> {
        Ready {
            plane,
            lifeline: self.lifeline,
            administrator,
        }
    }

    pub(super) fn administrator(&self, pki: &Pki) -> Administrator {
        let directory = &self.assignment.directory;
        Administrator {
            kubectl: self.assignment.kubectl.clone(),
            kubeconfig: directory.join("kubeconfig"),
            ca: pki.bundle(),
            home: directory.clone(),
        }
    }

    /// A kubeconfig for one of the client certificates.
    fn kubeconfig(
        &self,
        identity: &str,
        file: &str,
        place: &Place,
        pki: &Pki,
    ) -> Result<PathBuf, Error> {
        let path = self.assignment.directory.join(file);
        let identity_files = Identity::Certificate {
            certificate: &pki.file(&format!("{identity}.crt")),
            key: &pki.file(&format!("{identity}.key")),
        };
        // The components' follows when the CA is rotated, as their restart does; CMD's own is CMD's to change.
        let ca = match identity {
            "admin" => pki.file("ca.crt"),
            _ => pki.bundle(),
        };
        kubeconfig::write(&path, identity, &place.url(), &ca, &identity_files)?;
        Ok(path)
    }
}
