//! Where a node can be reached, signed by itself: libp2p's signed peer records (RFC 0002 and 0003 of the
//! libp2p specifications), which travel in hellos and gossip as opaque bytes.
//!
//! A record is an envelope (public key, payload type `03 01`, payload, signature over domain
//! `libp2p-peer-record`, type and payload) around `PeerRecord { peer_id = 1, seq = 2, addresses = 3 }`.
//! Of two records of one peer the higher sequence counts; whoever keeps records compares them.

use liaison_federation::transport::Peer;
use libp2p::core::SignedEnvelope;
use libp2p::core::multiaddr::{Multiaddr, Protocol};
use prost::Message as _;

use crate::swarm::without_peer;
use crate::{handle, peer};

/// The largest record, in bytes.
const RECORD: usize = 4096;
/// The most addresses of one record.
const ADDRESSES: usize = 8;
/// The largest address, in bytes of text.
const ADDRESS: usize = 256;

const DOMAIN: &str = "libp2p-peer-record";
const PAYLOAD_TYPE: [u8; 2] = [0x03, 0x01];

/// A record whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose record it is, and who signed it.
    pub peer: Peer,
    /// Multiaddrs that can be dialled, at most 8, best first, without the peer's id.
    pub addresses: Vec<String>,
    /// Rises with each record of a peer.
    pub sequence: u64,
}

/// Why a record cannot be signed or does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The seed is no Ed25519 key.
    #[error("the identity is no Ed25519 seed")]
    Identity,
    /// An address cannot be dialled.
    #[error("‘{0}’ is no address to be dialled at; write it like /dns4/node.example/udp/7140/quic-v1")]
    Address(String),
    /// Too many addresses.
    #[error("a peer record has at most 8 addresses, not {0}")]
    TooMany(usize),
    /// Too many bytes.
    #[error("a peer record has at most 4096 bytes, not {0}")]
    TooLarge(usize),
    /// The bytes are no record.
    #[error("the bytes are no signed peer record")]
    Encoding,
    /// The signature is not the signer's, or the signer is not whom the record is about.
    #[error("the peer record is not signed by the node that it is about")]
    Signature,
}

#[derive(Clone, PartialEq, prost::Message)]
struct PeerRecord {
    #[prost(bytes = "vec", tag = "1")]
    peer_id: Vec<u8>,
    #[prost(uint64, tag = "2")]
    sequence: u64,
    #[prost(message, repeated, tag = "3")]
    addresses: Vec<AddressInfo>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct AddressInfo {
    #[prost(bytes = "vec", tag = "1")]
    multiaddr: Vec<u8>,
}

/// Signs where the node with this seed can be reached: at most 8 addresses of at most 256 bytes, best first.
///
/// # Errors
/// When the seed is no key, or when there are too many addresses or one that nobody could dial.
pub fn sign_record(identity: &[u8; 32], addresses: &[String], sequence: u64) -> Result<Vec<u8>, RecordError> {
    if addresses.len() > ADDRESSES {
        return Err(RecordError::TooMany(addresses.len()));
    }
    let key = handle::keypair(identity).map_err(|_| RecordError::Identity)?;
    let addresses = addresses
        .iter()
        .map(|text| {
            let address = text.parse().ok().and_then(dialable);
            let address = address.ok_or_else(|| RecordError::Address(text.clone()))?;
            Ok(AddressInfo {
                multiaddr: address.to_vec(),
            })
        })
        .collect::<Result<_, RecordError>>()?;
    let record = PeerRecord {
        peer_id: key.public().to_peer_id().to_bytes(),
        sequence,
        addresses,
    };
    SignedEnvelope::new(
        &key,
        DOMAIN.to_owned(),
        PAYLOAD_TYPE.to_vec(),
        record.encode_to_vec(),
    )
    .map(SignedEnvelope::into_protobuf_encoding)
    .map_err(|_| RecordError::Identity)
}

/// Reads a record and checks its signature. Addresses that cannot be dialled from here are left out.
///
/// # Errors
/// When the bytes are no record, or too many, or not signed by the node that they are about.
pub fn read_record(bytes: &[u8]) -> Result<Record, RecordError> {
    if bytes.len() > RECORD {
        return Err(RecordError::TooLarge(bytes.len()));
    }
    let envelope = SignedEnvelope::from_protobuf_encoding(bytes).map_err(|_| RecordError::Encoding)?;
    let (payload, key) = envelope
        .payload_and_signing_key(DOMAIN.to_owned(), &PAYLOAD_TYPE)
        .map_err(|_| RecordError::Signature)?;
    let record = PeerRecord::decode(payload).map_err(|_| RecordError::Encoding)?;
    if record.peer_id != key.to_peer_id().to_bytes() {
        return Err(RecordError::Signature);
    }
    if record.addresses.len() > ADDRESSES {
        return Err(RecordError::TooMany(record.addresses.len()));
    }
    let addresses = record
        .addresses
        .into_iter()
        .filter_map(|info| Multiaddr::try_from(info.multiaddr).ok().and_then(dialable))
        .map(|address| address.to_string())
        .collect();
    Ok(Record {
        peer: peer::from_key(key.clone()).ok_or(RecordError::Signature)?,
        addresses,
        sequence: record.sequence,
    })
}

/// The address without a peer's id, if it is one that we have a transport for.
fn dialable(address: Multiaddr) -> Option<Multiaddr> {
    let address = without_peer(address);
    let host = |part: &Protocol| match part {
        Protocol::Ip4(ip) => !ip.is_unspecified(),
        Protocol::Ip6(ip) => !ip.is_unspecified(),
        Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_) => true,
        _ => false,
    };
    let parts: Vec<Protocol> = address.iter().collect();
    let known = match parts.as_slice() {
        [first, Protocol::Tcp(port)] => host(first) && *port != 0,
        [first, Protocol::Udp(port), Protocol::QuicV1] => host(first) && *port != 0,
        _ => false,
    };
    let short = address.to_string().len() <= ADDRESS;
    (known && short).then_some(address)
}

#[cfg(test)]
mod tests;
