//! Tokens, client certificates and plugins that do not do.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use k8s_testing::certs::{Ca, Certificate, Leaf};
use k8s_testing::plugin::{Behaviour, Plugin};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::patient::Patient;
use crate::world::World;

type Broken = Result<Patient, String>;

async fn with(world: World, user: &[(&str, Value)], secrets: Vec<SecretString>) -> Patient {
    let mut patient = Patient::at_desk(world).await;
    patient.kubeconfig(&[], user);
    secrets.into_iter().for_each(|secret| patient.knows(secret));
    patient
}

async fn with_token(world: World, token: SecretString) -> Patient {
    let user = [("token", json!(token.expose_secret()))];
    with(world, &user, vec![token]).await
}

pub(super) async fn none(world: World) -> Broken {
    Ok(with(world, &[], Vec::new()).await)
}

/// A token that says that it ended an hour ago; nobody has to have signed it to see that.
fn expired() -> SecretString {
    let hour_ago = jiff::Timestamp::now().as_second() - 3_600;
    let claims = json!({
        "iss": "https://kubernetes.default.svc.cluster.local",
        "aud": ["https://kubernetes.default.svc.cluster.local"],
        "sub": "system:serviceaccount:default:app",
        "exp": hour_ago,
    });
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let (head, claims) = (part(json!({"alg": "RS256"})), part(claims));
    format!("{head}.{claims}.{}", part(json!("no signature"))).into()
}

pub(super) async fn expired_token(world: World) -> Broken {
    Ok(with_token(world, expired()).await)
}

pub(super) async fn expired_token_file(world: World) -> Broken {
    let mut patient = Patient::at_desk(world).await;
    let (token, file) = (expired(), patient.desk.path().join("token"));
    std::fs::write(&file, token.expose_secret()).unwrap();
    patient.kubeconfig(&[], &[("tokenFile", json!(file))]);
    patient.knows(token);
    Ok(patient)
}

pub(super) async fn wrong_audience(world: World) -> Broken {
    let token = world.token_for("vault").await;
    Ok(with_token(world, token).await)
}

/// It says nothing of itself, and nobody knows it.
pub(super) async fn unknown_token(world: World) -> Broken {
    Ok(with_token(world, "abcdef.0123456789abcdef".to_owned().into()).await)
}

async fn with_certificate(world: World, certificate: Certificate) -> Patient {
    let key = certificate.key_pem().clone();
    let data = |pem: &str| json!(STANDARD.encode(pem));
    let user = [
        ("client-certificate-data", data(&certificate.pem())),
        ("client-key-data", data(key.expose_secret())),
    ];
    let encoded = STANDARD.encode(key.expose_secret());
    with(world, &user, vec![key, encoded.into()]).await
}

/// Its date is seen before anybody asks who signed it.
pub(super) async fn expired_certificate(world: World) -> Broken {
    let certificate = Ca::new("clients").issue(&Leaf::client("app").expired());
    Ok(with_certificate(world, certificate).await)
}

pub(super) async fn foreign_certificate(world: World) -> Broken {
    let certificate = Ca::new("clients").issue(&Leaf::client("app"));
    Ok(with_certificate(world, certificate).await)
}

async fn with_plugin(world: World, behaviour: Behaviour) -> Patient {
    let plugin = Plugin::new(&behaviour).unwrap();
    let exec = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": plugin.path(),
        "interactiveMode": "Never",
    });
    let mut patient = with(world, &[("exec", exec)], Vec::new()).await;
    patient.plugin = Some(plugin);
    patient
}

pub(super) async fn plugin_missing(world: World) -> Broken {
    let token = world.token().await;
    let mut patient = with_plugin(world, Behaviour::new().prints_token(&token, None)).await;
    let path = patient
        .plugin
        .as_ref()
        .expect("it has one")
        .path()
        .display()
        .to_string();
    std::fs::rename(&path, format!("{path}.not-installed")).unwrap();
    patient.knows(token);
    Ok(patient)
}

pub(super) async fn plugin_hangs(world: World) -> Broken {
    Ok(with_plugin(world, Behaviour::new().hangs()).await)
}

pub(super) async fn plugin_fails(world: World) -> Broken {
    Ok(with_plugin(world, Behaviour::new().says("log in first").exits(3)).await)
}
