//! Where this node says that it can be reached.

use liaison_network::{RecordError, sign_record};
use zeroize::Zeroizing;

/// The addresses that a node has announced, and the sequence of the record that said so.
pub(crate) struct Announced {
    identity: Zeroizing<[u8; 32]>,
    addresses: Vec<String>,
    sequence: u64,
}

impl Announced {
    /// Nothing yet, for the node with this seed.
    pub(crate) fn new(identity: Zeroizing<[u8; 32]>) -> Announced {
        Announced {
            identity,
            addresses: Vec::new(),
            sequence: 0,
        }
    }

    /// A signed record of all addresses so far and this one.
    ///
    /// The sequence is the clock's milliseconds, so that it rises over restarts; but two addresses become known
    /// within one of them, and of two records with one sequence peers keep the first.
    pub(crate) fn add(&mut self, address: &str, now: u64) -> Result<Vec<u8>, RecordError> {
        self.addresses.push(address.to_owned());
        self.sequence = now.max(self.sequence.saturating_add(1));
        sign_record(&self.identity, &self.addresses, self.sequence)
    }
}

#[cfg(test)]
mod tests {
    use liaison_network::read_record;

    use super::*;

    #[test]
    fn each_record_is_newer_than_the_one_before_whatever_the_clock_says() {
        let mut announced = Announced::new(Zeroizing::new([7; 32]));
        let mut before = 0;
        for (known, now) in [1_000, 1_000, 900, 2_000].into_iter().enumerate() {
            let record = announced.add(&format!("/ip4/192.0.2.1/tcp/{}", known + 1), now);
            let record = read_record(&record.expect("a record")).expect("signed");
            assert_eq!(record.addresses.len(), known + 1);
            assert!(record.sequence > before && record.sequence >= now, "at {now}");
            before = record.sequence;
        }
    }
}
