//! What holds for any change of any text: it says what was meant, and what was not meant to change is the same, byte for byte.

use k8s_config::{AuthInfo, Cluster, EditFault, Kubeconfig, Refusal, edit};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use crate::properties::yaml_like;
use crate::writing::odd;

/// One change, in words that can be printed.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Server(usize, String),
    Insecure(usize),
    Rename(usize, String),
    Delete(usize),
    Add(String, String),
}

impl Edit {
    pub(crate) fn make(
        &self,
        names: &[String],
        kubeconfig: &mut Kubeconfig,
    ) -> Result<(), Refusal> {
        match self {
            Self::Server(at, url) => {
                let cluster = kubeconfig.clusters.get_mut(&names[*at]);
                cluster.unwrap().server = Some(url.as_str().into());
            }
            Self::Insecure(at) => {
                let cluster = kubeconfig.clusters.get_mut(&names[*at]);
                cluster.unwrap().insecure_skip_tls_verify = true;
            }
            Self::Rename(at, to) => kubeconfig.rename_cluster(&names[*at], to)?,
            Self::Delete(at) => kubeconfig.delete_cluster(&names[*at])?,
            Self::Add(name, token) => {
                let mut user = AuthInfo::default();
                user.token = Some(token.as_str().into());
                kubeconfig.users.insert(name.clone(), user);
            }
        }
        Ok(())
    }
}

pub(crate) fn any_edit(count: usize) -> impl Strategy<Value = Edit> {
    // An empty value is none at all.
    let value = || odd().prop_filter("empty", |text| !text.is_empty());
    prop_oneof![
        (0..count, value()).prop_map(|(at, url)| Edit::Server(at, url)),
        (0..count).prop_map(Edit::Insecure),
        (0..count, value()).prop_map(|(at, to)| Edit::Rename(at, to)),
        (0..count).prop_map(Edit::Delete),
        (value(), value()).prop_map(|(name, token)| Edit::Add(name, token)),
    ]
}

/// A stanza in one of the ways in which people write them.
fn stanza(way: usize, name: &str) -> String {
    match way {
        0 => format!("- cluster:\n    server: https://{name} # c\n  name: {name}\n"),
        1 => format!(
            "- name: {name}\n  cluster:\n    # inside\n    server: 'x'\n    novelty: [1, {{a: b}}]\n"
        ),
        2 => format!("- {{name: {name}, cluster: {{server: \"x\"}}}} # flow\n"),
        3 => format!("- name: \"{name}\" # n\n  cluster: {{\"server\":\"x\", y: z}}\n"),
        4 => format!("- name: {name}\n"),
        5 => format!("-\n  cluster:\n    server: |-\n      x\n  name: {name}\n"),
        _ => format!("- cluster: # none\n  name: {name}\n"),
    }
}

/// What stands before, between and behind stanzas.
fn between(way: usize) -> &'static str {
    ["", "\n", "# alone\n", "\n  # within\n\n"][way % 4]
}

pub(crate) type Layout = (Vec<(usize, usize)>, usize, bool);

pub(crate) fn layouts() -> impl Strategy<Value = Layout> {
    (
        prop::collection::vec((0..7_usize, 0..4_usize), 2..6),
        0..4_usize,
        any::<bool>(),
    )
}

/// The text, and where each stanza stands in it.
pub(crate) fn text(
    (ways, tail, crlf): &Layout,
    names: &[String],
) -> (String, Vec<std::ops::Range<usize>>) {
    let ends = |text: &str| {
        if *crlf {
            text.replace('\n', "\r\n")
        } else {
            text.to_owned()
        }
    };
    let mut text = ends("# mine\napiVersion: v1\nclusters: # here\n");
    let mut ranges = Vec::new();
    for ((way, gap), name) in ways.iter().zip(names) {
        text.push_str(&ends(between(*gap)));
        let start = text.len();
        text.push_str(&ends(&stanza(*way, name)));
        ranges.push(start..text.len());
    }
    text.push_str(&ends(between(*tail)));
    text.push_str(&ends(
        "contexts:\n- {name: x, context: {}}\nkind: Config # k\nusers:\n- name: u\n  user: {}\n",
    ));
    (text, ranges)
}

/// Clusters of these names and a user, in JSON.
pub(crate) fn json_text(names: &[String], pretty: bool) -> String {
    let cluster = serde_json::json!({"server": "x", "n": [1, {"a": null}]});
    let cluster = |name| serde_json::json!({"name": name, "cluster": cluster});
    let clusters: Vec<_> = names.iter().map(cluster).collect();
    let whole = serde_json::json!({"kind": "Config", "apiVersion": "v1", "clusters": clusters, "users": [{"name": "u", "user": {}}]});
    let written = if pretty {
        serde_json::to_string_pretty(&whole)
    } else {
        serde_json::to_string(&whole)
    };
    written.unwrap()
}

fn yaml(bytes: &[u8]) -> String {
    let kubeconfig = Kubeconfig::from_slice(bytes, "/nowhere").unwrap();
    kubeconfig.to_yaml().expose_secret().to_owned()
}

/// Makes the change in memory alone.
fn meant(bytes: &[u8], change: impl FnOnce(&mut Kubeconfig) -> Result<(), Refusal>) -> String {
    let mut kubeconfig = Kubeconfig::from_slice(bytes, "/nowhere").unwrap();
    change(&mut kubeconfig).unwrap();
    kubeconfig.to_yaml().expose_secret().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_change_says_what_was_meant_and_touches_only_its_stanza((layout, change) in layouts().prop_flat_map(|layout| {
        let count = layout.0.len();
        (Just(layout), any_edit(count))
    })) {
        let names: Vec<String> = (0..layout.0.len()).map(|at| format!("c{at}")).collect();
        let (old, ranges) = text(&layout, &names);
        let new = edit(old.as_bytes(), |kubeconfig| change.make(&names, kubeconfig)).unwrap();
        prop_assert_eq!(yaml(&new), meant(old.as_bytes(), |kubeconfig| change.make(&names, kubeconfig)));
        let new = String::from_utf8(new).unwrap();
        let (before, after) = match &change {
            Edit::Server(at, _) | Edit::Insecure(at) | Edit::Rename(at, _) | Edit::Delete(at) => {
                (&old[..ranges[*at].start], &old[ranges[*at].end..])
            }
            Edit::Add(..) => {
                let at = old.find("users:").unwrap() + "users:".len();
                (&old[..at], "")
            }
        };
        prop_assert!(new.starts_with(before), "{}\n---\n{}", old, new);
        prop_assert!(new.ends_with(after), "{}\n---\n{}", old, new);
        if let Edit::Delete(_) = change {
            prop_assert_eq!(new.len(), before.len() + after.len());
        }
        if layout.2 {
            prop_assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
        }
    }

    #[test]
    fn a_change_of_json_is_json_and_says_what_was_meant(pretty: bool, (count, change) in (2..5_usize).prop_flat_map(|count| (Just(count), any_edit(count)))) {
        let names: Vec<String> = (0..count).map(|at| format!("c{at}")).collect();
        let old = json_text(&names, pretty);
        let new = edit(old.as_bytes(), |kubeconfig| change.make(&names, kubeconfig)).unwrap();
        prop_assert_eq!(yaml(&new), meant(old.as_bytes(), |kubeconfig| change.make(&names, kubeconfig)));
        let read: serde_json::Value = serde_json::from_slice(&new).unwrap();
        if let Edit::Server(at, url) = &change {
            prop_assert_eq!(&read["clusters"][*at]["cluster"]["server"], url);
        }
        prop_assert_eq!(&read["kind"], "Config");
    }

    #[test]
    fn any_text_is_changed_as_meant_or_refused(text in yaml_like(), name in odd(), token in odd()) {
        let change = |kubeconfig: &mut Kubeconfig| -> Result<(), Refusal> {
            let mut cluster = Cluster::default();
            cluster.server = Some(token.as_str().into());
            kubeconfig.clusters.insert(name.clone(), cluster);
            for user in kubeconfig.users.values_mut() {
                user.token = Some(token.as_str().into());
                user.exec = None;
            }
            kubeconfig.current_context = Some(format!("x{name}"));
            Ok(())
        };
        match edit(text.as_bytes(), change) {
            Ok(new) => prop_assert_eq!(yaml(&new), meant(text.as_bytes(), change)),
            Err(error) => prop_assert_ne!(error.fault(), &EditFault::NotAsMeant, "{:?}", text),
        }
    }

    #[test]
    fn a_change_taken_back_leaves_the_text_as_kubectl_wrote_it(servers in prop::collection::vec(odd(), 1..5), at: prop::sample::Index, other in odd()) {
        let mut kubeconfig = Kubeconfig::from_slice(b"", "/nowhere").unwrap();
        for (index, server) in servers.iter().enumerate() {
            let mut cluster = Cluster::default();
            cluster.server = Some(server.as_str().into());
            kubeconfig.clusters.insert(format!("c{index}"), cluster);
        }
        let old = kubeconfig.to_yaml().expose_secret().to_owned();
        let name = format!("c{}", at.index(servers.len()));
        let set = |text: &str, server: &str| edit(text.as_bytes(), |kubeconfig| {
            kubeconfig.clusters.get_mut(&name).unwrap().server = Some(server.into());
            Ok(())
        }).map(|bytes| String::from_utf8(bytes).unwrap());
        let new = set(&old, &other).unwrap();
        prop_assert_eq!(&new, &yaml(new.as_bytes()), "what kubectl wrote stays as kubectl would write it");
        prop_assert_eq!(set(&new, &servers[at.index(servers.len())]).unwrap(), old);
    }
}
