//! Keys of others as the world lists them: cosigner keys over time, and keys that a root ever
//! mandated for a log. Looking them up in the statements is slow, so answers are kept until the
//! world changes.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use liaison_protocol::statement::{End, Role};
use liaison_protocol::tlog::cosignature::{self, CosignatureError};
use liaison_protocol::tlog::note::{NoteError, SignatureType, key_hash};
use liaison_protocol::tlog::{Cosignature, SignedCheckpoint};
use liaison_protocol::{Code, Hash, Origin, PublicKey, World};

/// A cosigner key and the times between which it counts.
type Span = (u64, u64, Option<PublicKey>);

/// Signatures that were found valid, shared by the nodes that one process plays in a simulation:
/// each then pays once what each real node pays by itself. A running node has none.
#[derive(Debug, Default)]
pub struct VerifiedSignatures {
    known: Mutex<HashSet<Hash>>,
}

impl VerifiedSignatures {
    // Whether the signature over the message is valid, by memory or by `verify`.
    fn check<E>(
        &self,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
        verify: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let name = Hash::of_parts(&[&key.to_bytes(), &Hash::of(message).0, signature]);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(&name) {
            verify()?;
            known.insert(name);
        }
        Ok(())
    }
}

/// Keys that were looked up.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    verified: Option<Arc<VerifiedSignatures>>,
    cosigners: BTreeMap<Code, Vec<Span>>,
    logs: BTreeMap<Origin, Vec<(u64, PublicKey)>>,
}

impl Keys {
    /// Nothing was looked up yet.
    pub(crate) fn new(verified: Option<Arc<VerifiedSignatures>>) -> Keys {
        Keys {
            verified,
            ..Keys::default()
        }
    }

    /// Forgets everything: the world changed.
    pub(crate) fn clear(&mut self) {
        self.cosigners.clear();
        self.logs.clear();
    }

    /// The cosigner key of an authority at a time (Unix, milliseconds).
    pub(crate) fn cosigner(&mut self, world: &World, code: &Code, time: u64) -> Option<PublicKey> {
        if !self.cosigners.contains_key(code) {
            self.cosigners.insert(code.clone(), spans(world, code));
        }
        let spans = self.cosigners.get(code)?;
        spans
            .iter()
            .find(|(from, until, _)| (*from..*until).contains(&time))?
            .2
            .clone()
    }

    /// The serial and the key by which a checkpoint is signed, of all that the root mandated for
    /// its log. `Err` when one of these keys is named and its signature is wrong; `None` when
    /// none of them is.
    pub(crate) fn log_signer(
        &mut self,
        world: &World,
        origin: &Origin,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Option<(u64, PublicKey)>, ()> {
        if !self.logs.contains_key(origin) {
            self.logs.insert(origin.clone(), log_keys(world, origin));
        }
        let name = origin.as_str();
        for (serial, key) in self.logs.get(origin).into_iter().flatten() {
            let Ok(hash) = key_hash(name, SignatureType::Ed25519, key) else {
                continue;
            };
            let lines: Vec<u8> = checkpoint
                .note
                .signatures_of(name, hash)
                .flat_map(|line| line.signature.clone())
                .collect();
            if lines.is_empty() {
                continue;
            }
            let verify = || checkpoint.note.verify(name, key);
            let verified = match &self.verified {
                Some(verified) => verified.check(key, checkpoint.note.text.as_bytes(), &lines, verify),
                None => verify(),
            };
            return match verified {
                Ok(()) => Ok(Some((*serial, key.clone()))),
                Err(NoteError::Missing(_)) => Ok(None),
                Err(_) => Err(()),
            };
        }
        Ok(None)
    }

    /// Checks that a cosignature is this key's on the checkpoint with this text.
    pub(crate) fn verify_cosignature(
        &self,
        line: &Cosignature,
        text: &str,
        key: &PublicKey,
    ) -> Result<(), CosignatureError> {
        let verify = || line.verify(text, key).map(drop);
        match &self.verified {
            Some(verified) => {
                // Name and key hash are not part of what is signed.
                let signed = [&line.key_hash[..], line.name.as_bytes(), &line.signature].concat();
                verified.check(key, &cosignature::message(line.time, text), &signed, verify)
            }
            None => verify(),
        }
    }

    /// Serial of the mandate of a log key; 0 when it is not known.
    pub(crate) fn log_serial(&mut self, world: &World, origin: &Origin, key: &PublicKey) -> u64 {
        let keys = self
            .logs
            .entry(origin.clone())
            .or_insert_with(|| log_keys(world, origin));
        keys.iter()
            .filter(|(_, k)| k == key)
            .map(|(serial, _)| *serial)
            .max()
            .unwrap_or(0)
    }
}

// The cosigner key changes only where a mandate begins or ends or a revocation strikes.
fn spans(world: &World, code: &Code) -> Vec<Span> {
    let mut times = vec![0, u64::MAX];
    for statement in world.statements().of(code) {
        if let Some(mandate) = statement.mandate(Role::Cosigner) {
            times.extend([mandate.not_before, mandate.not_after]);
        }
        if let Some(End::Time(time)) = statement.revocation().map(|r| &r.end) {
            times.push(*time);
        }
    }
    times.sort_unstable();
    times.dedup();
    let live = |time| {
        world
            .statements()
            .live_key(world.chain(), code, Role::Cosigner, time)
            .cloned()
    };
    times
        .windows(2)
        .map(|pair| (pair[0], pair[1], live(pair[0])))
        .collect()
}

fn log_keys(world: &World, origin: &Origin) -> Vec<(u64, PublicKey)> {
    let code = origin.authority();
    let statements = world.statements().of(&code);
    let of_log = statements.filter(|statement| statement.origin.as_ref() == Some(origin));
    let mut keys: Vec<(u64, PublicKey)> = of_log
        .filter_map(|s| s.mandate(Role::Log).map(|m| (s.serial, m.key.clone())))
        .collect();
    keys.sort_by_key(|(serial, _)| std::cmp::Reverse(*serial));
    keys
}
