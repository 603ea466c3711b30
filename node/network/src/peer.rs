//! Peers of the federation are libp2p's peer ids, and back: both are made from the same Ed25519 key.

use liaison_federation::transport::Peer;
use libp2p::PeerId;
use libp2p::identity::{PublicKey, ed25519};

/// The multihash code of a peer id that carries its whole key, as those of Ed25519 keys do.
const IDENTITY: u64 = 0;
/// What stands before an Ed25519 key there: fields 1 (the type of the key) and 2 (its 32 bytes).
const ED25519: [u8; 4] = [0x08, 0x01, 0x12, 0x20];

/// The peer id of a node key; none when the bytes are no key.
pub(crate) fn to_id(peer: &Peer) -> Option<PeerId> {
    let key = ed25519::PublicKey::try_from_bytes(&peer.0).ok()?;
    Some(PublicKey::from(key).to_peer_id())
}

/// The peer of a peer id; none when its key is not Ed25519. Whether the key is a point is not looked at: this is
/// asked with every message, and who is connected has signed with it.
pub(crate) fn from_id(id: &PeerId) -> Option<Peer> {
    let hash = id.as_ref();
    if hash.code() != IDENTITY {
        return None;
    }
    let key = hash.digest().strip_prefix(&ED25519)?;
    Some(Peer(key.try_into().ok()?))
}

/// The peer with this key; none when it is not Ed25519.
pub(crate) fn from_key(key: PublicKey) -> Option<Peer> {
    Some(Peer(key.try_into_ed25519().ok()?.to_bytes()))
}

/// An address (multiaddr text) with the peer who listens there at its end; unchanged when the bytes
/// are no key.
pub fn with_peer(address: &str, peer: &Peer) -> String {
    to_id(peer).map_or_else(|| address.to_owned(), |id| format!("{address}/p2p/{id}"))
}

/// The peer that an address (multiaddr text) names at its end, `…/p2p/<peer id>`; none when it names none.
pub fn peer_of(address: &str) -> Option<Peer> {
    let address: libp2p::Multiaddr = address.parse().ok()?;
    let named = address.iter().find_map(|part| match part {
        libp2p::multiaddr::Protocol::P2p(id) => Some(id),
        _ => None,
    });
    from_id(&named?)
}
