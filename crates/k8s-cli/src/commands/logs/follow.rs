//! Several logs at once, line by line as they are printed.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use k8s_client::{LogLines, LogParams};

use super::{Log, MOST, line_of, passes};
use crate::args::Args;
use crate::failure::Failure;
use crate::io::Io;

/// A line, the end of a log, or why there are no more.
type Line = Option<Result<Bytes, k8s_client::Error>>;

/// Logs that go on.
struct Open {
    logs: Vec<(String, LogLines)>,
    /// Which of them is asked first, so that one that never rests leaves room for others.
    turn: usize,
}

/// Prints every line of all of them, until all are over.
pub(super) async fn all(
    io: &mut Io,
    args: &Args,
    logs: &[Log],
    params: &LogParams,
) -> Result<(), Failure> {
    let most = usize::try_from(args.int(MOST)).unwrap_or(usize::MAX);
    if logs.len() > most {
        return Err(Failure::new(format!(
            "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use --{MOST} to increase the limit",
            logs.len()
        )));
    }
    let mut open = Open {
        logs: Vec::new(),
        turn: 0,
    };
    for log in logs {
        match log.lines(params).await {
            Ok(lines) => open.logs.push((log.prefix(args), lines)),
            Err(error) => passes(io, args, Err(error.into()))?,
        }
    }
    while !open.logs.is_empty() {
        let (at, line) = poll_fn(|cx| open.poll_line(cx)).await;
        match line {
            Some(Ok(line)) => line_of(io, &open.logs[at].0, &line)?,
            Some(Err(error)) => {
                drop(open.logs.remove(at));
                passes(io, args, Err(error.into()))?;
            }
            None => drop(open.logs.remove(at)),
        }
    }
    Ok(())
}

impl Open {
    /// The next line of any, and of which.
    fn poll_line(&mut self, cx: &mut Context<'_>) -> Poll<(usize, Line)> {
        let count = self.logs.len();
        self.turn += 1;
        for at in (0..count).map(|step| (self.turn + step) % count) {
            // Nothing is lost when this future goes.
            if let Poll::Ready(line) = pin!(self.logs[at].1.next()).poll(cx) {
                return Poll::Ready((at, line));
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use http::Response;
    use http_body_util::channel::Channel;
    use k8s_client::{Api, ApiResource, Client, DynamicObject, Scope};
    use k8s_testing::{Body, mock};

    use super::*;
    use crate::args::parse;
    use crate::commands::logs::COMMAND;
    use crate::io::tests::Screen;

    fn logs(client: &Client, names: &[&str]) -> Vec<Log> {
        let pods = ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced);
        let log = |name: &&str| Log {
            api: Api::<DynamicObject>::namespaced_of(client.clone(), pods.clone(), "x"),
            pod: (*name).to_owned(),
            container: "c".to_owned(),
        };
        names.iter().map(log).collect()
    }

    fn args(words: &[&str]) -> Args {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        parse(words, COMMAND.flags.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn lines_of_several_logs_come_as_they_are_printed() {
        let (service, mut server) = mock::pair();
        let (screen, logs) = (Screen::default(), logs(&Client::new(service), &["a", "b"]));
        let (mut io, args) = (screen.io(false), args(&["-f", "--prefix"]));
        let params = LogParams::default();
        let followed = all(&mut io, &args, &logs, &params);
        let serving = async {
            let mut senders = Vec::new();
            for _ in 0..2 {
                let (sender, body) = Channel::<Bytes, std::io::Error>::new(4);
                let request = server.next().await.unwrap();
                request.respond(Response::new(Body::wrap(body)));
                senders.push(sender);
            }
            for (at, text) in [(1, "one\n"), (0, "two\nthr"), (1, "four\n"), (0, "ee\n")] {
                senders[at].send_data(text.into()).await.unwrap();
                // What follows is asked for once this is printed.
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
            }
        };
        let (followed, ()) = tokio::join!(followed, serving);
        followed.unwrap();
        assert_eq!(
            screen.text(),
            "[pod/b/c] one\n[pod/a/c] two\n[pod/b/c] four\n[pod/a/c] three\n"
        );
    }

    #[tokio::test]
    async fn more_logs_than_are_allowed_are_refused() {
        let (service, _server) = mock::pair();
        let logs = logs(&Client::new(service), &["a", "b", "c"]);
        let (mut io, args) = (
            Screen::default().io(false),
            args(&["-f", "--max-log-requests=2"]),
        );
        let refused = all(&mut io, &args, &logs, &LogParams::default()).await;
        assert_eq!(
            refused.unwrap_err().text(),
            "error: you are attempting to follow 3 log streams, but maximum allowed concurrency is 2, use --max-log-requests to increase the limit"
        );
    }
}
