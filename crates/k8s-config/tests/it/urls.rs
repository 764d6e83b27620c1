//! Table C, URLs: which servers and proxies are taken, and what goes to a server of plain http.

use k8s_config::Overrides;
use secrecy::ExposeSecret as _;

use crate::support::{assert_says, clean, kubeconfig, overrides, resolve, rows};

#[test]
fn a_cluster_without_authentication_is_a_plain_configuration() {
    for server in ["http://127.0.0.1:8001", "https://public.example"] {
        let text = format!(
            "current-context: c\ncontexts: [{{name: c, context: {{cluster: c}}}}]\nclusters: [{{name: c, cluster: {{server: '{server}'}}}}]\n"
        );
        let config = resolve(&text, &Overrides::default()).unwrap();
        assert_eq!(config.server.to_string(), format!("{server}/"));
        assert!(config.user.is_anonymous() && config.warnings().is_empty());
    }
}

#[test]
fn a_token_file_that_goes_nowhere_need_not_exist() {
    let text = clean("", "tokenFile: missing").replace("token: the-token, ", "");
    let http = overrides(|o| o.server = Some("http://h".into()));
    assert!(resolve(&text, &http).unwrap().user.is_anonymous());
    let error = resolve(&text, &Overrides::default()).unwrap_err();
    assert_says(
        &error,
        &["/k/config:3: unable to read tokenFile /k/missing for clean due to entity not found"],
    );
}

/// A `server` as written; the URL it means, `None`: refused. What was written is kept to the letter.
fn server((written, expected): (&str, Option<&str>)) {
    let text = clean("", "").replace("https://anything.com:8080", written);
    let kubeconfig = kubeconfig(&text, &[]).unwrap();
    assert_eq!(
        kubeconfig.clusters["clean"]
            .server
            .as_ref()
            .unwrap()
            .expose(),
        written
    );
    match kubeconfig.resolve(&Overrides::default()) {
        Ok(config) => assert_eq!(Some(&*config.server.to_string()), expected),
        Err(error) => {
            assert_eq!(expected, None);
            assert_says(
                &error,
                &["/k/config:2: invalid 'server' for cluster \"clean\": host must be a URL"],
            );
        }
    }
}

rows!(server: {
    c28_clean => ("https://anything.com:8080", Some("https://anything.com:8080/")),
    c29_https_with_path => ("https://h:8080/foo/bar", Some("https://h:8080/foo/bar")),
    c29_http_with_path => ("http://h:8080/foo/bar", Some("http://h:8080/foo/bar")),
    c29_trailing_slash => ("https://h:8080/foo/bar/", Some("https://h:8080/foo/bar/")),
    c29_query => ("https://h:8080/foo?a=b#c", Some("https://h:8080/foo")),
    c29_slash => ("/", None),
    c29_slashes => ("//", None),
    c29_host_port_and_path => ("h:8080/foo/bar", None),
    c29_host_and_port => ("h:8080", Some("http://h:8080/")),
    c29_host => ("h", Some("http://h/")),
    c29_anything => ("anything", Some("http://anything/")),
    c29_other_scheme => ("ftp://h", None),
    c29_bad_port => ("https://h:99999", None),
    c29_spaces => ("https://h h", None),
    c29_escape => ("https://h/%41", Some("https://h/%41")),
    c29_no_escape => ("https://h/%zz", None),
    c29_spaces_in_a_path => ("https://h/a b", Some("https://h/a%20b")),
    c29_letters_beyond_ascii => ("https://h/ü{}", Some("https://h/%C3%BC%7B%7D")),
    c29_letters_beyond_ascii_in_a_host => ("https://ü", None),
    c29_half_an_escape => ("https://h/%4", None),
});

/// A `proxy-url`, and whether it is taken (then it round-trips).
fn proxy((url, taken): (&str, bool)) {
    let text = clean(&format!("proxy-url: '{url}'"), "");
    match resolve(&text, &Overrides::default()) {
        Ok(config) => {
            assert!(taken);
            let text = config
                .proxy
                .map(|proxy| proxy.secret_text().expose_secret().to_owned());
            assert_eq!(text.unwrap_or_default(), url);
        }
        Err(error) => {
            assert!(!taken, "{error}");
            assert_says(
                &error,
                &[
                    "/k/config:2: invalid 'proxy-url' for cluster \"clean\": unsupported scheme, must be http, https, or socks5",
                ],
            );
        }
    }
}

rows!(proxy: {
    c23_none => ("", true),
    c23_socks5 => ("socks5://example.com", true),
    c23_https => ("https://example.com", true),
    c23_http => ("http://example.com", true),
    c23_with_user_and_password => ("http://user:p%40ss@example.com:3128", true),
    c24_socks6 => ("socks6://example.com", false),
    c24_no_scheme => ("example.com", false),
    c24_no_scheme_and_a_user => ("chewbacca@example.com", false),
});

/// A server of plain http, whether the opt-in is given, whether the token comes along.
fn plain_http((server, opt_in, expected): (&str, bool, bool)) {
    let config = resolve(
        &clean("", ""),
        &overrides(|o| {
            o.server = Some(server.into());
            o.credentials_over_loopback_http = opt_in;
        }),
    );
    assert_eq!(config.unwrap().user.token.is_some(), expected);
}

rows!(plain_http: {
    credentials_over_https => ("https://h", false, true),
    credentials_over_http => ("http://h", true, false),
    credentials_over_loopback => ("http://127.0.0.1:8001", false, false),
    credentials_over_loopback_when_allowed => ("http://127.0.0.1:8001", true, true),
    credentials_over_loopback_ipv6_when_allowed => ("http://[::1]:8001", true, true),
    credentials_over_localhost_when_allowed => ("http://LocalHost:8001", true, true),
    credentials_over_a_name_like_localhost => ("http://localhost.example:8001", true, false),
});
