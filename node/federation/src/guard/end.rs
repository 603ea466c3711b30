//! The way back to where the root ended a key of the own log (specification, section 10).
//!
//! A machine that comes after a loss goes on from there, and perhaps nobody has kept a signed head of that very size: the
//! witnesses followed the old key further, before they heard of its end. The root has signed size and root itself, so
//! entries that lead to it are as good as under a head.

use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Origin, Position};

use crate::federation::Federation;
use crate::log::Candidate;
use crate::wire;

impl Federation {
    /// Makes the furthest of the ends a head to reach, as long as the own log is shorter.
    pub(crate) fn aim_at_the_end(&mut self, own: &Origin) {
        let (chain, statements) = (self.world.chain(), self.world.statements());
        let keys = statements.log_keys(own).map(|(_, key)| key.id());
        let ends = keys.filter_map(|key| statements.log_end(chain, own, key));
        let ends = ends.filter_map(|end| Some((end.size, end.root?)));
        let (Some((size, root)), Some(log)) = (ends.max_by_key(|(size, _)| *size), self.logs.get_mut(own))
        else {
            return;
        };
        if self.own_log_live || size <= log.fold.size() || log.candidates.contains_key(&(size, root)) {
            return;
        }
        let position = Position {
            origin: own.clone(),
            size,
            root,
        };
        // It was replaced by no later key.
        let candidate = Candidate::new(wire::unsigned(position), u64::MAX);
        log.candidates.insert((size, root), candidate);
        self.touched.insert(own.clone());
    }
}

/// Whether a head to reach is an end, which no log key has signed.
pub(crate) fn is_end(head: &SignedCheckpoint) -> bool {
    head.note.signatures.is_empty()
}
