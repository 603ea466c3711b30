//! Quorums: when a head is witnessed, by whom and when (specification, section 7).

use crate::hash::Hash;
use crate::origin::{Code, Origin};
use crate::statement::Role;
use crate::tlog::{Cosignature, SignedCheckpoint};
use crate::world::World;

/// Witnesses needed of `w`: ⌈2w/3⌉.
pub fn needed(w: usize) -> usize {
    (2 * w).div_ceil(3)
}

/// One witness's valid cosignature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Cosigned {
    /// The witness.
    pub authority: Code,
    /// When it cosigned: Unix time in seconds.
    pub time: u64,
}

/// The valid cosignatures of a head against what it needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Quorum {
    /// Witnesses that may cosign.
    pub witnesses: usize,
    /// Cosignatures needed.
    pub needed: usize,
    /// The valid ones, by authority.
    pub cosigned: Vec<Cosigned>,
}

impl Quorum {
    /// Whether enough witnesses cosigned.
    pub fn is_reached(&self) -> bool {
        self.cosigned.len() >= self.needed
    }

    /// The head's time: the lower median of its cosignatures' times; none without any.
    pub fn time(&self) -> Option<u64> {
        let mut times: Vec<u64> = self.cosigned.iter().map(|c| c.time).collect();
        times.sort_unstable();
        times.get(times.len().checked_sub(1)? / 2).copied()
    }
}

/// Counts the cosignatures of a head: authorities, not keys, each once. `named` are the charter versions that the log names in the
/// entries that the head covers; the newest of them says who the witnesses are.
pub fn count<'h>(
    world: &World,
    origin: &Origin,
    head: &SignedCheckpoint,
    named: impl IntoIterator<Item = &'h Hash>,
) -> Quorum {
    let Some(charter) = world.chain().newest_named(named) else {
        // A log that names no version in force cannot be witnessed.
        return Quorum {
            witnesses: 0,
            needed: usize::MAX,
            cosigned: Vec::new(),
        };
    };
    let witnesses: Vec<&Code> = charter.witnesses_for(&origin.authority()).collect();
    let valid = |code: &&Code| valid_cosignature(world, origin, head, code);
    Quorum {
        witnesses: witnesses.len(),
        needed: needed(witnesses.len()),
        cosigned: witnesses.iter().filter_map(valid).collect(),
    }
}

fn valid_cosignature(
    world: &World,
    origin: &Origin,
    head: &SignedCheckpoint,
    code: &Code,
) -> Option<Cosigned> {
    let name = origin.with_authority(code).cosigner_name();
    let lines = head.note.signatures.iter().filter(|line| line.name == name);
    let times = lines.filter_map(|line| {
        let cosignature = Cosignature::from_note_signature(line).ok()?;
        let at = cosignature.time.checked_mul(1000)?;
        let live = world
            .statements()
            .live_key(world.chain(), code, Role::Cosigner, at)?;
        cosignature.verify(&head.note.text, live).ok()
    });
    times.min().map(|time| Cosigned {
        authority: code.clone(),
        time,
    })
}
