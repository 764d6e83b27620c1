//! `get -w` beside an API server in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use k8s_testing::faults::ConnectionFault;
use k8s_testing::{ApiServer, ListenOptions};

use crate::scene::Scene;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn rows_follow_the_list_until_it_is_interrupted() {
    let scene = Scene::new().await;
    scene.apply("a", "v");
    let watch = scene.start("get cm -l k -w");
    assert_eq!(watch.words(2), ["NAME", "a"]);
    scene.apply("b-with-a-longer-name", "v");
    scene.apply("a", "w");
    scene.delete("a");
    let row = watch.line();
    let name = "b-with-a-longer-name   ";
    assert!(row.starts_with(name), "{row}");
    let rows = watch.lines(2);
    assert!(rows.iter().all(|row| row.find(' ') == Some(1)), "{rows:?}");
    // Columns stay as wide as they were.
    assert!(rows.iter().all(|row| row.as_bytes()[name.len()] != b' '));
    assert_eq!(watch.interrupt(), (vec![], String::new(), Some(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_object_is_watched_by_its_name_in_every_form() {
    let scene = Scene::new().await;
    scene.apply("a", "v");
    let start = |form: &str| scene.start(&format!("get cm a -w {form}"));
    let table = start("");
    let wide = start("--watch-only -o wide --show-labels --no-headers");
    let name = start("-o name");
    let path = start("-o 'jsonpath={.metadata.labels.k}{\"\\n\"}'");
    let columns = start("-o custom-columns=N:.metadata.name,K:.metadata.labels.k");
    let yaml = start("-o yaml");
    let events = start("--output-watch-events -o json");
    assert_eq!(table.words(2), ["NAME", "a"]);
    assert_eq!(name.line(), "configmap/a");
    assert_eq!(path.line(), "v");
    assert_eq!(columns.lines(2), ["N     K", "a     v"]);
    assert_eq!(yaml.line(), "apiVersion: v1");
    let added = events.line();
    assert!(
        added.starts_with(r#"{"type":"ADDED","object":{"apiVersion":"v1","kind":"ConfigMap""#),
        "{added}"
    );
    scene.apply("other", "v");
    scene.apply("a", "w");
    assert_eq!(table.words(1), ["a"]);
    let labels = wide.line();
    assert!(
        labels.starts_with("a ") && labels.ends_with("k=w"),
        "{labels}"
    );
    assert_eq!(name.line(), "configmap/a");
    assert_eq!(path.line(), "w");
    assert_eq!(columns.line(), "a     w");
    let modified = events.line();
    assert!(modified.starts_with(r#"{"type":"MODIFIED","#), "{modified}");
    assert!(modified.contains("managedFields"), "{modified}");
    for watch in [table, wide, name, path, columns, yaml, events] {
        let (_, said, code) = watch.interrupt();
        assert_eq!((said.as_str(), code), ("", Some(1)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn goes_on_when_connections_break_and_tells_what_it_missed() {
    let server = ApiServer::new();
    let cut = Arc::new(AtomicBool::new(false));
    let is_cut = Arc::clone(&cut);
    let refuse = move |_: &_| {
        let is_cut = is_cut.load(Ordering::Relaxed);
        is_cut.then_some(ConnectionFault::Refuse)
    };
    let watched = Scene::of(&server, ListenOptions::new().faults(refuse)).await;
    let other = Scene::of(&server, ListenOptions::new()).await;
    for name in ["kept", "changed", "lost"] {
        other.apply(name, "v");
    }
    let watch = watched
        .start("get cm -l k -w --output-watch-events -o 'jsonpath={.type} {.object.metadata.name}{\"\\n\"}'");
    assert_eq!(
        watch.lines(3),
        ["ADDED changed", "ADDED kept", "ADDED lost"]
    );
    other.apply("new", "v");
    assert_eq!(watch.line(), "ADDED new");

    // What happens now is history when the connection is back, and more than the server remembers.
    cut.store(true, Ordering::Relaxed);
    watched.listening.disconnect();
    server.history(1);
    other.apply("changed", "w");
    other.delete("lost");
    other.apply("newer", "v");
    cut.store(false, Ordering::Relaxed);
    assert_eq!(watch.lines(2), ["MODIFIED changed", "ADDED newer"]);
    server.history(100);
    other.delete("kept");
    assert_eq!(watch.line(), "DELETED kept");

    let (rest, said, code) = watch.interrupt();
    assert_eq!((rest, code), (vec![], Some(1)));
    let mut said = said.lines();
    let cut = said.next().unwrap_or_default();
    assert_eq!(cut, "Warning: the watch was cut off, and is tried again:");
    assert!(said.next().is_some_and(|why| !why.is_empty()));
    assert_eq!(
        said.next(),
        Some("Warning: default/lost was deleted while the watch was cut off")
    );
    assert_eq!(said.next(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_cannot_be_watched_is_said_and_a_time_limit_is_an_end() {
    let scene = Scene::new().await;
    scene.apply("a", "v");
    scene.apply("b", "v");
    let says = |line: &str, expected: &str| assert_eq!(scene.run(line), expected, "{line}");
    let one = "--- stderr\nerror: you may only specify a single resource type\n--- code 1\n";
    says("get cm,sa -w", one);
    says("get cm/a sa/default -w", one);
    says(
        "get cm a b -w -o name",
        "configmap/a\nconfigmap/b\n--- stderr\nerror: you may only watch a single resource or type of resource at a time\n--- code 1\n",
    );
    says(
        "get cm nope -w",
        "--- stderr\nError from server (NotFound): configmaps \"nope\" not found\n--- code 1\n",
    );
    says("get cm nope -w --ignore-not-found", "");
    says(
        "get cm --output-watch-events",
        "--- stderr\nerror: --output-watch-events option can only be used with --watch or --watch-only\n--- code 1\n",
    );
    says(
        "get cm a -w -o name --sort-by .metadata.name --request-timeout=1s",
        "configmap/a\n--- stderr\nwarning: --watch requested, --sort-by will be ignored for watch events received\n",
    );
    let rest = scene
        .start("get cm --watch-only --request-timeout=1s")
        .end();
    assert_eq!(rest, (vec![], String::new(), Some(0)));
}
