//! A range of addresses, `10.0.0.0/8`, and the two ways in which Go reads one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Net {
    address: IpAddr,
    /// How many bits of the address count.
    bits: u32,
}

impl Net {
    /// As `net.ParseCIDR`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        Self::new(address.parse().ok()?, bits)
    }

    /// As `ParseCIDRSloppy` of client-go's fork: IPv4 with leading zeros counts, spaces do not pass.
    pub(super) fn parse_sloppy(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let strict = address.parse().ok();
        Self::new(strict.or_else(|| sloppy_v4(address))?, bits)
    }

    fn new(address: IpAddr, bits: &str) -> Option<Self> {
        if bits.is_empty() || !bits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let bits: u32 = bits.parse().ok()?;
        let net = match address {
            IpAddr::V4(v4) if bits <= 32 => Self {
                address: Ipv4Addr::from_bits(v4.to_bits() & mask_v4(bits)).into(),
                bits,
            },
            IpAddr::V6(v6) if bits <= 128 => {
                let net = Ipv6Addr::from_bits(v6.to_bits() & mask_v6(bits));
                match net.to_ipv4_mapped() {
                    // A range of IPv4 in the clothes of IPv6.
                    Some(v4) => Self {
                        address: v4.into(),
                        bits: bits.saturating_sub(96),
                    },
                    None => Self {
                        address: net.into(),
                        bits,
                    },
                }
            }
            _ => return None,
        };
        Some(net)
    }

    pub(super) fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => ip.to_bits() & mask_v4(self.bits) == net.to_bits(),
            (IpAddr::V6(net), IpAddr::V6(ip)) => ip.to_bits() & mask_v6(self.bits) == net.to_bits(),
            _ => false,
        }
    }
}

fn mask_v4(bits: u32) -> u32 {
    u32::MAX.checked_shl(32 - bits).unwrap_or(0)
}

fn mask_v6(bits: u32) -> u128 {
    u128::MAX.checked_shl(128 - bits).unwrap_or(0)
}

/// `010.0.0.1` is 10.0.0.1.
pub(super) fn sloppy_v4(text: &str) -> Option<IpAddr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        *octet = part.parse().ok()?;
    }
    parts
        .next()
        .is_none()
        .then(|| Ipv4Addr::from(octets).into())
}
