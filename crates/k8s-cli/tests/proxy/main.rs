//! `k8s proxy` as a process: what it prints, whom it serves, how it ends.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "tests run the program, and clippy knows functions marked as tests, not what they call"
)]

mod memory;
mod support;

use std::time::Duration;

use expect_test::{Expect, expect};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::support::{LONG, ask, cluster, command};

#[expect(clippy::needless_pass_by_value, reason = "the macro makes it")]
fn fails(kubeconfig: &str, args: &[&str], expected: Expect) {
    let output = command(kubeconfig, args).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{args:?}");
    assert_eq!(output.stdout, b"", "{args:?}");
    expected.assert_eq(&String::from_utf8(output.stderr).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_watch_ends_clean_on_sigterm_and_the_program_with_0() {
    let cluster = cluster().await;
    let proxy = cluster.proxy(&["--port=0"]);
    let mut watch = proxy.connect().await;
    let request =
        "GET /api/v1/namespaces?watch=true&resourceVersion=0 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    watch.write_all(request.as_bytes()).await.unwrap();
    let mut seen = String::new();
    while !(seen.contains("\"ADDED\"") && seen.ends_with("}\n\r\n")) {
        let mut more = [0; 4096];
        let count = timeout(LONG, watch.read(&mut more)).await.unwrap().unwrap();
        assert_ne!(count, 0, "closed after {seen}");
        seen.push_str(std::str::from_utf8(&more[..count]).unwrap());
    }
    assert!(seen.starts_with("HTTP/1.1 200 OK\r\n"), "{seen}");
    proxy.signal("TERM");
    let mut rest = String::new();
    timeout(LONG, watch.read_to_string(&mut rest))
        .await
        .unwrap()
        .unwrap();
    assert!(
        rest.ends_with("0\r\n\r\n"),
        "the chunks end as HTTP wants: {rest}"
    );
    assert_eq!(proxy.end().await, (Some(0), String::new(), String::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_second_signal_cuts() {
    let cluster = cluster().await;
    let proxy = cluster.proxy(&["--port=0"]);
    // An upload that never ends.
    let mut upload = proxy.connect().await;
    let head = "POST /api/v1/namespaces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    upload.write_all(head.as_bytes()).await.unwrap();
    assert!(
        ask(proxy.connect().await, "/version", "localhost")
            .await
            .starts_with("HTTP/1.1 200")
    );
    proxy.signal("INT");
    while TcpStream::connect(proxy.address.as_str()).await.is_ok() {
        // real time: the listener is closed when the first signal was seen
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    proxy.signal("INT");
    let (code, _, err) = proxy.end().await;
    assert_eq!(code, Some(1));
    assert_eq!(
        err,
        "error: a second signal cut off what was still under way\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn serves_on_ipv6_without_brackets_and_with() {
    let cluster = cluster().await;
    for address in ["::1", "[::1]"] {
        let proxy = cluster.proxy(&["--port=0", "--address", address]);
        assert!(proxy.address.starts_with("[::1]:"), "{}", proxy.address);
        let host = proxy.address.clone();
        let answer = ask(proxy.connect().await, "/api", &host).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("APIVersions"), "{answer}");
        proxy.ends_well().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn serves_on_a_socket_file_files_and_a_prefix() {
    let cluster = cluster().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.html"), "a page").unwrap();
    let www = folder.path().to_str().unwrap();
    let socket = folder.path().join("proxy.sock");
    let path = socket.to_str().unwrap();
    let args = ["-u", path, "-w", www, "-P", "/pages", "--api-prefix=/k8s"];
    let proxy = cluster.proxy(&args);
    assert_eq!(proxy.address, path);
    let connect = async || UnixStream::connect(&socket).await.unwrap();
    let page = ask(connect().await, "/pages/page.html", "localhost").await;
    assert!(page.ends_with("\r\n\r\na page"), "{page}");
    let api = ask(connect().await, "/k8s/api", "localhost").await;
    assert!(api.contains("APIVersions"), "{api}");
    let outside = ask(connect().await, "/api", "localhost").await;
    assert!(outside.starts_with("HTTP/1.1 404"), "{outside}");
    proxy.ends_well().await;
    assert!(!socket.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn filters_and_tells_its_health_on_a_port_of_its_own() {
    let cluster = cluster().await;
    let args = ["--port=0", "--health-port=0", "--reject-paths=^/version"];
    let mut proxy = cluster.proxy(&args);
    let said = proxy.said();
    let health = said.strip_prefix("Health, readiness and metrics on ");
    let port = health.unwrap_or(&said).rsplit_once(':').unwrap().1;
    let health = format!("127.0.0.1:{port}");
    let answer = ask(proxy.connect().await, "/version", "localhost").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let answer = ask(proxy.connect().await, "/api", "evil.example").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    for (path, part) in [
        ("/healthz", "ok"),
        ("/readyz", "ok"),
        ("/metrics", "k8s_proxy_requests_total{code=\"403\""),
    ] {
        let stream = TcpStream::connect(&health).await.unwrap();
        let answer = ask(stream, path, "localhost").await;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains(part),
            "{path}: {answer}"
        );
    }
    proxy.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn warns_as_kubectl_does() {
    let cluster = cluster().await;
    let server = "--server=https://127.0.0.1:1/below";
    for (args, warnings) in [
        (
            [server, "--disable-filter"],
            [
                "Warning: Your kube context contains a server path /below, use --append-server-path to automatically append the path to each request",
                "Warning: Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious",
            ],
        ),
        (
            ["--reject-methods=", "--www=/nope"],
            [
                "Warning: Request filter has been relaxed, your proxy may be vulnerable to attacks, please be cautious",
                "Warning: Failed to stat static file directory /nope: stat /nope: no such file or directory",
            ],
        ),
    ] {
        let mut proxy = cluster.proxy(&[&["--port=0"][..], &args].concat());
        assert_eq!([proxy.said(), proxy.said()], warnings);
        proxy.ends_well().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn refuses_what_it_cannot_do() {
    let cluster = cluster().await;
    let path = cluster.path();
    let both = ["-p=9", "-u", "/tmp/s"];
    fails(
        path,
        &both,
        expect![[r#"
            error: cannot set --unix-socket and --port at the same time
        "#]],
    );
    fails(
        path,
        &["--port=70000"],
        expect![[r#"
            error: listen tcp: address 70000: invalid port
        "#]],
    );
    fails(
        path,
        &["--port=0", "--address=192.0.2.1"],
        expect![[r#"
            error: listen tcp 192.0.2.1:0: bind: cannot assign requested address
        "#]],
    );
    fails(
        path,
        &["-u", "/nope/s"],
        expect![[r#"
            error: listen unix /nope/s: bind: no such file or directory
        "#]],
    );
    fails(
        path,
        &["--accept-paths=("],
        expect![[r#"
        error: reading the regular expression "(": regex parse error:
            (
            ^
        error: unclosed group
    "#]],
    );
    fails(
        path,
        &["--api-prefix=/a?b"],
        expect![[r#"
        error: the prefix "/a?b" is not the path of a folder
    "#]],
    );
    fails(
        path,
        &["--keepalive=5"],
        expect![[r#"
        error: invalid argument "5" for "--keepalive" flag: time: missing unit in duration "5"
        See 'k8s proxy --help' for usage.
    "#]],
    );
}

#[test]
fn help_shows_the_flags_of_kubectl_and_two_of_ours() {
    let output = command("/none", &["--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let options = &help[help.find("Options:").unwrap()..];
    expect![[r#"
        Options:
            --accept-hosts='^localhost$,^127\.0\.0\.1$,^\[::1\]$':
        	Regular expression for hosts that the proxy should accept.

            --accept-paths='^.*':
        	Regular expression for paths that the proxy should accept.

            --address='127.0.0.1':
        	The IP address on which to serve on.

            --api-prefix='/':
        	Prefix to serve the proxied API under.

            --append-server-path=false:
        	If true, enables automatic path appending of the kube context server
        	path to each request.

            --disable-filter=false:
        	If true, disable request filtering in the proxy. This is dangerous, and
        	can leave you vulnerable to XSRF attacks, when used with an accessible
        	port.

            --health-port='':
        	Port on which /healthz, /readyz and /metrics are served, on all
        	addresses. Set to 0 to pick a random port; without it they are not
        	served.

            --keepalive=0s:
        	keepalive specifies the keep-alive period for an active network
        	connection. Set to 0 to disable keepalive.

            -p, --port=8001:
        	The port on which to run the proxy. Set to 0 to pick a random port.

            --read-only=false:
        	If true, let only GET, HEAD and OPTIONS pass, and nothing that acts
        	whatever the method is.

            --reject-methods='^$':
        	Regular expression for HTTP methods that the proxy should reject
        	(example --reject-methods='POST,PUT,PATCH').

            --reject-paths='^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach,
                ^/api/.*/pods/.*/portforward,^/api/.*/pods/.*/ephemeralcontainers,
                ^/api/.*/pods/.*/proxy,^/api/.*/services/.*/proxy,
                ^/api/.*/nodes/.*/proxy,^/api/.*/serviceaccounts/.*/token':
        	Regular expression for paths that the proxy should reject. Paths
        	specified here will be rejected even accepted by --accept-paths.

            -u, --unix-socket='':
        	Unix socket on which to run the proxy.

            -w, --www='':
        	Also serve static files from the given directory under the specified
        	prefix.

            -P, --www-prefix='/static/':
        	Prefix to serve static files under, if static file directory is
        	specified.

        Usage:
          k8s proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix]
            [--api-prefix=prefix] [options]

        Use "k8s options" for the options that every command takes.
    "#]]
    .assert_eq(options);
}
