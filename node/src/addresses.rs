//! Where this node says that it can be reached (specification, section 11).

use liaison_network::{RecordError, sign_record};
use zeroize::Zeroizing;

/// The addresses that a node has announced, and the sequence of the newest record that said so.
pub(crate) struct Announced {
    identity: Zeroizing<[u8; 32]>,
    addresses: Vec<String>,
    sequence: u64,
}

/// Why a node's addresses cannot be announced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnnounceError {
    /// The record cannot be signed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// No clock comes to this sequence: somebody else has signed with the node key.
    #[error(
        "a record of this node has the highest sequence there is, so that peers take none after it; \
         give the node a new node key by a new mandate"
    )]
    Exhausted,
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
    pub(crate) fn add(&mut self, address: &str, now: u64) -> Result<Vec<u8>, AnnounceError> {
        self.addresses.push(address.to_owned());
        self.sign(now)
    }

    /// A signed record of all addresses with a sequence above this one, which a record has that others hold: the clock was
    /// ahead when it was signed. Without addresses there is none, and the next one goes beyond it.
    pub(crate) fn outdo(&mut self, sequence: u64) -> Result<Option<Vec<u8>>, AnnounceError> {
        self.sequence = self.sequence.max(sequence);
        if self.addresses.is_empty() {
            return Ok(None);
        }
        self.sign(0).map(Some)
    }

    // Of whatever sequence the newest record is, the next one is one more, unless the clock says more than that: so none
    // can come near the end of the sequences by itself.
    fn sign(&mut self, now: u64) -> Result<Vec<u8>, AnnounceError> {
        let next = self.sequence.checked_add(1).ok_or(AnnounceError::Exhausted)?;
        self.sequence = now.max(next);
        Ok(sign_record(&self.identity, &self.addresses, self.sequence)?)
    }
}

#[cfg(test)]
mod tests {
    use liaison_network::{Record, read_record};

    use super::*;

    const AHEAD: u64 = 1 << 60;

    fn nothing() -> Announced {
        Announced::new(Zeroizing::new([7; 32]))
    }

    fn address(number: usize) -> String {
        format!("/ip4/192.0.2.1/tcp/{number}")
    }

    fn read(record: Result<Vec<u8>, AnnounceError>) -> Record {
        read_record(&record.expect("a record")).expect("signed")
    }

    #[test]
    fn each_record_is_newer_than_the_one_before_whatever_the_clock_says() {
        let mut announced = nothing();
        let mut before = 0;
        for (known, now) in [1_000, 1_000, 900, 2_000].into_iter().enumerate() {
            let record = read(announced.add(&address(known + 1), now));
            assert_eq!(record.addresses.len(), known + 1);
            assert!(record.sequence > before && record.sequence >= now, "at {now}");
            before = record.sequence;
        }
    }

    #[test]
    fn a_record_that_others_hold_from_a_clock_that_was_ahead_is_outdone_and_so_are_all_after_it() {
        let mut announced = nothing();
        read(announced.add(&address(1), 1_000));
        let outdone = announced
            .outdo(AHEAD)
            .map(|record| record.expect("it has an address"));
        let outdone = read(outdone);
        assert_eq!(
            (outdone.sequence, outdone.addresses),
            (AHEAD + 1, vec![address(1)])
        );
        assert_eq!(read(announced.add(&address(2), 1_001)).sequence, AHEAD + 2);
    }

    #[test]
    fn what_is_heard_before_there_is_an_address_counts_for_the_first_one() {
        let mut announced = nothing();
        assert!(matches!(announced.outdo(AHEAD), Ok(None)));
        assert_eq!(read(announced.add(&address(1), 1_000)).sequence, AHEAD + 1);
    }

    #[test]
    fn beyond_the_highest_sequence_there_is_nothing_is_signed_and_it_is_said_why() {
        let mut announced = nothing();
        read(announced.add(&address(1), 1_000));
        let last = announced
            .outdo(u64::MAX - 1)
            .map(|record| record.expect("a record"));
        assert_eq!(read(last).sequence, u64::MAX);
        let refused = [
            announced.outdo(u64::MAX).err(),
            announced.add(&address(2), 1_001).err(),
        ];
        for refused in refused {
            let refused = refused.expect("no sequence is left").to_string();
            assert!(refused.contains("new node key"), "{refused}");
        }
    }
}
