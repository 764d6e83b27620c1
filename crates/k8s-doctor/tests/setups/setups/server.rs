//! Servers that are none, or not ready; and what they do not allow.

use std::convert::Infallible;
use std::sync::atomic::Ordering;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use k8s_testing::{Body, ListenOptions};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tower::service_fn;

use crate::patient::Patient;
use crate::world::World;

type Broken = Result<Patient, String>;

/// A web server with a certificate of the same CA.
pub(super) async fn another(mut world: World) -> Broken {
    let service = service_fn(async |_: Request<Incoming>| {
        let mut answer = Response::new(Body::from("<html>not here</html>".to_owned()));
        *answer.status_mut() = StatusCode::NOT_FOUND;
        Ok::<_, Infallible>(answer)
    });
    let options = ListenOptions::new().ca(world.in_memory().server.ca());
    let web = options.serve(service).await.unwrap();
    let mut patient = Patient::at_desk(world).await;
    let token = patient.world.token().await;
    let user = [("token", json!(token.expose_secret()))];
    patient.kubeconfig(&[("server", json!(web.url()))], &user);
    patient.knows(token);
    patient.keep.push(Box::new(web));
    Ok(patient)
}

pub(super) async fn not_ready(mut world: World) -> Broken {
    world.in_memory().is_ready.store(false, Ordering::Relaxed);
    Ok(Patient::at_desk(world).await)
}

pub(super) async fn denied(world: World) -> Broken {
    let mut patient = Patient::at_desk(world).await;
    patient.can = ("list", "po");
    Ok(patient)
}

pub(super) async fn denied_in_the_cluster(world: World) -> Broken {
    let mut patient = Patient::at_desk(world).await;
    patient.can = ("delete", "nodes");
    Ok(patient)
}
