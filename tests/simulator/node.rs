//! One simulated node: the engine of production on a disk in memory.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use liaison_authority::GuardedKeys;
use liaison_federation::store::{Index, IndexWrite, Table};
use liaison_federation::transport::Peer;
use liaison_federation::{Config, Limits, PeerRecord, RecordReader, Recovered, Time};
use liaison_node::engine::{Engine, EngineError, EngineInput, EngineOutput, Parts};
use liaison_node::start::open_world;
use liaison_protocol::{Origin, World};
use liaison_store::{Access, Disk, MemoryDisk, MemoryIndex, Options, SignerState, Store};

use super::index::SimIndex;
use super::sample::{Key, Sample, key};
use super::void;

/// A node, running or without power.
pub(crate) struct SimNode {
    index: usize,
    sample: Arc<Sample>,
    /// The lowest and the highest version of the protocol between nodes that it speaks.
    pub(crate) versions: (u32, u32),
    /// Its clock less simulated time, in milliseconds.
    skew: i64,
    /// When its wall clock is moved (simulated time), and by how much.
    pub(crate) jump: Option<(Range<u64>, i64)>,
    disk: Arc<MemoryDisk>,
    /// What spares the next start work.
    left: (MemoryIndex, BTreeMap<Origin, Vec<u8>>),
    /// The index of the engine that runs.
    running: SimIndex,
    engine: Option<Engine>,
    /// How often it started.
    pub(crate) starts: u32,
}

/// What a node left that was stopped: the next one with its name starts there.
#[derive(Clone)]
pub(crate) struct Left {
    disk: Arc<MemoryDisk>,
    index: MemoryIndex,
    prefixes: BTreeMap<Origin, Vec<u8>>,
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
    pub(crate) fn new(
        sample: Arc<Sample>,
        index: usize,
        versions: (u32, u32),
        skew: i64,
        left: Option<Left>,
    ) -> SimNode {
        // Everything was flushed, so a cut copies it.
        let disk = left
            .as_ref()
            .map_or_else(MemoryDisk::new, |left| left.disk.cut(0));
        let disk = Arc::new(disk);
        SimNode {
            left: left.map(|left| (left.index, left.prefixes)).unwrap_or_default(),
            running: SimIndex::default(),
            index,
            sample,
            versions,
            skew,
            jump: None,
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
        let world = self.world(&store)?;
        let (index, prefixes) = std::mem::take(&mut self.left);
        self.running = SimIndex::new(index);
        let recovered = Recovered {
            prefixes,
            ..Recovered::of_journal(state.cosigned())
        };
        let keys = (key(Key::Log, self.index), key(Key::Cosigner, self.index));
        let parts = Parts {
            index: Box::new(self.running.clone()),
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

    // Before its first start it knows no more than all; checking that for each would take long.
    fn world(&self, store: &Store) -> Result<World, EngineError> {
        if self.starts == 1 {
            return Ok(self.sample.world.clone());
        }
        open_world(self.sample.versions.clone(), store).map_err(|error| match error {
            liaison_node::StartError::Store(cause) => EngineError::from(cause),
            other => panic!("node {} has a store of another network: {other}", self.index),
        })
    }

    /// It is stopped for good; what it leaves, with the index made anew by copying it.
    pub(crate) fn leave(mut self) -> Option<Left> {
        let mut engine = self.engine.take()?;
        engine.close().ok()?;
        let mut index = MemoryIndex::new();
        for table in [
            Table::Cursors,
            Table::Effects,
            Table::Records,
            Table::History,
            Table::Voids,
            Table::Wants,
        ] {
            let pairs = engine.index().scan(table, &[], None, usize::MAX).ok()?;
            let put = |(key, value)| IndexWrite::Put { table, key, value };
            index
                .apply(&pairs.into_iter().map(put).collect::<Vec<_>>())
                .ok()?;
        }
        let federation = engine.federation();
        let prefix = |origin: &Origin| Some((origin.clone(), federation.prefix_snapshot(origin)?));
        let prefixes = engine.store().logs().iter().filter_map(prefix).collect();
        Some(Left {
            prefixes,
            index,
            disk: self.disk,
        })
    }

    /// It is stopped, and entries without effect are sequenced before it starts again.
    ///
    /// # Errors
    /// When its disk cannot be read or written.
    pub(crate) fn write_void(&mut self, now: u64) -> Result<(), EngineError> {
        if let Some(mut engine) = self.engine.take() {
            engine.close()?;
        }
        void::write(&self.disk, &self.sample, self.index, self.clock(now).steady)
    }

    /// It loses power: what was not flushed is gone, in whole or in part.
    pub(crate) fn crash(&mut self, seed: u64) {
        if self.engine.take().is_some() {
            self.disk = Arc::new(self.disk.cut(seed));
            self.left = (self.running.cut(seed), BTreeMap::new());
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
        let Some(engine) = self.engine.as_mut() else {
            return Ok(Vec::new());
        };
        // Folding follows later, as in production.
        let folds = inputs.iter().any(|input| matches!(input, EngineInput::Tick));
        let mut outputs = engine.handle(inputs, now)?;
        outputs.extend(engine.settle(now)?);
        while folds && engine.is_behind() {
            outputs.extend(engine.fold(now)?);
        }
        Ok(outputs)
    }

    /// The engine, when it runs.
    pub(crate) fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    fn clock(&self, now: u64) -> Time {
        let steady = now.saturating_add_signed(self.skew);
        let jump = self.jump.as_ref().filter(|(when, _)| when.contains(&now));
        let moved = jump.map_or(0, |(_, by)| *by);
        Time {
            date: steady.saturating_add_signed(moved),
            steady,
        }
    }

    /// Its record with a sequence.
    pub(crate) fn record(&self, sequence: u64) -> Vec<u8> {
        [&self.sample.peers[self.index].0[..], &sequence.to_be_bytes()].concat()
    }

    fn config(&self) -> Config {
        let mut instance = [self.index as u8; 16];
        instance[15] = self.starts as u8;
        Config {
            me: self.sample.peers[self.index],
            authority: self.sample.codes[self.index].clone(),
            instance,
            versions: self.versions,
            limits: Limits::default(),
            records: Arc::new(Records),
            own_record: Some(self.record(self.starts.into())),
            // Everybody else is found by the records that these pass on.
            bootstrap: vec!["/node/1".to_owned(), "/node/2".to_owned()],
        }
    }
}
