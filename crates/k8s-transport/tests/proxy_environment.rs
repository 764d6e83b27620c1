//! Which proxy the environment chooses: row by row what Go and client-go choose.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{HashMap, HashSet};

use http::Uri;
use k8s_transport::{NoProxy, Proxy, ProxyEnvironment};
use serde_json::Value;

/// Where we differ on purpose; each must differ.
const BROKEN: [&str; 2] = ["http://%zz", "http://proxy:port"];
const LOCALHOST: &str = "https://LOCALHOST";

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/proxies.json")).unwrap()
}

fn read(rows: &[(&str, &str)]) -> ProxyEnvironment {
    let rows: HashMap<_, _> = rows.iter().copied().collect();
    ProxyEnvironment::read(|name| rows.get(name).map(|value| (*value).to_owned()))
}

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

#[test]
fn chooses_as_go_chooses() {
    let golden = golden();
    let rows = golden["environments"].as_array().unwrap();
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        let environment = read(&[
            ("HTTPS_PROXY", text("https")),
            ("HTTP_PROXY", text("http")),
            ("NO_PROXY", text("no_proxy")),
            (
                "REQUEST_METHOD",
                if row["cgi"].is_null() { "" } else { "GET" },
            ),
        ]);
        let chosen = environment.proxy_for(&uri(text("url")));
        if row["error"].is_string() || BROKEN.contains(&text("https")) {
            chosen.unwrap_err();
            continue;
        }
        let chosen = chosen.unwrap().map(|proxy| proxy.to_string());
        // Ours says its port, and nobody's name.
        let expected = row["proxy"]
            .as_str()
            .map(|text| text.parse::<Proxy>().unwrap().to_string());
        assert_eq!(chosen, expected, "{row}");
        if let (Some(chosen), Some(go)) = (chosen, row["proxy"].as_str()) {
            let (scheme, rest) = go.split_once("://").unwrap();
            let host = rest.trim_end_matches('/').rsplit('@').next().unwrap();
            assert!(
                scheme.starts_with(chosen.split(':').next().unwrap()),
                "{row}"
            );
            assert!(chosen.contains(host), "{row}");
        }
    }
    assert_eq!(rows.len(), 33);
}

#[test]
fn exempts_whom_go_exempts() {
    let golden = golden();
    let servers: Vec<_> = golden["servers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|server| server.as_str().unwrap())
        .collect();
    let mut rows = 0;
    for row in golden["no_proxy"].as_array().unwrap() {
        let list = row["no_proxy"].as_str().unwrap();
        let direct: HashSet<_> = row["direct"]
            .as_array()
            .unwrap()
            .iter()
            .map(|server| server.as_str().unwrap())
            .collect();
        let environment = read(&[
            ("HTTPS_PROXY", "proxy"),
            ("HTTP_PROXY", "proxy"),
            ("NO_PROXY", list),
        ]);
        for server in &servers {
            rows += 1;
            let ours = environment.proxy_for(&uri(server)).unwrap().is_none();
            let expected = direct.contains(server) || *server == LOCALHOST;
            assert_eq!(ours, expected, "NO_PROXY={list:?}, {server}");
        }
    }
    assert_eq!(rows, 84 * 32);
}

#[test]
fn capitals_come_first_and_an_empty_variable_is_none() {
    let rows: [(&[(&str, &str)], Option<&str>); 6] = [
        (
            &[("HTTPS_PROXY", "upper"), ("https_proxy", "lower")],
            Some("http://upper:80"),
        ),
        (
            &[("HTTPS_PROXY", ""), ("https_proxy", "lower")],
            Some("http://lower:80"),
        ),
        (
            &[("https_proxy", "lower"), ("no_proxy", "b")],
            Some("http://lower:80"),
        ),
        (&[("https_proxy", "lower"), ("no_proxy", "a")], None),
        (
            &[
                ("https_proxy", "lower"),
                ("NO_PROXY", "b"),
                ("no_proxy", "a"),
            ],
            Some("http://lower:80"),
        ),
        (&[("ALL_PROXY", "all")], None),
    ];
    for (variables, expected) in rows {
        let chosen = read(variables).proxy_for(&uri("https://a")).unwrap();
        let chosen = chosen.map(|proxy| proxy.to_string());
        assert_eq!(chosen.as_deref(), expected, "{variables:?}");
    }
}

#[test]
fn an_error_names_the_variable_and_not_its_value() {
    let environment = read(&[("https_proxy", "ftp://me:s3cret@proxy")]);
    let error = environment.proxy_for(&uri("https://a")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the environment variable https_proxy holds no proxy"
    );
    let whole = format!(
        "{error:?} {environment:?} {}",
        std::error::Error::source(&error).unwrap()
    );
    assert!(
        !whole.contains("s3cret") && !whole.contains("ftp"),
        "{whole}"
    );
    // What is exempt is reached, whatever the variable holds.
    assert!(
        environment
            .proxy_for(&uri("https://localhost"))
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_list_of_hosts_is_a_value() {
    let list = NoProxy::parse(".svc, 10.0.0.0/8");
    assert!(list.exempts("kubernetes.default.svc", 443) && list.exempts("10.9.8.7", 6443));
    assert!(!list.exempts("svc", 443) && list.exempts("[::1]", 1));
}
