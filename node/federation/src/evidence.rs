//! Evidence: contradictions that were found here or came from others, one piece for each log and
//! key that it convicts (specification, section 9).

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::evidence::{Proven, verify};
use liaison_protocol::{Hash, Origin, World, proto};

use crate::federation::{Cx, Federation};
use crate::limits::{EVIDENCE_MAX, GOSSIP_MAX, ITEM_MAX};
use crate::outbox::Durable;
use crate::requests::Purpose;
use crate::store::Write;
use crate::transport::{Command, Peer, Verdict};
use crate::wire::{self, Gossip, Request};

/// A piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What it proves.
    pub proven: Proven,
    /// The piece itself.
    pub bytes: Vec<u8>,
    /// When it was found or received (Unix, milliseconds); none: before this process started.
    pub seen_at: Option<u64>,
}

/// The evidence that is held, by the hash of what it convicts: two nodes that found the same fork
/// in different bytes hold the same.
#[derive(Debug, Default)]
pub(crate) struct Evidences {
    pieces: BTreeMap<Hash, Evidence>,
    forked: BTreeSet<Origin>,
}

impl Evidences {
    /// The evidence of a store; pieces that this world cannot judge are left where they are.
    pub(crate) fn open(stored: &[Vec<u8>], world: &World) -> Evidences {
        let mut evidences = Evidences::default();
        for bytes in stored {
            if let Ok(proven) = verify(bytes, world) {
                evidences.keep(Evidence {
                    proven,
                    bytes: bytes.clone(),
                    seen_at: None,
                });
            }
        }
        evidences
    }

    /// Whether a contradiction of this log's checkpoints is held.
    pub(crate) fn has_fork(&self, origin: &Origin) -> bool {
        self.forked.contains(origin)
    }

    /// SHA-256 over [`Evidences::convictions`].
    pub(crate) fn digest(&self) -> Hash {
        Hash::of(&self.convictions())
    }

    /// Hashes of what the pieces convict, ascending, end to end.
    pub(crate) fn convictions(&self) -> Vec<u8> {
        wire::write_hashes(self.pieces.keys().copied())
    }

    /// Pieces that convict something else than these.
    pub(crate) fn beyond(&self, have: &BTreeSet<Hash>) -> Vec<Vec<u8>> {
        self.pieces
            .iter()
            .filter(|(hash, _)| !have.contains(hash))
            .map(|(_, piece)| piece.bytes.clone())
            .collect()
    }

    /// How many pieces are held.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    fn keep(&mut self, piece: Evidence) {
        if let Proven::Checkpoints { origin, .. } = &piece.proven {
            self.forked.insert(origin.clone());
        }
        self.pieces.insert(convicted(&piece.proven), piece);
    }
}

// Names whom a piece convicts of what, the same for every piece that proves it.
fn convicted(proven: &Proven) -> Hash {
    let name = match proven {
        Proven::Checkpoints {
            origin, keys: (a, b), ..
        } => format!("checkpoints {origin} {} {}", a.min(b), a.max(b)),
        Proven::Cosignatures {
            authority, origin, ..
        } => format!("cosignatures {authority} {origin}"),
        Proven::Successors { parent, keys, .. } => {
            let keys: BTreeSet<String> = keys.iter().map(ToString::to_string).collect();
            format!(
                "successors {parent} {}",
                keys.into_iter().collect::<Vec<_>>().join(" ")
            )
        }
    };
    Hash::of(name.as_bytes())
}

impl Federation {
    /// The evidence that is held.
    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.pieces.values()
    }

    /// A contradiction was found here: it is kept and told to all.
    pub(crate) fn found_evidence(&mut self, bytes: Vec<u8>, cx: Cx<'_>) {
        if self.take_evidence(bytes.clone(), cx) == Verdict::Accept {
            let message = wire::gossip(Gossip::Evidence(bytes));
            if message.len() <= GOSSIP_MAX {
                self.out.transport(Command::Publish(message));
            }
        }
    }

    /// Evidence came by gossip: whether it is passed on. It is judged by what is known here, so a
    /// piece that does not verify is nobody's fault, as long as it can be read.
    pub(crate) fn judge_evidence(&mut self, bytes: Vec<u8>, cx: Cx<'_>) -> Verdict {
        self.take_evidence(bytes, cx)
    }

    /// Asks a peer for the evidence that is not here.
    pub(crate) fn ask_evidence(&mut self, peer: Peer, cx: Cx<'_>) {
        let have = self.evidence.convictions();
        self.ask(
            peer,
            Purpose::Evidence,
            Request::Evidence(proto::EvidenceRequest { have }),
            cx,
        );
    }

    /// Evidence came.
    pub(crate) fn evidence_answered(&mut self, peer: Peer, pieces: proto::Pieces, cx: Cx<'_>) {
        let mut new = false;
        for bytes in pieces.pieces {
            match self.take_evidence(bytes, cx) {
                Verdict::Accept => new = true,
                Verdict::Ignore => {}
                Verdict::Reject => return self.misbehaved(&peer, cx.now),
            }
        }
        if new && pieces.more {
            self.ask_evidence(peer, cx);
        }
    }

    fn take_evidence(&mut self, bytes: Vec<u8>, cx: Cx<'_>) -> Verdict {
        use liaison_protocol::evidence::EvidenceError;
        if self.evidence.len() >= EVIDENCE_MAX || bytes.len() > ITEM_MAX {
            return Verdict::Ignore;
        }
        let proven = match verify(&bytes, &self.world) {
            Ok(proven) => proven,
            // Keys and predecessors may be known elsewhere.
            Err(EvidenceError::Unsigned(_) | EvidenceError::Note("predecessor")) => return Verdict::Ignore,
            Err(_) => return Verdict::Reject,
        };
        if self.evidence.pieces.contains_key(&convicted(&proven)) {
            return Verdict::Ignore;
        }
        self.evidence.keep(Evidence {
            proven,
            bytes: bytes.clone(),
            seen_at: Some(cx.date),
        });
        let write = Write::Evidence {
            hash: Hash::of(&bytes),
            bytes: bytes.clone(),
        };
        self.out.store(vec![write], Durable::Evidence(bytes));
        Verdict::Accept
    }
}
