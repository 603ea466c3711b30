//! Entries held a second: one federation catches up with the log of another, form verified and durable.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use liaison_federation::api::{Effect, Input, PayloadInfo, PayloadPolicy, View};
use liaison_federation::store::{LogStore, PayloadId};
use liaison_federation::transport::{Command, Event, Peer};
use liaison_federation::{Federation, Limits, Recovered};
use liaison_protocol::Origin;
use liaison_protocol::tlog::leaf_hash;
use liaison_store::Store;

use super::bytes_in;
use super::figure::{Figure, median, rate};
use super::sample::{self, Log};
use crate::simulator::sample::START;

/// What one turn adds to the clock, in milliseconds: enough that no limit on requests holds anything up.
const TURN: u64 = 1_000;

/// Both are short, and a disk has its moods: the median of so many turns counts.
const TURNS: usize = 5;

pub(super) fn measure(log: &Log, folder: &Path) -> [Figure; 2] {
    let (mut held, mut best) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let folder = folder.join(turn.to_string());
        std::fs::create_dir(&folder).expect("the folder is new");
        best.push(bare(log, &folder));
        let mut receiver = Side::open(log, 1, &folder.join("receiver"));
        let mut sender = Side::open(log, 0, &folder.join("sender"));
        catch_up(log, &mut sender, &mut receiver);
        held.push(receiver.spent);
    }
    let (held, best) = (median(&mut held), median(&mut best));
    let raw: usize = log.leaves.iter().map(Vec::len).sum();
    let count = log.leaves.len();
    let stored = bytes_in(&folder.join("0/receiver/data/logs"));
    [
        Figure::more(
            "entries held",
            "/s",
            rate(count, held),
            (rate(count, best), "append, fdatasync, SHA-256"),
        ),
        Figure::less(
            "bytes on disk, log files",
            "B/entry",
            stored as f64 / count as f64,
            (raw as f64 / count as f64, "bytes of the entries"),
        ),
    ]
}

// The same leaves hashed, appended to one file and flushed in groups of the same size.
fn bare(log: &Log, folder: &Path) -> Duration {
    let groups: Vec<&[Vec<u8>]> = log.leaves.chunks(Limits::default().group_entries).collect();
    let began = Instant::now();
    let mut file = File::create(folder.join("bare")).expect("a file can be made");
    for group in groups {
        let mut bytes = Vec::new();
        for leaf in group {
            std::hint::black_box(leaf_hash(leaf));
            bytes.extend_from_slice(&(leaf.len() as u16).to_be_bytes());
            bytes.extend_from_slice(leaf);
        }
        file.write_all(&bytes).expect("the disk has room");
        file.sync_data().expect("the disk flushes");
    }
    began.elapsed()
}

/// A federation on its store, and the time that it took.
struct Side {
    me: Peer,
    federation: Federation,
    store: Store,
    spent: Duration,
}

impl Side {
    fn open(log: &Log, party: usize, folder: &Path) -> Side {
        std::fs::create_dir(folder).expect("the folder is new");
        let mut store = sample::store_in(folder);
        if party == 0 {
            log.write(&mut store);
        }
        let view = View {
            store: &store,
            payloads: &NoPayloads,
        };
        let world = sample::world(&log.network);
        let config = sample::config(&log.network, party);
        let me = config.me;
        let federation = Federation::open(config, world, Recovered::default(), 1, &view, START);
        Side {
            me,
            federation: federation.expect("a store in order opens"),
            store,
            spent: Duration::ZERO,
        }
    }

    // Handles an input, and what is stored because of it; the commands that result.
    fn handle(&mut self, input: Input, now: u64) -> Vec<Command> {
        let began = Instant::now();
        let mut commands = Vec::new();
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let view = View {
                store: &self.store,
                payloads: &NoPayloads,
            };
            for effect in self.federation.handle(input, &view, now) {
                match effect {
                    Effect::Transport(command) => commands.push(command),
                    Effect::Store { ticket, writes } => {
                        self.store.commit(&writes).expect("the store takes it");
                        inputs.push(Input::Committed(ticket));
                    }
                    Effect::Cosign(_)
                    | Effect::Heal { .. }
                    | Effect::SignRecord { .. }
                    | Effect::Notify(_) => {}
                }
            }
        }
        self.spent += began.elapsed();
        commands
    }
}

fn catch_up(log: &Log, sender: &mut Side, receiver: &mut Side) {
    let connected = |peer: Peer| {
        Input::Transport(Event::Connected {
            peer,
            address: "/memory/1".to_owned(),
            outbound: true,
        })
    };
    let mut now = START;
    let (sending, receiving) = (sender.me, receiver.me);
    pass_on(sender.handle(connected(receiving), now), sender, receiver, now);
    pass_on(receiver.handle(connected(sending), now), receiver, sender, now);
    let size = log.leaves.len() as u64;
    while receiver
        .store
        .head(log.origin())
        .is_none_or(|head| head.size < size)
    {
        now += TURN;
        pass_on(sender.handle(Input::Tick, now), sender, receiver, now);
        pass_on(receiver.handle(Input::Tick, now), receiver, sender, now);
        assert!(now < START + 100_000 * TURN, "the log is not caught up with");
    }
}

// Carries commands of one side to the other, and what follows from them, until nothing does.
fn pass_on(commands: Vec<Command>, from: &mut Side, to: &mut Side, now: u64) {
    let event = |command| match command {
        Command::Request { id, body, .. } => Some(Event::Asked {
            id,
            peer: from.me,
            body,
        }),
        Command::Respond { id, frames } => Some(Event::Answered {
            id,
            peer: from.me,
            result: Ok(frames),
        }),
        _ => None,
    };
    let events: Vec<Event> = commands.into_iter().filter_map(event).collect();
    for event in events {
        let commands = to.handle(Input::Transport(event), now);
        pass_on(commands, to, from, now);
    }
}

/// Nothing is folded here, so no payload is wanted.
struct NoPayloads;

impl PayloadPolicy for NoPayloads {
    fn payload(&self, _: &PayloadId) -> Option<PayloadInfo> {
        None
    }

    fn lacking(&self, _: &Origin, _: usize) -> Vec<PayloadId> {
        Vec::new()
    }
}
