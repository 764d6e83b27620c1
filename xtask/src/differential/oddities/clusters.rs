//! Oddities of clusters: servers, proxies, trust, and the flags that change them.

use crate::differential::draft::{Draft, Kind};
use crate::differential::tree::{raw, text};

const SERVERS: [&str; 50] = [
    "https://10.0.0.1",
    "http://10.0.0.1",
    "http://localhost:8080",
    "10.0.0.1",
    "10.0.0.1:6443",
    "k8s.example:6443",
    "k8s.example",
    "localhost:8080/",
    "localhost:8080/path",
    "HTTPS://k8s.example",
    "https://K8S.Example/",
    "https://k8s.example/a/b/",
    "https://k8s.example/a?b=c#d",
    "https://k8s.example?b=c",
    "https://k8s.example/%41%2f",
    "https://k8s.example:443",
    "https://[::1]:6443",
    "[::1]:6443",
    "::1",
    "https://[::1",
    "https://[fe80::1%25eth0]:6443",
    "https://",
    "http://",
    "https:///path",
    "https:k8s.example",
    "ftp://k8s.example",
    "unix:///var/run/x.sock",
    "://k8s.example",
    "//k8s.example",
    "/path",
    "https://k8s.example:99999",
    "https://k8s.example:0",
    "https://k8s.example:port",
    "https://k8s.example:",
    "https://k8s .example",
    " https://k8s.example",
    "https://k8s.example ",
    "https://k8s.example/a b",
    "https://k8s.example/%zz",
    "https://user:pass@k8s.example",
    "https://user@k8s.example",
    "http://user:pass@k8s.example",
    "https://a@b@k8s.example",
    "https://k8s_example",
    "https://ünï.example",
    "https://k8s.example\\path",
    "https://k8s.example/ü",
    "https://1",
    "https://%6b8s.example",
    "wss://k8s.example/x",
];

const PROXIES: [&str; 26] = [
    "http://proxy.example:3128",
    "https://proxy.example",
    "socks5://proxy.example:1080",
    "http://user:pa%20ss@proxy.example",
    "http://proxy.example/path?x=y",
    "HTTP://proxy.example",
    "socks5h://proxy.example",
    "ftp://proxy.example",
    "proxy.example",
    "proxy.example:3128",
    "://proxy.example",
    "http://",
    "http:///",
    "http://:3128",
    "http:proxy.example",
    "http://[::1]:3128",
    "http://[::1",
    "http://proxy.example:port",
    "http://proxy.example:99999",
    "http://pro xy",
    "http://%zz",
    " http://proxy.example",
    "",
    "socks5://",
    "http://user@proxy.example",
    "//proxy.example",
];

pub(super) fn odd_server(draft: &mut Draft<'_>) {
    let server = draft.one(&SERVERS);
    match draft.rng.u8(..5) {
        0 => draft.flag("server", server),
        1 => {
            draft.stanza(Kind::Cluster).body.remove("server");
            if draft.rng.bool() {
                draft.flag("defaultServer", server);
            }
        }
        _ => draft.set(Kind::Cluster, "server", text(server)),
    }
}

pub(super) fn proxy_url(draft: &mut Draft<'_>) {
    let proxy = draft.one(&PROXIES);
    if draft.rng.u8(..4) == 0 && !proxy.is_empty() {
        draft.flag("proxyUrl", proxy);
    } else {
        draft.set(Kind::Cluster, "proxy-url", text(proxy));
    }
}

pub(super) fn insecure_and_authority(draft: &mut Draft<'_>) {
    let (data, path) = (draft.pki.data("ca.crt"), draft.pki.path("ca.crt"));
    draft.set(Kind::Cluster, "insecure-skip-tls-verify", raw("true"));
    match draft.rng.u8(..4) {
        0 => {
            draft
                .stanza(Kind::Cluster)
                .body
                .remove("certificate-authority");
            draft.set(Kind::Cluster, "certificate-authority-data", text(data));
        }
        1 => {
            draft
                .stanza(Kind::Cluster)
                .body
                .remove("certificate-authority-data");
            draft.set(Kind::Cluster, "certificate-authority", text(path));
        }
        2 => {
            draft.set(Kind::Cluster, "certificate-authority-data", text(data));
            draft.flag("insecure", true);
        }
        _ => draft.flag("certificateAuthority", path),
    }
    if draft.rng.u8(..6) == 0 {
        draft.set(Kind::Cluster, "server", text("http://localhost:8080"));
    }
}

pub(super) fn tls_server_name(draft: &mut Draft<'_>) {
    let name = draft.one(&["k8s.internal", "10.0.0.7", "odd name", "::1"]);
    draft.set(Kind::Cluster, "tls-server-name", text(name));
    match draft.rng.u8(..5) {
        0 | 1 => draft.flag("server", "https://flag.example"),
        2 => draft.flag("tlsServerName", "flag.name"),
        3 => {
            draft.flag("server", "https://flag.example");
            draft.flag("tlsServerName", "flag.name");
        }
        _ => {}
    }
}

/// Flags of every kind, some that lead nowhere.
pub(super) fn overrides(draft: &mut Draft<'_>) {
    for _ in 0..draft.rng.u8(1..=3) {
        match draft.rng.u8(..13) {
            0 => draft.flag_of("context", &["work", "play", "nowhere"]),
            1 => draft.flag_of("cluster", &["alpha", "beta", "nowhere"]),
            2 => draft.flag_of("user", &["ann", "bob", "nowhere"]),
            3 => draft.flag_of("namespace", &["from-flag", "other"]),
            4 => draft.flag_of(
                "server",
                &[
                    "https://flag.example",
                    "flag.example:80",
                    "http://localhost:8080",
                ],
            ),
            5 => draft.flag_of("token", &["flag-token"]),
            6 => {
                let path = draft.pki.path("token");
                draft.flag_of("tokenFile", &[&path, "pki/token", "pki/nothing"]);
            }
            7 => draft.flag_of(
                "timeout",
                &[
                    "0",
                    "30",
                    "1m30s",
                    "500ms",
                    "x",
                    "-1",
                    "1.5",
                    " 1",
                    "1d",
                    "99999999999",
                    "-1s",
                    "+5s",
                    ".5h",
                ],
            ),
            8 => {
                let path = draft.pki.path("client.crt");
                draft.flag_of(
                    "clientCertificate",
                    &[&path, "pki/client.crt", "pki/nothing"],
                );
            }
            9 => {
                let path = draft.pki.path("client.key");
                draft.flag_of("clientKey", &[&path, "pki/client.key"]);
            }
            10 => draft.flag_of("username", &["flag-user"]),
            11 => draft.flag_of("password", &["flag-password"]),
            _ => draft.flag("disableCompression", true),
        }
    }
}
