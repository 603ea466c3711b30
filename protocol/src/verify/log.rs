//! What the leaves of a bundle say of the log: mandates, rules, namings and the entry itself.

use super::fault::{broken, fault};
use super::report::{Broken, Link};
use super::{Bundle, ProvenLeaf};
use crate::charter::Standing;
use crate::dsse::Signed;
use crate::effect::{self, PayloadRef, RecordState, Records, State, Status, Verdict};
use crate::entry::{Content, Entry};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::origin::{Origin, Position};
use crate::statement::{Role, Statement};
use crate::tlog::{SignedCheckpoint, leaf_hash};
use crate::update::{Action, Audience, Change, RecordName};
use crate::world::World;

/// What the proven leaves of the log say.
pub(super) struct Log {
    /// The entry that is proven.
    pub(super) entry: Entry,
    /// Its effect.
    pub(super) verdict: Verdict,
    /// The state of the log just after it.
    pub(super) state: State,
    statements: Vec<(u64, Signed<Statement>)>,
    namings: Vec<(u64, Hash)>,
    newest_time: u64,
}

impl Log {
    /// Folds the leaves. Those above the entry say who may sign the head; they change nothing of it.
    pub(super) fn fold(bundle: &Bundle, world: &World, head: &Position) -> Result<Log, Broken> {
        let entry = Entry::from_bytes(&bundle.entry.leaf).map_err(broken(Link::Entry))?;
        let claimed = Claimed::of(&entry, head);
        let mut fold = Fold {
            world,
            claimed: &claimed,
            state: State::new(head.origin.clone()),
            statements: Vec::new(),
            namings: Vec::new(),
        };
        let (below, above): (Vec<&ProvenLeaf>, Vec<&ProvenLeaf>) = bundle
            .context
            .iter()
            .partition(|leaf| leaf.index < bundle.entry.index);
        for leaf in below {
            fold.context(leaf)?;
        }
        let index = bundle.entry.index;
        let verdict = fold.take(index, &entry, leaf_hash(&bundle.entry.leaf), Link::Entry)?;
        let state = fold.state.clone();
        for leaf in above {
            fold.context(leaf)?;
        }
        Ok(Log {
            entry,
            verdict,
            state,
            newest_time: fold.state.sequenced_at(),
            statements: fold.statements,
            namings: fold.namings,
        })
    }

    /// The charter versions named in the first `size` entries, as far as they are shown.
    pub(super) fn named(&self, size: u64) -> impl Iterator<Item = &Hash> {
        let covered = self.namings.iter().filter(move |(index, _)| *index < size);
        covered.map(|(_, hash)| hash)
    }

    /// The statement at an index.
    pub(super) fn statement(&self, index: u64) -> Option<&Signed<Statement>> {
        let found = self.statements.iter().find(|(at, _)| *at == index);
        found.map(|(_, statement)| statement)
    }

    /// Verifies a checkpoint's signature by the log key that the leaves below its size show. Where no
    /// witness is needed, a revoked key counts up to its end only: no quorum speaks for its heads.
    pub(super) fn check_signature(
        &self,
        world: &World,
        checkpoint: &SignedCheckpoint,
        head: &Position,
        link: Link,
    ) -> Result<PublicKey, Broken> {
        let shown = self.statements.iter();
        let mandates = shown.filter_map(|(index, statement)| Some((*index, statement.mandate(Role::Log)?)));
        if mandates.clone().next().is_none_or(|(index, _)| index != 0) {
            let missing = "entry 0, the first mandate of the log key, is missing";
            return Err(fault(Link::Mandates, missing));
        }
        let mut covered = mandates.filter(|(index, _)| *index < head.size);
        let (_, mandate) = covered
            .next_back()
            .ok_or_else(|| fault(link, "no mandate of a log key is shown below it"))?;
        checkpoint.verify_log(&mandate.key).map_err(broken(link))?;
        let charter = world.chain().newest_named(self.named(head.size));
        let authority = head.origin.authority();
        let unwitnessed = charter.is_none_or(|c| c.witnesses_for(&authority).next().is_none());
        let end = world
            .statements()
            .log_end(world.chain(), &head.origin, mandate.key.id());
        if unwitnessed && end.is_some_and(|end| end.size < head.size) {
            return Err(fault(link, "the log key was revoked below the checkpoint's size"));
        }
        Ok(mandate.key.clone())
    }

    /// Checks that the log key's mandate reaches to the newest entry that is shown: by the form of
    /// checkpoints it must reach to the last.
    pub(super) fn check_validity(&self) -> Result<(), Broken> {
        let mut mandates = self.statements.iter().filter_map(|(_, s)| s.mandate(Role::Log));
        match mandates.next_back() {
            Some(mandate) if self.newest_time >= mandate.not_after => Err(fault(
                Link::Mandates,
                "the log key's mandate ends before the newest entry shown",
            )),
            _ => Ok(()),
        }
    }

    /// The standing under which the entry stands. The first entry stands under the version that the
    /// log names after it.
    pub(super) fn standing(&self, world: &World, origin: &Origin, index: u64) -> Result<Standing, Broken> {
        let first = self.namings.first().map(|(_, hash)| hash);
        let named = self.state.named().or(first);
        let named = named.ok_or_else(|| fault(Link::Mandates, "the log names no charter version"))?;
        let rank = world.chain().rank_at(origin, named, index);
        rank.map(|rank| rank.standing)
            .ok_or_else(|| fault(Link::Mandates, "the charter does not list the authority"))
    }
}

struct Fold<'a> {
    world: &'a World,
    claimed: &'a Claimed,
    state: State,
    statements: Vec<(u64, Signed<Statement>)>,
    namings: Vec<(u64, Hash)>,
}

impl Fold<'_> {
    fn context(&mut self, leaf: &ProvenLeaf) -> Result<(), Broken> {
        let entry = Entry::from_bytes(&leaf.leaf).map_err(broken(Link::Mandates))?;
        if matches!(entry.content, Content::Update(_)) {
            return Err(fault(
                Link::Mandates,
                format!("entry {} is an update and proves nothing here", leaf.index),
            ));
        }
        self.take(leaf.index, &entry, leaf_hash(&leaf.leaf), Link::Mandates)
            .map(drop)
    }

    fn take(&mut self, index: u64, entry: &Entry, hash: Hash, link: Link) -> Result<Verdict, Broken> {
        if matches!(entry.content, Content::Update(_)) && self.world.is_redacted(self.state.origin(), index) {
            return Err(fault(link, format!("entry {index} is redacted by order")));
        }
        self.state.skip_to(index);
        let verdict = effect::step_entry(&mut self.state, self.world, self.claimed, entry, hash, false);
        let verdict = verdict.map_err(broken(link))?;
        if let Some(void) = verdict.void() {
            return Err(fault(link, format!("entry {index} has no effect: {void}")));
        }
        match &entry.content {
            Content::Naming(naming) => self.namings.push((index, naming.hash)),
            Content::Statement(statement) => self.statements.push((index, statement.clone())),
            Content::Update(_) => {}
        }
        Ok(verdict)
    }
}

/// Record states as the update itself claims them: a bundle cannot show the rest of the log.
struct Claimed(Vec<(RecordName, RecordState)>);

impl Claimed {
    fn of(entry: &Entry, head: &Position) -> Claimed {
        let Content::Update(update) = &entry.content else {
            return Claimed(Vec::new());
        };
        let claim = |change: &Change| {
            let last = change.previous?;
            let status = match change.action {
                Action::Cancel => Status::Erased {
                    at: entry.sequenced_at,
                    until: u64::MAX,
                    withdrawn: false,
                },
                _ => Status::Current,
            };
            let payload = PayloadRef {
                epoch: head.origin.epoch(),
                index: last.index,
                change: 0,
                digest: Hash::default(),
                size: 0,
            };
            let state = RecordState {
                last,
                status,
                audience: Audience::Red,
                payload,
            };
            Some((change.record.clone(), state))
        };
        Claimed(update.changes.iter().filter_map(claim).collect())
    }
}

impl Records for Claimed {
    fn record(&self, name: &RecordName) -> Option<RecordState> {
        let found = self.0.iter().find(|(claimed, _)| claimed == name);
        found.map(|(_, state)| state.clone())
    }
}
