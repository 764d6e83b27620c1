//! Events of one watch, and a watch that goes on for ever.

use std::time::Duration;

use k8s_client::watch::{Change, Update, WatchEvent, Watcher, WatcherParams};
use k8s_client::{Error, Table, WatchParams};
use tokio::time::Instant;

use super::*;

/// What a watcher asks first: the list as a watch.
fn streamed() -> String {
    format!(
        "GET {PATH}?watch=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&allowWatchBookmarks=true"
    )
}

/// An update as a word.
fn word(update: Option<Result<Update<DynamicObject>, Error>>) -> String {
    match update {
        None => "end".to_owned(),
        Some(Err(error)) => format!("error {:?}", error.status().map(|status| status.code)),
        Some(Ok(update)) => match update {
            Update::Restarted => "restarted".to_owned(),
            Update::Synced => "synced".to_owned(),
            Update::Listed(object) => format!("listed {}", name(&object)),
            Update::Applied(object) => format!("applied {}", name(&object)),
            Update::Deleted(object) => format!("deleted {}", name(&object)),
            Update::Undecodable(change, object) => {
                let name = object.metadata.and_then(|metadata| metadata.name);
                format!("undecodable {change:?} {}", name.unwrap_or_default())
            }
            other => format!("{other:?}"),
        },
    }
}

async fn words(watcher: &mut Watcher<DynamicObject>, count: usize) -> Vec<String> {
    let mut words = Vec::new();
    for _ in 0..count {
        words.push(word(watcher.next().await));
    }
    words
}

/// The next request without the seconds that are left to chance, as far as `?` and its first parameters.
async fn asked(handle: &mut Handle) -> (String, Received) {
    let received = handle.next().await.unwrap();
    let uri = received.request().uri().to_string();
    let text = uri.split("&timeoutSeconds").next().unwrap().to_owned();
    (format!("{} {text}", received.request().method()), received)
}

#[tokio::test]
async fn one_watch_tells_its_events_and_ends() {
    let (maps, mut handle) = maps();
    let params = WatchParams::default().after("5").timeout_seconds(9);
    let server = async {
        let uri = "?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=9";
        let mut answer = Written::answer(expect(&mut handle, &format!("GET {PATH}{uri}")).await);
        answer.write(event("ADDED", &map("a", 6))).await;
        answer
            .write(event(
                "MODIFIED",
                &json!({"metadata": {"name": "b", "labels": 7}}),
            ))
            .await;
        answer
            .write(bookmark(8, false) + &event("ERROR", &refusal(410, "Expired")))
            .await;
    };
    let client = async {
        let mut events = maps.watch(&params).await.unwrap();
        let event = events.next().await.unwrap().unwrap();
        assert!(matches!(event, WatchEvent::Added(object) if name(&object) == "a"));
        let event = events.next().await.unwrap().unwrap();
        assert!(matches!(
            event,
            WatchEvent::Undecodable(Change::Modified, _)
        ));
        let event = events.next().await.unwrap().unwrap();
        assert!(matches!(event, WatchEvent::Bookmark(mark) if mark.resource_version == "8"));
        let event = events.next().await.unwrap().unwrap();
        assert!(matches!(event, WatchEvent::Error(status) if status.is_gone()));
        assert!(events.next().await.is_none());
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_watch_that_is_refused_is_an_error() {
    let (maps, mut handle) = maps();
    let server = async { refuse(asked(&mut handle).await.1, 410, "Expired") };
    let params = WatchParams::default();
    let (events, ()) = tokio::join!(maps.watch(&params), server);
    assert!(events.unwrap_err().is_gone());
}

#[tokio::test(start_paused = true)]
async fn a_watcher_lists_watches_and_goes_on_where_it_stopped() {
    let (maps, mut handle) = maps();
    let mut watcher = maps.watcher(&WatcherParams::default());
    let server = async {
        let (uri, request) = asked(&mut handle).await;
        assert_eq!(uri, streamed());
        let mut answer = Written::answer(request);
        answer
            .write(event("ADDED", &map("a", 1)) + &bookmark(4, true))
            .await;
        answer
            .write(event("MODIFIED", &map("a", 5)) + &bookmark(6, false))
            .await;
        answer.write(event("DELETED", &map("a", 7))).await;
        answer.end();
        let (uri, request) = asked(&mut handle).await;
        assert_eq!(
            uri,
            format!("GET {PATH}?watch=true&resourceVersion=7&allowWatchBookmarks=true")
        );
        let mut answer = Written::answer(request);
        answer.write(event("ADDED", &map("b", 8))).await;
        answer.break_off();
        // A connection that breaks is an error, and the watch goes on after a while.
        let (uri, request) = asked(&mut handle).await;
        assert!(uri.contains("resourceVersion=8&"), "{uri}");
        Written::answer(request)
            .write(event("ADDED", &map("c", 9)))
            .await;
    };
    let client = async {
        let words = words(&mut watcher, 8).await;
        assert_eq!(
            words,
            [
                "restarted",
                "listed a",
                "synced",
                "applied a",
                "deleted a",
                "applied b",
                "error None",
                "applied c"
            ]
        );
    };
    tokio::join!(server, client);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_gone_is_a_list_anew_and_no_error() {
    for in_stream in [false, true] {
        let (maps, mut handle) = maps();
        let mut watcher = maps.watcher(&WatcherParams::default().without_streaming());
        let server = async {
            let (uri, request) = asked(&mut handle).await;
            assert_eq!(uri, format!("GET {PATH}?limit=500&resourceVersion=0"));
            request.respond_json(StatusCode::OK, &list(&[map("a", 1)], "3", None));
            let (_, request) = asked(&mut handle).await;
            if in_stream {
                Written::answer(request)
                    .write(event("ERROR", &refusal(410, "Expired")))
                    .await;
            } else {
                refuse(request, 410, "Expired");
            }
            let (uri, request) = asked(&mut handle).await;
            assert_eq!(uri, format!("GET {PATH}?limit=500"));
            request.respond_json(StatusCode::OK, &list(&[map("b", 9)], "9", None));
        };
        let client = async {
            let began = Instant::now();
            let words = words(&mut watcher, 6).await;
            assert_eq!(
                words,
                [
                    "restarted",
                    "listed a",
                    "synced",
                    "restarted",
                    "listed b",
                    "synced"
                ]
            );
            assert_eq!(began.elapsed(), Duration::ZERO);
        };
        tokio::join!(server, client);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_stream_its_list_is_asked_for_pages() {
    let (maps, mut handle) = maps();
    let mut watcher = maps.watcher(&WatcherParams::default().page_size(2).labels("a"));
    let server = async {
        refuse(asked(&mut handle).await.1, 422, "Invalid");
        let (uri, request) = asked(&mut handle).await;
        assert_eq!(
            uri,
            format!("GET {PATH}?labelSelector=a&limit=2&resourceVersion=0")
        );
        let two = [
            map("a", 1),
            json!({"metadata": {"name": "odd", "labels": 7}}),
        ];
        request.respond_json(StatusCode::OK, &list(&two, "3", Some("t")));
        let (uri, request) = asked(&mut handle).await;
        assert_eq!(
            uri,
            format!("GET {PATH}?labelSelector=a&limit=2&continue=t")
        );
        request.respond_json(StatusCode::OK, &list(&[map("c", 3)], "3", None));
    };
    let client = async {
        let words = words(&mut watcher, 6).await;
        assert_eq!(
            words,
            [
                "restarted",
                "restarted",
                "listed a",
                "undecodable Added ",
                "listed c",
                "synced"
            ]
        );
    };
    tokio::join!(server, client);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_each_time_and_asked_for_again_ever_later() {
    let (maps, mut handle) = maps();
    let mut watcher = maps.watcher(&WatcherParams::default().without_streaming());
    let server = async {
        for _ in 0..5 {
            refuse(asked(&mut handle).await.1, 403, "Forbidden");
        }
    };
    let client = async {
        let began = Instant::now();
        for _ in 0..5 {
            assert_eq!(
                words(&mut watcher, 2).await,
                ["restarted", "error Some(403)"]
            );
        }
        let waited = began.elapsed();
        // 0.8 + 1.6 + 3.2 + 6.4 s, each up to doubled.
        assert!(
            waited >= Duration::from_secs(12) && waited < Duration::from_secs(25),
            "{waited:?}"
        );
    };
    tokio::join!(server, client);
}

#[tokio::test(start_paused = true)]
async fn the_longest_wait_can_be_shorter() {
    let (maps, mut handle) = maps();
    let params = WatcherParams::default().without_streaming();
    let mut watcher = maps.watcher(&params.longest_wait(Duration::from_secs(1)));
    let server = async {
        for _ in 0..8 {
            refuse(asked(&mut handle).await.1, 503, "ServiceUnavailable");
        }
    };
    let client = async {
        let began = Instant::now();
        words(&mut watcher, 16).await;
        assert!(began.elapsed() < Duration::from_secs(16));
    };
    tokio::join!(server, client);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_when_waiting_is_given_up() {
    let (maps, mut handle) = maps();
    let mut watcher = maps.watcher(&WatcherParams::default());
    let server = async {
        let mut answer = Written::answer(asked(&mut handle).await.1);
        for n in 0..20 {
            tokio::time::sleep(Duration::from_millis(7)).await;
            let text = event("ADDED", &map(&format!("m{n}"), n));
            let (one, two) = text.split_at(text.len() / 2);
            answer.write(one.to_owned()).await;
            tokio::time::sleep(Duration::from_millis(7)).await;
            answer.write(two.to_owned()).await;
        }
        answer
    };
    let client = async {
        let mut words = Vec::new();
        while words.len() < 21 {
            // Dropped every 3 ms, and taken up again.
            let next = tokio::time::timeout(Duration::from_millis(3), watcher.next()).await;
            words.extend(next.ok().map(word));
        }
        words
    };
    let (_answer, words) = tokio::join!(server, client);
    let expected: Vec<_> = (0..20).map(|n| format!("listed m{n}")).collect();
    assert_eq!(words[0], "restarted");
    assert_eq!(words[1..], expected);
}

#[tokio::test]
async fn what_cannot_be_asked_ends_the_watch() {
    let (client, _handle) = client();
    let resource = ApiResource::new("", "v1", "ConfigMap", "config/maps", Scope::Namespaced);
    let maps = Api::<DynamicObject>::all_of(client, resource);
    let mut watcher = maps.watcher(&WatcherParams::default());
    assert_eq!(words(&mut watcher, 2).await, ["error None", "end"]);
}

#[tokio::test(start_paused = true)]
async fn a_watcher_of_tables_begins_where_it_is_told_and_lists_tables() {
    let (maps, mut handle) = maps();
    let tables = maps.as_kind::<Table>();
    let mut watcher = tables.watcher(&WatcherParams::default().after("10"));
    let server = async {
        let (uri, request) = asked(&mut handle).await;
        let watch = format!("GET {PATH}?watch=true&resourceVersion=10&allowWatchBookmarks=true");
        assert_eq!(uri, watch);
        let accept = request.request().headers()["accept"].clone();
        assert!(accept.to_str().unwrap().contains("as=Table"));
        let mut answer = Written::answer(request);
        answer
            .write(event("ADDED", &table(&[("a", 11)], "11", None)))
            .await;
        answer.write(event("ERROR", &refusal(410, "Expired"))).await;
        // Its end would not be known as a streamed list: it is asked for in pages.
        for (query, rows, more) in [
            ("", [("a", 11), ("b", 12)], Some("next")),
            ("&continue=next", [("c", 13), ("d", 9)], None),
        ] {
            let uri = format!("GET {PATH}?limit=500{query}");
            let request = expect(&mut handle, &uri).await;
            assert_eq!(request.request().headers()["accept"], accept);
            request.respond_json(StatusCode::OK, &table(&rows, "14", more));
        }
        let (uri, _request) = asked(&mut handle).await;
        assert!(uri.contains("resourceVersion=14&"), "{uri}");
    };
    let client = async {
        let mut told = Vec::new();
        for _ in 0..5 {
            told.push(match watcher.next().await.unwrap().unwrap() {
                Update::Applied(table) => format!("applied {}", table.rows[0].cells[0]),
                Update::Listed(table) => format!("listed {}", table.rows.len()),
                Update::Restarted => "restarted".to_owned(),
                Update::Synced => "synced".to_owned(),
                other => format!("{other:?}"),
            });
        }
        assert_eq!(
            told,
            [
                r#"applied "a""#,
                "restarted",
                "listed 2",
                "listed 2",
                "synced"
            ]
        );
        // Nobody answers the next watch.
        assert!(watcher.next().await.unwrap().is_err());
    };
    tokio::join!(server, client);
}
