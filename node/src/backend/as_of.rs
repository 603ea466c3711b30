//! Which checkpoint of a log is meant by a time, or by nothing.

use std::collections::BTreeMap;

use liaison_api::model::{AsOf, Checkpoint, Problem, ProblemType};
use liaison_protocol::entry::Entry;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_protocol::{Code, Origin};

use super::failed;
use crate::engine::{Engine, root_at, time_of_head};

/// The checkpoint of each authority's log at this point; authorities that had none by then are left out.
pub(super) fn all(engine: &Engine, as_of: &AsOf) -> Result<BTreeMap<Code, Checkpoint>, Problem> {
    match as_of {
        AsOf::Time(seconds) => {
            let codes = engine.world().chain().newest().authorities.keys();
            let found = codes.filter_map(|code| match at_time(engine, code, *seconds) {
                Ok(found) => found.map(|checkpoint| Ok((code.clone(), checkpoint))),
                Err(problem) => Some(Err(problem)),
            });
            found.collect()
        }
        AsOf::Checkpoints(marks) => {
            let named = marks.iter().map(|(origin, size)| {
                let checkpoint = at_size(engine, origin, *size)?;
                Ok((origin.authority(), checkpoint))
            });
            named.collect()
        }
    }
}

/// The checkpoint of one authority's log at this point.
pub(super) fn one(engine: &Engine, as_of: &AsOf, code: &Code) -> Result<Checkpoint, Problem> {
    let found = match as_of {
        AsOf::Time(seconds) => at_time(engine, code, *seconds)?,
        AsOf::Checkpoints(marks) => {
            let mark = marks.iter().find(|(origin, _)| origin.authority() == *code);
            mark.map(|(origin, size)| at_size(engine, origin, *size))
                .transpose()?
        }
    };
    found.ok_or_else(|| {
        let nothing = |why: &str| format!("nothing of {code} stood as of {as_of}: {why}");
        match as_of {
            AsOf::Checkpoints(_) => Problem::not_found(nothing("no checkpoint of its log is named")),
            AsOf::Time(seconds) if begins_after(engine, code, *seconds) => {
                Problem::not_found(nothing("its log began later"))
            }
            // Heads are kept from when this node first heard of them.
            AsOf::Time(_) => Problem::new(
                ProblemType::Undecided,
                format!("no head of {code}'s log that is kept here was cosigned by a quorum by {as_of}"),
            ),
        }
    })
}

// Whether the first entry of an authority's first log says itself that it is of a later time.
fn begins_after(engine: &Engine, code: &Code, seconds: u64) -> bool {
    let first = engine
        .world()
        .chain()
        .origin(code)
        .map(|origin| origin.with_epoch(1));
    let leaf = first.and_then(|origin| engine.store().entries(&origin, 0, 1, usize::MAX).ok()?.pop());
    let entry = leaf.and_then(|leaf| Entry::from_bytes(&leaf).ok());
    entry.is_some_and(|entry| entry.sequenced_at / 1000 > seconds)
}

/// The newest head of an authority's log that a quorum has cosigned and whose entries are all folded; where nobody
/// has to cosign, all that is folded.
pub(super) fn newest(engine: &Engine, code: &Code) -> Result<Option<Checkpoint>, Problem> {
    for origin in epochs(engine, code) {
        let folded = engine.knowledge().size(&origin);
        let head = engine
            .store()
            .quorum_head_before(&origin, folded)
            .map_err(failed)?;
        if let Some(size) = head.as_deref().and_then(size_of) {
            return at_size(engine, &origin, size).map(Some);
        }
        let nobody = engine
            .world()
            .chain()
            .newest()
            .witnesses_for(code)
            .next()
            .is_none();
        if nobody && folded > 0 {
            return at_size(engine, &origin, folded).map(Some);
        }
    }
    Ok(None)
}

/// The checkpoint of a log at a size, which must be held and folded.
pub(super) fn at_size(engine: &Engine, origin: &Origin, size: u64) -> Result<Checkpoint, Problem> {
    let undecided = |what: String| Err(Problem::new(ProblemType::Undecided, what));
    let Some(held) = engine.store().head(origin) else {
        return undecided(format!("no log {origin} is held here"));
    };
    if held.size < size {
        return undecided(format!(
            "{origin} is held here up to {} entries and not up to {size}; try again when it has caught up",
            held.size
        ));
    }
    let folded = engine.knowledge().size(origin);
    if folded < size {
        return undecided(format!(
            "the effects of {origin} are computed up to {folded} entries and not up to {size} yet; try again"
        ));
    }
    match root_at(engine.store(), origin, size) {
        Some(root) => Ok(Checkpoint {
            origin: origin.clone(),
            size,
            root,
        }),
        None => undecided(format!("the tree of {origin} does not read up to {size} entries")),
    }
}

// Heads that are larger are later, but for clocks that differ: of those, any that fits will do, for what replays is the
// checkpoint that is told and never the time.
fn at_time(engine: &Engine, code: &Code, seconds: u64) -> Result<Option<Checkpoint>, Problem> {
    for origin in epochs(engine, code) {
        let newest = engine.store().newest_quorum_head(&origin).map_err(failed)?;
        let (mut low, mut high) = (0, newest.as_deref().and_then(size_of).unwrap_or(0));
        let mut best = None;
        while low <= high {
            let middle = low + (high - low) / 2;
            let head = engine
                .store()
                .quorum_head_before(&origin, middle)
                .map_err(failed)?;
            match head
                .as_deref()
                .and_then(|note| Some((size_of(note)?, time_of_head(note))))
            {
                Some((size, time)) if time.is_none_or(|time| time > seconds) => {
                    let Some(below) = size.checked_sub(1) else { break };
                    high = below;
                }
                found => {
                    best = found.map(|(size, _)| size).or(best);
                    low = middle + 1;
                }
            }
        }
        if let Some(size) = best {
            return at_size(engine, &origin, size).map(Some);
        }
    }
    Ok(None)
}

// The logs of an authority, the newest epoch first.
fn epochs(engine: &Engine, code: &Code) -> impl Iterator<Item = Origin> + use<> {
    let live = engine.world().chain().origin(code).into_iter();
    live.flat_map(|origin| {
        (1..=origin.epoch())
            .rev()
            .map(move |epoch| origin.with_epoch(epoch))
    })
}

fn size_of(note: &[u8]) -> Option<u64> {
    Some(SignedCheckpoint::parse(note).ok()?.checkpoint.size)
}
