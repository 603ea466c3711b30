//! The first judgement, *form*: what is stored and relayed (specification, section 8).
//!
//! Form is framing, length, leaf hash, tree root, and the checkpoint's signature by the log key
//! that stands in the log's own prefix: a pure function of bytes and of the chain's root keys. It
//! knows no clock, no revocation and no other role of a key; a root key that is replaced within an
//! epoch changes it, so that such a log is folded again from the size that the change names.

use serde::{Deserialize, Serialize};

use crate::charter::Roots;
use crate::dsse::Signed;
use crate::entry::{Content, Entry, LEAF_SIZE_MAX, Leaf, Naming};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::origin::{Origin, Position};
use crate::statement::{Role, Statement};
use crate::tlog::tile::TILE_HEIGHT;
use crate::tlog::{Frontier, LogSigned, SignedCheckpoint};

/// Why bytes are not of this log's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A leaf is empty or larger than 16 KiB.
    #[error("entry {index} of {origin} has {size} bytes; 1 to {LEAF_SIZE_MAX} are allowed")]
    Length {
        /// The log.
        origin: Origin,
        /// The entry.
        index: u64,
        /// Its size in bytes.
        size: usize,
    },
    /// Entry 0 is not a log mandate by the authority's root.
    #[error("entry 0 of {origin} is not the mandate of its log key: {cause}")]
    FirstEntry {
        /// The log.
        origin: Origin,
        /// What is wrong.
        cause: String,
    },
    /// Entry 1 does not name a charter version, or not the end of the epoch before.
    #[error("entry 1 of {origin} does not name a charter version as it must: {cause}")]
    SecondEntry {
        /// The log.
        origin: Origin,
        /// What is wrong.
        cause: String,
    },
    /// The checkpoint is not a checkpoint of this log.
    #[error("checkpoint of {origin}: {cause}")]
    Checkpoint {
        /// The log.
        origin: Origin,
        /// What is wrong.
        cause: String,
    },
    /// The checkpoint's tree is not the prefix's.
    #[error("checkpoint of {origin} at {size}: its root is not that of the entries")]
    Root {
        /// The log.
        origin: Origin,
        /// The checkpoint's size.
        size: u64,
    },
}

/// The log key that is live after a prefix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LogKey {
    key: PublicKey,
    serial: u64,
    not_before: u64,
    not_after: u64,
}

impl LogKey {
    fn covers(&self, time: u64) -> bool {
        (self.not_before..self.not_after).contains(&time)
    }
}

/// A log's first entries, folded to what the form of its checkpoints depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefix {
    origin: Origin,
    frontier: Frontier,
    log_key: Option<LogKey>,
    namings: Vec<(u64, Hash)>,
    predecessor: Option<Position>,
    sequenced_at: u64,
}

/// A checkpoint of good form. Only a [`Prefix`], the one that it covers, makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormHead {
    position: Position,
    signed: LogSigned,
}

impl FormHead {
    /// The log, size and root.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The signed checkpoint.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        self.signed.checkpoint()
    }

    /// The log key that signed it.
    pub fn log_key(&self) -> &PublicKey {
        self.signed.key()
    }
}

impl Prefix {
    /// The empty prefix of a log.
    pub fn new(origin: Origin) -> Prefix {
        Prefix {
            origin,
            frontier: Frontier::new(),
            log_key: None,
            namings: Vec::new(),
            predecessor: None,
            sequenced_at: 0,
        }
    }

    /// Appends a leaf of good form; the prefix is unchanged when it is refused.
    pub fn push(&mut self, roots: &Roots, leaf: Leaf<'_>) -> Result<(), FormError> {
        self.push_hashed(roots, leaf, leaf.hash())
    }

    /// Appends a leaf whose hash the caller has taken or compared already. With another hash than the leaf's the
    /// prefix is of another tree, and no head of the log fits it.
    pub fn push_hashed(&mut self, roots: &Roots, leaf: Leaf<'_>, hash: Hash) -> Result<(), FormError> {
        self.judge(roots, self.size(), leaf)?;
        self.frontier.push(hash);
        Ok(())
    }

    /// Appends the leaves of a full tile, whose root the caller has compared with their hashes: it spares hashing the
    /// tile again. The size must be a multiple of 256, and so many leaves must be given. After an error the prefix is
    /// of no use any more.
    pub fn push_tile<'a>(
        &mut self,
        roots: &Roots,
        leaves: impl Iterator<Item = Leaf<'a>>,
        root: Hash,
    ) -> Result<(), FormError> {
        for (leaf, index) in leaves.zip(self.size()..) {
            self.judge(roots, index, leaf)?;
        }
        self.frontier.append(TILE_HEIGHT, root);
        Ok(())
    }

    fn judge(&mut self, roots: &Roots, index: u64, leaf: Leaf<'_>) -> Result<(), FormError> {
        match leaf {
            Leaf::Bytes(bytes) if bytes.is_empty() || bytes.len() > LEAF_SIZE_MAX => Err(FormError::Length {
                origin: self.origin.clone(),
                index,
                size: bytes.len(),
            }),
            Leaf::Bytes(bytes) => self.read(roots, index, bytes),
            Leaf::Redacted(_) if index < 2 => Err(self.not_first(index, "it is redacted")),
            Leaf::Redacted(_) => Ok(()),
        }
    }

    fn read(&mut self, roots: &Roots, index: u64, bytes: &[u8]) -> Result<(), FormError> {
        // Nothing but the time of an update is of the form, whether the rest can be read or not.
        if index >= 2
            && let Some(time) = Entry::time_of_update(bytes)
        {
            self.sequenced_at = self.sequenced_at.max(time);
            return Ok(());
        }
        let entry = match Entry::from_bytes(bytes) {
            Ok(entry) => entry,
            Err(cause) if index < 2 => return Err(self.not_first(index, &cause.to_string())),
            Err(_) => {
                // It stays in the log and is void; its time counts if it can be read.
                let time = Entry::sequenced_at(bytes).unwrap_or(0);
                self.sequenced_at = self.sequenced_at.max(time);
                return Ok(());
            }
        };
        // What is sequenced before the entry before it is void.
        let in_order = entry.sequenced_at >= self.sequenced_at;
        match (index, &entry.content) {
            (0, Content::Statement(statement)) => {
                let key = self.log_key_in(roots, index, statement);
                self.log_key = Some(key.map_err(|cause| self.not_first(0, cause))?);
            }
            (0, _) => return Err(self.not_first(0, "it is no statement")),
            (1, Content::Naming(naming)) => {
                self.check_predecessor(naming)
                    .map_err(|cause| self.not_first(1, cause))?;
                self.predecessor = naming.predecessor.clone();
            }
            (1, _) => return Err(self.not_first(1, "it is something else")),
            (_, Content::Statement(statement)) if in_order => {
                if let Ok(key) = self.log_key_in(roots, index, statement) {
                    self.log_key = Some(key);
                }
            }
            _ => {}
        }
        if let (true, Content::Naming(naming)) = (in_order, &entry.content) {
            self.namings.push((index, naming.hash));
        }
        self.sequenced_at = self.sequenced_at.max(entry.sequenced_at);
        Ok(())
    }

    fn check_predecessor(&self, naming: &Naming) -> Result<(), &'static str> {
        let before = self.origin.epoch().checked_sub(1).filter(|epoch| *epoch > 0);
        let expected = before.map(|epoch| self.origin.with_epoch(epoch));
        if naming.predecessor.as_ref().map(|p| &p.origin) == expected.as_ref() {
            Ok(())
        } else {
            Err("it names the end of the epoch before, exactly in an epoch above 1")
        }
    }

    fn not_first(&self, index: u64, cause: &str) -> FormError {
        let (origin, cause) = (self.origin.clone(), cause.to_owned());
        match index {
            0 => FormError::FirstEntry { origin, cause },
            _ => FormError::SecondEntry { origin, cause },
        }
    }

    // The log key that a statement entry mandates: by the root of that place, for this log, and
    // above the serials of the log mandates before it, so that an old one cannot be played again.
    fn log_key_in(
        &self,
        roots: &Roots,
        index: u64,
        statement: &Signed<Statement>,
    ) -> Result<LogKey, &'static str> {
        let mandate = statement
            .mandate(Role::Log)
            .ok_or("it is no mandate of a log key")?;
        if statement.origin.as_ref() != Some(&self.origin) {
            return Err("it is for another log");
        }
        if statement.network != roots.network() || self.origin.network_short() != statement.network.short() {
            return Err("it is for another network");
        }
        let root = roots
            .at(self.origin.epoch(), index)
            .ok_or("the charter lists no root key for it")?;
        statement
            .verify_single(root)
            .map_err(|_| "it is not signed by the authority's root key")?;
        if self
            .log_key
            .as_ref()
            .is_some_and(|live| statement.serial <= live.serial)
        {
            return Err("a later log mandate stands before it");
        }
        Ok(LogKey {
            key: mandate.key.clone(),
            serial: statement.serial,
            not_before: mandate.not_before,
            not_after: mandate.not_after,
        })
    }

    /// Judges the form of a checkpoint of exactly this prefix.
    pub fn head(&self, checkpoint: SignedCheckpoint) -> Result<FormHead, FormError> {
        let (position, key) = self.covered_by(&checkpoint)?;
        let signed = LogSigned::verify(checkpoint, key).map_err(|e| self.fault(e.to_string()))?;
        Ok(FormHead { position, signed })
    }

    /// The same for a checkpoint whose signature is known to be good: it must be by the key of this prefix.
    pub fn signed_head(&self, signed: LogSigned) -> Result<FormHead, FormError> {
        let (position, key) = self.covered_by(signed.checkpoint())?;
        if signed.key() != key {
            return Err(self.fault("it is signed with a key that its entries do not name".into()));
        }
        Ok(FormHead { position, signed })
    }

    fn fault(&self, cause: String) -> FormError {
        FormError::Checkpoint {
            origin: self.origin.clone(),
            cause,
        }
    }

    // The position of a checkpoint of exactly this prefix, and the key that must have signed it.
    fn covered_by(&self, checkpoint: &SignedCheckpoint) -> Result<(Position, &PublicKey), FormError> {
        let position = checkpoint
            .checkpoint
            .position()
            .map_err(|e| self.fault(e.to_string()))?;
        if position.origin != self.origin {
            return Err(self.fault(format!("it is of {}", position.origin)));
        }
        if position.size != self.size() || position.root != self.frontier.root() {
            return Err(FormError::Root {
                origin: self.origin.clone(),
                size: position.size,
            });
        }
        let live = self
            .log_key
            .as_ref()
            .ok_or_else(|| self.fault("the log is empty".into()))?;
        if !live.covers(self.sequenced_at) {
            return Err(self.fault("the log key's mandate does not cover its last entry's time".into()));
        }
        Ok((position, &live.key))
    }

    /// The log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Root over the entries.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The log key that is live after these entries.
    pub fn log_key(&self) -> Option<&PublicKey> {
        self.log_key.as_ref().map(|live| &live.key)
    }

    /// Whether a key may sign a head whose last entry has this time (Unix, milliseconds).
    pub fn may_sign(&self, key: &PublicKey, time: u64) -> bool {
        let live = self.log_key.as_ref().filter(|live| live.key == *key);
        live.is_some_and(|live| live.covers(time))
    }

    /// Hashes of the charter versions named so far, in order.
    pub fn namings(&self) -> impl Iterator<Item = &Hash> {
        self.namings_below(self.size())
    }

    /// The same of the first `size` entries.
    pub fn namings_below(&self, size: u64) -> impl Iterator<Item = &Hash> {
        let below = self.namings.iter().take_while(move |(index, _)| *index < size);
        below.map(|(_, hash)| hash)
    }

    /// The newest time among the entries (Unix, milliseconds).
    pub fn sequenced_at(&self) -> u64 {
        self.sequenced_at
    }

    /// The end of the epoch before, in an epoch above 1.
    pub fn predecessor(&self) -> Option<&Position> {
        self.predecessor.as_ref()
    }
}
