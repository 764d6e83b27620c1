//! `NO_PROXY`: which servers are reached directly, by Go's rules.

use std::net::IpAddr;

mod entry;
mod net;

use self::entry::Entry;
use self::net::{Net, sloppy_v4};

/// Which servers are reached directly although there is a proxy.
///
/// A list with commas, as Go's `httpproxy` and client-go's addition to it (`NewProxierWithNoProxyCIDR`) read it:
///
/// | entry | whom it names |
/// |---|---|
/// | `example.com` | the host and every one below it |
/// | `.example.com`, `*.example.com` | every host below, not the host itself |
/// | `10.0.0.1`, `fd00::1` | the address |
/// | `10.0.0.0/8`, `fd00::/8` | every address in it |
/// | `example.com:443`, `10.0.0.1:443`, `[fd00::1]:443` | the same on this port alone |
/// | `*` | everybody |
///
/// `localhost`, 127.0.0.0/8 and `::1` are always reached directly. Spaces around entries and the case of names are of no
/// account; an entry that is none of these names nobody. Names are ASCII: nothing is looked up, so an address does not
/// match the name that it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoProxy {
    everybody: bool,
    entries: Vec<Entry>,
    /// client-go's addition: leading zeros are allowed in IPv4 there, on both sides.
    sloppy: Vec<Net>,
}

impl NoProxy {
    /// Reads a list. There are no errors: what cannot be read names nobody, as in Go.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        let rules = || list.split(',');
        let everybody = rules().any(|rule| rule.trim() == "*");
        if everybody {
            return Self {
                everybody,
                ..Self::default()
            };
        }
        Self {
            everybody,
            entries: rules().filter_map(Entry::parse).collect(),
            sloppy: rules().filter_map(Net::parse_sloppy).collect(),
        }
    }

    /// Whether the server at this host and port is reached directly. IPv6 may stand in brackets.
    #[must_use]
    pub fn exempts(&self, host: &str, port: u16) -> bool {
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        let ip: Option<IpAddr> = bare.parse().ok().map(|ip: IpAddr| ip.to_canonical());
        if self.everybody || is_this_machine(bare, ip) {
            return true;
        }
        let sloppy = ip.or_else(|| sloppy_v4(bare));
        if sloppy.is_some_and(|ip| self.sloppy.iter().any(|net| net.contains(ip))) {
            return true;
        }
        let name = bare.to_ascii_lowercase();
        self.entries
            .iter()
            .any(|entry| entry.names(&name, ip, port))
    }
}

/// Go compares `localhost` with its case; names have none.
fn is_this_machine(host: &str, ip: Option<IpAddr>) -> bool {
    ip.map_or_else(
        || host.eq_ignore_ascii_case("localhost"),
        |ip| ip.is_loopback(),
    )
}
