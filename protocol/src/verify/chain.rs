//! The chain of a bundle, link by link.

use super::report::{Broken, Link, ProvenChange, ProvenEntry, ProvenSigner, Report};
use super::{Anchor, Bundle, HeldPayload, ProvenLeaf, Trust};
use crate::charter::Chain;
use crate::dsse::Signed;
use crate::effect::{self, PayloadRef, RecordState, Records, State, Status, Updates, Verdict};
use crate::entry::{Content, Entry, Leaf};
use crate::hash::Hash;
use crate::origin::Position;
use crate::quorum::{self, Quorum};
use crate::statement::{self, Role, Statement};
use crate::tlog::{SignedCheckpoint, leaf_hash, verify_inclusion};
use crate::update::{Action, Audience, RecordName, Update, payload_digest};
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
    let log = fold_log(&bundle, &world, &checkpoint, &head)?;
    let quorum = check_quorum(&world, &checkpoint, &head, &log.named)?;
    let entry = prove_entry(&bundle, &log, &head)?;
    let witnessed_after = check_before(&bundle, &world, &head, &log)?;
    let authority = head.origin.authority();
    let standing = log.rank(&world, &head.origin, bundle.entry.index)?;
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
        log_key: log.log_key.id(),
        entry,
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

fn broken<E: std::fmt::Display>(link: Link) -> impl Fn(E) -> Broken {
    move |cause| Broken {
        link,
        cause: cause.to_string(),
    }
}

fn fault(link: Link, cause: impl Into<String>) -> Broken {
    Broken {
        link,
        cause: cause.into(),
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
    let code = head.origin.authority();
    let authority = world.chain().newest().authorities.get(&code);
    let known = authority
        .and_then(|_| world.chain().origin(&code))
        .map(|o| o.with_epoch(head.origin.epoch()));
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

/// What the proven leaves of the log say.
struct Log {
    log_key: crate::PublicKey,
    named: Vec<Hash>,
    state: State,
    mandates: Vec<(u64, Signed<Statement>)>,
    entry: Entry,
    verdict: Verdict,
}

impl Log {
    fn rank(
        &self,
        world: &World,
        origin: &crate::Origin,
        index: u64,
    ) -> Result<crate::charter::Standing, Broken> {
        let named = self
            .state
            .named()
            .ok_or_else(|| fault(Link::Mandates, "the log names no charter version"))?;
        let rank = world.chain().rank_at(origin, named, index);
        rank.map(|rank| rank.standing)
            .ok_or_else(|| fault(Link::Mandates, "the charter does not list the authority"))
    }
}

fn fold_log(
    bundle: &Bundle,
    world: &World,
    checkpoint: &SignedCheckpoint,
    head: &Position,
) -> Result<Log, Broken> {
    let (below, above): (Vec<_>, Vec<_>) = bundle.context.iter().partition(|l| l.index < bundle.entry.index);
    let mut state = State::new(head.origin.clone());
    let mut mandates = Vec::new();
    let mut named = Vec::new();
    let mut log_mandate = None;
    let entry = Entry::from_bytes(&bundle.entry.leaf).map_err(broken(Link::Entry))?;
    let claimed = Claimed::of(&entry, head);
    let mut verdict = Verdict::Holds;
    let leaves = below
        .iter()
        .copied()
        .chain([&bundle.entry])
        .chain(above.iter().copied());
    for leaf in leaves {
        let is_entry = leaf.index == bundle.entry.index;
        let link = if is_entry { Link::Entry } else { Link::Mandates };
        let content = Entry::from_bytes(&leaf.leaf).map_err(broken(link))?;
        if !is_entry && matches!(content.content, Content::Update(_)) {
            return Err(fault(
                link,
                format!("entry {} is an update and proves nothing here", leaf.index),
            ));
        }
        let mut at = state.clone();
        at.skip_to(leaf.index);
        let judged = effect::step(&mut at, world, &claimed, Leaf::Bytes(&leaf.leaf)).map_err(broken(link))?;
        if let Verdict::Void(void) = &judged {
            return Err(fault(link, format!("entry {} has no effect: {void}", leaf.index)));
        }
        match content.content {
            Content::Naming(naming) => named.push(naming.hash),
            Content::Statement(statement) => {
                if let Some(mandate) = statement.mandate(Role::Log) {
                    log_mandate = Some(mandate.key.clone());
                }
                mandates.push((leaf.index, statement));
            }
            Content::Update(_) => {}
        }
        if is_entry {
            verdict = judged;
        }
        if leaf.index <= bundle.entry.index {
            state = at;
        }
    }
    let starts_at_zero = below.first().map_or(bundle.entry.index, |l| l.index) == 0;
    let log_key = log_mandate.filter(|_| starts_at_zero);
    let log_key =
        log_key.ok_or_else(|| fault(Link::Mandates, "entry 0, the mandate of the log key, is missing"))?;
    checkpoint
        .verify_log(&log_key)
        .map_err(broken(Link::Checkpoint))?;
    Ok(Log {
        log_key,
        named,
        state,
        mandates,
        entry,
        verdict,
    })
}

fn check_quorum(
    world: &World,
    checkpoint: &SignedCheckpoint,
    head: &Position,
    named: &[Hash],
) -> Result<Quorum, Broken> {
    let quorum = quorum::count(world, &head.origin, checkpoint, named);
    if !quorum.is_reached() {
        let cause = format!(
            "{} of {} cosignatures needed are valid",
            quorum.cosigned.len(),
            quorum.needed
        );
        return Err(fault(Link::Quorum, cause));
    }
    // A line that nobody can hold to anything would be shown beside valid ones.
    if checkpoint.note.signatures.len() != quorum.cosigned.len() + 1 {
        return Err(fault(
            Link::Quorum,
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
    let mandated = log.mandates.iter().filter_map(|(_, s)| s.mandate(Role::Log));
    let signed = mandated
        .into_iter()
        .any(|mandate| before.verify_log(&mandate.key).is_ok());
    if !signed {
        return Err(fault(Link::Before, "the earlier head is not signed by a log key"));
    }
    let quorum = quorum::count(world, &head.origin, &before, &log.named);
    if !quorum.is_reached() || before.note.signatures.len() != quorum.cosigned.len() + 1 {
        return Err(fault(Link::Before, "the earlier head has no valid quorum"));
    }
    Ok(quorum.time())
}

fn prove_entry(bundle: &Bundle, log: &Log, head: &Position) -> Result<ProvenEntry, Broken> {
    match (&log.entry.content, &log.verdict) {
        (Content::Update(update), Verdict::Updates(updates)) => {
            let changes = prove_payloads(bundle, update)?;
            let signers = updates
                .signers
                .iter()
                .filter_map(|key| prove_signer(log, updates, key))
                .collect();
            Ok(ProvenEntry::Update {
                created_at: update.created_at,
                signers,
                changes,
            })
        }
        _ if !bundle.payloads.is_empty() => Err(fault(Link::Payload, "only an update has payloads")),
        (Content::Statement(statement), _) => Ok(ProvenEntry::Statement {
            says: describe(statement),
        }),
        (Content::Naming(naming), _) => Ok(ProvenEntry::Naming { charter: naming.hash }),
        (Content::Update(_), _) => Err(fault(
            Link::Entry,
            format!("an update of {} without effect", head.origin),
        )),
    }
}

fn prove_signer(log: &Log, _: &Updates, key: &crate::KeyId) -> Option<ProvenSigner> {
    let mandate = log.state.mandate_index(key)?;
    let (_, statement) = log.mandates.iter().find(|(index, _)| *index == mandate)?;
    let function = statement.mandate(Role::Administrator)?.function.clone();
    Some(ProvenSigner {
        key: *key,
        function,
        mandate,
    })
}

fn prove_payloads(bundle: &Bundle, update: &Update) -> Result<Vec<ProvenChange>, Broken> {
    let known = bundle
        .payloads
        .iter()
        .all(|(change, _)| (*change as usize) < update.changes.len());
    if !known || !bundle.payloads.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(fault(
            Link::Payload,
            "a payload belongs to no change, or stands twice",
        ));
    }
    let prove = |(number, change): (usize, &crate::update::Change)| {
        let held = bundle
            .payloads
            .iter()
            .find(|(n, _)| *n as usize == number)
            .map(|(_, held)| held);
        let mut proven = ProvenChange {
            action: change.action.word(),
            record: change.record.to_string(),
            audience: None,
            digest: None,
            payload: None,
        };
        let Action::Put {
            audience,
            digest,
            size,
        } = change.action
        else {
            return match held {
                None => Ok(proven),
                Some(_) => Err(fault(Link::Payload, format!("change {number} has no payload"))),
            };
        };
        proven.audience = Some(audience.to_string());
        proven.digest = Some(digest);
        proven.payload = Some(match held {
            None => "absent",
            Some(HeldPayload::Erased) => "erased",
            Some(HeldPayload::Bytes(bytes))
                if bytes.len() as u64 == size && payload_digest(bytes) == digest =>
            {
                "verified"
            }
            Some(HeldPayload::Bytes(_)) => {
                return Err(fault(
                    Link::Payload,
                    format!("the payload of {} is not the one signed", change.record),
                ));
            }
        });
        Ok(proven)
    };
    update.changes.iter().enumerate().map(prove).collect()
}

fn describe(statement: &Statement) -> String {
    match &statement.content {
        statement::Content::Mandate(m) => format!("mandate of a {} key, “{}”", m.role, m.function),
        statement::Content::Revocation(r) => format!("revocation of key {}", r.key_id),
        statement::Content::Rules(_) => "rules on how many administrators must sign".to_owned(),
        statement::Content::Order(o) => {
            format!("order about entry {} of {}", o.target.index, o.target.origin)
        }
        statement::Content::Cancel(c) => format!("cancel of the erase at entry {} of {}", c.index, c.origin),
    }
}

fn not_proven(bundle: &Bundle) -> Vec<String> {
    let mut missing = vec![
        "that the entry was not revoked, superseded or erased after the newest cosignature".to_owned(),
        "that no change of the same record stood between this one and the version that it names as previous"
            .to_owned(),
        "that the log carries no further mandate, rule or naming than those shown here".to_owned(),
        "that no council of the charter chain was ever compromised".to_owned(),
    ];
    if bundle.before.is_none() {
        missing.push("that the entry was not witnessed earlier than the time shown".to_owned());
    }
    missing
}

/// Record states as the update itself claims them: a bundle cannot show the rest of the log.
struct Claimed(Vec<(RecordName, RecordState)>);

impl Claimed {
    fn of(entry: &Entry, head: &Position) -> Claimed {
        let Content::Update(update) = &entry.content else {
            return Claimed(Vec::new());
        };
        let claim = |change: &crate::update::Change| {
            let last = change.previous?;
            let status = match change.action {
                Action::Cancel => Status::Erased {
                    at: entry.sequenced_at,
                    withdrawn: false,
                },
                _ => Status::Current,
            };
            let epoch = head.origin.epoch();
            let payload = PayloadRef {
                epoch,
                index: last.index,
                change: 0,
                digest: Hash::default(),
                size: 0,
            };
            Some((
                change.record.clone(),
                RecordState {
                    last,
                    status,
                    audience: Audience::Red,
                    payload,
                },
            ))
        };
        Claimed(update.changes.iter().filter_map(claim).collect())
    }
}

impl Records for Claimed {
    fn record(&self, name: &RecordName) -> Option<RecordState> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, state)| state.clone())
    }
}
