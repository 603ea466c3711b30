//! The third judgement, *effect*: what an entry changes (specification, section 8).
//!
//! Effect decides only the fold. An entry without effect stays in its log, is replicated and
//! cosigned, and is shown void with its reason. [`step`] is the only place where it is computed: a
//! pure function of the log's prefix, the charter versions in force and the set of statements.

// Why an entry is void is a verdict, and kept; it is no error to hand up quickly.
#![allow(clippy::result_large_err)]

mod read;
mod record;
mod signers;
mod table;
mod update;
mod void;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use read::ReadLeaf;
pub use record::{PayloadRef, RecordState, Records, Status};
pub use table::may_publish;
pub use void::Void;

use crate::charter::FORMAT_LEVEL;
use crate::dsse::Signed;
use crate::entry::{Content, Entry, Leaf, Naming};
use crate::hash::Hash;
use crate::key::KeyId;
use crate::origin::Origin;
use crate::statement::{self, Mandate, Role, Rules, Scope, Statement};
use crate::update::{Previous, RecordName};
use crate::world::World;
use read::Read;

/// What the fold of a log's prefix knows, beside its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    origin: Origin,
    size: u64,
    sequenced_at: u64,
    named: Option<Hash>,
    log_serial: Option<u64>,
    log_keys: BTreeSet<KeyId>,
    administrators: BTreeMap<KeyId, Delegation>,
    rules: Option<(u64, Rules)>,
    /// Redacted entries, those of earlier epochs included: a `previous` may still name them.
    redacted: Vec<Previous>,
}

/// An administrator's mandate, as the log carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Delegation {
    key: crate::PublicKey,
    serial: u64,
    scope: Vec<Scope>,
    not_before: u64,
    not_after: u64,
    index: u64,
}

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A statement or a naming that holds.
    Holds,
    /// An update with effect.
    Updates(Updates),
    /// No effect, and why.
    Void(Void),
    /// Redacted by order: no effect.
    Redacted,
}

/// An update with effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updates {
    /// The administrators who signed.
    pub signers: Vec<KeyId>,
    /// The states of its records from now on, in the order of its changes.
    pub records: Vec<(RecordName, RecordState)>,
    /// Signed by a key that is said to have been compromised by then: disputed, not void.
    pub disputed: bool,
}

/// Why a log cannot be folded further by this release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The log names a level that this release lacks.
    #[error("{origin} names format level {level}; this release folds up to {FORMAT_LEVEL}: upgrade it")]
    Level {
        /// The log.
        origin: Origin,
        /// Level named.
        level: u32,
    },
}

impl State {
    /// The state of an empty log.
    pub fn new(origin: Origin) -> State {
        State {
            origin,
            size: 0,
            sequenced_at: 0,
            named: None,
            log_serial: None,
            log_keys: BTreeSet::new(),
            administrators: BTreeMap::new(),
            rules: None,
            redacted: Vec::new(),
        }
    }

    /// The state of an empty log that continues the epoch before, folded up to where it ended.
    /// Mandates and rules do not go on, record history does.
    pub fn after(origin: Origin, before: &State) -> State {
        State {
            redacted: before.redacted.clone(),
            ..State::new(origin)
        }
    }

    /// Entries folded so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The newest time among the entries folded so far (Unix, milliseconds).
    pub fn sequenced_at(&self) -> u64 {
        self.sequenced_at
    }

    /// The log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The charter version under which the next entry stands.
    pub fn named(&self) -> Option<&Hash> {
        self.named.as_ref()
    }

    /// The key of an administrator whom the log mandated so far.
    pub fn administrator(&self, key: KeyId) -> Option<&crate::PublicKey> {
        self.administrators.get(&key).map(|delegation| &delegation.key)
    }

    fn pass_redacted(&mut self, leaf_hash: Hash) -> Verdict {
        self.redacted.push(Previous {
            epoch: self.origin.epoch(),
            index: self.size,
            leaf_hash,
        });
        self.size += 1;
        Verdict::Redacted
    }

    /// Passes over entries that a bundle does not show, up to `index`.
    pub(crate) fn skip_to(&mut self, index: u64) {
        self.size = index;
    }

    /// The rules in force for the next entry.
    pub fn rules(&self) -> Rules {
        self.rules
            .as_ref()
            .map(|(_, rules)| rules.clone())
            .unwrap_or_default()
    }

    /// The same without rules: by it one administrator is enough, so that what else an update lacks is seen before
    /// all have signed.
    #[must_use]
    pub fn without_rules(mut self) -> State {
        self.rules = None;
        self
    }

    /// The entry that carries the mandate of an administrator's key.
    pub fn mandate_index(&self, key: &KeyId) -> Option<u64> {
        self.administrators.get(key).map(|delegation| delegation.index)
    }
}

/// Folds one entry: the one place where effect is computed.
///
/// An error leaves the state as it was.
pub fn step(
    state: &mut State,
    world: &World,
    records: &dyn Records,
    leaf: Leaf<'_>,
) -> Result<Verdict, StepError> {
    step_read(state, world, records, &ReadLeaf::new(leaf))
}

/// [`step`] for a leaf that was read ahead.
pub fn step_read(
    state: &mut State,
    world: &World,
    records: &dyn Records,
    leaf: &ReadLeaf,
) -> Result<Verdict, StepError> {
    // Effect must be the same where the bytes are gone already and where they are still held. Only
    // updates are redacted, and what cannot be read; nothing else can be missing anywhere.
    let redactable = !matches!(leaf.entry(), Some(entry) if !matches!(entry.content, Content::Update(_)));
    if leaf.content == Read::Redacted || redactable && world.is_redacted(&state.origin, state.size) {
        return Ok(state.pass_redacted(leaf.hash));
    }
    match &leaf.content {
        Read::Entry(entry) => step_entry(state, world, records, entry, leaf.hash, leaf.verified),
        Read::Malformed { cause, sequenced_at } => {
            state.sequenced_at = state.sequenced_at.max(*sequenced_at);
            state.size += 1;
            let cause = cause.clone();
            Ok(Verdict::Void(Void::Format { cause }))
        }
        Read::Redacted => Ok(state.pass_redacted(leaf.hash)),
    }
}

/// Folds an entry that is read already and not redacted; `verified` says that its signatures are those of the
/// keys which they name.
pub(crate) fn step_entry(
    state: &mut State,
    world: &World,
    records: &dyn Records,
    entry: &Entry,
    leaf_hash: Hash,
    verified: bool,
) -> Result<Verdict, StepError> {
    let place = update::Place {
        sequenced_at: entry.sequenced_at,
        leaf_hash,
        verified,
    };
    let verdict = judge(state, world, records, entry, place)?;
    state.sequenced_at = state.sequenced_at.max(entry.sequenced_at);
    state.size += 1;
    Ok(verdict.unwrap_or_else(Verdict::Void))
}

fn judge(
    state: &mut State,
    world: &World,
    records: &dyn Records,
    entry: &Entry,
    place: update::Place,
) -> Result<Result<Verdict, Void>, StepError> {
    if entry.sequenced_at < state.sequenced_at {
        return Ok(Err(Void::TimeBackwards {
            at: entry.sequenced_at,
            before: state.sequenced_at,
        }));
    }
    Ok(match &entry.content {
        Content::Naming(naming) => name(state, world, naming)?.map(|()| Verdict::Holds),
        Content::Statement(statement) => state_statement(state, world, statement).map(|()| Verdict::Holds),
        Content::Update(update) => update::judge(state, world, records, update, place).map(Verdict::Updates),
    })
}

fn name(state: &mut State, world: &World, naming: &Naming) -> Result<Result<(), Void>, StepError> {
    let Some(charter) = world.chain().version(&naming.hash) else {
        return Ok(Err(Void::UnknownCharter { hash: naming.hash }));
    };
    let before = state
        .named
        .and_then(|hash| world.chain().version(&hash))
        .map(|c| c.version);
    if before.is_some_and(|before| charter.version <= before) {
        return Ok(Err(Void::OlderCharter {
            version: charter.version,
        }));
    }
    if charter.format_level > FORMAT_LEVEL {
        return Err(StepError::Level {
            origin: state.origin.clone(),
            level: charter.format_level,
        });
    }
    state.named = Some(naming.hash);
    Ok(Ok(()))
}

fn state_statement(state: &mut State, world: &World, statement: &Signed<Statement>) -> Result<(), Void> {
    let code = state.origin.authority();
    if statement.network != world.chain().network() || statement.authority != code {
        return Err(Void::ForeignStatement);
    }
    let roots = world.chain().roots(&code);
    let root = roots.at(state.origin.epoch(), state.size).ok_or(Void::NoRoot)?;
    statement.verify_single(root).map_err(|_| Void::NotByRoot)?;
    if statement
        .origin
        .as_ref()
        .is_some_and(|origin| *origin != state.origin)
    {
        return Err(Void::ForeignStatement);
    }
    match &statement.content {
        statement::Content::Mandate(mandate) => take_mandate(state, world, statement, mandate),
        statement::Content::Rules(rules) => {
            check_serial(state.rules.as_ref().map(|(serial, _)| *serial), statement.serial)?;
            state.rules = Some((statement.serial, rules.clone()));
            Ok(())
        }
        // These hold on receipt; here they are only recorded.
        statement::Content::Revocation(_) | statement::Content::Order(_) | statement::Content::Cancel(_) => {
            Ok(())
        }
    }
}

fn take_mandate(
    state: &mut State,
    world: &World,
    statement: &Signed<Statement>,
    mandate: &Mandate,
) -> Result<(), Void> {
    let key = mandate.key.id();
    match mandate.role {
        // As in form, which knows nothing but bytes and roots: the log key wins over all its other roles.
        Role::Log => {
            check_serial(state.log_serial, statement.serial)?;
            state.log_serial = Some(statement.serial);
            state.log_keys.insert(key);
        }
        Role::Administrator => {
            if state.log_keys.contains(&key) || world.statements().is_role_taken(world.chain(), statement) {
                return Err(Void::SecondRole { key });
            }
            let before = state.administrators.get(&key).map(|delegation| delegation.serial);
            check_serial(before, statement.serial)?;
            let delegation = Delegation {
                key: mandate.key.clone(),
                serial: statement.serial,
                scope: mandate.scope.clone(),
                not_before: mandate.not_before,
                not_after: mandate.not_after,
                index: state.size,
            };
            state.administrators.insert(key, delegation);
        }
        // These hold on receipt too.
        Role::Cosigner | Role::Node | Role::Sealing => {}
    }
    Ok(())
}

fn check_serial(before: Option<u64>, serial: u64) -> Result<(), Void> {
    match before {
        Some(before) if serial <= before => Err(Void::Replayed { serial, before }),
        _ => Ok(()),
    }
}

impl Verdict {
    /// Whether the entry has no effect.
    pub fn void(&self) -> Option<&Void> {
        match self {
            Verdict::Void(void) => Some(void),
            _ => None,
        }
    }

    /// What the effect digest hashes for the entry `index`: index, word of the verdict, and for void
    /// entries the word of the reason. Never its text, which may change from release to release.
    pub fn digest_line(&self, index: u64) -> String {
        match self {
            Verdict::Holds => format!("{index} holds\n"),
            Verdict::Updates(updates) if updates.disputed => format!("{index} disputed\n"),
            Verdict::Updates(_) => format!("{index} updates\n"),
            Verdict::Void(void) => format!("{index} void {}\n", void.code()),
            Verdict::Redacted => format!("{index} redacted\n"),
        }
    }
}
