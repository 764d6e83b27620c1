//! kubectl's table of its filter, and what ours refuses beyond it.

use http::{HeaderMap, HeaderValue, Method, Uri, header};

use super::{Filter, Refused};
use crate::path::PathFault;
use crate::pattern::Patterns;

const POD: &str = "/api/v1/namespaces/default/pods/foo";

fn ask(filter: &Filter, method: &str, path: &str, host: &str) -> Result<(), Refused> {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
    let uri = if path.is_empty() {
        Uri::from_static("/")
    } else {
        path.parse().unwrap()
    };
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    filter.check(&method, &uri, &headers)
}

fn check(method: &str, path: &str, host: &str, expected: Result<(), Refused>) {
    let filter = Filter::new();
    assert_eq!(
        ask(&filter, method, path, host),
        expected,
        "{method} {path} @{host}"
    );
}

fn patterns(list: &str) -> Patterns {
    list.parse().unwrap()
}

#[test]
fn p1_to_p4_reading_this_machines_proxy_passes() {
    check("GET", "", "127.0.0.1", Ok(()));
    check("GET", "/api/v1/pods", "127.0.0.1", Ok(()));
    check("GET", "/api/v1/pods", "localhost", Ok(()));
    check("GET", POD, "localhost", Ok(()));
}

#[test]
fn p5_p6_a_pod_may_be_called_like_a_subresource() {
    check(
        "GET",
        "/api/v1/namespaces/default/pods/attachfoo",
        "localhost",
        Ok(()),
    );
    check(
        "GET",
        "/api/v1/namespaces/default/pods/execfoo",
        "localhost",
        Ok(()),
    );
}

#[test]
fn p7_p8_p22_nobody_runs_programs_in_pods() {
    for below in ["exec", "attach", "exec?command=sh"] {
        let path = format!("{POD}/{below}");
        check("GET", &path, "127.0.0.1", Err(Refused::RejectedPath));
        check("POST", &path, "localhost", Err(Refused::RejectedPath));
    }
}

#[test]
fn p9_to_p11_other_hosts_are_refused() {
    for host in ["evil.com", "localhost.evil.com", "127a0b0c1", ""] {
        check("GET", "/api/v1/pods", host, Err(Refused::UnacceptedHost));
    }
}

#[test]
fn p12_to_p15_any_path_and_method_passes_by_default() {
    check("GET", "/ui", "localhost", Ok(()));
    check(
        "POST",
        "/api/v1/namespaces/default/pods",
        "localhost",
        Ok(()),
    );
    check("PUT", POD, "localhost", Ok(()));
    check("PATCH", POD, "localhost", Ok(()));
}

#[test]
fn p16_to_p21_methods_can_be_rejected() {
    let rows = [
        ("GET", "GET"),
        ("POST", "POST"),
        ("PUT", "PUT"),
        ("PATCH", "PATCH"),
        ("POST,PUT,PATCH", "PATCH"),
        ("POST,PUT,PATCH", "PUT"),
    ];
    for (list, method) in rows {
        let mut filter = Filter::new();
        filter.reject_methods = patterns(list);
        assert_eq!(
            ask(&filter, method, POD, "localhost"),
            Err(Refused::RejectedMethod),
            "{list} {method}"
        );
    }
}

#[test]
fn p23_an_empty_list_of_rejected_paths_rejects_none() {
    let mut filter = Filter::new();
    filter.reject_paths = patterns("");
    assert_eq!(
        ask(&filter, "POST", &format!("{POD}/exec"), "localhost"),
        Ok(())
    );
}

#[test]
fn an_ipv6_loopback_passes() {
    check("GET", "/api", "[::1]:8001", Ok(()));
    check("GET", "/api", "LOCALHOST:8001", Ok(()));
    check("GET", "/api", "[::2]:8001", Err(Refused::UnacceptedHost));
}

#[test]
fn nobody_reaches_into_pods_or_makes_tokens() {
    let rows = [
        "/api/v1/namespaces/a/pods/b/portforward",
        "/api/v1/namespaces/a/pods/b/ephemeralcontainers",
        "/api/v1/namespaces/a/pods/b/proxy",
        "/api/v1/namespaces/a/pods/b:80/proxy/x",
        "/api/v1/namespaces/a/services/https:b:443/proxy/",
        "/api/v1/nodes/n/proxy/metrics",
        "/api/v1/namespaces/a/serviceaccounts/default/token",
    ];
    for path in rows {
        check("GET", path, "localhost", Err(Refused::RejectedPath));
    }
    check(
        "GET",
        "/api/v1/namespaces/a/serviceaccounts/token",
        "localhost",
        Ok(()),
    );
}

#[test]
fn escapes_hide_nothing() {
    check(
        "GET",
        &format!("{POD}/e%78ec"),
        "localhost",
        Err(Refused::RejectedPath),
    );
    check(
        "GET",
        "/x/../api/v1/pods",
        "localhost",
        Err(Refused::Path(PathFault::DotSegment)),
    );
    check(
        "GET",
        "//api",
        "localhost",
        Err(Refused::Path(PathFault::EmptySegment)),
    );
    check(
        "GET",
        "/api/v1/pods%2fx",
        "localhost",
        Err(Refused::Path(PathFault::HiddenSlash)),
    );
}

#[test]
fn readers_only_read() {
    let mut filter = Filter::new();
    filter.read_only = true;
    filter.reject_paths = Patterns::none();
    let check = |method: &str, path: &str, expected| {
        assert_eq!(
            ask(&filter, method, path, "localhost"),
            expected,
            "{method} {path}"
        );
    };
    check("GET", "/api/v1/pods?watch=true", Ok(()));
    check("HEAD", "/api", Ok(()));
    check("OPTIONS", "/api", Ok(()));
    for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"] {
        check(method, POD, Err(Refused::NotReading));
    }
    for below in ["exec", "attach", "portforward", "proxy", "proxy/x"] {
        check("GET", &format!("{POD}/{below}"), Err(Refused::NotReading));
    }
    check(
        "GET",
        "/api/v1/proxy/namespaces/a/pods/b",
        Err(Refused::NotReading),
    );
}

#[test]
fn a_reader_does_not_change_the_protocol() {
    let mut filter = Filter::new();
    filter.read_only = true;
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("localhost"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    let uri = Uri::from_static("/api/v1/pods?watch=1");
    assert_eq!(
        filter.check(&Method::GET, &uri, &headers),
        Err(Refused::NotReading)
    );
}
