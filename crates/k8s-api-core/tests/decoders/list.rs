//! Lists: items cut out exactly, own members wherever they stand, what is refused.

use k8s_api_core::{ListDecoder, ListError, ListHead, PartialObject};

use crate::pieces::list;

/// Reads a list in one piece and byte by byte: its items and its own version, or why not.
fn check_list(text: &str, expected: Result<(&[&str], &str), &str>) {
    for size in [1, 2, 3, text.len().max(1)] {
        let (items, head) = list(ListDecoder::new(), text.as_bytes().chunks(size));
        let version = |head: ListHead| head.metadata.resource_version.unwrap_or_default();
        let read = head.map(version).map_err(|error| error.to_string());
        match (&expected, read) {
            (Ok((items_expected, expected)), Ok(read)) => {
                assert_eq!(
                    (&items[..], read.as_str()),
                    (&items_expected.map_to_bytes()[..], *expected)
                );
            }
            (Err(expected), Err(read)) => assert_eq!(read, *expected, "{text}"),
            (_, read) => panic!("{text}: {read:?}"),
        }
    }
}

trait Texts {
    fn map_to_bytes(&self) -> Vec<Vec<u8>>;
}

impl Texts for &[&str] {
    fn map_to_bytes(&self) -> Vec<Vec<u8>> {
        self.iter().map(|text| text.as_bytes().to_vec()).collect()
    }
}

#[test]
fn cuts_items_out_exactly_wherever_the_metadata_stands() {
    let metadata = r#""metadata":{"resourceVersion":"7","items":[1]}"#;
    check_list(
        &format!(r#"{{"kind":"PodList",{metadata},"items":[{{"a":1}}, {{"b":"]}}"}} ]}}"#),
        Ok((&[r#"{"a":1}"#, r#"{"b":"]}"}"#], "7")),
    );
    check_list(
        &format!("\n{{\"items\" : [ {{}} ] , {metadata}}} \n"),
        Ok((&["{}"], "7")),
    );
    check_list(&format!(r#"{{"items":[],{metadata}}}"#), Ok((&[], "7")));
    check_list(&format!(r#"{{"items":null,{metadata}}}"#), Ok((&[], "7")));
    check_list(
        r#"{"spec":{"items":[{"no":1}]},"s":"items","items":[{}],"metadata":null}"#,
        Ok((&["{}"], "")),
    );
}

#[test]
fn refuses_what_is_no_list() {
    let not = "the bytes are no list in JSON";
    check_list("<html>", Err(not));
    check_list("[]", Err(not));
    check_list(r#"{"items":[]}{}"#, Err(not));
    check_list(r#"{"\u0069tems":[{"lost":1}]}"#, Err(not));
    let no_object = "an item of the list is no object";
    for items in ["[1]", "[null]", "[{},]", "[,{}]", "[{}{}]", "[[]]", "[{}}"] {
        check_list(&format!(r#"{{"items":{items}}}"#), Err(no_object));
    }
    let early = "the list ends too early";
    for text in [
        "",
        " ",
        "{",
        r#"{"items":"#,
        r#"{"items":[{}"#,
        r#"{"items":[{}]"#,
        r#"{"items":[{"#,
    ] {
        check_list(text, Err(early));
    }
}

#[test]
fn refuses_a_list_whose_own_members_are_wrong() {
    for text in [
        "{}",
        r#"{"kind":"Status","metadata":{}}"#,
        r#"{"items":[],"items":[{}]}"#,
        r#"{"items":[],"metadata":7}"#,
        r#"{"items":7}"#,
        r#"{"items":[]]"#,
        r#"{"items":[] 7}"#,
    ] {
        let (_, head) = list(ListDecoder::new(), [text.as_bytes()].into_iter());
        let text = head.unwrap_err().to_string();
        assert!(
            text.starts_with("reading the members of a list: "),
            "{text}"
        );
    }
}

#[test]
fn refuses_more_than_it_may_hold() {
    let check = |decoder: ListDecoder, text: &str, expected: Result<usize, &str>| {
        for size in [1, text.len()] {
            let (items, head) = list(decoder.clone(), text.as_bytes().chunks(size));
            let read = head
                .map(|_| items.len())
                .map_err(|error: ListError| error.to_string());
            assert_eq!(read, expected.map_err(str::to_owned));
        }
    };
    let text = r#"{"items":[{"a":"12345"},{}]}"#;
    check(ListDecoder::new().max_item(13), text, Ok(2));
    check(
        ListDecoder::new().max_item(12),
        text,
        Err("an item would be more than 12 bytes"),
    );
    check(ListDecoder::new().max_head(12), text, Ok(2));
    check(
        ListDecoder::new().max_head(11),
        text,
        Err("the members of the list would be more than 11 bytes"),
    );
}

#[test]
fn an_undecodable_item_does_not_stop_the_list() {
    let mut decoder = ListDecoder::new();
    decoder.handle_bytes(
        br#"{"items":[{"metadata":{"name":"a","labels":7}},{"metadata":{"name":"b"}}]}"#,
    );
    let item = decoder.poll_item().unwrap().unwrap();
    assert!(item.decode::<PartialObject>().is_err());
    let item = decoder.poll_item().unwrap().unwrap();
    assert_eq!(
        item.decode::<PartialObject>()
            .unwrap()
            .metadata
            .name
            .as_deref(),
        Some("b")
    );
    decoder.finish().unwrap();
}
