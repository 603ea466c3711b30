//! The node, as its HTTP interface sees it: every question goes to the engine between two groups.

mod analyses;
mod as_of;
mod charters;
mod drafts;
mod entries;
mod evidence;
mod history;
mod inbox;
mod logs;
mod records;
mod referrers;
mod search;
mod status;
mod waiting;

use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use liaison_api::model::{
    AnalysisQuery, AsOf, Checkup, DraftPage, DraftQuery, Entry, Event, Evidence, Guard, History,
    HistoryQuery, ImportedCharters, ImportedStatement, Inbox, Manifest, Network, NewStep, Peer, PeerTest,
    Problem, ProblemType, Proposals, Record, RecordPage, RecordQuery, Reference, ReferrerPage, ReferrerQuery,
    SearchPage, SearchQuery, Status, Submitted, VoidChanges, WaitingSubmission, WaitingUpdates,
};
use liaison_api::{Answer, Backend, Submission};
use liaison_authority::drafts::{DRAFT_SIZE_MAX, Draft, DraftChange, Drafts, NewDraft};
use liaison_config::Settings;
use liaison_federation::store::StoreError;
use liaison_network::Handle;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::Statement;
use liaison_protocol::tlog::{BundlePath, TilePath};
use liaison_protocol::{Code, Hash, Origin};
use tokio::sync::{Semaphore, broadcast};

use crate::doctor;
use crate::engine::{Engine, EngineInput, GuardState, SubmitError, Told};
use crate::folder::Folder;
use crate::metrics::Metrics;
use crate::peer_test;
use crate::runtime::{EngineHandle, Stopped};
use crate::search::SearchDesk;
use crate::start::Node;
use crate::waiting::{self as kept, Waiting};

pub(crate) use history::signers;
pub(crate) use status::{authorities, count, witnesses};

/// Answers the HTTP interface.
pub struct NodeBackend {
    engine: EngineHandle,
    events: broadcast::Sender<Event>,
    process: Process,
    network: Handle,
    metrics: Metrics,
    search: SearchDesk,
    drafts: drafts::Shelf,
    waiting: waiting::Shelf,
    // Held while signatures of one update are put together.
    signing: tokio::sync::Mutex<()>,
    analyses: Arc<Semaphore>,
}

/// What a status says of this process.
#[derive(Debug, Clone)]
pub struct Process {
    /// Random number of this process, hex.
    pub instance: String,
    /// When it started (Unix, milliseconds).
    pub started_at: u64,
    /// What it was started with.
    pub settings: Arc<Settings>,
}

impl NodeBackend {
    /// Joins a node to the interface.
    ///
    /// # Errors
    /// When the folders of drafts and of updates that wait cannot be read.
    pub fn new(node: &Node, process: Process) -> std::io::Result<NodeBackend> {
        let data = &process.settings.data;
        let folder = |name, size_max| Folder::open(data, name, size_max).map(Box::new);
        let drafts = Arc::new(Mutex::new(Drafts::open(folder("drafts", DRAFT_SIZE_MAX)?)?));
        let waiting = Waiting::open(folder("waiting", kept::FILE_SIZE_MAX)?)?;
        let engine = node.engine.clone();
        let metrics = Metrics::register(&mut node.metrics.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(NodeBackend {
            engine,
            events: node.events.clone(),
            process,
            network: node.network.clone(),
            metrics,
            search: node.search.clone(),
            drafts,
            waiting: Arc::new(Mutex::new(waiting)),
            signing: tokio::sync::Mutex::default(),
            analyses: Arc::new(Semaphore::new(1)),
        })
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Engine) -> Result<T, Problem> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, Problem>> {
        async move { self.engine.ask(question).await.map_err(stopped)? }.boxed()
    }

    // Hands over what an operator imports and waits until it is on stable storage: questions are answered after the
    // group before them was flushed.
    async fn durable(&self, input: EngineInput) -> Result<(), Problem> {
        self.engine.input(input).await.map_err(stopped)?;
        self.engine.ask(|_| ()).await.map_err(stopped)
    }

    fn event(&self, event: Event) {
        // Nobody listening is no fault.
        let _ = self.events.send(event);
    }
}

impl Backend for NodeBackend {
    fn status(&self) -> Answer<'_, Status> {
        let process = self.process.clone();
        self.ask(move |engine| status::status(engine, process))
    }

    fn network(&self) -> Answer<'_, Network> {
        self.ask(|engine| Ok(status::network(engine)))
    }

    fn charters(&self) -> Answer<'_, Vec<u8>> {
        self.ask(|engine| {
            let versions = engine.world().chain().in_force().iter();
            Ok(Signed::<Charter>::write_chain(versions.map(|charter| &**charter)))
        })
    }

    fn evidence(&self) -> Answer<'_, Vec<Evidence>> {
        self.ask(|engine| Ok(evidence::all(engine)))
    }

    fn evidence_piece(&self, hash: Hash) -> Answer<'_, Vec<u8>> {
        self.ask(move |engine| evidence::piece(engine, hash))
    }

    fn proposals(&self) -> Answer<'_, Proposals> {
        self.ask(|engine| Ok(charters::proposals(engine)))
    }

    fn peers(&self) -> Answer<'_, Vec<Peer>> {
        self.ask(|engine| Ok(status::peers(engine)))
    }

    fn checkup(&self) -> Answer<'_, Checkup> {
        let settings = self.process.settings.clone();
        async move {
            let now = crate::runtime::now();
            // Beside the engine, which goes on meanwhile: all logs are read.
            let files = tokio::task::spawn_blocking(move || doctor::files(&settings, now));
            let mut findings = files
                .await
                .map_err(|_| Problem::internal("the files of the node could not be looked at"))?;
            let living = self.ask(move |engine| Ok(doctor::living(engine, now)));
            findings.extend(living.await?);
            Ok(doctor::checkup(findings))
        }
        .boxed()
    }

    fn test_peer(&self, authority: Code) -> Answer<'_, PeerTest> {
        peer_test::run(&self.engine, &self.network, authority).boxed()
    }

    fn refresh_metrics(&self) -> Answer<'_, ()> {
        self.metrics.refresh(&self.engine, &self.network).boxed()
    }

    fn records(&self, query: RecordQuery) -> Answer<'_, RecordPage> {
        self.ask(move |engine| records::page(engine, &query))
    }

    fn record(&self, reference: Reference, as_of: Option<AsOf>) -> Answer<'_, Record> {
        self.ask(move |engine| records::record(engine, reference, as_of.as_ref()))
    }

    fn history(&self, reference: Reference, query: HistoryQuery) -> Answer<'_, History> {
        self.ask(move |engine| history::versions(engine, reference, query))
    }

    fn voids(&self, reference: Reference, query: HistoryQuery) -> Answer<'_, VoidChanges> {
        self.ask(move |engine| history::voids(engine, reference, query))
    }

    fn referrers(&self, reference: Reference, query: ReferrerQuery) -> Answer<'_, ReferrerPage> {
        self.ask(move |engine| referrers::page(engine, &reference, &query))
    }

    fn search(&self, query: SearchQuery) -> Answer<'_, SearchPage> {
        search::answer(self, query).boxed()
    }

    fn inbox(&self, language: String) -> Answer<'_, Inbox> {
        self.what_waits(language).boxed()
    }

    fn drafts(&self, query: DraftQuery) -> Answer<'_, DraftPage> {
        drafts::with(&self.drafts, move |all| Ok(drafts::page(all, &query))).boxed()
    }

    fn draft(&self, id: String) -> Answer<'_, Draft> {
        drafts::with(&self.drafts, move |all| all.get(&id)).boxed()
    }

    fn make_draft(&self, new: NewDraft, by: String) -> Answer<'_, Draft> {
        let id = format!("{:016x}", rand::random::<u64>());
        let now = crate::runtime::now();
        drafts::with(&self.drafts, move |all| all.make(id, new, &by, now)).boxed()
    }

    fn change_draft(&self, id: String, change: DraftChange, by: String) -> Answer<'_, Draft> {
        let now = crate::runtime::now();
        drafts::with(&self.drafts, move |all| all.change(&id, change, &by, now)).boxed()
    }

    fn comment_draft(&self, id: String, text: String, by: String) -> Answer<'_, Draft> {
        let now = crate::runtime::now();
        drafts::with(&self.drafts, move |all| all.comment(&id, text, &by, now)).boxed()
    }

    fn step_draft(&self, id: String, taken: NewStep, by: String) -> Answer<'_, Draft> {
        self.take_step(id, taken, by).boxed()
    }

    fn analyse(&self, query: AnalysisQuery) -> Answer<'_, Vec<u8>> {
        analyses::analyse(self, query).boxed()
    }

    fn replay(&self, manifest: Manifest) -> Answer<'_, Vec<u8>> {
        analyses::replay(self, manifest).boxed()
    }

    fn submit_update(&self, submission: Submission) -> Answer<'_, Submitted> {
        self.submit(submission).boxed()
    }

    fn waiting_updates(&self) -> Answer<'_, WaitingUpdates> {
        self.all_waiting().boxed()
    }

    fn waiting_update(&self, hash: Hash) -> Answer<'_, WaitingSubmission> {
        self.one_waiting(hash).boxed()
    }

    fn drop_waiting(&self, hash: Hash) -> Answer<'_, ()> {
        self.give_up(hash).boxed()
    }

    fn submit_statement(&self, statement: Signed<Statement>) -> Answer<'_, ImportedStatement> {
        async move {
            let (authority, hash) = (statement.authority.clone(), statement.hash());
            let checked = statement.clone();
            // The set itself says why it would not take it.
            let known = self.ask(move |engine| {
                let mut trial = engine.world().clone();
                trial
                    .insert_statement(checked)
                    .map_err(|e| Problem::refused(e.to_string()))
            });
            let added = known.await?;
            self.durable(EngineInput::Statement(Box::new(statement))).await?;
            Ok(ImportedStatement {
                authority,
                hash,
                added,
            })
        }
        .boxed()
    }

    fn submit_charters(&self, charters: Vec<Signed<Charter>>) -> Answer<'_, ImportedCharters> {
        self.import_charters(charters).boxed()
    }

    fn resolve(&self, chosen: Hash) -> Answer<'_, ImportedCharters> {
        async move {
            let known = self.ask(move |engine| {
                let rivals = engine.world().chain().rivalries();
                if !rivals.iter().any(|rivalry| rivalry.rivals.contains(&chosen)) {
                    return Err(Problem::not_found(format!(
                        "{chosen} is none of two rival charter versions"
                    )));
                }
                let mut trial = engine.world().clone();
                trial.resolve(chosen);
                Ok(newest(&trial, 0))
            });
            let imported = known.await?;
            self.durable(EngineInput::Resolve(chosen)).await?;
            Ok(imported)
        }
        .boxed()
    }

    fn entry(&self, origin: Hash, index: u64) -> Answer<'_, Entry> {
        self.ask(move |engine| entries::entry(engine, &find(engine, origin)?, index))
    }

    fn bundle(&self, origin: Hash, index: u64) -> Answer<'_, Vec<u8>> {
        self.ask(move |engine| entries::bundle(engine, &find(engine, origin)?, index))
    }

    fn checkpoint(&self, origin: Hash) -> Answer<'_, Vec<u8>> {
        self.ask(move |engine| logs::checkpoint(engine, &find(engine, origin)?))
    }

    fn tile(&self, origin: Hash, tile: TilePath) -> Answer<'_, Vec<Hash>> {
        self.ask(move |engine| logs::tile(engine, &find(engine, origin)?, &tile))
    }

    fn leaves(&self, origin: Hash, bundle: BundlePath) -> Answer<'_, Vec<Vec<u8>>> {
        self.ask(move |engine| logs::leaves(engine, &find(engine, origin)?, &bundle))
    }

    fn policy(&self, origin: Hash) -> Answer<'_, String> {
        self.ask(move |engine| logs::policy(engine, &find(engine, origin)?))
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

fn newest(world: &liaison_protocol::World, added: usize) -> ImportedCharters {
    let newest = world.chain().newest();
    ImportedCharters {
        version: newest.version,
        hash: newest.hash(),
        added,
        pending: None,
    }
}

fn stopped(_: Stopped) -> Problem {
    Problem::new(ProblemType::Busy, "the node is stopping; try again when it runs")
}

/// What a failed store means to whoever asked: the cause stands in the node's own log.
fn failed(error: StoreError) -> Problem {
    tracing::error!(%error, "a question could not be answered");
    Problem::internal("the store failed; the operator's log names the file and what to do")
}

fn find(engine: &Engine, hash: Hash) -> Result<Origin, Problem> {
    let found = engine
        .store()
        .logs()
        .into_iter()
        .find(|origin| origin.hash() == hash);
    found.ok_or_else(|| Problem::not_found(format!("no log is held whose origin has the hash {hash}")))
}

fn refusal(error: &SubmitError) -> Problem {
    match error {
        SubmitError::Void(void) => Problem::void(void),
        SubmitError::ReadOnly(_) => Problem::new(ProblemType::ReadOnly, error.to_string()),
        SubmitError::TooLarge(_) => Problem::new(ProblemType::TooLarge, error.to_string()),
        SubmitError::Busy => Problem::new(ProblemType::Busy, error.to_string()),
        SubmitError::NotOpen(_) | SubmitError::Waiting { .. } | SubmitError::Recovering { .. } => {
            Problem::new(ProblemType::Waiting, error.to_string())
        }
        SubmitError::Payload { .. } | SubmitError::Unwritable(_) | SubmitError::Level(_) => {
            Problem::refused(error.to_string())
        }
    }
}

pub(crate) fn guard(state: &GuardState) -> Guard {
    match state.clone() {
        GuardState::Live => Guard::Live,
        GuardState::Waiting {
            answered,
            waiting_for,
            needed,
        } => Guard::Waiting {
            answered,
            waiting_for,
            needed,
        },
        GuardState::Recovering { size, seen } => Guard::Recovering { size, seen },
        GuardState::ReadOnly { reason } => Guard::ReadOnly { reason },
    }
}

pub(crate) fn event(told: Told) -> Event {
    match told {
        Told::Held { origin, size } => Event::Held { origin, size },
        Told::Witnessed {
            origin,
            size,
            cosignatures,
        } => Event::Witnessed {
            origin,
            size,
            cosignatures,
        },
        Told::Payload {
            origin,
            index,
            change,
        } => Event::Payload {
            origin,
            index,
            change,
        },
        Told::Guard(state) => Event::Guard { guard: guard(&state) },
        Told::Charters { version, hash } => Event::Charters { version, hash },
        Told::Evidence(bytes) => Event::Evidence {
            hash: Hash::of(&bytes),
        },
    }
}
