//! A command line for curl that proves who asks, and finds out who answers.

use k8s_config::{Config, Roots};

use crate::args::Args;
use crate::commands::ca;
use crate::failure::Failure;

/// Flags that say which cluster is meant: `k8s ca` in the line must be told the same.
const MEANT: [&str; 5] = [
    "kubeconfig",
    "context",
    "cluster",
    "certificate-authority",
    "server",
];

/// The line, with a line end: `--cacert`, never `--insecure`.
pub(super) fn line(config: &Config, args: &Args, token: &str) -> Result<String, Failure> {
    let mut words = vec!["curl".to_owned()];
    let mut before = String::new();
    match &config.tls.roots {
        _ if config.server.scheme_str() == Some("http") => {}
        Roots::Bundle(bundle) => match bundle.path() {
            Some(path) => words.extend(["--cacert".to_owned(), quote(&path.display().to_string())]),
            // curl wants a file, and the certificates stand in the kubeconfig.
            None => {
                before = format!("k8s ca{} | ", meant(args));
                words.extend(["--cacert", "/dev/stdin"].map(str::to_owned));
            }
        },
        Roots::System => {}
        roots => return Err(Failure::new(ca::without(roots))),
    }
    if let Some(proxy) = &config.proxy {
        words.extend(["--proxy".to_owned(), quote(&proxy.uri().to_string())]);
    }
    let mut base = config.server.to_string();
    if let (Some(name), Some(host)) = (&config.tls.server_name, config.server.host()) {
        // The name that the certificate is for, at the address where the server is.
        let port = config.server.port_u16().unwrap_or(443);
        words.extend([
            "--connect-to".to_owned(),
            quote(&format!("{name}:{port}:{host}:{port}")),
        ]);
        base = format!("https://{name}:{port}{}", config.server.path());
    }
    words.extend([
        "--header".to_owned(),
        quote(&format!("Authorization: Bearer {token}")),
    ]);
    words.push(quote(&format!("{}/api", base.trim_end_matches('/'))));
    Ok(format!("{before}{}\n", words.join(" ")))
}

fn meant(args: &Args) -> String {
    let given = MEANT.iter().filter(|flag| args.is_given(flag));
    given
        .map(|flag| format!(" --{flag}={}", quote(args.text(flag))))
        .collect()
}

/// A word as a shell reads it.
fn quote(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use k8s_config::{Kubeconfig, Overrides};

    use super::*;

    fn check(cluster: &str, expected: &str) {
        let text = format!(
            "current-context: c\nclusters: [{{name: k, cluster: {cluster}}}]\ncontexts: [{{name: c, context: {{cluster: k, user: u}}}}]\nusers: [{{name: u, user: {{}}}}]\n"
        );
        let source =
            std::sync::Arc::new(k8s_config::MemorySource::new().with_file("/k/my ca.pem", "pem"));
        let kubeconfig = Kubeconfig::from_slice_with(source, text.as_bytes(), "/k").unwrap();
        let config = kubeconfig.resolve(&Overrides::default()).unwrap();
        let line = line(&config, &Args::default(), "t0k")
            .unwrap_or_else(|failure| failure.text().to_owned());
        assert_eq!(line, expected, "{cluster}");
    }

    #[test]
    fn the_server_is_verified() {
        check(
            "{server: 'https://10.0.0.1:6443', certificate-authority: my ca.pem}",
            "curl --cacert '/k/my ca.pem' --header 'Authorization: Bearer t0k' https://10.0.0.1:6443/api\n",
        );
        check(
            "{server: 'https://10.0.0.1/k/', certificate-authority-data: YQ==}",
            "k8s ca | curl --cacert /dev/stdin --header 'Authorization: Bearer t0k' https://10.0.0.1/k/api\n",
        );
        check(
            "{server: 'https://example.org'}",
            "curl --header 'Authorization: Bearer t0k' https://example.org/api\n",
        );
        check(
            "{server: 'https://10.0.0.1:6443', tls-server-name: kube, certificate-authority-data: YQ==, proxy-url: 'http://p:3128'}",
            "k8s ca | curl --cacert /dev/stdin --proxy http://p:3128/ --connect-to kube:6443:10.0.0.1:6443 --header 'Authorization: Bearer t0k' https://kube:6443/api\n",
        );
        check(
            "{server: 'https://10.0.0.1', insecure-skip-tls-verify: true}",
            "error: the configuration does not verify the server: there is no authority",
        );
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("/a-b_c.d:1"), "/a-b_c.d:1");
    }
}
