//! What holds for any input: nothing panics, and what is written comes back as it was meant.

use k8s_config::{
    Kubeconfig, LoadingRules, MemorySource, Overrides, Platform, ProxyUrl, namespace_flag,
    parse_timeout,
};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::support::kubeconfig;

/// Pieces of kubeconfigs and of YAML's odd corners, in any order.
pub(crate) fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "clusters:",
        "users:",
        "contexts:",
        "current-context: ",
        "- ",
        "name: ",
        "cluster: ",
        "user: ",
        "context: ",
        "server: ",
        "token: ",
        "exec: ",
        "\n",
        "\n  ",
        "\n    ",
        "{",
        "}",
        "[",
        "]",
        ",",
        ": ",
        "&a ",
        "*a",
        "<<: ",
        "'",
        "\"",
        "|\n",
        ">-\n",
        "no",
        "0x1f",
        "null",
        "~",
        "https://s",
        "---\n",
        "...\n",
        "# c\n",
        "\t",
        "!!int ",
        "!!binary ",
        "%YAML 1.2\n",
        "\u{feff}",
        "\u{0}",
        "é",
        "? ",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn use_all(bytes: &[u8]) {
    if let Ok(kubeconfig) = Kubeconfig::from_slice(bytes, "/nowhere") {
        let yaml = kubeconfig.to_yaml();
        let again = Kubeconfig::from_slice(yaml.expose_secret().as_bytes(), "/nowhere").unwrap();
        assert_eq!(again.to_yaml().expose_secret(), yaml.expose_secret());
        let _ = kubeconfig.lint();
        let _ = kubeconfig.validate();
        let _ = kubeconfig.check(None);
        let _ = kubeconfig.with_overrides(&Overrides::default());
        if let Ok(config) = kubeconfig.resolve(&Overrides::default()) {
            assert!(
                config.server.scheme().is_some()
                    && config.server.host().is_some()
                    && !config.namespace.is_empty()
            );
            assert!(config.reload().is_ok());
        }
    }
}

/// A string in YAML's double quotes.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| format!("\\U{:08x}", u32::from(c)))
        .collect();
    format!("\"{escaped}\"")
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        use_all(&bytes);
    }

    #[test]
    fn any_yaml_is_read_without_panic(text in yaml_like()) {
        use_all(text.as_bytes());
    }

    #[test]
    fn any_quoted_string_comes_back_to_the_letter(token in "\\PC{1,40}", name in "\\PC{0,20}") {
        let text = format!("users: [{{name: {}, user: {{token: {}}}}}]", quoted(&name), quoted(&token));
        let kubeconfig = kubeconfig(&text, &[]).unwrap();
        prop_assert_eq!(kubeconfig.users[&name].token.as_ref().unwrap().expose_secret(), &*token);
    }

    #[test]
    fn a_kept_value_reads_the_same_again(text in yaml_like()) {
        // JSON is YAML, so what was kept as JSON is read and kept as the same text again.
        let whole = format!("kept: {}\n", quoted(&text));
        let first = kubeconfig(&whole, &[]).unwrap().unknown[0].value.expose().to_owned();
        let second = kubeconfig(&format!("kept: {first}\n"), &[]).unwrap().unknown[0].value.expose().to_owned();
        prop_assert_eq!(first, second);
    }

    #[test]
    fn any_flag_text_is_read_without_panic(text in "\\PC{0,30}") {
        let _ = parse_timeout(&text);
        prop_assert!(text.ends_with(namespace_flag(&text)));
        if let Ok(proxy) = ProxyUrl::parse(&text) {
            prop_assert_eq!(proxy.secret_text().expose_secret(), &*text);
        }
    }

    #[test]
    fn any_proxy_url_keeps_its_password_to_itself(password in "[a-z0-9]{12}", host in "[a-z]{1,8}", port: u16) {
        let proxy = ProxyUrl::parse(&format!("https://me:{password}@{host}:{port}")).unwrap();
        prop_assert_eq!((proxy.host(), proxy.port()), (&*host, port));
        prop_assert_eq!(proxy.credentials().unwrap().1.unwrap().expose_secret(), &*password);
        let shown = format!("{proxy} {proxy:?}");
        prop_assert!(!shown.contains(&password));
    }

    #[test]
    fn whole_timeouts_come_back(seconds in 0..1_000_000_u64, millis in 0..1000_u64) {
        let read = parse_timeout(&format!("{seconds}s{millis}ms")).unwrap().unwrap_or_default();
        prop_assert_eq!(read.as_millis() as u64, seconds * 1000 + millis);
    }

    #[test]
    fn any_list_of_files_is_absolute_and_without_repetition(list in "[a-z./\\\\:;]{0,30}", windows: bool) {
        let platform = if windows { Platform::Windows } else { Platform::Unix };
        let source = MemorySource::new().with_platform(platform).with_var("KUBECONFIG", format!("x{list}"));
        let source = source.with_current_dir(if windows { r"C:\w" } else { "/w" });
        let rules = LoadingRules::from_source(Arc::new(source));
        let separator = if windows { ['\\', '/'] } else { ['/', '/'] };
        prop_assert!(!rules.paths().is_empty());
        for path in rules.paths() {
            prop_assert!(path.to_str().unwrap().contains(separator), "{:?}", path);
        }
    }

    /// Of two files that define the same name, the first has it, whole; what only one defines is there.
    #[test]
    fn merging_takes_the_first_of_each_name(one in prop::collection::btree_map("[a-c]", 0..9_u8, 0..4), two in prop::collection::btree_map("[a-c]", 0..9_u8, 0..4)) {
        let text = |map: &std::collections::BTreeMap<String, u8>| {
            let users: Vec<String> = map.iter().map(|(name, token)| format!("{{name: {name}, user: {{token: t{token}}}}}")).collect();
            format!("users: [{}]", users.join(","))
        };
        let source = MemorySource::new().with_file("/1", text(&one)).with_file("/2", text(&two)).with_var("KUBECONFIG", "/1:/2");
        let merged = LoadingRules::from_source(Arc::new(source.with_platform(Platform::Unix))).load().unwrap();
        let mut expected = two;
        expected.extend(one);
        let got = merged.users.iter().map(|(name, user)| (name.clone(), user.token.as_ref().unwrap().expose_secret().to_owned()));
        let expected = expected.into_iter().map(|(name, token)| (name, format!("t{token}")));
        prop_assert_eq!(got.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    /// A relative path is looked for in the directory of its file, wherever that is.
    #[test]
    fn relative_paths_belong_to_their_file(dir in "(/[a-z]{1,5}){1,4}", path in "[a-z]{1,5}(/[a-z]{1,5}){0,2}") {
        let text = format!("users: [{{name: u, user: {{tokenFile: \"{path}\"}}}}]");
        let file = PathBuf::from(format!("{dir}/config"));
        let token = PathBuf::from(format!("{dir}/{path}"));
        prop_assume!(token != file);
        let source = MemorySource::new().with_platform(Platform::Unix).with_file(&file, text).with_file(&token, "t");
        let mut overrides = Overrides::default();
        (overrides.user, overrides.server) = (Some("u".to_owned()), Some("https://s".into()));
        let config = LoadingRules::explicit(Arc::new(source), &file).resolve(&overrides).unwrap();
        let found = config.user.token_file.unwrap();
        prop_assert_eq!(found.path(), Some(&*token));
    }
}
