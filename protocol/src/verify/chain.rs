//! The chain of a bundle, link by link.

use super::fault::{broken, fault};
use super::log::Log;
use super::report::{Broken, Link, Report};
use super::{Anchor, Bundle, ProvenLeaf, Trust, entry};
use crate::charter::Chain;
use crate::effect::Verdict;
use crate::hash::Hash;
use crate::origin::Position;
use crate::quorum::{self, Quorum};
use crate::tlog::{SignedCheckpoint, leaf_hash, verify_inclusion};
use crate::world::World;

/// What an anchor is held against.
pub(super) struct Reached {
    charters: Vec<Hash>,
    head: Position,
}

/// Checks all links but the anchors.
pub(super) fn check(bytes: &[u8], trust: &Trust) -> Result<(Report, Reached), Broken> {
    let bundle = Bundle::from_bytes(bytes).map_err(broken(Link::File))?;
    let world = check_world(&bundle, trust)?;
    let (checkpoint, head) = check_checkpoint(&bundle, trust, &world)?;
    check_inclusion(&bundle, &head)?;
    let log = Log::fold(&bundle, &world, &head)?;
    let log_key = log.check_signature(&world, &checkpoint, &head, Link::Checkpoint)?;
    log.check_validity()?;
    let quorum = check_quorum(&world, &checkpoint, &head, &log, Link::Quorum)?;
    let entry = entry::prove(&bundle, &log)?;
    let witnessed_after = check_before(&bundle, &world, &head, &log)?;
    let authority = head.origin.authority();
    let standing = log.standing(&world, &head.origin, bundle.entry.index)?;
    let newest = world.chain().newest();
    let replaced = newest
        .authorities
        .get(&authority)
        .map(|a| &a.root_changes[..])
        .unwrap_or_default();
    let report = Report {
        network: world.chain().network(),
        network_name: newest.name.clone(),
        charter_versions: newest.version,
        authority,
        standing,
        root_replaced_by_council: replaced.iter().any(|change| change.signature.is_none()),
        origin: head.origin.clone(),
        index: bundle.entry.index,
        size: head.size,
        sequenced_at: log.entry.sequenced_at,
        log_key: log_key.id(),
        entry,
        disputed: matches!(&log.verdict, Verdict::Updates(updates) if updates.disputed),
        witnessed: (witnessed_after, quorum.time()),
        quorum,
        not_proven: not_proven(&bundle),
    };
    let charters = world.chain().in_force().iter().map(|c| c.hash()).collect();
    Ok((report, Reached { charters, head }))
}

/// Holds the chain against an anchor: nothing to say, cannot decide, or broken.
pub(super) fn check_anchor(reached: &Reached, anchor: &Anchor) -> Result<Option<String>, Broken> {
    match anchor {
        Anchor::Charter(hash) if reached.charters.contains(hash) => Ok(None),
        Anchor::Charter(hash) => Ok(Some(format!(
            "the charter chain in this file does not reach the version {hash}; ask for a newer file"
        ))),
        Anchor::Checkpoint(known) => {
            let position = known.checkpoint.position().map_err(broken(Link::Anchor))?;
            if position.origin != reached.head.origin || position.size != reached.head.size {
                let why = format!(
                    "the checkpoint given is not of {} at size {}",
                    reached.head.origin, reached.head.size
                );
                return Ok(Some(why));
            }
            if position.root != reached.head.root {
                return Err(fault(
                    Link::Anchor,
                    "the checkpoint given has another root at this size: the log is forked",
                ));
            }
            Ok(None)
        }
    }
}

fn check_world(bundle: &Bundle, trust: &Trust) -> Result<World, Broken> {
    let first = bundle
        .charters
        .first()
        .ok_or_else(|| fault(Link::Charter, "the file carries no charter"))?;
    if let Some(network) = trust.network.filter(|network| *network != first.hash()) {
        let cause = format!(
            "the file is of network {}, not of {}",
            first.hash().grouped(),
            network.grouped()
        );
        return Err(fault(Link::Network, cause));
    }
    let chain = Chain::from_versions(bundle.charters.iter().cloned()).map_err(broken(Link::Charter))?;
    if chain.in_force().len() != bundle.charters.len() {
        return Err(fault(
            Link::Charter,
            "the file carries a charter version that is not in force",
        ));
    }
    let mut world = World::new(chain);
    for statement in &bundle.statements {
        let new = world
            .insert_statement(statement.clone())
            .map_err(broken(Link::Statements))?;
        if !new {
            return Err(fault(Link::Statements, "a statement stands in the file twice"));
        }
    }
    Ok(world)
}

fn check_checkpoint(
    bundle: &Bundle,
    trust: &Trust,
    world: &World,
) -> Result<(SignedCheckpoint, Position), Broken> {
    let checkpoint = SignedCheckpoint::parse(&bundle.checkpoint).map_err(broken(Link::Checkpoint))?;
    let head = checkpoint
        .checkpoint
        .position()
        .map_err(broken(Link::Checkpoint))?;
    let live = world.chain().origin(&head.origin.authority());
    let epochs = live.filter(|live| head.origin.epoch() <= live.epoch());
    let known = epochs.map(|live| live.with_epoch(head.origin.epoch()));
    if known.as_ref() != Some(&head.origin) {
        return Err(fault(
            Link::Checkpoint,
            format!("the charter knows no log {}", head.origin),
        ));
    }
    if let Some(policy) = &trust.policy {
        policy.satisfied(&checkpoint).map_err(broken(Link::Checkpoint))?;
    }
    Ok((checkpoint, head))
}

fn check_inclusion(bundle: &Bundle, head: &Position) -> Result<(), Broken> {
    for ProvenLeaf { index, leaf, proof } in bundle.context.iter().chain([&bundle.entry]) {
        verify_inclusion(*index, head.size, &leaf_hash(leaf), proof, &head.root)
            .map_err(|e| fault(Link::Inclusion, format!("entry {index}: {e}")))?;
    }
    Ok(())
}

fn check_quorum(
    world: &World,
    checkpoint: &SignedCheckpoint,
    head: &Position,
    log: &Log,
    link: Link,
) -> Result<Quorum, Broken> {
    let quorum = quorum::count(world, &head.origin, checkpoint, log.named(head.size));
    if !quorum.is_reached() {
        let cause = match quorum.needed {
            usize::MAX => {
                "no charter version in force is named below it, so nobody says who must cosign".to_owned()
            }
            needed => format!(
                "{} of {needed} cosignatures needed are valid",
                quorum.cosigned.len()
            ),
        };
        return Err(fault(link, cause));
    }
    // A line that nobody can hold to anything would be shown beside valid ones.
    if checkpoint.note.signatures.len() != quorum.cosigned.len() + 1 {
        return Err(fault(
            link,
            "the checkpoint carries a signature that is not valid",
        ));
    }
    Ok(quorum)
}

fn check_before(bundle: &Bundle, world: &World, head: &Position, log: &Log) -> Result<Option<u64>, Broken> {
    let Some(bytes) = &bundle.before else {
        return Ok(None);
    };
    let before = SignedCheckpoint::parse(bytes).map_err(broken(Link::Before))?;
    let position = before.checkpoint.position().map_err(broken(Link::Before))?;
    if position.origin != head.origin || position.size > bundle.entry.index {
        return Err(fault(
            Link::Before,
            "the earlier head is of another log or covers the entry",
        ));
    }
    log.check_signature(world, &before, &position, Link::Before)?;
    Ok(check_quorum(world, &before, &position, log, Link::Before)?.time())
}

fn not_proven(bundle: &Bundle) -> Vec<String> {
    let mut missing = vec![
        "that the entry was not revoked, superseded or erased after the newest cosignature".to_owned(),
        "that no change of the same record stood between this one and the version that it names as previous"
            .to_owned(),
        "that no revocation, order or other statement was left out of this file".to_owned(),
        "that the log carries no further mandate, rule or naming than those shown here".to_owned(),
        "that no council of the charter chain was ever compromised".to_owned(),
    ];
    if bundle.before.is_none() {
        missing.push("that the entry was not witnessed earlier than the time shown".to_owned());
    }
    missing
}
