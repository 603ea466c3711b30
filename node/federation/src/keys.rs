//! Keys of others as the world lists them: cosigner keys over time, and keys that a root ever
//! mandated for a log. Looking them up in the statements is slow, so answers are kept until the
//! world changes.

use std::collections::BTreeMap;

use liaison_protocol::statement::{End, Role};
use liaison_protocol::tlog::note::{SignatureType, key_hash};
use liaison_protocol::tlog::{LogSigned, SignedCheckpoint};
use liaison_protocol::{Code, Origin, PublicKey, World};

/// A cosigner key and the times between which it counts.
type Span = (u64, u64, Option<PublicKey>);

/// Keys that were looked up.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    cosigners: BTreeMap<Code, Vec<Span>>,
    logs: BTreeMap<Origin, Vec<(u64, PublicKey)>>,
}

impl Keys {
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

    /// The serial of the key by which a checkpoint is signed, of all that the root mandated for
    /// its log, and that it is. `Err` when one of these keys is named and its signature is wrong;
    /// `None` when none of them is.
    pub(crate) fn log_signer(
        &mut self,
        world: &World,
        origin: &Origin,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Option<(u64, LogSigned)>, ()> {
        if !self.logs.contains_key(origin) {
            self.logs.insert(origin.clone(), log_keys(world, origin));
        }
        let name = origin.as_str();
        for (serial, key) in self.logs.get(origin).into_iter().flatten() {
            let Ok(hash) = key_hash(name, SignatureType::Ed25519, key) else {
                continue;
            };
            if checkpoint.note.signatures_of(name, hash).next().is_some() {
                let signed = LogSigned::verify(checkpoint.clone(), key).map_err(drop)?;
                return Ok(Some((*serial, signed)));
            }
        }
        Ok(None)
    }

    /// The key that a root mandated for a log with this serial.
    pub(crate) fn log_key(&mut self, world: &World, origin: &Origin, serial: u64) -> Option<PublicKey> {
        let keys = self
            .logs
            .entry(origin.clone())
            .or_insert_with(|| log_keys(world, origin));
        let found = keys.iter().find(|(mandated, _)| *mandated == serial);
        found.map(|(_, key)| key.clone())
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
    let keys = world.statements().log_keys(origin);
    let mut keys: Vec<(u64, PublicKey)> = keys.map(|(serial, key)| (serial, key.clone())).collect();
    keys.sort_by_key(|(serial, _)| std::cmp::Reverse(*serial));
    keys
}
