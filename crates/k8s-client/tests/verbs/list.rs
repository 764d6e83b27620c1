//! All objects one by one: pages with the next one on its way, and one long answer.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::Stream as _;
use k8s_client::watch::ManagedFields;
use k8s_client::{DynamicObject, ListParams, ListStream, Table};

use super::*;

async fn names(stream: &mut ListStream<DynamicObject>, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..count {
        let object = stream.next().await.unwrap().unwrap();
        names.push(name(&object).to_owned());
    }
    names
}

#[tokio::test]
async fn the_next_page_is_asked_for_while_the_last_is_taken_out() {
    let (maps, mut handle) = maps();
    let mut stream = maps.list_stream(&ListParams::default().limit(2).labels("a=b"));
    assert!(handle.is_idle());
    let server = async {
        let uri = format!("GET {PATH}?labelSelector=a%3Db&limit=2");
        let page = list(&[map("a", 1), map("b", 2)], "9", Some("token"));
        expect(&mut handle, &uri)
            .await
            .respond_json(StatusCode::OK, &page);
        expect(&mut handle, &format!("{uri}&continue=token")).await
    };
    // One object is out, and the next page is asked for.
    let (first, second) = tokio::join!(names(&mut stream, 1), server);
    assert_eq!(first, ["a"]);
    assert_eq!(
        stream.metadata().unwrap().resource_version.as_deref(),
        Some("9")
    );
    second.respond_json(StatusCode::OK, &list(&[map("c", 3)], "9", None));
    assert_eq!(names(&mut stream, 2).await, ["b", "c"]);
    assert!(stream.next().await.is_none());
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_page_that_is_gone_ends_the_list() {
    let (maps, mut handle) = maps();
    let mut stream = maps.list_stream(&ListParams::default());
    let server = async {
        expect(&mut handle, &format!("GET {PATH}?limit=500"))
            .await
            .respond_json(StatusCode::OK, &list(&[map("a", 1)], "9", Some("t")));
        let second = expect(&mut handle, &format!("GET {PATH}?limit=500&continue=t")).await;
        refuse(second, 410, "Expired");
    };
    let client = async {
        assert_eq!(names(&mut stream, 1).await, ["a"]);
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(error.is_gone() && !error.is_retryable(), "{error:?}");
        assert!(stream.next().await.is_none());
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn one_answer_is_read_while_it_comes() {
    let (maps, mut handle) = maps();
    let mut stream = maps.list_streamed(&ListParams::default());
    let server = async {
        let mut answer = Written::answer(expect(&mut handle, &format!("GET {PATH}")).await);
        let item = map("a", 1).to_string();
        answer
            .write(format!(
                r#"{{"kind":"ConfigMapList","items":[{item},{{"metadata":{{"na"#
            ))
            .await;
        answer
    };
    let (first, mut answer) = tokio::join!(names(&mut stream, 1), server);
    assert_eq!(first, ["a"]);
    let next = poll_fn(|cx| Poll::Ready(Pin::new(&mut stream).poll_next(cx))).await;
    assert!(next.is_pending());
    answer
        .write(r#"me":"b"}}],"metadata":{"resourceVersion":"7"}}"#)
        .await;
    assert_eq!(names(&mut stream, 1).await, ["b"]);
    answer.end();
    assert!(stream.next().await.is_none());
    let version = &stream.metadata().unwrap().resource_version;
    assert_eq!(version.as_deref(), Some("7"));
}

#[tokio::test]
async fn managed_fields_are_skipped_when_that_is_asked_for() {
    for (streamed, skip) in [(false, false), (false, true), (true, false), (true, true)] {
        let (maps, mut handle) = maps();
        let params = ListParams::default();
        let mut stream = match streamed {
            true => maps.list_streamed(&params),
            false => maps.list_stream(&params),
        };
        if skip {
            stream = stream.managed_fields(ManagedFields::Skip);
        }
        let mut managed = map("a", 1);
        managed["metadata"]["managedFields"] = serde_json::json!([{"manager": "m"}]);
        let server = async {
            let request = handle.next().await.unwrap();
            request.respond_json(StatusCode::OK, &list(&[managed], "9", None));
        };
        let (object, ()) = tokio::join!(stream.next(), server);
        let object = object.unwrap().unwrap();
        let kept = serde_json::to_string(&object.metadata).unwrap();
        assert_eq!(
            kept.contains("managedFields"),
            !skip,
            "streamed: {streamed}"
        );
        assert_eq!(name(&object), "a");
    }
}

#[tokio::test]
async fn one_answer_that_breaks_off_is_an_error_and_the_end() {
    let (maps, mut handle) = maps();
    let mut stream = maps.list_streamed(&ListParams::default());
    let server = async {
        let mut answer = Written::answer(expect(&mut handle, &format!("GET {PATH}")).await);
        answer.write(format!(r#"{{"items":[{}"#, map("a", 1))).await;
        answer.break_off();
    };
    let client = async {
        assert_eq!(names(&mut stream, 1).await, ["a"]);
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(
            error.is_retryable() && error.status().is_none(),
            "{error:?}"
        );
        assert!(stream.next().await.is_none());
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn an_object_of_another_shape_costs_no_other() {
    #[derive(Debug, serde::Deserialize)]
    struct Numbered {
        metadata: k8s_client::ObjectMeta,
        #[serde(rename = "data")]
        _data: u8,
    }
    impl k8s_client::Resource for Numbered {
        type Metadata = k8s_client::ObjectMeta;

        fn metadata(&self) -> &k8s_client::ObjectMeta {
            &self.metadata
        }
    }
    for streamed in [false, true] {
        let (maps, mut handle) = maps();
        let maps = maps.as_kind::<Numbered>();
        let params = ListParams::default();
        let mut stream = match streamed {
            true => maps.list_streamed(&params),
            false => maps.list_stream(&params),
        };
        let mut good = map("b", 2);
        good["data"] = 7.into();
        let server = async {
            let request = handle.next().await.unwrap();
            request.respond_json(StatusCode::OK, &list(&[map("a", 1), good], "9", None));
        };
        let client = async {
            let error = stream.next().await.unwrap().unwrap_err();
            assert!(error.is_undecodable());
            assert_eq!(
                error.to_string(),
                r#"object "a" in namespace "prod" could not be decoded"#
            );
            let good = stream.next().await.unwrap().unwrap();
            assert_eq!(good.metadata.name.as_deref(), Some("b"));
            assert!(stream.next().await.is_none());
        };
        tokio::join!(server, client);
    }
}

#[tokio::test]
async fn pages_of_a_table_are_tables() {
    let (maps, mut handle) = maps();
    let mut pages = maps
        .as_kind::<Table>()
        .list_stream(&ListParams::default().limit(2));
    let server = async {
        for (query, rows, more) in [
            ("", &[("a", 1), ("b", 2)][..], Some("next")),
            ("&continue=next", &[("c", 3)], None),
        ] {
            let request = expect(&mut handle, &format!("GET {PATH}?limit=2{query}")).await;
            request.respond_json(StatusCode::OK, &table(rows, "7", more));
        }
    };
    let client = async {
        let mut sizes = Vec::new();
        while let Some(page) = pages.next().await {
            sizes.push(page.unwrap().rows.len());
        }
        assert_eq!(sizes, [2, 1]);
        let metadata = pages.metadata().unwrap();
        assert_eq!(metadata.resource_version.as_deref(), Some("7"));
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn what_is_no_table_is_an_error() {
    let (maps, mut handle) = maps();
    let mut pages = maps.as_kind::<Table>().list_stream(&ListParams::default());
    let server = async {
        let request = handle.next().await.unwrap();
        request.respond_json(StatusCode::OK, &json!({"metadata": 7}));
    };
    let (page, ()) = tokio::join!(pages.next(), server);
    assert!(page.unwrap().unwrap_err().is_undecodable());
    assert!(pages.next().await.is_none());
}
