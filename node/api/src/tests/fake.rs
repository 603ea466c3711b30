//! A node that is none: it answers what tests prepare and remembers what it was asked.

use std::sync::Mutex;
use std::time::Duration;

use futures::FutureExt;
use liaison_authority::drafts::{Draft, DraftChange, NewDraft};
use liaison_protocol::charter::{Charter, Condition, Standing};
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::Void;
use liaison_protocol::statement::Statement;
use liaison_protocol::tlog::{BundlePath, TilePath};
use liaison_protocol::update::{Audience, Previous};
use liaison_protocol::{Code, Hash, KeyId, Origin};
use tokio::sync::broadcast;

use crate::backend::{Answer, Backend, Submission};
use crate::model::*;

/// Events that a reader may lag behind.
pub(super) const LAG: usize = 4;

pub(super) struct Fake {
    pub(super) events: broadcast::Sender<Event>,
    /// What it was asked, in words.
    pub(super) asked: Mutex<Vec<String>>,
    /// The problem with which submissions end, if any.
    pub(super) refuses: Mutex<Option<Problem>>,
    /// The state of entry 5.
    pub(super) entry: Mutex<Entry>,
    /// How long `status` and submissions take.
    pub(super) delay: Mutex<Duration>,
    /// Records that it holds, by reference.
    pub(super) records: Mutex<Vec<Record>>,
    /// Leaves of every bundle.
    pub(super) leaves: Mutex<Vec<Vec<u8>>>,
    /// The update that waits for signatures, if one does: what is submitted then becomes it.
    pub(super) waiting: Mutex<Option<WaitingUpdate>>,
    /// What waits in its inbox.
    pub(super) inbox: Mutex<Vec<InboxItem>>,
}

pub(super) fn origin() -> Origin {
    "policenet.example/00112233445566778899aabbccddeeff/fr/1"
        .parse()
        .unwrap()
}

pub(super) fn previous(index: u64) -> Previous {
    Previous {
        epoch: 1,
        index,
        leaf_hash: Hash::of(&index.to_be_bytes()),
    }
}

impl Fake {
    pub(super) fn new() -> Fake {
        Fake {
            events: broadcast::channel(LAG).0,
            asked: Mutex::default(),
            refuses: Mutex::default(),
            entry: Mutex::new(entry()),
            delay: Mutex::default(),
            records: Mutex::default(),
            leaves: Mutex::new(vec![b"one".to_vec(), b"two".to_vec()]),
            waiting: Mutex::default(),
            inbox: Mutex::default(),
        }
    }

    pub(super) fn last(&self) -> String {
        self.asked.lock().unwrap().last().cloned().unwrap_or_default()
    }

    fn note(&self, what: String) {
        self.asked.lock().unwrap().push(what);
    }

    fn drafted(&self, what: String) -> Answer<'_, Draft> {
        self.note(what);
        let draft = serde_json::json!({
            "id": "0011223344556677", "record": "practice/cameras", "content": {}, "step": "open",
            "authors": ["local"], "comments": [], "created_at": 1, "changed_at": 1, "revision": 1,
        });
        async { Ok(serde_json::from_value(draft).unwrap()) }.boxed()
    }

    fn submitted<T: Send + 'static>(&self, answer: T) -> Answer<'_, T> {
        let refused = self.refuses.lock().unwrap().clone();
        let delay = *self.delay.lock().unwrap();
        async move {
            tokio::time::sleep(delay).await;
            refused.map_or(Ok(answer), Err)
        }
        .boxed()
    }

    // Only one log is known.
    fn log<T: Send + 'static>(&self, of: Hash, answer: T) -> Answer<'_, T> {
        let known = of == origin().hash();
        async move {
            if known {
                Ok(answer)
            } else {
                Err(Problem::not_found("no such log is held here"))
            }
        }
        .boxed()
    }
}

fn entry() -> Entry {
    Entry {
        origin: origin(),
        origin_hash: origin().hash(),
        index: 5,
        leaf: Some(Base64(b"leaf".to_vec())),
        leaf_hash: Hash::of(b"leaf"),
        sequenced_at: Some(1_700_000_000_000),
        verdict: Verdict::Holds,
        published: true,
        witnessed: Witnessing {
            witnesses: 4,
            needed: 3,
            ..Witnessing::default()
        },
        copies: Some(Copies { held: 0, needed: 2 }),
    }
}

fn summary(record: &Record) -> RecordSummary {
    RecordSummary {
        reference: record.reference.clone(),
        status: record.status,
        audience: record.audience,
        payload: record.payload,
        epoch: record.previous.epoch,
        index: record.previous.index,
        sequenced_at: record.sequenced_at,
        disputed: record.disputed,
    }
}

pub(super) fn record(reference: Reference) -> Record {
    let previous = previous(5);
    Record {
        reference,
        status: RecordStatus::Current,
        audience: Audience::Amber,
        payload: PayloadState::Held,
        content: None,
        origin: origin(),
        origin_hash: origin().hash(),
        previous,
        sequenced_at: 1_700_000_000_000,
        signers: vec![Signer {
            key_id: KeyId(Hash::of(b"key")),
            function: Some("duty desk".to_owned()),
            mandate: Some(2),
        }],
        disputed: false,
        stale_since: None,
        published: true,
        witnessed: Witnessing::default(),
        copies: None,
        checkpoint: None,
    }
}

/// The one piece of evidence that it holds.
pub(super) const PIECE: &[u8] = b"piece";

pub(super) fn evidence() -> Evidence {
    Evidence {
        hash: Hash::of(PIECE),
        size: PIECE.len() as u64,
        seen_at: Some(1_700_000_000_000),
        proves: Contradiction::Checkpoints {
            authority: origin().authority(),
            origin: origin(),
            sizes: [3, 5],
            keys: vec![KeyId(Hash::of(b"key"))],
        },
    }
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn charter_name() -> CharterName {
    CharterName {
        version: 2,
        hash: Hash::of(b"charter"),
    }
}

impl Backend for Fake {
    fn status(&self) -> Answer<'_, Status> {
        let delay = *self.delay.lock().unwrap();
        let status = Status {
            network: Hash::of(b"network"),
            name: "SAMPLE".to_owned(),
            authority: code("FR"),
            release: "0.1.0".to_owned(),
            instance: "00".to_owned(),
            started_at: 1,
            charter: charter_name(),
            proposals: 1,
            guard: Guard::Waiting {
                answered: vec![code("DE")],
                waiting_for: vec![code("COE")],
                needed: 1,
            },
            peers: PeerCount {
                connected: 3,
                witnesses_connected: 2,
                witnesses: 4,
                needed: 3,
            },
            authorities: vec![],
        };
        async move {
            tokio::time::sleep(delay).await;
            Ok(status)
        }
        .boxed()
    }

    fn network(&self) -> Answer<'_, Network> {
        let authority = NetworkAuthority {
            authority: code("FR"),
            standing: Standing::Member,
            condition: Condition::Good,
            witness: true,
            origin: origin(),
            origin_hash: origin().hash(),
            root_key: KeyId(Hash::of(b"root")),
        };
        let network = Network {
            network: Hash::of(b"network"),
            name: "SAMPLE".to_owned(),
            prefix: "policenet.example".to_owned(),
            format_level: 1,
            threshold: 3,
            council: vec![],
            versions: vec![],
            authorities: vec![authority],
            rivalries: vec![],
        };
        async move { Ok(network) }.boxed()
    }

    fn charters(&self) -> Answer<'_, Vec<u8>> {
        async { Ok(b"chain".to_vec()) }.boxed()
    }

    fn evidence(&self) -> Answer<'_, Vec<Evidence>> {
        async { Ok(vec![evidence()]) }.boxed()
    }

    fn evidence_piece(&self, hash: Hash) -> Answer<'_, Vec<u8>> {
        async move {
            match hash == evidence().hash {
                true => Ok(PIECE.to_vec()),
                false => Err(Problem::not_found("no such piece is held here")),
            }
        }
        .boxed()
    }

    fn proposals(&self) -> Answer<'_, Proposals> {
        async {
            let envelope = Base64(b"envelope".to_vec());
            Ok(Proposals {
                proposals: vec![Proposal {
                    hash: Hash::of(b"pending"),
                    version: 3,
                    round: 0,
                    previous: Hash::of(b"charter"),
                    open: true,
                    text: "what it changes".to_owned(),
                    signatures: vec![Tally {
                        council: "new".to_owned(),
                        signed: vec![KeyId(Hash::of(b"one"))],
                        missing: vec![KeyId(Hash::of(b"two"))],
                        needed: 2,
                    }],
                    envelope: envelope.clone(),
                }],
                aside: vec![envelope],
            })
        }
        .boxed()
    }

    fn checkup(&self) -> Answer<'_, Checkup> {
        async {
            Ok(Checkup::of(
                vec![Finding::good("store", "all is there")],
                "nothing",
            ))
        }
        .boxed()
    }

    fn test_peer(&self, authority: Code) -> Answer<'_, PeerTest> {
        let checkup = Checkup::of(vec![Finding::good("name", "it is known")], "nothing");
        let test = PeerTest {
            authority,
            reached: true,
            checkup,
        };
        async { Ok(test) }.boxed()
    }

    fn refresh_metrics(&self) -> Answer<'_, ()> {
        async { Ok(()) }.boxed()
    }

    fn peers(&self) -> Answer<'_, Vec<Peer>> {
        async { Ok(vec![]) }.boxed()
    }

    fn records(&self, query: RecordQuery) -> Answer<'_, RecordPage> {
        self.note(format!("{query:?}"));
        let held = self.records.lock().unwrap();
        let asked = held.iter().filter(|record| {
            let name = &record.reference;
            let after = query.after.as_ref().is_none_or(|after| name > after);
            after
                && query
                    .kind
                    .as_deref()
                    .is_none_or(|kind| name.record.kind() == kind)
        });
        let mut records: Vec<RecordSummary> = asked.map(summary).collect();
        let more = records.len() > query.limit;
        records.truncate(query.limit);
        let next = records.last().filter(|_| more).map(|last| last.reference.clone());
        async {
            Ok(RecordPage {
                records,
                next,
                checkpoints: vec![],
            })
        }
        .boxed()
    }

    fn search(&self, query: SearchQuery) -> Answer<'_, SearchPage> {
        self.note(format!("{query:?}"));
        async {
            Ok(SearchPage {
                total: 0,
                hits: vec![],
                facets: SearchFacets::default(),
                next: None,
                behind: 0,
            })
        }
        .boxed()
    }

    fn inbox(&self, language: String) -> Answer<'_, Inbox> {
        self.note(language);
        let items = self.inbox.lock().unwrap().clone();
        async {
            Ok(Inbox {
                authority: code("FR"),
                items,
                more: false,
            })
        }
        .boxed()
    }

    fn drafts(&self, query: DraftQuery) -> Answer<'_, DraftPage> {
        self.note(format!("{query:?}"));
        async {
            Ok(DraftPage {
                drafts: vec![],
                next: None,
            })
        }
        .boxed()
    }

    fn draft(&self, id: String) -> Answer<'_, Draft> {
        self.drafted(format!("draft {id}"))
    }

    fn make_draft(&self, new: NewDraft, by: String) -> Answer<'_, Draft> {
        self.drafted(format!("{by} makes {} of {}", new.record, new.content))
    }

    fn change_draft(&self, id: String, change: DraftChange, by: String) -> Answer<'_, Draft> {
        self.drafted(format!(
            "{by} changes {id} from {} to {}",
            change.revision, change.content
        ))
    }

    fn comment_draft(&self, id: String, text: String, by: String) -> Answer<'_, Draft> {
        self.drafted(format!("{by} says of {id}: {text}"))
    }

    fn step_draft(&self, id: String, step: NewStep, by: String) -> Answer<'_, Draft> {
        let NewStep {
            revision,
            step,
            reason,
            index,
        } = step;
        let step = step.word();
        self.drafted(format!(
            "{by} takes {id} at {revision} to {step}, {reason:?}, {index:?}"
        ))
    }

    fn record(&self, reference: Reference, as_of: Option<AsOf>) -> Answer<'_, Record> {
        self.note(match as_of {
            Some(as_of) => format!("{reference} as of {as_of}"),
            None => reference.to_string(),
        });
        let held = self.records.lock().unwrap();
        let held = held.iter().find(|record| record.reference == reference).cloned();
        async move {
            match reference.record.slug() {
                _ if held.is_some() => Ok(held.unwrap()),
                "absent" => Err(Problem::not_found(format!("{reference} was never published"))),
                _ => Ok(record(reference)),
            }
        }
        .boxed()
    }

    fn history(&self, reference: Reference, query: HistoryQuery) -> Answer<'_, History> {
        self.note(format!("{query:?}"));
        async {
            Ok(History {
                reference,
                versions: vec![],
                next: None,
            })
        }
        .boxed()
    }

    fn voids(&self, reference: Reference, query: HistoryQuery) -> Answer<'_, VoidChanges> {
        self.note(format!("void {query:?}"));
        async {
            Ok(VoidChanges {
                reference,
                changes: vec![],
                next: None,
            })
        }
        .boxed()
    }

    fn analyse(&self, query: AnalysisQuery) -> Answer<'_, Vec<u8>> {
        self.note(format!("{query:?}"));
        async { Ok(b"{}".to_vec()) }.boxed()
    }

    fn replay(&self, manifest: Manifest) -> Answer<'_, Vec<u8>> {
        self.note(format!(
            "replay {} of {} entries",
            manifest.analysis,
            manifest.entries.len()
        ));
        async { Ok(b"{}".to_vec()) }.boxed()
    }

    fn referrers(&self, reference: Reference, query: ReferrerQuery) -> Answer<'_, ReferrerPage> {
        self.note(format!("{query:?} of {reference}"));
        async {
            Ok(ReferrerPage {
                records: vec![],
                unread: 0,
                next: None,
            })
        }
        .boxed()
    }

    fn submit_update(&self, submission: Submission) -> Answer<'_, Submitted> {
        let payloads: Vec<_> = submission.payloads.iter().map(Vec::len).collect();
        self.note(format!(
            "update of {} with {payloads:?}",
            submission.update.origin
        ));
        let accepted = Submitted::Accepted(Accepted {
            origin: origin(),
            origin_hash: origin().hash(),
            index: 5,
            leaf_hash: Hash::of(b"leaf"),
        });
        let waiting = self.waiting.lock().unwrap().clone();
        self.submitted(waiting.map_or(accepted, Submitted::Waiting))
    }

    fn waiting_updates(&self) -> Answer<'_, WaitingUpdates> {
        let updates = self.waiting.lock().unwrap().clone().into_iter().collect();
        self.submitted(WaitingUpdates { updates })
    }

    fn waiting_update(&self, hash: Hash) -> Answer<'_, WaitingSubmission> {
        async move { Err(Problem::not_found(format!("no update {hash} waits"))) }.boxed()
    }

    fn drop_waiting(&self, hash: Hash) -> Answer<'_, ()> {
        self.note(format!("give up {hash}"));
        self.submitted(())
    }

    fn submit_statement(&self, statement: Signed<Statement>) -> Answer<'_, ImportedStatement> {
        self.note(format!(
            "statement {} of {}",
            statement.serial, statement.authority
        ));
        self.submitted(ImportedStatement {
            authority: statement.authority.clone(),
            hash: statement.hash(),
            added: true,
        })
    }

    fn submit_charters(&self, charters: Vec<Signed<Charter>>) -> Answer<'_, ImportedCharters> {
        let versions: Vec<u64> = charters.iter().map(|charter| charter.version).collect();
        self.note(format!("charters {versions:?}"));
        self.submitted(ImportedCharters {
            version: 2,
            hash: Hash::of(b"charter"),
            added: charters.len(),
            pending: None,
        })
    }

    fn resolve(&self, chosen: Hash) -> Answer<'_, ImportedCharters> {
        self.note(format!("resolve {chosen}"));
        self.submitted(ImportedCharters {
            version: 2,
            hash: chosen,
            added: 0,
            pending: None,
        })
    }

    fn entry(&self, origin: Hash, index: u64) -> Answer<'_, Entry> {
        self.note(format!("entry {index}"));
        let entry = self.entry.lock().unwrap().clone();
        self.log(origin, entry)
    }

    fn bundle(&self, origin: Hash, _index: u64) -> Answer<'_, Vec<u8>> {
        self.log(origin, b"bundle".to_vec())
    }

    fn checkpoint(&self, origin: Hash) -> Answer<'_, Vec<u8>> {
        self.log(origin, b"note\n".to_vec())
    }

    fn tile(&self, origin: Hash, tile: TilePath) -> Answer<'_, Vec<Hash>> {
        self.note(tile.to_string());
        self.log(origin, vec![Hash::of(b"leaf"); tile.width().into()])
    }

    fn leaves(&self, origin: Hash, bundle: BundlePath) -> Answer<'_, Vec<Vec<u8>>> {
        self.note(bundle.to_string());
        let leaves = self.leaves.lock().unwrap().clone();
        self.log(origin, leaves)
    }

    fn policy(&self, origin: Hash) -> Answer<'_, String> {
        self.log(origin, "log key\n".to_owned())
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

/// A stale update, as effect says it.
pub(super) fn stale() -> Void {
    Void::Stale {
        record: "practice/patrol".parse().unwrap(),
        given: Some(previous(3)),
        found: Some(previous(4)),
    }
}
