//! What the interface needs of the node. The node decides; the interface only translates.

use futures::future::BoxFuture;
use liaison_authority::drafts::{Draft, DraftChange, NewDraft};
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::Statement;
use liaison_protocol::tlog::{BundlePath, TilePath};
use liaison_protocol::update::Update;
use liaison_protocol::{Code, Hash};
use tokio::sync::broadcast;

use crate::model::{
    AnalysisQuery, AsOf, Checkup, DraftPage, DraftQuery, Entry, Event, Evidence, History, HistoryQuery,
    ImportedCharters, ImportedStatement, Inbox, Manifest, Network, NewStep, Peer, PeerTest, Problem,
    Proposals, Record, RecordPage, RecordQuery, Reference, ReferrerPage, ReferrerQuery, SearchPage,
    SearchQuery, Status, Submitted, VoidChanges, WaitingSubmission, WaitingUpdates,
};

/// What a method of [`Backend`] answers.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Problem>>;

/// An update as it was submitted: its form is checked, nothing else.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The signed update.
    pub update: Signed<Update>,
    /// One payload (salt included) for each put, in the order of the changes. Their number and digests are not
    /// checked yet.
    pub payloads: Vec<Vec<u8>>,
}

/// The node, as the interface sees it.
///
/// Logs are named by the SHA-256 of their origin. Whatever is not known is
/// [`Problem::not_found`]. Methods are called concurrently and may be dropped before they are done; a
/// submission that was handed over goes on all the same.
pub trait Backend: Send + Sync + 'static {
    /// How the node does.
    fn status(&self) -> Answer<'_, Status>;

    /// Who belongs to the network.
    fn network(&self) -> Answer<'_, Network>;

    /// The charter versions known, oldest first, as [`Signed::<Charter>::write_chain`] writes them.
    fn charters(&self) -> Answer<'_, Vec<u8>>;

    /// The evidence that is held, what was seen last first.
    fn evidence(&self) -> Answer<'_, Vec<Evidence>>;

    /// A piece of it, by the SHA-256 of its bytes.
    fn evidence_piece(&self, hash: Hash) -> Answer<'_, Vec<u8>>;

    /// The charter versions that gather signatures.
    fn proposals(&self) -> Answer<'_, Proposals>;

    /// Who is connected, by authority.
    fn peers(&self) -> Answer<'_, Vec<Peer>>;

    /// Looks the node over: store, keys, own log, clock, peers.
    fn checkup(&self) -> Answer<'_, Checkup>;

    /// Tests the node of an authority, step by step.
    fn test_peer(&self, authority: Code) -> Answer<'_, PeerTest>;

    /// Brings the node's metrics in the registry up to date, before they are read.
    fn refresh_metrics(&self) -> Answer<'_, ()>;

    /// A page of records, by reference, with at most `query.limit` records.
    fn records(&self, query: RecordQuery) -> Answer<'_, RecordPage>;

    /// The state of a record: as of then, or the current one.
    fn record(&self, reference: Reference, as_of: Option<AsOf>) -> Answer<'_, Record>;

    /// A page of a record's versions with effect, oldest first.
    fn history(&self, reference: Reference, query: HistoryQuery) -> Answer<'_, History>;

    /// A page of the changes of a record that had no effect, oldest first; empty for a record that is not known.
    fn voids(&self, reference: Reference, query: HistoryQuery) -> Answer<'_, VoidChanges>;

    /// A page of the records that name this one in a reference, with at most `query.limit` of them.
    fn referrers(&self, reference: Reference, query: ReferrerQuery) -> Answer<'_, ReferrerPage>;

    /// A page of the records that match, with at most `query.limit` hits.
    fn search(&self, query: SearchQuery) -> Answer<'_, SearchPage>;

    /// What waits for this authority, with titles in this language.
    fn inbox(&self, language: String) -> Answer<'_, Inbox>;

    /// A page of drafts, those last changed first.
    fn drafts(&self, query: DraftQuery) -> Answer<'_, DraftPage>;

    /// One draft.
    fn draft(&self, id: String) -> Answer<'_, Draft>;

    /// Begins a draft; `by` is who asks.
    fn make_draft(&self, new: NewDraft, by: String) -> Answer<'_, Draft>;

    /// Changes what a draft says.
    fn change_draft(&self, id: String, change: DraftChange, by: String) -> Answer<'_, Draft>;

    /// Adds a remark.
    fn comment_draft(&self, id: String, text: String, by: String) -> Answer<'_, Draft>;

    /// Takes a step. That it is published is seen in the log, not believed.
    fn step_draft(&self, id: String, step: NewStep, by: String) -> Answer<'_, Draft>;

    /// The outcome of an analysis as JSON, the same bytes wherever it rests on the same entries; what the analysis does
    /// not take is [`ProblemType::Malformed`](crate::model::ProblemType::Malformed).
    fn analyse(&self, query: AnalysisQuery) -> Answer<'_, Vec<u8>>;

    /// The same bytes once more; what of the manifest is not here is
    /// [`ProblemType::Undecided`](crate::model::ProblemType::Undecided).
    fn replay(&self, manifest: Manifest) -> Answer<'_, Vec<u8>>;

    /// Checks `previous` and all else that effect depends on, sequences the update, and answers once
    /// its entry is durable. An update that would be void is [`Problem::void`] and not sequenced; one that only
    /// lacks signatures waits for them, together with those of the same update that were submitted before.
    fn submit_update(&self, submission: Submission) -> Answer<'_, Submitted>;

    /// The updates that wait for signatures, the oldest first.
    fn waiting_updates(&self) -> Answer<'_, WaitingUpdates>;

    /// One of them, with its bytes.
    fn waiting_update(&self, hash: Hash) -> Answer<'_, WaitingSubmission>;

    /// Gives one of them up.
    fn drop_waiting(&self, hash: Hash) -> Answer<'_, ()>;

    /// Takes in a statement and passes it on.
    fn submit_statement(&self, statement: Signed<Statement>) -> Answer<'_, ImportedStatement>;

    /// Takes in charter versions, oldest first; those known already change nothing. The last may still gather
    /// signatures: it is kept and passed on, and those of it that are held are put together.
    fn submit_charters(&self, charters: Vec<Signed<Charter>>) -> Answer<'_, ImportedCharters>;

    /// The operator chooses between rival charter versions.
    fn resolve(&self, chosen: Hash) -> Answer<'_, ImportedCharters>;

    /// An entry, what it came to, and how far it is known in the network, as of now. The interface
    /// asks again after events of its log while somebody waits for [`Entry::is_settled`].
    fn entry(&self, origin: Hash, index: u64) -> Answer<'_, Entry>;

    /// The bundle that proves an entry, as [`liaison_protocol::verify::Bundle::to_bytes`] writes it.
    fn bundle(&self, origin: Hash, index: u64) -> Answer<'_, Vec<u8>>;

    /// The newest checkpoint held of a log with its cosignatures, a C2SP signed note.
    fn checkpoint(&self, origin: Hash) -> Answer<'_, Vec<u8>>;

    /// Exactly the `tile.width()` hashes of a tile that lies within the committed tree.
    fn tile(&self, origin: Hash, tile: TilePath) -> Answer<'_, Vec<Hash>>;

    /// Exactly the `bundle.width()` leaves of an entry bundle that lies within the committed tree; an
    /// empty leaf is a redacted one.
    fn leaves(&self, origin: Hash, bundle: BundlePath) -> Answer<'_, Vec<Vec<u8>>>;

    /// The C2SP tlog-policy of a log by the charter version that it names.
    fn policy(&self, origin: Hash) -> Answer<'_, String>;

    /// What happens from now on. The channel's capacity is what a reader may lag behind.
    fn subscribe(&self) -> broadcast::Receiver<Event>;
}
