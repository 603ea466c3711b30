//! What is known of one log: what is held, what is offered, and what is on its way.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::form::FormHead;
use liaison_protocol::tlog::{LogSigned, SignedCheckpoint};
use liaison_protocol::{Hash, Origin, Position, World};

use crate::bucket::Bucket;
use crate::catch_up::session::Session;
use crate::cosign::pool::Pool;
use crate::fold::Fold;
use crate::limits::{DAY, Limit, Limits};
use crate::store::{LogStore, StoreError};
use crate::transport::Peer;
use crate::wire;

/// A head that is signed by a key which the root mandated, and not reached yet.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// The head, with its log's signature alone.
    pub(crate) checkpoint: SignedCheckpoint,
    /// Serial of the mandate of the key that signed it.
    pub(crate) serial: u64,
    /// Peers that passed it on and may hold it.
    pub(crate) sources: BTreeSet<Peer>,
    /// Not tried before this time; never again until the world changes when it is `u64::MAX`.
    pub(crate) retry_at: u64,
    /// Not tried before this time either, because nobody served it, unless a peer connects.
    pub(crate) unserved_until: u64,
    /// Times that it was tried in vain.
    pub(crate) attempts: u32,
    /// Why it waits.
    pub(crate) waits: Option<String>,
    /// Whether no tree has both it and what is held.
    pub(crate) contradicts: bool,
}

impl Candidate {
    /// A head that nobody was asked for yet.
    pub(crate) fn new(checkpoint: SignedCheckpoint, serial: u64) -> Candidate {
        Candidate {
            checkpoint,
            serial,
            sources: BTreeSet::new(),
            retry_at: 0,
            unserved_until: 0,
            attempts: 0,
            waits: None,
            contradicts: false,
        }
    }

    /// Whether it may be tried now.
    pub(crate) fn is_due(&self, now: u64) -> bool {
        self.retry_at.max(self.unserved_until) <= now
    }
}

/// Entries that are being written.
#[derive(Debug)]
pub(crate) struct Appending {
    /// The fold with them.
    pub(crate) fold: Fold,
    /// The head that they reach; none within a long catch-up.
    pub(crate) head: Option<FormHead>,
}

/// A durable head that was accepted, with its log's signature alone.
pub(crate) struct Head {
    pub(crate) form: FormHead,
    /// The head as peers are told of it: in every hello, so it is written once.
    pub(crate) note: Vec<u8>,
}

impl Head {
    pub(crate) fn new(form: FormHead) -> Head {
        let note = form.checkpoint().to_bytes();
        Head { form, note }
    }
}

/// A head with its newest entries, from gossip. Its signature was verified when it was offered.
#[derive(Debug, Clone)]
pub(crate) struct Announced {
    pub(crate) head: LogSigned,
    pub(crate) position: Position,
    pub(crate) start: u64,
    pub(crate) entries: Vec<Vec<u8>>,
}

/// How much one authority's log may still grow today, beyond what a quorum has witnessed.
pub(crate) struct Quota {
    entries: Bucket,
    bytes: Bucket,
}

impl Quota {
    /// Takes both or neither; the limit that is in the way.
    pub(crate) fn take(&mut self, entries: u64, bytes: u64, now: u64) -> Result<(), Limit> {
        if !self.entries.holds(entries, now) {
            return Err(Limit::LogEntriesPerDay);
        }
        if !self.bytes.take(bytes, now) {
            return Err(Limit::LogBytesPerDay);
        }
        self.entries.take(entries, now);
        Ok(())
    }
}

/// One log.
pub(crate) struct Log {
    /// The durable entries, folded.
    pub(crate) fold: Fold,
    /// The newest head.
    pub(crate) head: Option<Head>,
    /// Since when it is the newest, by the steady clock.
    pub(crate) head_since: u64,
    /// What is being written now; one group at a time.
    pub(crate) appending: Option<Appending>,
    /// Heads to reach.
    pub(crate) candidates: BTreeMap<(u64, Hash), Candidate>,
    /// Catching up, with the number of the session.
    pub(crate) session: Option<(u64, Session)>,
    /// The newest announcement that came while something else was under way.
    pub(crate) parked: Option<Announced>,
    /// Cosignatures of its heads.
    pub(crate) pool: Pool,
    /// How much it may grow.
    pub(crate) quota: Option<Quota>,
    /// Why it is not followed any more.
    pub(crate) frozen: Option<String>,
    damaged: bool,
    /// Why its newest head is not followed.
    pub(crate) refused: Option<String>,
    /// Largest size that was offered, its signature verified.
    pub(crate) offered: u64,
    /// When a verified head of it was last heard, in Unix milliseconds.
    pub(crate) last_heard: u64,
}

impl Log {
    /// A log of which nothing is held.
    pub(crate) fn new(origin: &Origin) -> Log {
        Log {
            fold: Fold::new(origin.clone()),
            head: None,
            head_since: 0,
            appending: None,
            candidates: BTreeMap::new(),
            session: None,
            parked: None,
            pool: Pool::default(),
            quota: None,
            frozen: None,
            damaged: false,
            refused: None,
            offered: 0,
            last_heard: 0,
        }
    }

    /// A log of which the store holds something that does not read: nothing is added to it.
    pub(crate) fn damaged(origin: &Origin) -> Log {
        let why = "its files are damaged here: see `liaison node doctor`".to_owned();
        Log {
            frozen: Some(why),
            damaged: true,
            ..Log::new(origin)
        }
    }

    /// A log as the store holds it.
    ///
    /// # Errors
    /// When the store cannot be read, or its entries do not lead to its root.
    pub(crate) fn open(
        origin: &Origin,
        world: &World,
        snapshot: Option<&[u8]>,
        store: &dyn LogStore,
    ) -> Result<Log, StoreError> {
        let mut log = Log::new(origin);
        let Some(head) = store.head(origin) else {
            return Ok(log);
        };
        let snapshot = snapshot.and_then(|bytes| serde_json::from_slice::<Fold>(bytes).ok());
        let usable = |fold: &Fold| fold.prefix().origin() == origin && fold.size() <= head.size;
        if let Some(fold) = snapshot.filter(usable) {
            log.fold = fold;
        }
        // The checkpoint may be of a smaller size: its form is that of the log as it was then.
        let read = wire::read_checkpoint(&head.checkpoint).map(|(checkpoint, _)| wire::bare(&checkpoint));
        let signed = read.as_ref().map_or(0, |checkpoint| checkpoint.checkpoint.size);
        if (log.fold.size()..=head.size).contains(&signed) {
            log.fold.extend(world, store, signed)?;
        }
        let form = read.and_then(|checkpoint| log.fold.prefix().head(checkpoint).ok());
        log.fold.extend(world, store, head.size)?;
        if log.fold.root() != head.root {
            let path = format!("the log {origin}");
            let what = "its entries do not lead to its root".to_owned();
            return Err(StoreError::Damaged {
                path,
                offset: head.size,
                what,
            });
        }
        if let Some(form) = form {
            log.pool.hold(form.position().size, form.checkpoint().clone());
            log.head = Some(Head::new(form));
        }
        log.offered = head.size;
        Ok(log)
    }

    /// Takes over what was heard of the log while it was damaged.
    pub(crate) fn take_over(&mut self, damaged: &mut Log) {
        self.pool = std::mem::take(&mut damaged.pool);
        if let Some(head) = self.signed().cloned() {
            self.pool.hold(head.checkpoint.size, head);
        }
        self.candidates = std::mem::take(&mut damaged.candidates);
        self.offered = self.offered.max(damaged.offered);
        self.last_heard = damaged.last_heard;
    }

    /// Whether it is left alone because something of it was damaged at the start.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Whether there may be a next step without anything from outside.
    pub(crate) fn has_next(&self) -> bool {
        self.session.is_some() || self.parked.is_some() || !self.candidates.is_empty()
    }

    /// Whether it is followed, and nothing of it is being fetched or written.
    pub(crate) fn is_idle(&self) -> bool {
        self.frozen.is_none() && self.session.is_none() && self.appending.is_none()
    }

    /// The newest durable head that was accepted.
    pub(crate) fn signed(&self) -> Option<&SignedCheckpoint> {
        self.head.as_ref().map(|head| head.form.checkpoint())
    }

    /// A snapshot for [`Log::open`].
    pub(crate) fn snapshot(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(&self.fold).ok()
    }

    /// Its quota, made at first use.
    pub(crate) fn quota(&mut self, limits: &Limits, now: u64) -> &mut Quota {
        self.quota.get_or_insert_with(|| Quota {
            entries: Bucket::new(limits.log_entries_per_day, DAY, now),
            bytes: Bucket::new(limits.log_bytes_per_day, DAY, now),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_grants_entries_and_bytes_together_or_neither() {
        let mut quota = Quota {
            entries: Bucket::new(10, DAY, 0),
            bytes: Bucket::new(100, DAY, 0),
        };
        assert_eq!(quota.take(5, 100, 0), Ok(()));
        assert_eq!(quota.take(5, 1, 0), Err(Limit::LogBytesPerDay));
        assert_eq!(
            quota.take(5, 0, 0),
            Ok(()),
            "what was refused took none of the entries"
        );
        assert_eq!(quota.take(1, 0, 0), Err(Limit::LogEntriesPerDay));
    }
}
