//! Authorities, names and dates that do not fit.

use std::sync::atomic::Ordering;

use k8s_auth::Certificate;
use k8s_testing::certs::{Ca, Leaf};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::patient::Patient;
use crate::world::World;

type Broken = Result<Patient, String>;

async fn with(world: World, cluster: &[(&str, Value)]) -> Patient {
    let mut patient = Patient::at_desk(world).await;
    let token = patient.world.token().await;
    patient.kubeconfig(cluster, &[("token", json!(token.expose_secret()))]);
    patient.knows(token);
    patient
}

/// With another `ca.crt` than the cluster's, in a file of its own.
async fn with_ca(world: World, pem: &str) -> Patient {
    let mut patient = Patient::at_desk(world).await;
    let file = patient.desk.path().join("other.crt");
    std::fs::write(&file, pem).unwrap();
    let token = patient.world.token().await;
    patient.kubeconfig(
        &[("certificate-authority", json!(file))],
        &[("token", json!(token.expose_secret()))],
    );
    patient.knows(token);
    patient
}

pub(super) async fn clock(world: World, off: i64) -> Broken {
    let patient = Patient::at_desk(world).await;
    patient.off.store(off, Ordering::Relaxed);
    Ok(patient)
}

pub(super) async fn empty_ca_file(world: World) -> Broken {
    Ok(with_ca(world, "").await)
}

pub(super) async fn wrong_ca(world: World) -> Broken {
    Ok(with_ca(world, Ca::new("another-cluster").pem()).await)
}

pub(super) async fn wrong_mounted_ca(world: World) -> Broken {
    let mut patient = Patient::in_pod(world).await;
    let mount = patient.mount.as_mut().expect("a Pod has one");
    mount.rotate_ca(Ca::new("another-cluster").pem()).unwrap();
    Ok(patient)
}

/// The same name and another key: what a rotation leaves behind.
pub(super) async fn old_ca(world: World) -> Broken {
    let present = Certificate::from_pem(world.ca_pem().as_bytes()).unwrap();
    let name = present[0]
        .subject
        .strip_prefix("CN=")
        .expect("a CA has a common name")
        .to_owned();
    Ok(with_ca(world, Ca::new(&name).pem()).await)
}

/// The server shows this from now on.
fn serve(world: &mut World, leaf: Leaf) {
    let memory = world.in_memory();
    let certificate = memory.serving(leaf);
    memory.listening.rotate(&certificate).unwrap();
}

pub(super) async fn expired_serving(mut world: World) -> Broken {
    serve(&mut world, Leaf::server().ip([127, 0, 0, 1]).expired());
    Ok(Patient::at_desk(world).await)
}

pub(super) async fn ip_not_in_sans(mut world: World) -> Broken {
    serve(
        &mut world,
        Leaf::server().dns("kubernetes").ip([10, 0, 0, 1]),
    );
    Ok(Patient::at_desk(world).await)
}

pub(super) async fn wrong_name(mut world: World) -> Broken {
    serve(
        &mut world,
        Leaf::server().ip([127, 0, 0, 1]).dns("kubernetes"),
    );
    let server = format!("https://localhost:{}", world.port());
    Ok(with(world, &[("server", json!(server))]).await)
}

pub(super) async fn wrong_expected_name(world: World) -> Broken {
    Ok(with(world, &[("tls-server-name", json!("api.example"))]).await)
}
