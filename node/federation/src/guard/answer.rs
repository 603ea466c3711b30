//! What this node can show of a log to whoever asks before it signs (specification, section 10).
//!
//! Its cosignature said that it holds the log up to there. When it cannot show that very tree, because a disk was damaged
//! or lost and perhaps another branch followed since, an answer would help the asker to go on beside what a quorum
//! cosigned: then it gives none.

use liaison_protocol::proto::{self, SyncError};
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Code, Origin, Position};

use crate::federation::{Cx, Federation};
use crate::log::Log;
use crate::wire;

impl Federation {
    /// What this node knows of a log, for whoever asks.
    pub(crate) fn answer_guard(
        &mut self,
        asker: &Code,
        origin: &Origin,
        cx: Cx<'_>,
    ) -> Result<proto::GuardResponse, SyncError> {
        let held = self.heads_held(origin, cx);
        if !self.shows_what_it_cosigned(origin, &held, cx) {
            return Err(SyncError::Refused);
        }
        let me = &self.config.authority;
        let log = self.logs.get(origin);
        let cosigned = log.and_then(|log| log.pool.newest_of(origin, me));
        let last = log.and_then(|log| self.cosigned_of(origin, log).max_by_key(|at| at.size));
        let ends = self.world.statements().log_ends_digest(origin);
        let own = self.logs.iter();
        let own = own.filter_map(|(origin, log)| log.pool.newest_of(origin, asker));
        let (own, cosigned) = (own.map(|head| head.to_bytes()).collect(), to_bytes(cosigned));
        let offered = log.into_iter().flat_map(|log| log.candidates.values());
        let offered = offered.map(|candidate| candidate.checkpoint.clone());
        let heads: Vec<SignedCheckpoint> = held.into_iter().chain(offered).collect();
        Ok(proto::GuardResponse {
            seen: to_bytes(self.newest_that_counts(&heads)),
            cosigned,
            own,
            clock: cx.date,
            charter: self.world.chain().newest().hash().0.to_vec(),
            heads: heads.iter().map(SignedCheckpoint::to_bytes).collect(),
            ends: ends.map_or_else(Vec::new, |digest| digest.0.to_vec()),
            cosigned_size: last.as_ref().map_or(0, |at| at.size),
            cosigned_root: last.map_or_else(Vec::new, |at| at.root.0.to_vec()),
        })
    }

    // The heads of entries that are held or were, with every cosignature known: the newest, the one in its file where
    // the entries do not read any more, and the newest that a quorum cosigned.
    fn heads_held(&mut self, origin: &Origin, cx: Cx<'_>) -> Vec<SignedCheckpoint> {
        let newest = self.best_head(origin);
        let stored = cx.view.store.head(origin).map(|head| head.checkpoint);
        let quorum = cx.view.store.newest_quorum_head(origin).ok().flatten();
        let read = |note: &Vec<u8>| wire::read_checkpoint(note).map(|(head, _)| head);
        let files = stored.iter().chain(&quorum).filter_map(read);
        let mut heads: Vec<SignedCheckpoint> = Vec::new();
        for head in newest.into_iter().chain(files) {
            let known = heads.iter().any(|known| known.checkpoint == head.checkpoint);
            if !known && matches!(self.keys.log_signer(&self.world, origin, &head), Ok(Some(_))) {
                heads.push(head);
            }
        }
        heads
    }

    // The very head, or entries up to a larger one that lead to its root. A larger head that others offer does not stand
    // for it: nobody may be able to serve that.
    fn shows_what_it_cosigned(&self, origin: &Origin, held: &[SignedCheckpoint], cx: Cx<'_>) -> bool {
        let Some(log) = self.logs.get(origin) else {
            return true;
        };
        if log.is_damaged() && held.is_empty() {
            return false;
        }
        let shown = held.iter().map(|head| head.checkpoint.size).max().unwrap_or(0);
        let is_held = |at: &Position| {
            let mut heads = held.iter().map(|head| &head.checkpoint);
            heads.any(|head| (head.size, head.root) == (at.size, at.root))
        };
        let leads_to =
            |at: &Position| at.size <= shown && self.stored_root(origin, at.size, cx) == Some(at.root);
        let offers = |at: &Position| log.candidates.contains_key(&(at.size, at.root));
        self.cosigned_of(origin, log)
            .all(|at| is_held(&at) || leads_to(&at) || offers(&at))
    }

    // What this node cosigned last, by its journal and by what others remember.
    fn cosigned_of(&self, origin: &Origin, log: &Log) -> impl Iterator<Item = Position> {
        let journal = log.pool.cosigned.map(|last| (last.size, last.root));
        let others = log.pool.newest_position(&self.config.authority);
        let position = |(size, root)| Position {
            origin: origin.clone(),
            size,
            root,
        };
        journal.into_iter().chain(others).map(position)
    }

    fn newest_that_counts(&mut self, heads: &[SignedCheckpoint]) -> Option<SignedCheckpoint> {
        let counting = heads.iter().filter(|head| self.counts(head));
        counting.max_by_key(|head| head.checkpoint.size).cloned()
    }
}

fn to_bytes(head: Option<SignedCheckpoint>) -> Vec<u8> {
    head.map_or_else(Vec::new, |head| head.to_bytes())
}
