//! Who is kept out, on a real socket.

use k8s_proxy::{Filter, ProxyOptions};
use tower::service_fn;

use crate::support::{echo, serve, upstream};

#[tokio::test]
async fn the_filter_answers_with_a_status() {
    let served = serve(upstream(service_fn(echo)).await, ProxyOptions::new()).await;
    let rows: [(&str, &[&str], u16); 8] = [
        ("GET /api", &[], 200),
        ("GET /api", &["Host: [::1]:8001"], 200),
        ("GET /api", &["Host: evil.example"], 403),
        ("POST /api/v1/namespaces/a/pods/b/exec", &[], 403),
        ("GET /api/v1/namespaces/a/pods/b/%65xec", &[], 403),
        (
            "POST /api/v1/namespaces/a/serviceaccounts/b/token",
            &[],
            403,
        ),
        ("GET /a/../api", &[], 400),
        ("GET /api%2fv1", &[], 400),
    ];
    for (asked, headers, code) in rows {
        let answer = served.ask(asked, headers, "").await;
        assert_eq!(answer.code, code, "{asked} {headers:?}");
        assert_eq!(
            answer.body.contains("\"kind\":\"Status\""),
            code != 200,
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_kept_out() {
    let served = serve(upstream(service_fn(echo)).await, ProxyOptions::new()).await;
    let own = format!("Origin: http://localhost:{}", served.address.port());
    let host = format!("Host: localhost:{}", served.address.port());
    let rows: [(&str, u16); 5] = [
        ("Sec-Fetch-Site: none", 200),
        (&own, 200),
        ("Sec-Fetch-Site: cross-site", 403),
        ("Origin: https://evil.example", 403),
        ("Origin: null", 403),
    ];
    for (line, code) in rows {
        assert_eq!(
            served.ask("GET /api", &[&host, line], "").await.code,
            code,
            "{line}"
        );
    }
}

#[tokio::test]
async fn without_the_filter_everything_passes() {
    let options = ProxyOptions::new().disable_filter();
    let served = serve(upstream(service_fn(echo)).await, options).await;
    let headers = ["Host: evil.example", "Origin: https://evil.example"];
    let answer = served
        .ask("POST /api/v1/namespaces/a/pods/b%2fc/exec", &headers, "x")
        .await;
    assert!(
        answer
            .body
            .starts_with("POST /api/v1/namespaces/a/pods/b%2fc/exec\n"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_filter_for_readers_lets_readers_read() {
    let mut filter = Filter::new();
    filter.read_only = true;
    let served = serve(
        upstream(service_fn(echo)).await,
        ProxyOptions::new().filter(filter),
    )
    .await;
    assert_eq!(
        served.ask("GET /api/v1/pods?watch=1", &[], "").await.code,
        200
    );
    assert_eq!(
        served
            .ask("DELETE /api/v1/namespaces/a", &[], "")
            .await
            .code,
        403
    );
    let upgrade = ["Upgrade: websocket", "Connection: upgrade, close"];
    assert_eq!(
        served
            .ask("GET /api/v1/pods?watch=1", &upgrade, "")
            .await
            .code,
        403
    );
}
