//! Where a node listens and where it first looks for others, as libp2p multiaddresses over QUIC or TCP.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An address to listen on: an IP address, and QUIC or TCP. Port 0 takes any free port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAddress(String);

/// An address to dial: an IP address or a name, a port, QUIC or TCP, and the peer expected there if known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerAddress(String);

/// Text that is no address of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnAddress;

impl ListenAddress {
    /// QUIC on `port` of all IPv4 addresses.
    pub fn quic(port: u16) -> ListenAddress {
        ListenAddress(format!("/ip4/0.0.0.0/udp/{port}/quic-v1"))
    }

    /// TCP on `port` of all IPv4 addresses.
    pub fn tcp(port: u16) -> ListenAddress {
        ListenAddress(format!("/ip4/0.0.0.0/tcp/{port}"))
    }

    /// The multiaddress as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PeerAddress {
    /// The multiaddress as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ListenAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<ListenAddress, NotAnAddress> {
        let parts = Parts::of(text)?;
        if parts.named || parts.peer {
            Err(NotAnAddress)
        } else {
            Ok(ListenAddress(text.to_owned()))
        }
    }
}

impl FromStr for PeerAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<PeerAddress, NotAnAddress> {
        let parts = Parts::of(text)?;
        if parts.port == 0 {
            Err(NotAnAddress)
        } else {
            Ok(PeerAddress(text.to_owned()))
        }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// What the two kinds of address differ in.
struct Parts {
    named: bool,
    port: u16,
    peer: bool,
}

impl Parts {
    fn of(text: &str) -> Result<Parts, NotAnAddress> {
        let mut parts = text.strip_prefix('/').ok_or(NotAnAddress)?.split('/');
        let mut next = || parts.next().ok_or(NotAnAddress);
        let (family, host) = (next()?, next()?);
        let (transport, port) = (next()?, next()?);
        let known_host = match family {
            "ip4" => host.parse::<Ipv4Addr>().is_ok(),
            "ip6" => host.parse::<Ipv6Addr>().is_ok(),
            "dns" | "dns4" | "dns6" => is_name(host),
            _ => false,
        };
        let port = canonical_port(port)?;
        let known_transport = match transport {
            "tcp" => true,
            "udp" => next()? == "quic-v1",
            _ => false,
        };
        let peer = match (parts.next(), parts.next()) {
            (None, _) => false,
            (Some("p2p"), Some(id)) if is_peer_id(id) => true,
            _ => return Err(NotAnAddress),
        };
        if known_host && known_transport && parts.next().is_none() {
            Ok(Parts {
                named: family.starts_with("dns"),
                port,
                peer,
            })
        } else {
            Err(NotAnAddress)
        }
    }
}

// A port in its one decimal form: `+1` and `01` would be the same to the number parser.
fn canonical_port(text: &str) -> Result<u16, NotAnAddress> {
    let port: u16 = text.parse().map_err(|_| NotAnAddress)?;
    if port.to_string() == text {
        Ok(port)
    } else {
        Err(NotAnAddress)
    }
}

fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

fn is_peer_id(text: &str) -> bool {
    let base58 = |b: u8| b.is_ascii_alphanumeric() && !b"0OIl".contains(&b);
    (40..=64).contains(&text.len()) && text.bytes().all(base58)
}
