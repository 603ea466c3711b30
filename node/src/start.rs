//! Starting a node: store, journal, engine, network, in the order in which they need each other.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use liaison_api::model;
use liaison_authority::GuardedKeys;
use liaison_config::Settings;
use liaison_federation::store::{LogStore, StoreError};
use liaison_federation::transport::Command;
use liaison_federation::{Config, Limits, Recovered, Time, VERSIONS};
use liaison_network::{Handle, NetworkError, with_peer};
use liaison_protocol::charter::{Chain, ChainError, Charter};
use liaison_protocol::dsse::{FormatError, Signed};
use liaison_protocol::statement::Statement;
use liaison_protocol::{Hash, World};
use liaison_store::{Access, Options as StoreOptions, RealDisk, RunMark, SignerState, SledIndex, Store};
use prometheus_client::registry::Registry;
use tokio::sync::{broadcast, watch};

use crate::addresses::{AnnounceError, Announced};
use crate::backend;
use crate::engine::{Engine, EngineError, EngineInput, Parts, Told};
use crate::journal::MarkedJournal;
use crate::keys::NodeKeys;
use crate::records::Records;
use crate::runtime::{self, Clocks, EngineHandle, Outlet};
use crate::search::{self, SearchDesk};

/// Events that a slow listener may be behind.
const LISTENER_MAX: usize = 4096;

/// What a node is started with.
pub struct Options {
    /// Its settings.
    pub settings: Settings,
    /// The charter versions in the operator's file, oldest first.
    pub charters: Vec<Signed<Charter>>,
    /// Its keys.
    pub keys: NodeKeys,
    /// What says the time.
    pub clock: runtime::Clock,
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is missing or wrong.
    #[error("{0}")]
    Settings(String),
    /// The charter file and the store are of different networks, or the file is broken.
    #[error("the charter: {0}")]
    Charter(#[from] ChainError),
    /// Something in the store cannot be read.
    #[error("{0}")]
    Stored(#[from] FormatError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The network failed.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The system refused the engine's thread.
    #[error("the engine's thread cannot be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// A running node.
pub struct Node {
    /// The way to its engine.
    pub engine: EngineHandle,
    /// Its network.
    pub network: Handle,
    /// Addresses at which it listens, with its peer id, as they become known.
    pub listening: watch::Receiver<Vec<String>>,
    /// What happens in it, for whoever listens.
    pub events: broadcast::Sender<model::Event>,
    /// Its metrics.
    pub metrics: Arc<Mutex<Registry>>,
    /// Random number of this process.
    pub instance: [u8; 16],
    /// Its search index.
    pub search: SearchDesk,
    indexing: JoinHandle<()>,
    thread: JoinHandle<Result<(), EngineError>>,
}

struct Outside {
    network: Handle,
    events: broadcast::Sender<model::Event>,
    clock: runtime::Clock,
    announced: Announced,
    addresses: watch::Sender<Vec<String>>,
}

impl Outlet for Outside {
    fn listening(&mut self, address: &str) -> Option<EngineInput> {
        let named = with_peer(address, &self.network.peer());
        self.addresses.send_modify(|known| known.push(named));
        announced(self.announced.add(address, (self.clock)()).map(Some))
    }

    fn sign_record(&mut self, above: u64) -> Option<EngineInput> {
        tracing::info!("other nodes hold a newer record of this node's addresses; it signs one above that");
        announced(self.announced.outdo(above))
    }

    fn command(&self, command: Command) {
        self.network.send(command);
    }

    fn told(&self, told: Told) {
        // Nobody listening is no fault.
        let _ = self.events.send(backend::event(told));
    }
}

// What the engine is to know of a record of this node's addresses, where there is one.
fn announced(record: Result<Option<Vec<u8>>, AnnounceError>) -> Option<EngineInput> {
    match record {
        Ok(record) => record.map(EngineInput::OwnRecord),
        Err(error) => {
            tracing::warn!(%error, "this node's addresses cannot be announced");
            None
        }
    }
}

impl Node {
    /// Starts a node. Must be called within a tokio runtime.
    pub async fn start(options: Options) -> Result<Node, StartError> {
        let Options {
            settings,
            charters,
            keys,
            clock,
        } = options;
        let mut registry = Registry::default();
        let network_id = charters.first().map(Signed::hash);
        let network_id =
            network_id.ok_or_else(|| StartError::Settings("the charter file is empty".into()))?;
        let (network, events) =
            liaison_network::start(network_config(&settings, &keys, network_id), Some(&mut registry))?;
        let instance: [u8; 16] = rand::random();
        let announced = Announced::new(keys.node.clone());
        let clocks = Clocks::begin(clock);
        let engine = open_engine(&settings, charters, keys, &network, instance, clocks.now())?;
        let (heard, _) = broadcast::channel(LISTENER_MAX);
        let (addresses, listening) = watch::channel(Vec::new());
        let outside = Outside {
            network: network.clone(),
            events: heard.clone(),
            clock,
            announced,
            addresses,
        };
        let listener = heard.subscribe();
        let (handle, thread) = runtime::start(engine, events, outside, clocks)?;
        let (search, indexing) = search::start(&settings.data, handle.clone(), listener)?;
        let metrics = Arc::new(Mutex::new(registry));
        Ok(Node {
            engine: handle,
            network,
            listening,
            events: heard,
            metrics,
            instance,
            search,
            indexing,
            thread,
        })
    }

    /// Stops the node in order: what was acknowledged is on stable storage already.
    pub async fn stop(self) -> Result<(), EngineError> {
        self.engine.stop().await;
        self.network.shutdown().await;
        let threads = (self.thread, self.indexing);
        let ended = tokio::task::spawn_blocking(move || (threads.0.join(), threads.1.join()).0).await;
        match ended {
            Ok(Ok(result)) => result,
            // A panic in the engine's thread has been reported by its hook; nothing was left half done.
            _ => Ok(()),
        }
    }

    /// Whether the engine's thread has ended by itself, which it does when a write or a key failed.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }
}

fn network_config(settings: &Settings, keys: &NodeKeys, network: Hash) -> liaison_network::Config {
    let mut config = liaison_network::Config::new(keys.node.clone(), network);
    config.listen = settings
        .listen
        .iter()
        .map(|address| address.as_str().to_owned())
        .collect();
    let limits = &settings.limits;
    config.limits.connections_a_peer = limits.connections_per_peer;
    config.limits.streams_a_peer = limits.streams_per_peer;
    config.limits.bytes_in_flight = limits.bytes_in_flight.as_usize();
    config.limits.requests_a_peer = limits.requests_per_second;
    config.limits.frame = limits.frame.as_usize();
    config.limits.frame_time = limits.frame_time;
    config.limits.request_time = limits.request_time;
    config.limits.pending_peers = limits.pending_peers;
    config
}

fn open_engine(
    settings: &Settings,
    charters: Vec<Signed<Charter>>,
    keys: NodeKeys,
    network: &Handle,
    instance: [u8; 16],
    now: Time,
) -> Result<Engine, StartError> {
    let authority = settings
        .authority()
        .map_err(|e| StartError::Settings(e.to_string()))?
        .clone();
    let disk: Arc<dyn liaison_store::Disk> = Arc::new(RealDisk::default());
    create_parent(&settings.data)?;
    create_parent(&settings.state)?;
    let state = SignerState::open(Arc::clone(&disk), &settings.state, Access::Write)?;
    let signed = state.positions();
    let mark = settings
        .run
        .as_deref()
        .map(|folder| RunMark::open(Arc::clone(&disk), folder))
        .transpose()?;
    let store = Store::open(
        disk,
        &settings.data,
        StoreOptions {
            access: Access::Write,
            signed: signed.clone(),
        },
    )?;
    let index = SledIndex::open(&store)?;
    let world = open_world(charters, &store)?;
    let recovered = Recovered::of_journal(state.cosigned());
    let mut journal = MarkedJournal::new(state, mark);
    let plain_restart = journal.is_plain_restart(&store)?;
    let config = Config {
        me: network.peer(),
        authority,
        instance,
        versions: VERSIONS,
        limits: Limits {
            statements_per_hour: settings.limits.statements_per_hour.into(),
            log_entries_per_day: settings.limits.log_entries_per_day.into(),
            log_bytes_per_day: settings.limits.log_bytes_per_day.as_u64(),
            ..Limits::default()
        },
        records: Arc::new(Records),
        own_record: None,
        bootstrap: settings
            .bootstrap
            .iter()
            .map(|address| address.as_str().to_owned())
            .collect(),
    };
    let parts = Parts {
        store: Box::new(store),
        index: Box::new(index),
        keys: GuardedKeys::new(keys.log, keys.cosigner, Box::new(journal)),
        federation: config,
        recovered,
        world,
        seed: rand::random(),
        plain_restart,
    };
    Ok(Engine::open(parts, now)?)
}

/// The charter versions of the operator's file and of the store, the operator's choices between them, and the
/// statements of the store.
pub fn open_world(charters: Vec<Signed<Charter>>, store: &dyn LogStore) -> Result<World, StartError> {
    let mut chain = Chain::from_versions(charters)?;
    let mut waiting = Vec::new();
    for bytes in store.charters()? {
        waiting.push(Signed::<Charter>::from_bytes(&bytes)?);
    }
    // They were stored as they came; a successor may have come before what it follows.
    waiting.sort_by_key(|charter| charter.version);
    for charter in waiting.into_iter().filter(|charter| charter.version > 1) {
        match chain.insert(charter) {
            Ok(_) | Err(ChainError::Orphan(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for choice in store.choices()? {
        if let Some((_, chosen)) = choice.split_last_chunk::<32>() {
            chain.resolve(Hash(*chosen));
        }
    }
    let mut world = World::new(chain);
    for bytes in store.statements()? {
        // One that no longer counts, as after a change of root, is left out.
        let _ = world.insert_statement(Signed::<Statement>::from_bytes(&bytes)?);
    }
    Ok(world)
}

fn create_parent(folder: &Path) -> Result<(), StoreError> {
    let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(parent).map_err(|source| StoreError::Io {
        path: parent.display().to_string(),
        source,
    })
}
