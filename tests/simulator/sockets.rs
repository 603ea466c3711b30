//! The same engines over real sockets: one lies when it is asked for entries, one loses power once it has cosigned.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use liaison_authority::GuardedKeys;
use liaison_federation::store::LogStore as _;
use liaison_federation::transport::Command;
use liaison_federation::{Config, Limits, Recovered, VERSIONS};
use liaison_network::{Handle, with_peer};
use liaison_node::Records;
use liaison_node::engine::{Engine, EngineInput, Parts, Told};
use liaison_node::runtime::{self, Clocks, EngineHandle, Outlet};
use liaison_protocol::proto;
use liaison_protocol::tlog::SignedCheckpoint;
use liaison_store::{Access, Disk, MemoryDisk, MemoryIndex, Options, SignerState, Store};
use prost::Message as _;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::sample::{Key, START, Sample, key, seed};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The heartbeat of gossip, which is not remembered for longer than 12 of them.
const BEAT: Duration = Duration::from_millis(100);
/// Entries that the author publishes.
const PUBLISHED: usize = 20;

/// A node on a disk in memory, with a network of its own.
struct Running {
    engine: EngineHandle,
    network: Handle,
    address: watch::Receiver<String>,
    /// Answers that it falsified.
    lies: Arc<AtomicUsize>,
}

struct Outside {
    network: Handle,
    address: watch::Sender<String>,
    lies: Option<Arc<AtomicUsize>>,
}

impl Outlet for Outside {
    fn listening(&mut self, address: &str) -> Option<EngineInput> {
        self.address
            .send_replace(with_peer(address, &self.network.peer()));
        None
    }

    // It has none: whoever looks for it is told where it is.
    fn sign_record(&mut self, _: u64) -> Option<EngineInput> {
        None
    }

    fn command(&self, command: Command) {
        self.network.send(match (command, &self.lies) {
            (Command::Respond { id, frames }, Some(lies)) => Command::Respond {
                id,
                frames: frames.iter().map(|frame| falsify(frame, lies)).collect(),
            },
            (command, _) => command,
        });
    }

    fn told(&self, _: Told) {}
}

// A byte in the middle of the entries is another one.
fn falsify(frame: &[u8], lies: &AtomicUsize) -> Vec<u8> {
    let mut answer = proto::SyncResponse::decode(frame).unwrap();
    if let Some(proto::sync_response::Content::Entries(entries)) = &mut answer.content
        && let middle = entries.bundle.len() / 2
        && let Some(byte) = entries.bundle.get_mut(middle)
    {
        *byte ^= 1;
        lies.fetch_add(1, Ordering::Relaxed);
    }
    answer.encode_to_vec()
}

// The time of the sample, which the network's mandates are of.
fn clock() -> u64 {
    static BEGAN: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let now = runtime::now();
    START + 60_000 + now.saturating_sub(*BEGAN.get_or_init(|| now))
}

impl Running {
    fn start(
        sample: &Sample,
        party: usize,
        disk: &Arc<MemoryDisk>,
        bootstrap: &[String],
        lies: bool,
    ) -> Running {
        let network = sample.world.chain().network();
        let mut config = liaison_network::Config::new(seed(Key::Node, party).into(), network);
        config.heartbeat = BEAT;
        config.listen = vec!["/ip4/127.0.0.1/udp/0/quic-v1".to_owned()];
        let (network, events) = liaison_network::start(config, None).unwrap();
        let clocks = Clocks::begin(clock);
        let engine = engine(sample, party, disk, bootstrap, clocks);
        let (sender, address) = watch::channel(String::new());
        let told = Arc::new(AtomicUsize::new(0));
        let outside = Outside {
            network: network.clone(),
            address: sender,
            lies: lies.then(|| Arc::clone(&told)),
        };
        let (engine, _) = runtime::start(engine, events, outside, clocks).unwrap();
        Running {
            engine,
            network,
            address,
            lies: told,
        }
    }

    async fn address(&mut self) -> String {
        self.address
            .wait_for(|known| !known.is_empty())
            .await
            .unwrap()
            .clone()
    }

    // The entries that it holds of the author's log: all that it says it holds can be read.
    async fn entries(&self, sample: &Sample) -> Vec<Vec<u8>> {
        let origin = sample.origins[0].clone();
        let held = move |engine: &mut Engine| {
            let size = engine.store().head(&origin).map_or(0, |head| head.size);
            (size, engine.store().entries(&origin, 0, size, usize::MAX))
        };
        let (size, entries) = self.engine.ask(held).await.unwrap();
        let entries = entries.unwrap();
        assert_eq!(entries.len() as u64, size, "an entry is held that does not read");
        entries
    }

    async fn stop(self) {
        self.engine.stop().await;
        self.network.shutdown().await;
    }
}

fn engine(
    sample: &Sample,
    party: usize,
    disk: &Arc<MemoryDisk>,
    bootstrap: &[String],
    clocks: Clocks,
) -> Engine {
    let disk: Arc<dyn Disk> = Arc::clone(disk) as Arc<dyn Disk>;
    let state = SignerState::open(Arc::clone(&disk), Path::new("state"), Access::Write).unwrap();
    let options = Options {
        access: Access::Write,
        signed: state.positions(),
    };
    let parts = Parts {
        store: Box::new(Store::open(disk, Path::new("data"), options).unwrap()),
        index: Box::new(MemoryIndex::new()),
        keys: GuardedKeys::new(
            Box::new(key(Key::Log, party)),
            Box::new(key(Key::Cosigner, party)),
            Box::new(state),
        ),
        federation: Config {
            me: sample.peers[party],
            authority: sample.codes[party].clone(),
            instance: [party as u8; 16],
            versions: VERSIONS,
            limits: Limits::default(),
            records: Arc::new(Records),
            own_record: None,
            bootstrap: bootstrap.to_vec(),
        },
        recovered: Recovered::default(),
        world: sample.world.clone(),
        seed: party as u64,
        plain_restart: false,
    };
    Engine::open(parts, clocks.now()).unwrap()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waited = timeout(PATIENCE, async {
        while !holds().await {
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(waited.await.is_ok(), "waited in vain until {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_that_a_peer_falsified_are_never_held_and_come_from_another() {
    // The log of the first party needs nobody's cosignature.
    let sample = Sample::of(3, 1);
    let disks: Vec<Arc<MemoryDisk>> = (0..3).map(|_| Arc::new(MemoryDisk::new())).collect();
    let mut author = Running::start(&sample, 0, &disks[0], &[], false);
    let bootstrap = [author.address().await];
    let mut liar = Running::start(&sample, 1, &disks[1], &bootstrap, true);
    for number in 0..PUBLISHED {
        let update = sample.update(0, number, clock(), 100);
        author.engine.submit(update).await.unwrap().unwrap();
    }
    let published = author.entries(&sample).await;
    assert!(published.len() > PUBLISHED);
    until("the liar holds all itself", async || {
        liar.entries(&sample).await == published
    })
    .await;
    author.stop().await;
    // What was gossiped is forgotten, so that entries have to be asked for.
    sleep(20 * BEAT).await;

    let bootstrap = [liar.address().await];
    let mut reader = Running::start(&sample, 2, &disks[2], &bootstrap, false);
    until("it has lied", async || liar.lies.load(Ordering::Relaxed) > 0).await;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(2) {
        let held = reader.entries(&sample).await;
        assert!(
            published.starts_with(&held),
            "an entry that nobody signed for is held"
        );
        sleep(Duration::from_millis(50)).await;
    }

    let bootstrap = [reader.address().await];
    let author = Running::start(&sample, 0, &disks[0], &bootstrap, false);
    until("all came from the author", async || {
        reader.entries(&sample).await == published
    })
    .await;
    for node in [author, liar, reader] {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_was_cosigned_can_be_shown_after_a_power_cut() {
    let sample = Sample::of(3, 2);
    let disks: Vec<Arc<MemoryDisk>> = (0..2).map(|_| Arc::new(MemoryDisk::new())).collect();
    let mut author = Running::start(&sample, 0, &disks[0], &[], false);
    let bootstrap = [author.address().await];
    let witness = Running::start(&sample, 1, &disks[1], &bootstrap, false);
    // The file of a checkpoint is replaced once a second anyhow, and may be just then.
    for number in 0..5 {
        let update = sample.update(0, number, clock(), 100);
        let index = author.engine.submit(update).await.unwrap().unwrap().index;
        let origin = sample.origins[0].clone();
        let cut = async || {
            let (origin, disk) = (origin.clone(), Arc::clone(&disks[1]));
            let cosigned = move |engine: &mut Engine| {
                let last = engine.keys().journal().witness(&origin)?.position;
                (last.size > index).then(|| (last, disk.cut(number as u64)))
            };
            witness.engine.ask(cosigned).await.unwrap()
        };
        let (position, disk) = timeout(PATIENCE, async {
            loop {
                if let Some(found) = cut().await {
                    return found;
                }
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await
        .unwrap();
        let options = Options {
            access: Access::Read,
            signed: vec![position.clone()],
        };
        let store = Store::open(Arc::new(disk), Path::new("data"), options).unwrap();
        let note = store.head(&origin).unwrap().checkpoint;
        let shown = SignedCheckpoint::parse(&note).unwrap().checkpoint.size;
        assert_eq!(shown, position.size, "what it cosigned it cannot show");
    }
    author.stop().await;
    witness.stop().await;
}
