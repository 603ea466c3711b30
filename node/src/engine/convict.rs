//! Evidence against the key that this node's log is signed with now: the node writes no more
//! (specification, section 10).

use liaison_federation::Time;
use liaison_protocol::evidence::{Proven, verify};

use super::{Engine, EngineError};

impl Engine {
    /// Stops writing when a piece of evidence proves that the present log key signed two trees that
    /// contradict each other. A key that was replaced convicts nobody here.
    pub(super) fn convict(&mut self, evidence: &[u8], now: Time) -> Result<(), EngineError> {
        let key = self.keys.log_key().id();
        match verify(evidence, self.world()) {
            Ok(Proven::Checkpoints {
                origin,
                keys: (one, other),
                ..
            }) if origin == *self.own.origin() && (one == key || other == key) => {
                let reason = "its key signed two trees that contradict each other; another node has the key, or \
                              the signer state was rolled back";
                self.stop_writing(reason, now)
            }
            _ => Ok(()),
        }
    }
}
