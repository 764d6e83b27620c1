//! Logs: whole, line by line, broken off.

use k8s_client::LogParams;

use super::*;

const LOG: &str = "/api/v1/namespaces/prod/configmaps/web-0/log";

#[tokio::test]
async fn a_whole_log_is_as_the_container_wrote_it() {
    let (pods, mut handle) = maps();
    let server = async {
        let params = "?container=app&timestamps=true&tailLines=3";
        let request = expect(&mut handle, &format!("GET {LOG}{params}")).await;
        assert_eq!(
            request.request().headers()["accept"],
            "application/json, */*"
        );
        let mut answer = Written::answer(request);
        answer.write(&b"one\n\xff"[..]).await;
    };
    let params = LogParams::default()
        .container("app")
        .timestamps()
        .tail_lines(3);
    let (log, ()) = tokio::join!(pods.logs("web-0", &params), server);
    assert_eq!(log.unwrap(), &b"one\n\xff"[..]);
}

#[tokio::test]
async fn lines_come_as_they_are_printed() {
    let (pods, mut handle) = maps();
    let params = LogParams::default().follow();
    let server =
        async { Written::answer(expect(&mut handle, &format!("GET {LOG}?follow=true")).await) };
    let (lines, mut answer) = tokio::join!(pods.log_lines("web-0", &params), server);
    let mut lines = lines.unwrap();
    answer.write("one\ntw").await;
    assert_eq!(lines.next().await.unwrap().unwrap(), "one");
    answer.write("o\n\nlast").await;
    assert_eq!(lines.next().await.unwrap().unwrap(), "two");
    assert_eq!(lines.next().await.unwrap().unwrap(), "");
    answer.break_off();
    assert_eq!(lines.next().await.unwrap().unwrap(), "last");
    assert!(lines.next().await.unwrap().unwrap_err().is_retryable());
    assert!(lines.next().await.is_none());
}

#[tokio::test]
async fn a_line_without_end_comes_in_pieces() {
    let (pods, mut handle) = maps();
    let params = LogParams::default();
    let server = async { Written::answer(expect(&mut handle, &format!("GET {LOG}")).await) };
    let (lines, mut answer) = tokio::join!(pods.log_lines("web-0", &params), server);
    let mut lines = lines.unwrap();
    answer.write(vec![b'x'; (1 << 20) + 7]).await;
    answer.write("\nnext").await;
    answer.end();
    let mut lengths = Vec::new();
    while let Some(line) = lines.next().await {
        lengths.push(line.unwrap().len());
    }
    assert_eq!(lengths, [1 << 20, 7, 4]);
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_not_found() {
    let (pods, mut handle) = maps();
    let server = async {
        refuse(
            expect(&mut handle, &format!("GET {LOG}")).await,
            404,
            "NotFound",
        )
    };
    let params = LogParams::default();
    let (lines, ()) = tokio::join!(pods.log_lines("web-0", &params), server);
    assert!(lines.unwrap_err().is_not_found());
}
