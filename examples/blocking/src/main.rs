//! How do I use the Kubernetes API without an async runtime? `k8s-api-core` over ureq, and no tokio in the tree.
//!
//! `blocking [http://ADDRESS]`: lists, reads, creates and watches pods; without an address, on a server of its own.

mod follow;
mod pod;
mod send;
mod server;

use std::error::Error;
use std::io::Read as _;
use std::process::ExitCode;

use k8s_api_core::decode::ManagedFields;
use k8s_api_core::request::{self, CreateParams, GetParams, ListParams};
use k8s_api_core::{
    Collection, DynamicObject, ListDecoder, ObjectMeta, Resource, StaticResource, TypeMeta, answer,
};

use self::pod::Pod;
use self::send::{Server, read};

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let shown = match std::env::args().nth(1) {
        Some(address) => Server::at(&address).and_then(|server| show(&server, None)),
        None => alone(),
    };
    match shown {
        Ok(line) => {
            println!("{line} tokio={}", tokio_in(include_str!("../Cargo.lock")));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("blocking: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// On a server of our own; what it must come to is known.
fn alone() -> Result<String, Failure> {
    let server = server::start()?;
    let line = show(&Server::at(&server)?, Some("web-3"))?;
    let expected = "listed=3 created=web-3 refused=NotFound watched=4 lists=2";
    if line == expected {
        Ok(line)
    } else {
        Err(format!("expected {expected}, found {line}").into())
    }
}

fn show(server: &Server, create: Option<&str>) -> Result<String, Failure> {
    let listed = list(server)?;
    let created = create.map_or(Ok(String::from("none")), |name| self::create(server, name))?;
    let refused = refused(server)?;
    let (watched, lists) = follow::follow(server, 4)?;
    Ok(format!(
        "listed={listed} created={created} refused={refused} watched={watched} lists={lists}"
    ))
}

/// All pods, one by one as they arrive: memory for one, however many there are.
fn list(server: &Server) -> Result<usize, Failure> {
    let pods = Collection::all(Pod::api_resource());
    let (code, mut body) = server.send(request::list::<Pod>(&pods, &ListParams::default())?)?;
    if !code.is_success() {
        answer::check(code, &read(&mut body)?)?;
    }
    let mut decoder = ListDecoder::new().managed_fields(ManagedFields::Skip);
    let (mut piece, mut listed) = ([0; 16 << 10], 0);
    loop {
        let length = body.read(&mut piece)?;
        if length == 0 {
            break;
        }
        decoder.handle_bytes(&piece[..length]);
        while let Some(item) = decoder.poll_item()? {
            let pod: Pod = item.decode()?;
            let name = pod.name().unwrap_or_default();
            println!("pod {name} is {}, on {}", pod.phase(), pod.node());
            listed += 1;
        }
    }
    let head = decoder.finish()?;
    println!(
        "as of version {}",
        head.metadata.resource_version.unwrap_or_default()
    );
    Ok(listed)
}

fn create(server: &Server, name: &str) -> Result<String, Failure> {
    let pods = Collection::namespaced(Pod::api_resource(), "shop");
    let pod = DynamicObject::new(TypeMeta::new("v1", "Pod"), ObjectMeta::named(name));
    let (code, body) = server.send(request::create(&pods, &pod, &CreateParams::default())?)?;
    let created: DynamicObject = answer::read(code, &read(body)?)?;
    Ok(created.name().unwrap_or_default().to_owned())
}

/// What is not there is no failure of this program: the server says so, in its own words.
fn refused(server: &Server) -> Result<String, Failure> {
    let pods = Collection::namespaced(Pod::api_resource(), "shop");
    let get = request::get::<Pod>(&pods, "nobody", &GetParams::default())?;
    let (code, body) = server.send(get)?;
    match answer::read::<Pod>(code, &read(body)?).map_err(|error| error.into_status()) {
        Ok(_) => Err("a pod that nobody made".into()),
        Err(Ok(status)) => {
            println!("refused: {status}");
            Ok(status.reason.as_str().to_owned())
        }
        Err(Err(error)) => Err(error.into()),
    }
}

/// How often a lock file names tokio.
fn tokio_in(lock: &str) -> usize {
    let packages = lock.lines().filter(|line| line.starts_with("name = "));
    packages.filter(|line| line.contains("tokio")).count()
}
