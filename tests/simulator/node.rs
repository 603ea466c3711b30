//! One simulated node: the engine of production on a disk in memory.

use std::path::Path;
use std::sync::Arc;

use liaison_authority::GuardedKeys;
use liaison_federation::store::{LogStore, SignerJournal};
use liaison_federation::transport::Peer;
use liaison_federation::{Config, Limits, PeerRecord, RecordReader, Recovered};
use liaison_node::engine::{Engine, EngineError, EngineInput, EngineOutput, Parts};
use liaison_node::start::open_world;
use liaison_protocol::acceptance::LastCosigned;
use liaison_store::{Access, Disk, MemoryDisk, MemoryIndex, Options, SignerState, Store};

use super::sample::{Key, Sample, key};

/// A node, running or without power.
pub(crate) struct SimNode {
    index: usize,
    sample: Arc<Sample>,
    versions: (u32, u32),
    /// Its clock less simulated time, in milliseconds.
    skew: i64,
    disk: Arc<MemoryDisk>,
    engine: Option<Engine>,
    /// How often it started.
    pub(crate) starts: u32,
}

/// Records as the simulation writes them: the peer, its sequence, and nothing to verify.
struct Records;

impl RecordReader for Records {
    fn read(&self, record: &[u8]) -> Option<PeerRecord> {
        let (peer, sequence) = record.split_first_chunk::<32>()?;
        let sequence = u64::from_be_bytes(sequence.try_into().ok()?);
        Some(PeerRecord {
            peer: Peer(*peer),
            sequence,
            addresses: vec!["/memory/1".to_owned()],
        })
    }

    fn peer_of(&self, address: &str) -> Option<Peer> {
        let index: usize = address.strip_prefix("/node/")?.parse().ok()?;
        Peer::from_key(liaison_protocol::Signer::public_key(&key(Key::Node, index)))
    }
}

impl SimNode {
    /// A node that has not started yet.
    pub(crate) fn new(sample: Arc<Sample>, index: usize, versions: (u32, u32), skew: i64) -> SimNode {
        let disk = Arc::new(MemoryDisk::new());
        SimNode {
            index,
            sample,
            versions,
            skew,
            disk,
            engine: None,
            starts: 0,
        }
    }

    /// Starts it on its disk.
    ///
    /// # Errors
    /// When it does not start: a finding of the simulation.
    pub(crate) fn start(&mut self, seed: u64, now: u64) -> Result<(), EngineError> {
        self.starts += 1;
        let now = self.clock(now);
        let disk: Arc<dyn Disk> = Arc::clone(&self.disk) as Arc<dyn Disk>;
        let state = SignerState::open(Arc::clone(&disk), Path::new("state"), Access::Write)?;
        let options = Options {
            access: Access::Write,
            signed: state.positions(),
        };
        let store = Store::open(disk, Path::new("data"), options)?;
        let world = open_world(self.sample.versions.clone(), &store).map_err(|error| match error {
            liaison_node::StartError::Store(cause) => EngineError::from(cause),
            other => panic!("node {} has a store of another network: {other}", self.index),
        })?;
        let cosigned = store.logs().into_iter().filter_map(|origin| {
            let position = state.witness(&origin)?.position;
            Some((
                origin,
                LastCosigned {
                    size: position.size,
                    root: position.root,
                },
            ))
        });
        let recovered = Recovered {
            cosigned: cosigned.collect(),
            verified: Some(Arc::clone(&self.sample.verified)),
            ..Recovered::default()
        };
        let keys = (key(Key::Log, self.index), key(Key::Cosigner, self.index));
        let parts = Parts {
            index: Box::new(MemoryIndex::new()),
            keys: GuardedKeys::new(Box::new(keys.0), Box::new(keys.1), Box::new(state)),
            federation: self.config(),
            recovered,
            world,
            seed,
            plain_restart: false,
            store: Box::new(store),
        };
        self.engine = Some(Engine::open(parts, now)?);
        Ok(())
    }

    /// It loses power: what was not flushed is gone, in whole or in part.
    pub(crate) fn crash(&mut self, seed: u64) {
        if self.engine.take().is_some() {
            self.disk = Arc::new(self.disk.cut(seed));
        }
    }

    /// Handles inputs; nothing when it has no power.
    ///
    /// # Errors
    /// When the engine stops: a finding of the simulation.
    pub(crate) fn handle(
        &mut self,
        inputs: Vec<EngineInput>,
        now: u64,
    ) -> Result<Vec<EngineOutput>, EngineError> {
        let now = self.clock(now);
        self.engine
            .as_mut()
            .map_or(Ok(Vec::new()), |engine| engine.handle(inputs, now))
    }

    /// The engine, when it runs.
    pub(crate) fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    fn clock(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.skew)
    }

    fn config(&self) -> Config {
        let mut instance = [self.index as u8; 16];
        instance[15] = self.starts as u8;
        let me = self.sample.peers[self.index];
        let record = [&me.0[..], &u64::from(self.starts).to_be_bytes()].concat();
        Config {
            me,
            authority: self.sample.codes[self.index].clone(),
            instance,
            versions: self.versions,
            limits: Limits::default(),
            records: Arc::new(Records),
            own_record: Some(record),
            // Everybody else is found by the records that these pass on.
            bootstrap: vec!["/node/1".to_owned(), "/node/2".to_owned()],
        }
    }
}
