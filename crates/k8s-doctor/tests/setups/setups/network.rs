//! Names, ports and proxies that lead nowhere.

use std::net::{Ipv6Addr, TcpListener};

use k8s_testing::{ApiServer, ListenOptions, Proxy};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::patient::Patient;
use crate::world::World;

type Broken = Result<Patient, String>;

/// A patient whose kubeconfig names another server, or a proxy.
async fn with(world: World, field: &str, value: &str) -> Patient {
    let mut patient = Patient::at_desk(world).await;
    let token = patient.world.token().await;
    patient.kubeconfig(
        &[(field, json!(value))],
        &[("token", json!(token.expose_secret()))],
    );
    patient.knows(token);
    patient
}

fn free_port() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

pub(super) async fn dns_failure(world: World) -> Broken {
    let server = format!("https://no-such-host.invalid:{}", world.port());
    Ok(with(world, "server", &server).await)
}

pub(super) async fn dead_port(world: World) -> Broken {
    let (_, port) = free_port();
    Ok(with(world, "server", &format!("https://127.0.0.1:{port}")).await)
}

pub(super) async fn silent_port(world: World) -> Broken {
    let (listener, port) = free_port();
    let mut patient = with(world, "server", &format!("https://127.0.0.1:{port}")).await;
    patient.keep.push(Box::new(listener));
    Ok(patient)
}

pub(super) async fn ipv6_only(mut world: World) -> Broken {
    let moved = world
        .in_memory()
        .move_to(ListenOptions::new().ip(Ipv6Addr::LOCALHOST))
        .await;
    moved.map_err(|error| format!("no IPv6 here: {error}"))?;
    Ok(Patient::at_desk(world).await)
}

pub(super) async fn http_where_https_is(world: World) -> Broken {
    let server = world.url().replace("https", "http");
    Ok(with(world, "server", &server).await)
}

pub(super) async fn https_where_http_is(world: World) -> Broken {
    let plain = ListenOptions::new()
        .plain()
        .serve(ApiServer::new())
        .await
        .unwrap();
    let server = format!("https://{}", plain.addr());
    let mut patient = with(world, "server", &server).await;
    patient.keep.push(Box::new(plain));
    Ok(patient)
}

pub(super) async fn dead_proxy(world: World) -> Broken {
    let (_, port) = free_port();
    let mut patient = with(
        world,
        "proxy-url",
        &format!("http://u:hunter2hunter2@127.0.0.1:{port}"),
    )
    .await;
    patient.knows("hunter2hunter2".to_owned().into());
    Ok(patient)
}

pub(super) async fn proxy_refuses(world: World) -> Broken {
    let proxy = Proxy::new().says(["HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"]);
    let proxy = proxy.listen().await.unwrap();
    let url = proxy.url("http").replace("://", "://u:hunter2hunter2@");
    let mut patient = with(world, "proxy-url", &url).await;
    patient.knows("hunter2hunter2".to_owned().into());
    patient.keep.push(Box::new(proxy));
    Ok(patient)
}

/// By a name that only the proxy could know: gone around, it does not resolve, and that has a fix of its own.
pub(super) async fn proxy_hangs(world: World) -> Broken {
    let proxy = Proxy::new().says::<&str>([]).listen().await.unwrap();
    let server = format!("https://no-such-host.invalid:{}", world.port());
    let mut patient = with(world, "server", &server).await;
    patient.source.set_var("HTTPS_PROXY", proxy.url("http"));
    patient.keep.push(Box::new(proxy));
    Ok(patient)
}
