//! Table L: which files are read, and what is said of those that cannot be.

use std::path::PathBuf;
use std::sync::Arc;

use k8s_config::{Config, Error, Kubeconfig, LoadingRules, MemorySource, Platform, RulesKind};

use crate::support::{assert_says, chain, files, kubeconfig, rows};

#[test]
fn l01_a_provider_without_config_is_read() {
    let kubeconfig = kubeconfig(
        "users: [{name: u, user: {auth-provider: {name: gcp}}}]",
        &[],
    )
    .unwrap();
    assert!(
        kubeconfig.users["u"]
            .auth_provider
            .as_ref()
            .unwrap()
            .config
            .is_empty()
    );
}

/// What stands at the explicit path `/bogus/file`, and what the error says beside that.
fn explicit((source, expected): (MemorySource, &[&str])) {
    let error = LoadingRules::explicit(Arc::new(source), "/bogus/file")
        .load()
        .unwrap_err();
    assert!(matches!(error, Error::Load(_)));
    assert_says(&error, &["error loading config file \"/bogus/file\""]);
    assert_says(&error, expected);
}

rows!(explicit: {
    l02_explicit_file_missing => (files(&[]), &["there is no such file"]),
    l06_explicit_file_is_bare_text => (files(&[("/bogus/file", "bogus value")]), &["line 1", "a string where a map belongs"]),
    l07_explicit_path_is_a_directory => (files(&[("/bogus/file/inside", "")]), &["it is not a file"]),
});

#[test]
fn l02_the_cause_is_handed_on() {
    let error =
        Config::from_kubeconfig_from(Arc::new(files(&[])), "/bogus/file", None).unwrap_err();
    let io = std::error::Error::source(&error)
        .unwrap()
        .downcast_ref::<std::io::Error>()
        .unwrap();
    assert_eq!(io.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn l03_missing_files_are_skipped_and_recorded() {
    let source = files(&[]).with_var("KUBECONFIG", "/bogus1:/bogus2:/bogus3");
    let kubeconfig = LoadingRules::from_source(Arc::new(source)).load().unwrap();
    assert!(kubeconfig.is_empty());
    assert_eq!(
        kubeconfig.missing(),
        ["/bogus1", "/bogus2", "/bogus3"].map(PathBuf::from)
    );
}

#[test]
fn l04_l05_missing_files_are_named_when_nothing_is_found() {
    let source = files(&[]).with_var("KUBECONFIG", "/bogus");
    let error = Config::infer_from(Arc::new(source)).unwrap_err();
    assert_says(
        &error,
        &[
            "config not found: /bogus",
            "KUBECONFIG is set",
            "KUBERNETES_SERVICE_HOST",
        ],
    );
}

#[test]
fn l08_the_explicit_file_stands_alone() {
    let source = files(&[("/a", "current-context: a"), ("/b", "current-context: b")])
        .with_var("KUBECONFIG", "/b");
    let rules = LoadingRules::explicit(Arc::new(source), "/a");
    assert_eq!(rules.kind(), RulesKind::Explicit);
    assert_eq!(rules.load().unwrap().current_context.as_deref(), Some("a"));
}

#[test]
fn l10_lists_that_are_not_there_are_empty() {
    let kubeconfig = kubeconfig("current-context: any-context-value", &[]).unwrap();
    assert_eq!(
        kubeconfig.current_context.as_deref(),
        Some("any-context-value")
    );
    assert!(
        kubeconfig.clusters.is_empty()
            && kubeconfig.users.is_empty()
            && kubeconfig.contexts.is_empty()
    );
}

/// A list with two of one name, and what the error says.
fn duplicate((text, expected): (&str, &str)) {
    let error = kubeconfig(text, &[]).unwrap_err();
    assert_says(
        &error,
        &[
            "line 3: ",
            expected,
            "duplicate name \"kubeconfig\" in list, first on line 2",
        ],
    );
}

rows!(duplicate: {
    l11_duplicate_cluster => ("clusters:\n- {name: kubeconfig, cluster: {api-version: v1, server: a}}\n- {name: kubeconfig}", "clusters[1]: error converting *[]NamedCluster into *map[string]*api.Cluster"),
    l12_duplicate_context => ("contexts:\n- {name: kubeconfig}\n- {name: kubeconfig}", "contexts[1]: error converting *[]NamedContext into *map[string]*api.Context"),
    l13_duplicate_user => ("users:\n- {name: kubeconfig}\n- {name: kubeconfig}", "users[1]: error converting *[]NamedAuthInfo into *map[string]*api.AuthInfo"),
    l14_duplicate_extension => ("extensions:\n- {name: kubeconfig, extension: {}}\n- {name: kubeconfig}", "extensions[1]: error converting *[]NamedExtension into *map[string]runtime.Object"),
});

const STANZAS: &str = "
clusters:
- name: NAME-relative
  cluster: {server: s, certificate-authority: relative/ca}
- name: NAME-parent
  cluster: {server: s, certificate-authority: ../sibling/ca}
- name: NAME-absolute
  cluster: {server: s, certificate-authority: /absolute/ca}
users:
- name: NAME-relative
  user: {client-certificate: relative/cert, client-key: ../key}
- name: NAME-absolute
  user: {client-certificate: /absolute/cert, client-key: /absolute/key}
- name: NAME-token
  user: {tokenFile: ./tok}
";

#[test]
fn l23_relative_paths_belong_to_the_file_that_has_them() {
    let source = files(&[
        ("/one/config", &STANZAS.replace("NAME", "one")),
        ("/two/deep/config", &STANZAS.replace("NAME", "two")),
    ])
    .with_var("KUBECONFIG", "/one/config:/two/deep/config");
    let source = [
        "/one/relative/ca",
        "/sibling/ca",
        "/absolute/ca",
        "/two/deep/relative/ca",
        "/two/sibling/ca",
    ]
    .iter()
    .chain(&[
        "/one/relative/cert",
        "/key",
        "/two/deep/relative/cert",
        "/two/key",
        "/absolute/cert",
        "/absolute/key",
    ])
    .chain(&["/one/tok", "/two/deep/tok"])
    .fold(source, |source, path| source.with_file(*path, *path));
    let kubeconfig = LoadingRules::from_source(Arc::new(source)).load().unwrap();
    assert_eq!((kubeconfig.clusters.len(), kubeconfig.users.len()), (6, 6));
    // Each of them can be read, so each was looked for where it is.
    for (name, user) in [
        ("one-relative", "one-relative"),
        ("two-relative", "two-relative"),
        ("one-parent", "one-token"),
        ("two-parent", "two-token"),
        ("two-absolute", "one-absolute"),
    ] {
        let mut overrides = k8s_config::Overrides::default();
        (overrides.cluster, overrides.user) = (Some(name.to_owned()), Some(user.to_owned()));
        overrides.server = Some("https://s".into());
        let config = kubeconfig.resolve(&overrides).unwrap();
        let k8s_config::Roots::Bundle(bundle) = &config.tls.roots else {
            panic!("no bundle");
        };
        bundle.read().unwrap();
    }
}

/// A plugin's command as written in `/kube/conf/config`, and the one that will run.
fn command((written, expected): (&str, &str)) {
    let text = format!(
        "users: [{{name: u, user: {{exec: {{command: {written}, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}}}}}]"
    );
    let source = files(&[("/kube/conf/config", &text)]);
    let mut overrides = k8s_config::Overrides::default();
    (overrides.server, overrides.user) = (Some("https://s".into()), Some("u".into()));
    let config = LoadingRules::explicit(Arc::new(source), "/kube/conf/config")
        .resolve(&overrides)
        .unwrap();
    assert_eq!(config.user.exec.unwrap().command, expected);
}

rows!(command: {
    l24_relative_command => ("../relative/client/cmd", "/kube/relative/client/cmd"),
    l25_absolute_command => ("/absolute/client/cmd", "/absolute/client/cmd"),
    l26_bare_command => ("cmd", "cmd"),
});

/// Environment, and the files that are looked at.
fn precedence((platform, vars, expected): (Platform, &[(&str, &str)], &[&str])) {
    let source = MemorySource::new().with_platform(platform);
    let source = vars.iter().fold(source, |source, (name, value)| {
        source.with_var(*name, *value)
    });
    let source = match platform {
        Platform::Windows => source
            .with_current_dir(r"C:\work")
            .with_file(r"E:\p\.kube\config", ""),
        _ => source.with_current_dir("/work"),
    };
    let rules = LoadingRules::from_source(Arc::new(source));
    let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
    assert_eq!(rules.paths(), expected);
}

rows!(precedence: {
    l34_nothing_to_drop => (Platform::Unix, &[("KUBECONFIG", "/a:/b:/c:/d:/e:/f")], &["/a", "/b", "/c", "/d", "/e", "/f"]),
    l34_one_repeated => (Platform::Unix, &[("KUBECONFIG", "/a:/b:/c:/b:/e:/f")], &["/a", "/b", "/c", "/e", "/f"]),
    l34_all_repeated => (Platform::Unix, &[("KUBECONFIG", "/a:/a:/b:/b:/c:/b")], &["/a", "/b", "/c"]),
    l34_empty_items => (Platform::Unix, &[("KUBECONFIG", ":/a::/b:")], &["/a", "/b"]),
    l35_nothing_set => (Platform::Unix, &[("HOME", "/home/u")], &["/home/u/.kube/config"]),
    l35_no_home => (Platform::Unix, &[], &[]),
    l35_one_file => (Platform::Unix, &[("HOME", "/home/u"), ("KUBECONFIG", "/one")], &["/one"]),
    l35_two_files => (Platform::Unix, &[("HOME", "/home/u"), ("KUBECONFIG", "/one:two")], &["/one", "/work/two"]),
    l35_an_empty_variable_is_not_set => (Platform::Unix, &[("HOME", "/home/u"), ("KUBECONFIG", "")], &["/home/u/.kube/config"]),
    windows_list => (Platform::Windows, &[("KUBECONFIG", r"C:\one;D:\two;\\host\share\three;four;..\five")], &[r"C:\one", r"D:\two", r"\\host\share\three", r"C:\work\four", r"C:\five"]),
    windows_home => (Platform::Windows, &[("HOME", r"D:\h"), ("USERPROFILE", r"C:\p")], &[r"D:\h\.kube\config"]),
    windows_profile => (Platform::Windows, &[("USERPROFILE", r"C:\p")], &[r"C:\p\.kube\config"]),
    windows_profile_before_drive => (Platform::Windows, &[("USERPROFILE", r"C:\p"), ("HOMEDRIVE", "D:"), ("HOMEPATH", r"\q")], &[r"C:\p\.kube\config"]),
    windows_drive => (Platform::Windows, &[("HOMEDRIVE", "D:"), ("HOMEPATH", r"\q")], &[r"D:\q\.kube\config"]),
    windows_drive_without_path => (Platform::Windows, &[("HOMEDRIVE", "D:"), ("USERPROFILE", r"C:\p")], &[r"C:\p\.kube\config"]),
    windows_an_existing_file_goes_first => (Platform::Windows, &[("HOME", r"D:\h"), ("HOMEDRIVE", "E:"), ("HOMEPATH", r"\p"), ("USERPROFILE", r"C:\p")], &[r"E:\p\.kube\config"]),
});

/// The file that older versions of kubectl wrote (`.kube/.kubeconfig`), the current one, and the current context.
///
/// kubectl copies the old file to the new place; this crate writes nothing and reads it where it is.
fn migration((old, new, expected): (Option<&str>, Option<&str>, Option<&str>)) {
    let files = [
        ("/home/u/.kube/.kubeconfig", old),
        ("/home/u/.kube/config", new),
    ];
    let source = files.into_iter().fold(
        MemorySource::new().with_var("HOME", "/home/u"),
        |source, (path, context)| match context {
            Some(context) => source.with_file(path, format!("current-context: {context}")),
            None => source,
        },
    );
    let kubeconfig = LoadingRules::from_source(Arc::new(source)).load().unwrap();
    assert_eq!(kubeconfig.current_context.as_deref(), expected);
}

rows!(migration: {
    l27_the_old_file_stands_in => (Some("old"), None, Some("old")),
    l28_the_new_file_goes_first => (Some("old"), Some("new"), Some("new")),
    l28_even_an_empty_one => (Some("old"), Some("''"), None),
    l29_without_either_there_is_nothing => (None, None, None),
});

/// Paths, and how they should be written into a file in `/base`; `None`: they cannot be.
fn relativize((path, expected): (&str, Option<&str>)) {
    assert_eq!(
        Platform::Unix.relativize(path, "/base").ok().as_deref(),
        expected
    );
}

rows!(relativize: {
    l15_below_a_subdirectory => ("/base/subdir/file.txt", Some("subdir/file.txt")),
    l16_below => ("/base/file.txt", Some("file.txt")),
    l17_elsewhere => ("/other/dir/file.txt", Some("/other/dir/file.txt")),
    l17_a_name_that_begins_alike => ("/baseball/file.txt", Some("/baseball/file.txt")),
    l18_relative_with_backsteps => ("../other/file.txt", None),
    l19_nothing => ("", Some("")),
    l20_below_by_detour => ("/base/a/../b/./file.txt", Some("b/file.txt")),
});

#[test]
fn l21_l22_each_path_of_a_list_is_for_itself() {
    let paths = ["/base/one", "", "/elsewhere/two", "/base/three/four", ""];
    let relative = paths.map(|path| Platform::Unix.relativize(path, "/base/").unwrap());
    assert_eq!(relative, ["one", "", "/elsewhere/two", "three/four", ""]);
    assert_eq!(Platform::Unix.relativize("/file", "/").unwrap(), "file");
    assert_eq!(
        Platform::Windows
            .relativize(r"C:\base\sub\f", "C:/base")
            .unwrap(),
        r"sub\f"
    );
    assert_eq!(
        Platform::Windows
            .relativize(r"D:\base\f", r"C:\base")
            .unwrap(),
        r"D:\base\f"
    );
}

#[test]
fn windows_paths_in_a_kubeconfig_belong_to_its_directory() {
    let text = r#"
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://s", certificate-authority: 'sub\ca.pem'}}]
users: [{name: u, user: {tokenFile: '..\tok', exec: {command: '.\plugin', apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}}]
"#;
    let source = MemorySource::new()
        .with_platform(Platform::Windows)
        .with_file(r"C:\u\.kube\config", text)
        .with_file(r"C:\u\.kube\sub\ca.pem", "ca")
        .with_file(r"C:\u\tok", "t");
    let config =
        Config::from_kubeconfig_from(Arc::new(source), r"C:\u\.kube\config", None).unwrap();
    assert_eq!(config.user.exec.unwrap().command, r"C:\u\.kube\plugin");
    config.user.token_file.unwrap().read().unwrap();
}

#[test]
fn a_name_that_was_not_utf8_is_never_skipped() {
    let source = files(&[]).with_var("KUBECONFIG", "/a\u{FFFD}");
    let error = LoadingRules::from_source(Arc::new(source))
        .load()
        .unwrap_err();
    assert_says(&error, &["error loading config file"]);
}

#[test]
fn every_fault_of_every_file_is_told_at_once() {
    let one = "clusters:\n- {name: 1, cluster: {server: no}}\nusers: x";
    let source = files(&[
        ("/one", one),
        ("/two", "kind: Pod\napiVersion: v2"),
        ("/three", "current-context: c"),
    ])
    .with_var("KUBECONFIG", "/one:/missing:/two:/three");
    let error = LoadingRules::from_source(Arc::new(source))
        .load()
        .unwrap_err();
    let expected = [
        "error loading config file \"/one\": line 2: clusters[0].name: a number where a string belongs, put double quotes around it",
        "line 2: clusters[0].cluster.server: a bool where a string belongs, put double quotes around it",
        "line 3: users: a string where a list belongs",
        "error loading config file \"/two\": line 1: kind: a kubeconfig is of kind \"Config\"",
        "line 2: apiVersion: a kubeconfig is of version \"v1\"",
    ];
    assert_says(&error, &expected);
    assert!(!chain(&error).contains("/missing"));
}

#[test]
fn reads_bytes_and_readers_with_a_base_directory() {
    let text = b"users: [{name: u, user: {tokenFile: tok}}]";
    for kubeconfig in [
        Kubeconfig::from_slice(text, "/base").unwrap(),
        Kubeconfig::from_reader(&text[..], "/base").unwrap(),
    ] {
        let mut overrides = k8s_config::Overrides::default();
        (overrides.server, overrides.user) = (Some("https://s".into()), Some("u".into()));
        let error = kubeconfig.resolve(&overrides).unwrap_err();
        assert_says(
            &error,
            &["given bytes:1: unable to read tokenFile /base/tok for u"],
        );
    }
}
