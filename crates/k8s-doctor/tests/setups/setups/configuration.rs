//! Files that are not there, or not as they should be.

use std::fs;

use crate::patient::Patient;
use crate::world::World;

type Broken = Result<Patient, String>;

pub(super) async fn none(world: World) -> Broken {
    let patient = Patient::at_desk(world).await;
    patient.source.set_var("KUBECONFIG", "/no/such/config");
    Ok(patient)
}

pub(super) async fn missing_context(world: World) -> Broken {
    let patient = Patient::at_desk(world).await;
    let text = patient
        .good
        .replace("current-context: dev", "current-context: prd");
    patient.write_config(&text);
    Ok(patient)
}

pub(super) async fn broken_yaml(world: World) -> Broken {
    let patient = Patient::at_desk(world).await;
    let text = patient.good.replace("    server: ", "    server: [");
    patient.write_config(&text);
    Ok(patient)
}

pub(super) async fn mount_not_there(world: World) -> Broken {
    let mut patient = Patient::in_pod(world).await;
    let mount = patient.mount.as_mut().expect("a Pod has one");
    mount.remove("token").unwrap();
    Ok(patient)
}

pub(super) async fn automount_off(world: World) -> Broken {
    let mut patient = Patient::at_desk(world).await;
    let root = patient.desk.path().join("root");
    fs::create_dir(&root).unwrap();
    patient.pod_at(&root);
    Ok(patient)
}

pub(super) async fn empty_mounted_ca(world: World) -> Broken {
    let mut patient = Patient::in_pod(world).await;
    let mount = patient.mount.as_mut().expect("a Pod has one");
    mount.rotate_ca("").unwrap();
    Ok(patient)
}
