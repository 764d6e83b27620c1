//! A socket file that its owner alone may use.

use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};

use k8s_proxy::{Drain, Listener, Proxy, Server};
use tokio::net::UnixStream;
use tower::service_fn;

use crate::support::{ask_over, client, echo, upstream};

#[tokio::test]
async fn serves_on_a_file_of_mode_0600_replaces_a_stale_one_and_takes_it_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proxy.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let listening = upstream(service_fn(echo)).await;
    let drain = Drain::new();
    let proxy = Proxy::new(client(&listening, listening.ca_pem()), &drain);
    let listener = Listener::unix(&path).unwrap();
    assert_eq!(
        listener.address().unwrap().to_string(),
        path.display().to_string()
    );
    let metadata = std::fs::metadata(&path).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "nothing else is left in the folder");
    let ending = drain.clone();
    let task = tokio::spawn(async move { Server::new().serve(listener, proxy, &ending).await });
    let stream = UnixStream::connect(&path).await.unwrap();
    let request = "GET /api HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = ask_over(stream, request).await;
    assert!(answer.body.starts_with("GET /api\n"), "{}", answer.body);
    drain.start();
    task.await.unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("precious");
    std::fs::write(&path, "precious").unwrap();
    let error = Listener::unix(&path).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    assert!(error.to_string().contains("precious"));
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 8);
}

#[tokio::test]
async fn the_socket_of_somebody_who_came_later_is_not_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proxy.sock");
    let first = Listener::unix(&path).unwrap();
    let second = Listener::unix(&path).unwrap();
    drop(first);
    assert!(path.exists());
    drop(second);
    assert!(!path.exists());
}
