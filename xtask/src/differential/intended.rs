//! Where we differ from client-go on purpose: each difference with its reason and the cases it explains.

use serde_json::Value;

use super::compare::{OF_LOADING, Seen};

/// A difference that is meant to be.
#[derive(Debug)]
pub(super) struct Intended {
    pub(super) name: &'static str,
    pub(super) reason: &'static str,
    /// Whether it is why the answers part at this point.
    pub(super) explains: fn(&Seen<'_>, &str) -> bool,
}

/// All of them; there is room for twelve.
pub(super) const INTENDED: [Intended; 12] = [
    Intended {
        name: "data-beats-file",
        reason: "where a file and its data are given, client-go says that the data will override, and refuses; ours uses the data, with a warning",
        explains: data_beats_file,
    },
    Intended {
        name: "nothing-chosen",
        reason: "a name that leads nowhere, or no context at all, is an error that says so and looks no further, and an empty name is none; client-go goes on as nobody, or says that there is no configuration",
        explains: nothing_chosen,
    },
    Intended {
        name: "token-flag",
        reason: "a token or token file given by flag takes the place of both; client-go keeps the user's other one, and returns to it",
        explains: token_flag,
    },
    Intended {
        name: "unusable-url",
        reason: "a server or proxy that no client can connect to (another scheme, no host, an impossible port, a host that is not ASCII) is refused when it is read, and what a client would say is not asked; client-go finds out when it connects",
        explains: unusable_url,
    },
    Intended {
        name: "user-info",
        reason: "user name and password in a server's URL become basic authentication, with a warning, and never go to plain http; client-go leaves them in the URL",
        explains: user_info,
    },
    Intended {
        name: "path-escapes",
        reason: "escapes in a server's path are sent as they were written; client-go decodes and tidies the path",
        explains: |seen, point| point == "server" && seen.ours("server").contains('%'),
    },
    Intended {
        name: "one-document",
        reason: "text after the first document is refused; client-go ignores it, whatever it is",
        explains: one_document,
    },
    Intended {
        name: "leading-tab",
        reason: "a tab may stand before the first value, as YAML 1.2 and JSON allow; client-go's YAML 1.1 refuses it",
        explains: |seen, point| client_go_refuses_text(point) && seen.begins_with_a_tab(),
    },
    Intended {
        name: "directory",
        reason: "a directory where a certificate or key should be is refused at once; client-go opens it, and reads it only for https",
        explains: |seen, point| {
            point == "refuses unreadable-material"
                && seen.ours("text").contains("due to is a directory")
        },
    },
    Intended {
        name: "list-of-bytes",
        reason: "base64 is a string; client-go's JSON also takes a list of numbers for it",
        explains: |seen, point| {
            after_loading(point)
                && seen
                    .ours("text")
                    .contains("-data: a list where a string belongs")
        },
    },
    Intended {
        name: "pem",
        reason: "certificates and keys are read as bytes here, and understood when a client is made (k8s-auth)",
        explains: |_, point| matches!(point, "accepts not-pem" | "class not-pem"),
    },
    Intended {
        name: "timeout",
        reason: "a timeout that is negative, or too long to count, is refused; client-go lets it wrap around",
        explains: |_, point| point == "refuses timeout",
    },
];

fn data_beats_file(seen: &Seen<'_>, point: &str) -> bool {
    let points = ["both-specified", "unreadable-material"];
    let stricter = points.iter().any(|class| {
        point
            .strip_suffix(class)
            .is_some_and(|verb| matches!(verb, "accepts " | "class "))
    });
    let both = seen.their_classes().contains("both-specified");
    stricter && both && (seen.ours_failed() || seen.warned("data-beats-file"))
}

fn nothing_chosen(seen: &Seen<'_>, point: &str) -> bool {
    let said = [
        "not-found",
        "not-specified",
        "no-context",
        "context-not-found",
        "does-not-exist",
        "no-configuration",
    ];
    let by_flag = seen.flag("server").is_some() || seen.flag("defaultServer").is_some();
    match point {
        "refuses not-found" => {
            let (user, cluster) = (seen.is_unknown("user"), seen.is_unknown("cluster"));
            (!user || as_nobody(seen)) && (!cluster || by_flag)
        }
        "refuses no-context" => by_flag || seen.has_nameless(),
        "refuses not-specified" | "refuses no-server" => {
            seen.our_classes().contains("not-specified") && (by_flag || seen.has_nameless())
        }
        point if seen.has_nameless() && of_nameless_user(seen, point) => true,
        point => {
            let later = point.starts_with("class ") && !loading(point);
            later && said.iter().any(|class| seen.our_classes().contains(class))
        }
    }
}

/// Whether this is about a user that ours does not take, since its name is empty.
fn of_nameless_user(seen: &Seen<'_>, point: &str) -> bool {
    let faults = [
        "both-specified",
        "exec",
        "impersonates-nobody",
        "many-methods",
        "no-key",
        "not-pem",
        "unreadable-material",
    ];
    match point.strip_prefix("accepts ") {
        Some(fault) => faults.contains(&fault),
        None => !point.contains(' ') && point != "server" && is_unset(&seen.answers.ours[point]),
    }
}

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether client-go found nobody to be, but by flags.
fn as_nobody(seen: &Seen<'_>) -> bool {
    let credentials = [
        "token",
        "certificate",
        "username",
        "password",
        "authProvider",
    ];
    let flags = [
        "token",
        "tokenFile",
        "clientCertificate",
        "username",
        "password",
    ];
    let none = credentials
        .iter()
        .all(|field| seen.theirs(field).is_empty());
    let by_flag = flags.iter().any(|name| seen.flag(name).is_some());
    (none || by_flag) && seen.answers.theirs["exec"].is_null()
}

fn token_flag(seen: &Seen<'_>, point: &str) -> bool {
    let file = seen.flag("tokenFile").is_some();
    match point {
        "token" | "tokenFile" => file || seen.flag("token").is_some(),
        "refuses unreadable-material" => {
            file && seen.ours("text").contains("unable to read tokenFile")
        }
        "accepts many-methods" | "class many-methods" => file,
        _ => false,
    }
}

fn unusable_url(seen: &Seen<'_>, point: &str) -> bool {
    let of_client = [
        "class authority-and-insecure",
        "class many-methods",
        "class not-pem",
        "class unreadable-material", // of a token file, read when a client is made
    ];
    match point {
        "refuses server" => !usable(seen.theirs("server"), &["http", "https"]),
        "refuses proxy-url" => !usable(seen.theirs("proxy"), &["http", "https", "socks5"]),
        point => of_client.contains(&point) && seen.our_classes().contains("server"),
    }
}

/// Whether a client could connect to this.
fn usable(url: &str, schemes: &[&str]) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_port = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = match host_port.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (host_port, ""),
    };
    let port = port.is_empty() || port.parse::<u16>().is_ok();
    // client-go shows a host beyond ASCII with escapes; those in brackets are zones
    let plain = host.is_ascii() && (host.starts_with('[') || !host.contains('%'));
    schemes.contains(&scheme) && !host.is_empty() && plain && port
}

fn user_info(seen: &Seen<'_>, point: &str) -> bool {
    let moved = ["server", "username", "password"].contains(&point);
    moved && seen.theirs("server").contains('@') && seen.warned("credentials-in-server")
}

fn one_document(seen: &Seen<'_>, point: &str) -> bool {
    let text = seen.ours("text");
    let second = [
        "a second document starts here",
        "did not find expected <document start>",
        "misplaced bracket",
        "comments must be separated from other tokens by whitespace",
    ];
    let at_all = after_loading(point) || point.starts_with("class ");
    at_all && second.iter().any(|words| text.contains(words))
}

/// Whether ours found a fault while loading, where client-go found none.
fn after_loading(point: &str) -> bool {
    matches!(point, "refuses syntax" | "refuses type" | "stage")
        || (point.starts_with("class ") && !loading(point))
}

/// Whether client-go found text that it cannot read, where ours found none.
fn client_go_refuses_text(point: &str) -> bool {
    matches!(point, "accepts syntax" | "class syntax")
}

/// Whether this is about a fault of a file's text.
fn loading(point: &str) -> bool {
    point
        .strip_prefix("class ")
        .is_some_and(|class| OF_LOADING.contains(&class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_a_client_could_connect_to() {
        let check = |url, expected| assert_eq!(usable(url, &["http", "https"]), expected, "{url}");
        check("https://a/b:c", true);
        check("https://u:p@a:443", true);
        check("https://[::1]:6443", true);
        check("https://[::1]", true);
        check("ftp://a", false);
        check("https:a", false);
        check("https://:443", false);
        check("https://a:99999", false);
        check("https://\u{fc}", false);
        check("https://%C3%BC", false);
        check("https://[fe80::1%25eth0]:6443", true);
        check("https://a/\u{fc}", true);
    }
}
