//! Which heads that others show bind a log that starts, and which only may (specification, section 10).

use std::collections::BTreeMap;

use liaison_federation::api::GuardAnswer;
use liaison_protocol::statement::LogEnd;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Hash, Position, PublicKey};

use super::Known;

/// What others show of the own log, and what its root said of it.
pub(super) struct Heads {
    /// Heads that are to be reached, and that stop the log where they are of another tree.
    pub(super) binding: Vec<Position>,
    /// Heads of another tree or of more entries that would bind if a quorum had cosigned them, of which none is known.
    pub(super) doubtful: Vec<Position>,
    // Where the root ended keys of the log.
    ends: Vec<(u64, Hash)>,
}

impl Heads {
    /// Sorts heads by what they mean: of this log, and by any key that the root ever mandated for it, for what an earlier
    /// key signed binds a new one. What a key signed above its end binds only when a quorum cosigned it; so does another
    /// tree than this one's up to the end, for the root has said with it which tree is the log's, and whoever stole the
    /// key may go on signing. Most answers show the same, and one signature is enough for a position.
    pub(super) fn sort<'a>(notes: impl Iterator<Item = &'a SignedCheckpoint>, known: &Known<'_>) -> Heads {
        let keys = log_keys(known);
        let mut sorted: BTreeMap<(u64, Hash), (Position, bool)> = BTreeMap::new();
        for note in notes {
            let Ok(position) = note.checkpoint.position() else {
                continue;
            };
            let at = (position.size, position.root);
            let binds = sorted.get(&at).is_some_and(|(_, binds)| *binds);
            if binds || position.origin != known.own.origin {
                continue;
            }
            let by = |key: &PublicKey| note.verify_log(key).is_ok();
            let mut ends = keys
                .iter()
                .filter(|(key, _)| by(key))
                .map(|(_, end)| end.as_ref());
            let binds = |end: Option<&LogEnd>| end.is_none_or(|end| known.is_within(&position, end));
            let Some(first) = ends.next() else {
                continue;
            };
            let binds = binds(first) || ends.any(binds) || (known.has_quorum)(&position);
            sorted.insert(at, (position, binds));
        }
        let (binding, others): (Vec<_>, Vec<_>) = sorted.into_values().partition(|(_, binds)| *binds);
        let others = others.into_iter().map(|(position, _)| position);
        let ends = keys.into_iter().filter_map(|(_, end)| end);
        Heads {
            binding: binding.into_iter().map(|(position, _)| position).collect(),
            doubtful: others
                .filter(|head| !known.holds(head.size, &head.root))
                .collect(),
            ends: ends.filter_map(|end| Some((end.size, end.root?))).collect(),
        }
    }

    /// Adds what witnesses say that they cosigned last, as they may show a larger head alone. They say it without proof: it
    /// binds nobody, and can only be waited for.
    pub(super) fn doubt(&mut self, cosigned: impl Iterator<Item = (u64, Hash)>, known: &Known<'_>) {
        let lacking = cosigned.filter(|(size, root)| !known.holds(*size, root));
        let position = |(size, root)| Position {
            origin: known.own.origin.clone(),
            size,
            root,
        };
        self.doubtful.extend(lacking.map(position));
    }

    /// Up to where the own log is to be fetched back: the largest head that binds, and each tree at which the root ended a
    /// key, whether anybody shows a head of it or not.
    pub(super) fn to_reach(&self, known: &Known<'_>) -> Option<u64> {
        let heads = self.binding.iter().map(|head| head.size);
        let heads = heads.filter(|size| *size > known.own.size);
        let ends = self.ends.iter().filter(|(size, root)| !known.holds(*size, root));
        heads.chain(ends.map(|(size, _)| *size)).max()
    }
}

impl Known<'_> {
    /// Whether a head is known to be of another tree than the own log.
    pub(super) fn differs(&self, head: &Position) -> bool {
        let other = |root: Hash| root != head.root;
        (self.root_at)(head.size).is_some_and(other) || (self.contradicts)(head)
    }

    // Whether the first entries of the own log have this root.
    fn holds(&self, size: u64, root: &Hash) -> bool {
        size == 0 || (self.root_at)(size).as_ref() == Some(root)
    }

    // Whether a key may have signed a head before its end, in the tree that the end names.
    fn is_within(&self, head: &Position, end: &LogEnd) -> bool {
        head.size <= end.size && !(end.root.is_some() && self.differs(head))
    }

    /// Whether somebody who answered may have cosigned a head that is not held here: the last that it says it cosigned is
    /// that one, or is larger and not of the own tree.
    pub(super) fn may_have_cosigned(&self, answer: &GuardAnswer, head: &Position) -> bool {
        let Some((size, root)) = answer.cosigned else {
            return false;
        };
        if size <= head.size {
            return (size, root) == (head.size, head.root);
        }
        !self.holds(size, &root)
    }
}

// Every key that the root ever mandated for this log and the one that it has now, each with its end.
fn log_keys(known: &Known<'_>) -> Vec<(PublicKey, Option<LogEnd>)> {
    let (statements, origin) = (known.world.statements(), &known.own.origin);
    let mandated = statements.log_keys(origin).map(|(_, key)| key);
    let ended = |key: &PublicKey| {
        let end = statements.log_end(known.world.chain(), origin, key.id());
        (key.clone(), end)
    };
    mandated.chain([known.log_key]).map(ended).collect()
}
