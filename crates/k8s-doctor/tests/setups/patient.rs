//! A program's side of a set-up: its environment, its files, its clock, and the doctor who looks at them.

use std::any::Any;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use k8s_client::crypto;
use k8s_config::{MemorySource, Overrides};
use k8s_doctor::{Doctor, Found, Step};
use k8s_testing::ServiceAccountDir;
use k8s_testing::plugin::Plugin;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::World;

/// How long a look at what is broken may take: long enough for a busy machine, short enough for what hangs.
pub(crate) const SHORT: Duration = Duration::from_secs(6);
/// How long a look at what was mended may take: the default.
pub(crate) const WHOLE: Duration = Duration::from_secs(15);

/// Who is looked at, and what whoever applies fixes has at hand.
pub(crate) struct Patient {
    pub(crate) world: World,
    /// Where the kubeconfig, `ca.crt`, `client.crt` and `client.key` are.
    pub(crate) desk: TempDir,
    pub(crate) source: MemorySource,
    /// Seconds by which the clock is off.
    pub(crate) off: Arc<AtomicI64>,
    pub(crate) can: (&'static str, &'static str),
    pub(crate) mount: Option<ServiceAccountDir>,
    pub(crate) plugin: Option<Plugin>,
    /// The kubeconfig before somebody broke it.
    pub(crate) good: String,
    /// What stays open as long as this is looked at.
    pub(crate) keep: Vec<Box<dyn Any>>,
    secrets: Vec<SecretString>,
}

impl Patient {
    /// At a desk, with a kubeconfig that is good: a token of the service account `app`.
    pub(crate) async fn at_desk(world: World) -> Self {
        let desk = TempDir::with_prefix("doctor-").unwrap();
        let source = MemorySource::new().rooted_at("/");
        source.set_var("KUBECONFIG", desk.path().join("config").to_string_lossy());
        let mut patient = Self {
            world,
            desk,
            source,
            off: Arc::default(),
            can: ("get", "/version"),
            mount: None,
            plugin: None,
            good: String::new(),
            keep: Vec::new(),
            secrets: Vec::new(),
        };
        patient.lay_out().await;
        let token = patient.world.token().await;
        patient.kubeconfig(&[], &[("token", json!(token.expose_secret()))]);
        patient.knows(token);
        patient
    }

    /// In a Pod whose service account is mounted as it should be.
    pub(crate) async fn in_pod(world: World) -> Self {
        let mut patient = Self::at_desk(world).await;
        patient.start_pod().await;
        patient
    }

    /// As kubelet starts a Pod: a fresh mount, and the variables.
    pub(crate) async fn start_pod(&mut self) {
        let token = self.world.token().await;
        let mount = ServiceAccountDir::new(&token, &self.world.ca_pem(), "default").unwrap();
        self.knows(token);
        self.pod_at(mount.root());
        self.mount = Some(mount);
    }

    /// The variables of a Pod, whose files are below `root`.
    pub(crate) fn pod_at(&mut self, root: &Path) {
        let (host, port) = (self.world.host(), self.world.port().to_string());
        self.source = MemorySource::new()
            .rooted_at(root)
            .with_var("KUBERNETES_SERVICE_HOST", host)
            .with_var("KUBERNETES_SERVICE_PORT", port.clone())
            .with_var("KUBERNETES_SERVICE_PORT_HTTPS", port);
    }

    /// What somebody who fixes things gets from whoever runs the cluster.
    async fn lay_out(&mut self) {
        let (certificate, key) = self.world.client_certificate().await;
        let write = |name: &str, text: &str| fs::write(self.desk.path().join(name), text).unwrap();
        write("ca.crt", &self.world.ca_pem());
        write("client.crt", &certificate);
        write("client.key", key.expose_secret());
        self.knows(key);
    }

    /// Writes the kubeconfig: the world's server and CA, unless `cluster` says otherwise, and this user.
    pub(crate) fn kubeconfig(&mut self, cluster: &[(&str, Value)], user: &[(&str, Value)]) {
        let mut fields = vec![
            ("server", json!(self.world.url())),
            (
                "certificate-authority",
                json!(self.desk.path().join("ca.crt")),
            ),
        ];
        fields.retain(|(name, _)| !cluster.iter().any(|(other, _)| other == name));
        fields.extend_from_slice(cluster);
        let lines = |fields: &[(&str, Value)]| -> String {
            if fields.is_empty() {
                return "    {}\n".to_owned();
            }
            let line = |(name, value): &(&str, Value)| format!("    {name}: {value}\n");
            fields.iter().map(line).collect()
        };
        self.good = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: dev\nclusters:\n- name: dev\n  cluster:\n{}contexts:\n- name: dev\n  context:\n    cluster: dev\n    user: app\nusers:\n- name: app\n  user:\n{}",
            lines(&fields),
            lines(user),
        );
        self.write_config(&self.good);
    }

    pub(crate) fn write_config(&self, text: &str) {
        fs::write(self.config(), text).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.desk.path().join("config")
    }

    /// From now on no step may show this.
    pub(crate) fn knows(&mut self, secret: SecretString) {
        self.secrets.push(secret);
    }

    pub(crate) async fn diagnose(&self, limit: Duration) -> Vec<Step> {
        let off = Arc::clone(&self.off);
        let clock = move || {
            let off = off.load(Ordering::Relaxed);
            let by = Duration::from_secs(off.unsigned_abs());
            if off < 0 {
                SystemTime::now() - by
            } else {
                SystemTime::now() + by
            }
        };
        let doctor = Doctor::new(crypto::ring())
            .clock(clock)
            .limit(limit)
            .can(self.can.0, self.can.1);
        let began = std::time::Instant::now();
        let found = Found::by(Arc::new(self.source.clone()), None, &Overrides::default());
        let steps = doctor.diagnose(found).await;
        // A busy machine may be late by its own measure; by more than that something was not bounded.
        assert!(began.elapsed() < limit * 2, "{:?}", began.elapsed());
        steps
    }

    /// In text and in JSON, and in what `Debug` shows.
    pub(crate) fn search_for_secrets(&self, steps: &[Step]) {
        let lines: Vec<String> = steps.iter().map(ToString::to_string).collect();
        let shown = format!(
            "{}\n{}\n{steps:?}",
            lines.join("\n"),
            serde_json::to_string(steps).unwrap()
        );
        for secret in &self.secrets {
            // A JWT by its parts, a key by its lines.
            let parts = secret.expose_secret().split(['.', '\n']);
            for part in parts.filter(|part| part.len() >= 8 && !part.starts_with("-----")) {
                assert!(!shown.contains(part), "a secret is shown in {shown}");
            }
        }
    }
}
