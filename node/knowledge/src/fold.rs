//! The driver of the fold: stretch by stretch, in log order, resumable.

use std::collections::{BTreeMap, BTreeSet};

use liaison_federation::store::{Index, IndexWrite, LogStore, StoreError, Table};
use liaison_protocol::effect::{self, ReadLeaf, State, StepError, Verdict};
use liaison_protocol::entry::{Entry, Leaf};
use liaison_protocol::statement::{Content as Says, Rules};
use liaison_protocol::{Code, Hash, KeyId, Origin, World};
use serde::{Deserialize, Serialize};

use crate::coding::put;
use crate::keys::{self, BLOCK};
use crate::newest::Newest;
use crate::views::{self, StoredEffect};
use crate::{ahead, block, coding};

/// Entries folded by one call.
const STRETCH: u64 = 1024;
/// Bytes of leaves read at once.
const STRETCH_BYTES: usize = 4 << 20;

/// Why a log could not be folded.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The store or the index failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log names a level that this release lacks.
    #[error(transparent)]
    Step(#[from] StepError),
}

/// How many entries of a log came to what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Statements and namings that hold.
    pub holds: u64,
    /// Updates with effect.
    pub updates: u64,
    /// Entries without effect, by reason.
    pub void: BTreeMap<String, u64>,
    /// Redacted entries.
    pub redacted: u64,
}

/// How far a log is folded, and to what.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cursor {
    state: State,
    digest: Hash,
    fingerprint: Hash,
    counts: Counts,
    context: Vec<u64>,
}

/// An entry that was folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// The entry.
    pub index: u64,
    /// Its effect.
    pub effect: StoredEffect,
}

/// What is to be written into the index together with the effects of some entries: it is there when they are,
/// and not without them. Asked for each part of what one call folds.
pub type Beside<'a> = &'a mut dyn FnMut(&dyn Index, &[Folded]) -> Result<Vec<IndexWrite>, StoreError>;

/// The folded logs.
#[derive(Debug, Default)]
pub struct Knowledge {
    logs: BTreeMap<Origin, Cursor>,
    // What the effects of an authority's logs rest on, until the world changes; and the charter
    // version that was the newest then, for a rival can take its force without anything new in force.
    fingerprints: BTreeMap<Code, Hash>,
    shared: Option<Vec<u8>>,
    newest: Hash,
    // Authorities of whose logs the index says what cannot be: all of them are folded from their start.
    distrusted: BTreeSet<Code>,
    refolds: BTreeMap<Origin, u64>,
}

impl Knowledge {
    /// Takes up the fold where the index says that it stood. A cursor beyond its log, as after a loss of the log's
    /// tail, is not believed, nor are verdicts that do not come to the digest beside them: they are folded again.
    pub fn open(index: &dyn Index, store: &dyn LogStore) -> Result<Knowledge, StoreError> {
        let mut knowledge = Knowledge::default();
        for origin in store.logs() {
            let stored = index.get(Table::Cursors, &keys::cursor(&origin))?;
            let cursor: Option<Cursor> = stored.and_then(|bytes| coding::decode(&bytes));
            let held = store.head(&origin).map_or(0, |head| head.size);
            let said = cursor.as_ref().map_or((0, Hash::default()), Cursor::end);
            if said.0 > held || stored_digest(index, &origin)? != said {
                knowledge.distrusted.insert(origin.authority());
            }
            knowledge.logs.extend(cursor.map(|cursor| (origin, cursor)));
        }
        let distrusted = &knowledge.distrusted;
        knowledge
            .logs
            .retain(|origin, _| !distrusted.contains(&origin.authority()));
        Ok(knowledge)
    }

    /// Charter versions or statements changed: what is folded next looks at them anew.
    pub fn world_changed(&mut self) {
        self.fingerprints.clear();
        self.shared = None;
    }

    /// Folds the next stretch of what a log has and is not folded yet, nothing when nothing is left; from the
    /// start again when the charter versions or statements that it rests on have changed, of which
    /// [`Knowledge::world_changed`] tells.
    pub fn fold(
        &mut self,
        index: &mut dyn Index,
        store: &dyn LogStore,
        world: &World,
        origin: &Origin,
        beside: Beside<'_>,
    ) -> Result<Vec<Folded>, FoldError> {
        let newest = world.chain().newest().hash();
        if std::mem::replace(&mut self.newest, newest) != newest {
            self.world_changed();
        }
        let shared = self.shared.get_or_insert_with(|| shared_by_all(world));
        let code = origin.authority();
        let fingerprint = *self
            .fingerprints
            .entry(code)
            .or_insert_with_key(|code| fingerprint(world, code, shared));
        let is_other = |cursor: &Cursor| cursor.fingerprint != fingerprint;
        if self.distrusted.contains(&origin.authority()) || self.logs.get(origin).is_some_and(is_other) {
            self.forget(index, store, &origin.authority())?;
        }
        let known = self.logs.get(origin).cloned();
        let mut cursor = known.unwrap_or_else(|| Cursor::start(origin, fingerprint));
        let result = fold_stretch(&mut cursor, index, store, world, beside);
        self.logs.insert(origin.clone(), cursor);
        result
    }

    // Drops what was folded from an authority's logs, of all epochs: records go on from one to the next.
    fn forget(&mut self, index: &mut dyn Index, store: &dyn LogStore, code: &Code) -> Result<(), StoreError> {
        let authority = keys::authority(code);
        remove(index, Table::Records, &authority)?;
        remove(index, Table::History, &authority)?;
        remove(index, Table::Voids, &authority)?;
        for origin in store
            .logs()
            .into_iter()
            .filter(|origin| origin.authority() == *code)
        {
            remove(index, Table::Effects, &origin.hash().0)?;
            index.apply(&[IndexWrite::Delete {
                table: Table::Cursors,
                key: keys::cursor(&origin),
            }])?;
            self.logs.remove(&origin);
            *self.refolds.entry(origin).or_default() += 1;
        }
        self.distrusted.remove(code);
        Ok(())
    }

    /// How often a log has been folded from its start again since this process began.
    pub fn refolds(&self, origin: &Origin) -> u64 {
        self.refolds.get(origin).copied().unwrap_or_default()
    }

    /// What a leaf would do if it were the next of its log, after those tried before it.
    pub fn preview<'a>(&'a self, index: &'a dyn Index, origin: &Origin) -> Preview<'a> {
        let state = self
            .logs
            .get(origin)
            .map_or_else(|| State::new(origin.clone()), |cursor| cursor.state.clone());
        Preview {
            state,
            records: Newest::new(index, origin.clone()),
        }
    }

    /// SHA-256 chained over index, verdict and reason of every entry folded, in order.
    pub fn digest(&self, origin: &Origin) -> Hash {
        self.logs
            .get(origin)
            .map_or(Hash::default(), |cursor| cursor.digest)
    }

    /// What the effects of the entries folded so far rest on: while it stays, so do they.
    pub fn fingerprint(&self, origin: &Origin) -> Hash {
        self.logs
            .get(origin)
            .map_or(Hash::default(), |cursor| cursor.fingerprint)
    }

    /// Entries folded so far.
    pub fn size(&self, origin: &Origin) -> u64 {
        self.logs.get(origin).map_or(0, |cursor| cursor.state.size())
    }

    /// What the entries of a log came to.
    pub fn counts(&self, origin: &Origin) -> Counts {
        self.logs
            .get(origin)
            .map(|cursor| cursor.counts.clone())
            .unwrap_or_default()
    }

    /// The entries of a log that hold statements and namings with effect: what proofs rest on.
    pub fn context(&self, origin: &Origin) -> &[u64] {
        self.logs
            .get(origin)
            .map(|cursor| &cursor.context[..])
            .unwrap_or_default()
    }

    /// The entry that carries an administrator's mandate in a log.
    pub fn mandate_index(&self, origin: &Origin, key: &KeyId) -> Option<u64> {
        self.logs.get(origin)?.state.mandate_index(key)
    }
}

/// Tries leaves without keeping anything.
pub struct Preview<'a> {
    state: State,
    records: Newest<'a>,
}

impl Preview<'_> {
    /// The rules for the next leaf.
    pub fn rules(&self) -> Rules {
        self.state.rules()
    }

    /// The same where no rule asks for more than one administrator.
    #[must_use]
    pub fn without_rules(self) -> Self {
        Preview {
            state: self.state.without_rules(),
            records: self.records,
        }
    }

    /// The verdict on the next leaf; an update with effect is kept for the leaves after it.
    pub fn step(&mut self, world: &World, leaf: &[u8]) -> Result<Verdict, FoldError> {
        let mut state = self.state.clone();
        let index = state.size();
        let leaf = ReadLeaf::new(Leaf::Bytes(leaf));
        let verdict = effect::step_read(&mut state, world, &self.records, &leaf)?;
        self.records.check()?;
        if verdict.void().is_none() {
            self.state = state;
            if let Some(entry) = leaf.entry() {
                self.records.keep(index, &verdict, entry);
            }
        }
        Ok(verdict)
    }
}

// Folds the next entries of a log a part at a time, each written whole with the cursor behind it. What was
// written before an error stands: the error comes back with the next call.
fn fold_stretch(
    cursor: &mut Cursor,
    index: &mut dyn Index,
    store: &dyn LogStore,
    world: &World,
    beside: Beside<'_>,
) -> Result<Vec<Folded>, FoldError> {
    let before = cursor.state.clone();
    let origin = before.origin();
    let bytes = store.entries(origin, before.size(), STRETCH, STRETCH_BYTES)?;
    let leaves = (before.size()..).zip(&bytes).map(|(entry, bytes)| {
        Ok(match bytes.is_empty() {
            true => Leaf::Redacted(store.node(origin, 0, entry)?.unwrap_or_default()),
            false => Leaf::Bytes(bytes),
        })
    });
    let leaves: Vec<Leaf<'_>> = leaves.collect::<Result<_, StoreError>>()?;
    let mut folded = Vec::new();
    let result = ahead::read(&before, world, &leaves, |part| {
        let mut next = cursor.clone();
        let (effects, mut writes) = fold_part(&mut next, index, world, part)?;
        writes.extend(beside(index, &effects)?);
        index.apply(&writes)?;
        *cursor = next;
        folded.extend(effects);
        Ok(())
    });
    match result {
        Err(error) if folded.is_empty() => Err(error),
        _ => Ok(folded),
    }
}

fn fold_part(
    cursor: &mut Cursor,
    index: &dyn Index,
    world: &World,
    leaves: &[ReadLeaf],
) -> Result<(Vec<Folded>, Vec<IndexWrite>), FoldError> {
    let origin = cursor.state.origin().clone();
    let mut records = Newest::new(index, origin.clone());
    let mut folded = Vec::new();
    let mut writes = Vec::new();
    for leaf in leaves {
        let entry = cursor.state.size();
        let verdict = effect::step_read(&mut cursor.state, world, &records, leaf)?;
        if let Some(whole) = leaf.entry() {
            writes.extend(records.keep(entry, &verdict, whole));
        }
        cursor.digest = Hash::of_parts(&[&cursor.digest.0, verdict.digest_line(entry).as_bytes()]);
        cursor.counts.add(&verdict);
        if verdict == Verdict::Holds {
            cursor.context.push(entry);
        }
        let effect = StoredEffect::new(&verdict, leaf.entry().and_then(Entry::update));
        folded.push(Folded { index: entry, effect });
    }
    records.check()?;
    writes.extend(blocks(index, &origin, &folded)?);
    writes.push(put(Table::Cursors, keys::cursor(&origin), cursor));
    Ok((folded, writes))
}

// The effects of entries that follow one another, added to the blocks that they belong to.
fn blocks(index: &dyn Index, origin: &Origin, folded: &[Folded]) -> Result<Vec<IndexWrite>, StoreError> {
    let mut writes = Vec::new();
    for entries in folded.chunk_by(|one, next| one.index / BLOCK == next.index / BLOCK) {
        let first = entries.first().map_or(0, |entry| entry.index);
        let before = match first % BLOCK {
            0 => Vec::new(),
            _ => views::block_of(index, origin, first)?.map_or_else(Vec::new, |bytes| block::all(&bytes)),
        };
        let before = before.iter().filter(|entry| entry.index < first);
        let effects: Vec<&Folded> = before.chain(entries).collect();
        writes.push(block::write(keys::block(origin, first), &effects));
    }
    Ok(writes)
}

// Removes all keys of a table that begin like this.
fn remove(index: &mut dyn Index, table: Table, prefix: &[u8]) -> Result<(), StoreError> {
    loop {
        let page = index.scan(table, prefix, None, 4096)?;
        if page.is_empty() {
            return Ok(());
        }
        let keys = page.into_iter().map(|(key, _)| IndexWrite::Delete { table, key });
        index.apply(&keys.collect::<Vec<_>>())?;
    }
}

// How many verdicts of a log stand in the index one after the other, and the digest that they come to.
fn stored_digest(index: &dyn Index, origin: &Origin) -> Result<(u64, Hash), StoreError> {
    let (mut size, mut digest) = (0, Hash::default());
    let mut after = None;
    loop {
        let page = index.scan(Table::Effects, &origin.hash().0, after.as_deref(), 256)?;
        let Some((last, _)) = page.last() else {
            return Ok((size, digest));
        };
        after = Some(last.clone());
        for folded in page.iter().flat_map(|(_, bytes)| block::all(bytes)) {
            digest = Hash::of_parts(&[&digest.0, folded.effect.digest_line(folded.index).as_bytes()]);
            size += 1;
        }
    }
}

// What the effects of an authority's logs rest on, beside the logs: its statements, and what all rest on.
fn fingerprint(world: &World, code: &Code, shared: &[u8]) -> Hash {
    Hash::of_parts(&[&world.statements().digest(code).0, shared])
}

// What the effects of all logs rest on: the versions in force, and the keys that claim two roles.
fn shared_by_all(world: &World) -> Vec<u8> {
    let mut parts: Vec<[u8; 32]> = world.chain().in_force().iter().map(|c| c.hash().0).collect();
    let mut roles: BTreeMap<KeyId, BTreeSet<_>> = BTreeMap::new();
    for statement in world
        .statements()
        .authorities()
        .flat_map(|code| world.statements().of(code))
    {
        if let Says::Mandate(mandate) = &statement.content {
            roles
                .entry(mandate.key.id())
                .or_default()
                .insert((statement.authority.clone(), mandate.role));
        }
    }
    parts.extend(
        roles
            .into_iter()
            .filter(|(_, roles)| roles.len() > 1)
            .map(|(key, _)| key.0.0),
    );
    parts.concat()
}

impl Cursor {
    fn start(origin: &Origin, fingerprint: Hash) -> Cursor {
        Cursor {
            state: State::new(origin.clone()),
            digest: Hash::default(),
            fingerprint,
            counts: Counts::default(),
            context: Vec::new(),
        }
    }

    // Size and digest.
    fn end(&self) -> (u64, Hash) {
        (self.state.size(), self.digest)
    }
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Holds => self.holds += 1,
            Verdict::Updates(_) => self.updates += 1,
            Verdict::Redacted => self.redacted += 1,
            Verdict::Void(void) => *self.void.entry(void.code().to_owned()).or_default() += 1,
        }
    }

    /// All entries counted.
    pub fn total(&self) -> u64 {
        self.holds + self.updates + self.redacted + self.void.values().sum::<u64>()
    }
}
