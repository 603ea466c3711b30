//! Publishing one by one, durable, against the flushes that no node can do without.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use liaison_authority::GuardedKeys;
use liaison_federation::Recovered;
use liaison_node::engine::{Engine, EngineInput, EngineOutput, Parts};
use liaison_store::{Access, RealDisk, SignerState, SledIndex};

use super::figure::{Figure, percentile};
use super::sample;
use crate::simulator::sample::{Key, START, Sample, key};

/// The files that an acknowledged update is flushed to, in this order, and about how many bytes each gets.
const FLUSHED: [(&str, usize); 3] = [
    ("bare-entries", 250),
    ("bare-payloads", 290),
    ("bare-journal", 140),
];

pub(super) fn measure(count: usize, folder: &Path) -> Figure {
    let network = Sample::of(1, 1);
    let mut engine = open(&network, folder);
    let mut now = START;
    engine
        .handle(vec![EngineInput::Tick], now)
        .expect("a network of one needs nobody's answer");
    let mut bare = Bare::create(folder);
    let (mut published, mut flushed) = (Vec::new(), Vec::new());
    for number in 0..count {
        let submission = Box::new(network.update(0, number, now, 200));
        let ticket = number as u64;
        let began = Instant::now();
        let outputs = engine
            .handle(vec![EngineInput::Submit { ticket, submission }], now)
            .expect("the engine works");
        published.push(began.elapsed());
        let accepted = |output: &EngineOutput| matches!(output, EngineOutput::Reply { result: Ok(_), .. });
        assert!(
            outputs.iter().any(accepted),
            "update {number} is not acknowledged"
        );
        // What follows an answer is done while the next one is awaited.
        engine.settle(now).expect("the engine works");
        engine.fold(now).expect("the engine works");
        now += 10;
        // In turns, so that both see the same moods of the disk.
        flushed.push(bare.flush());
    }
    Figure::less(
        "publish one by one, p50",
        "ms",
        percentile(&mut published, 0.5),
        (
            percentile(&mut flushed, 0.5),
            "entries, payloads, journal flushed",
        ),
    )
}

fn open(network: &Sample, folder: &Path) -> Engine {
    let state = SignerState::open(
        Arc::new(RealDisk::default()),
        &folder.join("state"),
        Access::Write,
    );
    let store = sample::store_in(folder);
    let index = SledIndex::open(&store).expect("a new index opens");
    let state = state.expect("a new signer state opens");
    let (log, cosigner) = (key(Key::Log, 0), key(Key::Cosigner, 0));
    let parts = Parts {
        store: Box::new(store),
        index: Box::new(index),
        keys: GuardedKeys::new(Box::new(log), Box::new(cosigner), Box::new(state)),
        federation: sample::config(network, 0),
        recovered: Recovered::default(),
        world: sample::world(network),
        seed: 1,
        plain_restart: false,
    };
    Engine::open(parts, START).expect("the engine opens")
}

/// The flushes that an acknowledged update needs, on files of their own.
struct Bare([(File, usize); 3]);

impl Bare {
    fn create(folder: &Path) -> Bare {
        let create = |name: &str| File::create(folder.join(name)).expect("a file can be made");
        Bare(FLUSHED.map(|(name, bytes)| (create(name), bytes)))
    }

    fn flush(&mut self) -> Duration {
        let began = Instant::now();
        for (file, bytes) in &mut self.0 {
            file.write_all(&vec![7; *bytes]).expect("the disk has room");
            file.sync_data().expect("the disk flushes");
        }
        began.elapsed()
    }
}
