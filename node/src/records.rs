//! Signed peer records, read for the federation.

use liaison_federation::transport::Peer;
use liaison_federation::{PeerRecord, RecordReader};
use liaison_network::{peer_of, read_record};

/// Reads libp2p's signed peer records and multiaddrs.
pub struct Records;

impl RecordReader for Records {
    fn read(&self, record: &[u8]) -> Option<PeerRecord> {
        let record = read_record(record).ok()?;
        Some(PeerRecord {
            peer: record.peer,
            sequence: record.sequence,
            addresses: record.addresses,
        })
    }

    fn peer_of(&self, address: &str) -> Option<Peer> {
        peer_of(address)
    }
}
