//! A log in memory, its heads, and its fold.

use std::collections::BTreeMap;

use liaison_protocol::charter::Roots;
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::{RecordState, State, Verdict, step};
use liaison_protocol::entry::{Content, Entry, Leaf, Naming};
use liaison_protocol::form::Prefix;
use liaison_protocol::proto;
use liaison_protocol::statement::Statement;
use liaison_protocol::tlog::{MemoryTree, SignedCheckpoint, cosignature, leaf_hash, root};
use liaison_protocol::update::{Attachment, Audience, Payload, Previous, RecordName, Update, payload_digest};
use liaison_protocol::{Hash, Origin, Position, World};

use super::{Key, NOW, Party, signers};

#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) origin: Origin,
    pub(crate) leaves: Vec<Vec<u8>>,
    pub(crate) tree: MemoryTree,
    /// Time of the next entry: a second later each.
    pub(crate) time: u64,
}

/// The payload of a record, salt included, that follows from its words.
pub(crate) fn payload(words: &str) -> Vec<u8> {
    let payload = Payload {
        media_type: "application/json".into(),
        record: format!("{{\"title\":\"{words}\"}}").into_bytes(),
        attachments: Vec::<Attachment>::new(),
    };
    payload.to_bytes(&Hash::of(words.as_bytes()).0)
}

impl Log {
    pub(crate) fn new(origin: Origin) -> Log {
        Log {
            origin,
            leaves: Vec::new(),
            tree: MemoryTree::new(),
            time: NOW,
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    pub(crate) fn push(&mut self, leaf: Vec<u8>) -> u64 {
        self.tree.push(leaf_hash(&leaf));
        self.leaves.push(leaf);
        self.time += 1000;
        self.size() - 1
    }

    pub(crate) fn entry(&mut self, content: Content) -> u64 {
        let sequenced_at = self.time;
        self.push(
            Entry {
                sequenced_at,
                content,
            }
            .to_bytes(),
        )
    }

    pub(crate) fn statement(&mut self, statement: &Signed<Statement>) -> u64 {
        self.entry(Content::Statement(statement.clone()))
    }

    pub(crate) fn name(&mut self, hash: Hash) -> u64 {
        let predecessor = None;
        self.entry(Content::Naming(Naming { hash, predecessor }))
    }

    pub(crate) fn name_after(&mut self, hash: Hash, predecessor: Position) -> u64 {
        let predecessor = Some(predecessor);
        self.entry(Content::Naming(Naming { hash, predecessor }))
    }

    pub(crate) fn update(&mut self, changes: Vec<proto::Change>, administrators: &[&Key]) -> u64 {
        let update = self.signed(changes, administrators);
        self.entry(Content::Update(update))
    }

    pub(crate) fn signed(&self, changes: Vec<proto::Change>, administrators: &[&Key]) -> Signed<Update> {
        let update = proto::Update {
            origin: self.origin.to_string(),
            created_at: self.time - 500,
            changes,
        };
        Signed::sign(&update, &signers(administrators.iter().copied())).unwrap()
    }

    pub(crate) fn put(
        &self,
        record: &str,
        words: &str,
        audience: Audience,
        previous: Option<u64>,
    ) -> proto::Change {
        let payload = payload(words);
        proto::Change {
            audience: audience.to_proto().into(),
            digest: payload_digest(&payload).0.to_vec(),
            size: payload.len() as u64,
            ..self.change(proto::Action::Put, record, previous)
        }
    }

    pub(crate) fn change(&self, action: proto::Action, record: &str, previous: Option<u64>) -> proto::Change {
        proto::Change {
            action: action.into(),
            record: record.into(),
            previous: previous.map(|index| self.previous(index).to_proto()),
            ..Default::default()
        }
    }

    pub(crate) fn previous(&self, index: u64) -> Previous {
        Previous {
            epoch: self.origin.epoch(),
            index,
            leaf_hash: leaf_hash(&self.leaves[index as usize]),
        }
    }

    pub(crate) fn position(&self, size: u64) -> Position {
        Position {
            origin: self.origin.clone(),
            size,
            root: root(size, &self.tree).unwrap(),
        }
    }

    pub(crate) fn checkpoint(&self, size: u64, key: &Key) -> SignedCheckpoint {
        SignedCheckpoint::sign(self.position(size).into(), key).unwrap()
    }

    /// A head cosigned by these at a time in seconds.
    pub(crate) fn head(&self, size: u64, key: &Key, witnesses: &[&Party], time: u64) -> SignedCheckpoint {
        let mut head = self.checkpoint(size, key);
        for witness in witnesses {
            let name = witness.origin.cosigner_name();
            let line = cosignature::cosign(&head.checkpoint, &name, time, &witness.cosigner).unwrap();
            head.note.signatures.push(line);
        }
        head
    }

    /// The prefix of its first entries, by form.
    pub(crate) fn prefix(&self, roots: &Roots, size: u64) -> Prefix {
        let mut prefix = Prefix::new(self.origin.clone());
        for leaf in &self.leaves[..size as usize] {
            prefix.push(roots, Leaf::Bytes(leaf)).unwrap();
        }
        prefix
    }
}

/// A folded log.
pub(crate) struct Fold {
    pub(crate) state: State,
    pub(crate) records: BTreeMap<RecordName, RecordState>,
    pub(crate) verdicts: Vec<Verdict>,
}

impl Fold {
    pub(crate) fn new(origin: Origin) -> Fold {
        Fold {
            state: State::new(origin),
            records: BTreeMap::new(),
            verdicts: Vec::new(),
        }
    }

    pub(crate) fn step(&mut self, world: &World, leaf: Leaf<'_>) {
        let verdict = step(&mut self.state, world, &self.records, leaf).unwrap();
        if let Verdict::Updates(updates) = &verdict {
            self.records.extend(updates.records.iter().cloned());
        }
        self.verdicts.push(verdict);
    }

    /// The word for the verdict on an entry: holds, updates, disputed, redacted, or why it is void.
    pub(crate) fn word(&self, index: u64) -> &str {
        match &self.verdicts[index as usize] {
            Verdict::Holds => "holds",
            Verdict::Updates(updates) if updates.disputed => "disputed",
            Verdict::Updates(_) => "updates",
            Verdict::Void(void) => void.code(),
            Verdict::Redacted => "redacted",
        }
    }

    pub(crate) fn words(&self) -> Vec<&str> {
        (0..self.verdicts.len() as u64)
            .map(|index| self.word(index))
            .collect()
    }

    pub(crate) fn record(&self, name: &str) -> Option<&RecordState> {
        self.records.get(&name.parse().unwrap())
    }
}

/// Folds a log from its first entry.
pub(crate) fn fold(world: &World, log: &Log) -> Fold {
    let mut fold = Fold::new(log.origin.clone());
    for leaf in &log.leaves {
        fold.step(world, Leaf::Bytes(leaf));
    }
    fold
}

/// The lines that the effect digest of a log hashes.
pub(crate) fn lines(world: &World, log: &Log) -> String {
    let fold = fold(world, log);
    let verdicts = fold.verdicts.iter().zip(0..);
    verdicts
        .map(|(verdict, index)| verdict.digest_line(index))
        .collect()
}
