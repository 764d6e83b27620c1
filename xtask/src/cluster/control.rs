//! The control socket: what the command may ask of its cluster, one order a line.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::error::{Doing, Error, Exit};
use super::oidc::{self, Issuer};

/// The variable in which the command finds the socket's path.
pub(super) const VARIABLE: &str = "CLUSTER_CONTROL";

/// What may be ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The serving certificate is signed by a new CA, whose path is the answer.
    RotateCa,
    RestartApiserver,
    RestartEtcd,
    /// etcd forgets all but the newest versions; the answer is the oldest revision that is left.
    CompactEtcd,
    /// kube-apiserver takes ID tokens of this issuer, and of no other.
    TrustIssuer(Issuer),
}

/// An order, and where its answer goes.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) order: Order,
    answer: Sender<Result<String, String>>,
}

/// The socket, which others write to while the keeper goes on.
#[derive(Debug)]
pub(super) struct Socket {
    orders: Receiver<Pending>,
}

impl Order {
    /// Reads one line.
    ///
    /// # Errors
    /// What is wrong with it, for whoever wrote it.
    fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let alone = |order: Self| match rest {
            "" => Ok(order),
            more => Err(format!("{word} takes nothing: {more}")),
        };
        match word {
            "rotate-ca" => alone(Self::RotateCa),
            "restart-apiserver" => alone(Self::RestartApiserver),
            "restart-etcd" => alone(Self::RestartEtcd),
            "compact-etcd" => alone(Self::CompactEtcd),
            "trust-issuer" => issuer(rest).map(Self::TrustIssuer),
            other => Err(format!(
                "no order {other:?}: rotate-ca, restart-apiserver, restart-etcd, compact-etcd or trust-issuer"
            )),
        }
    }
}

/// `URL [CLIENT [CA]]`; a CA's path may hold blanks.
fn issuer(text: &str) -> Result<Issuer, String> {
    let mut words = text.splitn(3, ' ').filter(|word| !word.is_empty());
    let url = words.next().ok_or("trust-issuer needs a URL")?;
    Ok(Issuer {
        url: url.to_owned(),
        client: words.next().unwrap_or(oidc::CLIENT).to_owned(),
        ca: words.next().map(PathBuf::from),
    })
}

impl Pending {
    /// Tells whoever ordered it what came of it; they may have left.
    pub(super) fn done(self, outcome: Result<String, Error>) {
        let _left = self.answer.send(outcome.map_err(|error| chain(&error)));
    }
}

/// An error and its causes on one line.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text.replace('\n', " | ")
}

impl Socket {
    /// Listens at `path`.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let doing = || format!("opening the control socket {}", path.display());
        if path.exists() {
            fs::remove_file(path).doing(doing)?;
        }
        let listener = UnixListener::bind(path).doing(doing)?;
        let (sender, orders) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                // Whoever breaks off the conversation learns nothing more; nobody else is told.
                thread::spawn(move || converse(&stream, &sender));
            }
        });
        Ok(Self { orders })
    }

    /// The next order, if there is one.
    pub(super) fn next(&self) -> Option<Pending> {
        self.orders.try_recv().ok()
    }
}

/// Reads orders and writes answers, until the other side has no more.
fn converse(stream: &UnixStream, orders: &Sender<Pending>) -> io::Result<()> {
    let mut writer = stream;
    for line in BufReader::new(stream).lines() {
        let answer = match submit(&line?, orders) {
            Ok(answer) if answer.is_empty() => "ok\n".to_owned(),
            Ok(answer) => format!("ok {answer}\n"),
            Err(why) => format!("error: {why}\n"),
        };
        writer.write_all(answer.as_bytes())?;
    }
    Ok(())
}

fn submit(line: &str, orders: &Sender<Pending>) -> Result<String, String> {
    let order = Order::parse(line)?;
    let (answer, outcome) = channel();
    let stopping = "the cluster is stopping";
    orders
        .send(Pending { order, answer })
        .map_err(|_| stopping.to_owned())?;
    outcome.recv().unwrap_or_else(|_| Err(stopping.to_owned()))
}

/// `cluster control ORDER…`: writes the order to the socket, and the answer to stdout.
pub(super) fn ask(words: &[String]) -> Result<u8, Error> {
    let path = env::var_os(VARIABLE).ok_or_else(|| {
        let what = format!("{VARIABLE} is not set: control works below `cluster run`");
        Error::new(Exit::Usage, what)
    })?;
    let answer = exchange(Path::new(&path), &words.join(" "))
        .doing(|| format!("asking the cluster at {}", Path::new(&path).display()))?;
    match answer.strip_prefix("ok") {
        Some(answer) => {
            if !answer.trim().is_empty() {
                println!("{}", answer.trim());
            }
            Ok(0)
        }
        None => Err(Error::new(Exit::Component, answer.trim().to_owned())),
    }
}

fn exchange(path: &Path, line: &str) -> io::Result<String> {
    let mut stream = UnixStream::connect(path)?;
    stream.write_all(format!("{line}\n").as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    if answer.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_order() {
        let check = |line, order| assert_eq!(Order::parse(line), Ok(order), "{line}");
        check("rotate-ca", Order::RotateCa);
        check(" restart-apiserver\r", Order::RestartApiserver);
        check("restart-etcd", Order::RestartEtcd);
        check("compact-etcd", Order::CompactEtcd);
        let trusted = |client: &str, ca: Option<&str>| {
            Order::TrustIssuer(Issuer {
                url: "https://i:1".into(),
                client: client.into(),
                ca: ca.map(PathBuf::from),
            })
        };
        check("trust-issuer https://i:1", trusted("kubernetes", None));
        check("trust-issuer https://i:1 app", trusted("app", None));
        check(
            "trust-issuer https://i:1 app /a b/ca.crt",
            trusted("app", Some("/a b/ca.crt")),
        );
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        let refused = |line| Order::parse(line).unwrap_err();
        assert!(refused("dance").starts_with("no order \"dance\": rotate-ca"));
        assert!(refused("").starts_with("no order \"\""));
        assert_eq!(refused("rotate-ca now"), "rotate-ca takes nothing: now");
        assert_eq!(refused("trust-issuer"), "trust-issuer needs a URL");
    }

    #[test]
    fn answers_each_line_in_its_turn() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("control");
        let socket = Socket::open(&path).unwrap();
        let asking = thread::spawn(move || {
            ["rotate-ca", "nonsense", "compact-etcd", "restart-etcd"]
                .map(|line| exchange(&path, line).unwrap())
        });
        let answers = [
            Ok("/ca.crt".to_owned()),
            Ok(String::new()),
            Err(Error::new(Exit::Component, "starting etcd").because("two\nlines")),
        ];
        for answer in answers {
            socket.orders.recv().unwrap().done(answer);
        }
        let [rotated, refused, compacted, failed] = asking.join().unwrap();
        assert_eq!(
            (rotated.as_str(), compacted.as_str()),
            ("ok /ca.crt\n", "ok\n")
        );
        assert!(refused.starts_with("error: no order"), "{refused}");
        assert_eq!(failed, "error: starting etcd: two | lines\n");
    }
}
