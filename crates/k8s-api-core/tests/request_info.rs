//! What a method and a URL mean to the API server.

use http::Method;
use k8s_api_core::request_info::{Query, RequestInfo};

fn read(method: &str, url: &str) -> RequestInfo {
    let (path, query) = url
        .split_once('?')
        .map_or((url, None), |(p, q)| (p, Some(q)));
    RequestInfo::parse(&method.parse::<Method>().expect("a method"), path, query)
        .expect("a request")
}

/// `METHOD URL > verb prefix group version namespace resource subresource name parts`, with `-` for nothing.
fn check(rows: &[&str]) {
    for row in rows {
        let (asked, expected) = row.split_once(" > ").expect("a row");
        let (method, url) = asked.split_once(' ').expect("a method and a URL");
        let info = read(method, url);
        let parts = info.parts().collect::<Vec<_>>().join("/");
        let found = [
            info.verb(),
            info.api_prefix(),
            info.api_group(),
            info.api_version(),
            info.namespace(),
            info.resource(),
            info.subresource(),
            info.name(),
            &parts,
        ];
        let found = found
            .map(|cell| if cell.is_empty() { "-" } else { cell })
            .join(" ");
        assert_eq!(found, expected, "{asked}");
        assert!(info.is_resource_request(), "{asked}");
    }
}

#[test]
fn reads_resource_requests() {
    check(&[
        "GET /api/v1/namespaces > list api - v1 - namespaces - - namespaces",
        "GET /api/v1/namespaces/x > get api - v1 x namespaces - x namespaces/x",
        "PUT /api/v1/namespaces/x/finalize > update api - v1 x namespaces finalize x namespaces/x/finalize",
        "HEAD /api/v1/namespaces/x/pods/p > get api - v1 x pods - p pods/p",
        "GET /api/v1/namespaces/x/pods/p/proxy/a/b > get api - v1 x pods proxy p pods/p/proxy/a/b",
        "POST /apis/apps/v1/namespaces/x/deployments > create apis apps v1 x deployments - - deployments",
        "DELETE /api/v1/namespaces/x/pods > deletecollection api - v1 x pods - - pods",
        "PATCH /api/v1/nodes/n/status/ > patch api - v1 - nodes status n nodes/n/status",
        "OPTIONS /api/v1/pods > - api - v1 - pods - - pods",
        "GET /api/v1/watch/namespaces/x/pods > watch api - v1 x pods - - pods",
        "GET /api/v1/proxy/namespaces/x/pods/p/q > proxy api - v1 x pods - p pods/p/q",
    ]);
}

#[test]
fn a_list_becomes_a_watch_or_a_named_one_by_its_query() {
    check(&[
        "GET /api/v1/pods?watch= > watch api - v1 - pods - - pods",
        "GET /api/v1/pods?watch=FALSE > list api - v1 - pods - - pods",
        "GET /api/v1/pods?fieldSelector=metadata.name%3Dp > list api - v1 - pods - p pods",
        "GET /api/v1/pods?fieldSelector=metadata.name%3Da/b > list api - v1 - pods - - pods",
        "GET /api/v1/pods?limit=x&watch=1&fieldSelector=metadata.name%3Dp > watch api - v1 - pods - - pods",
    ]);
}

#[test]
fn keeps_selectors_as_sent_for_verbs_that_honour_them() {
    let info = read(
        "DELETE",
        "/api/v1/pods?labelSelector=a+in+(b)&fieldSelector=%zz&fieldSelector=x",
    );
    assert_eq!(
        (info.label_selector(), info.field_selector()),
        ("a in (b)", "x")
    );
    let info = read("GET", "/api/v1/watch/pods?labelSelector=a");
    assert_eq!(info.label_selector(), "");
}

#[test]
fn all_else_is_a_path_and_a_method() {
    for url in [
        "/",
        "/api",
        "/api/v1",
        "/apis/apps",
        "/apis/apps/v1",
        "/healthz",
        "/foo/bar/baz",
        "//",
    ] {
        let info = read("GET", url);
        assert!(!info.is_resource_request(), "{url}");
        assert_eq!(
            (info.verb(), info.path(), info.parts().count()),
            ("get", url, 0)
        );
    }
    assert_eq!(read("DELETE", "/version").verb(), "delete");
}

#[test]
fn decodes_the_path_before_cutting_it() {
    check(&[
        "GET /api/v1/namespaces/a%2Db/pods > list api - v1 a-b pods - - pods",
        "GET /api/v1/pods%2Fp > get api - v1 - pods - p pods/p",
    ]);
}

#[test]
fn refuses_what_has_no_meaning() {
    let error = RequestInfo::parse(&Method::GET, "/api/v1/watch", Some("a=b")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unable to determine kind and namespace from url, /api/v1/watch?a=b"
    );
    let error = RequestInfo::parse(&Method::GET, "/api/%zz", None).unwrap_err();
    assert_eq!(error.to_string(), "broken percent escape in the path");
}

#[test]
fn a_query_is_read_as_go_reads_it() {
    let query = Query::parse("a=1&a=2&b&c=x;y&d=%&e=p+q%2B");
    assert_eq!(query.all("a").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(
        (query.first("b"), query.first("c"), query.first("d")),
        (Some(""), None, None)
    );
    assert_eq!(query.first("e"), Some("p q+"));
    assert!(query.flag("b") && !query.flag("z"));
}
