//! Carries out what the command orders of its running cluster.

use std::path::Path;

use super::api::Administrator;
use super::build::{APISERVER, CONTROLLER_MANAGER, ETCD, KWOK, SCHEDULER};
use super::certs::Pki;
use super::control::Order;
use super::error::{Doing, Error, Exit};
use super::lifeline::Lifeline;
use super::oidc::{self, Issuer, Oidc};
use super::plan::Place;
use super::plane::Plane;
use super::{etcd, say};

/// They give up when the server goes while they start, so they wait until it is back.
const CLIENTS: [&str; 3] = [CONTROLLER_MANAGER.name, SCHEDULER.name, KWOK.name];

/// All that orders reach.
#[derive(Debug)]
pub(super) struct Operator<'a> {
    pub(super) plane: &'a mut Plane,
    pub(super) lifeline: &'a Lifeline,
    pub(super) administrator: Administrator,
    pub(super) place: Place,
    pub(super) pki: Pki,
    /// The cluster's temporary directory.
    pub(super) directory: &'a Path,
    pub(super) oidc: &'a Oidc,
}

impl Operator<'_> {
    /// Does it, and returns when its effect can be seen; the answer is for whoever ordered it.
    pub(super) fn carry_out(&mut self, order: &Order) -> Result<String, Error> {
        say(&format!("ordered: {order:?}"));
        match order {
            Order::RotateCa => self.rotate_ca(),
            Order::RestartApiserver => self.restart(APISERVER.name),
            Order::RestartEtcd => self.restart(ETCD.name),
            Order::CompactEtcd => etcd::compact(self.place.etcd)
                .map(|revision| revision.to_string())
                .doing(|| "compacting etcd".into()),
            Order::TrustIssuer(issuer) => self.trust(issuer),
        }
    }

    /// The server reads its certificate again by itself; its clients among the components read their CA when they start.
    fn rotate_ca(&mut self) -> Result<String, Error> {
        self.plane.pause(&CLIENTS)?;
        let ca = self.pki.rotate()?;
        let new = Administrator {
            ca: ca.clone(),
            ..self.administrator.clone()
        };
        self.until("waiting for the new certificate to be served", || {
            new.get("/readyz").map(drop)
        })?;
        self.plane.resume(&CLIENTS)?;
        Ok(ca.display().to_string())
    }

    fn restart(&mut self, name: &str) -> Result<String, Error> {
        self.plane.pause(&CLIENTS)?;
        self.plane.pause(&[name])?;
        self.plane.resume(&[name])?;
        let administrator = self.administrator.clone();
        self.until("waiting for kube-apiserver's /readyz", || {
            administrator.get("/readyz").map(drop)
        })?;
        self.plane.resume(&CLIENTS)?;
        Ok(String::new())
    }

    /// Until the server has asked the issuer for its keys, or found out that it cannot.
    fn trust(&mut self, issuer: &Issuer) -> Result<String, Error> {
        if *self.oidc == Oidc::Off {
            let what = "trust-issuer needs a cluster that was started with --oidc";
            return Err(Error::new(Exit::Usage, what));
        }
        let administrator = self.administrator.clone();
        let reloads = || Ok(oidc::reloads(&administrator.get("/metrics")?));
        let before = self.until("reading kube-apiserver's metrics", reloads)?;
        oidc::write(self.directory, Some(issuer))?;
        let (_, failures) = self.until("waiting for kube-apiserver to trust the issuer", || {
            let now = reloads()?;
            (now != before)
                .then_some(now)
                .ok_or_else(|| "it has not read its configuration again".into())
        })?;
        if failures == before.1 {
            return Ok(String::new());
        }
        let what = format!("kube-apiserver does not trust {}", issuer.url);
        Err(Error::new(Exit::Component, what)
            .because(self.plane.said(APISERVER.name, "authentication config")))
    }

    fn until<T>(
        &mut self,
        what: &str,
        probe: impl FnMut() -> Result<T, String>,
    ) -> Result<T, Error> {
        self.plane.until(self.lifeline, what, probe)
    }
}
