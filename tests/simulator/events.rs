//! The queue of what will happen, in the order of simulated time.

use std::collections::BTreeMap;

use liaison_federation::transport::{Event, Peer};

/// Something that will happen.
#[derive(Debug)]
pub(crate) enum Happening {
    /// Time passes for a node; the number is that of its start.
    Tick(usize, u32),
    /// A node publishes its update number `n`.
    Publish {
        /// Which node.
        node: usize,
        /// Which update.
        n: usize,
    },
    /// A node loses power.
    Crash {
        /// Which node.
        node: usize,
        /// How long it stays down.
        down_for: u64,
    },
    /// A node starts.
    Start(usize),
    /// A partition begins: what it cuts is lost.
    Cut,
    /// The transport tells a node something, if it still runs.
    Tell {
        /// Whom.
        node: usize,
        /// Number of its start when this was sent.
        start: u32,
        /// What.
        event: Event,
    },
    /// A dial reaches the other side, or does not.
    Dial {
        /// Who dials.
        from: usize,
        /// Number of its start.
        start: u32,
        /// Whom.
        to: usize,
    },
    /// Something arrives over a connection, if that is still up.
    Arrive {
        /// Number of the connection.
        connection: u64,
        /// For whom.
        to: usize,
        /// From whom.
        from: usize,
        /// What.
        message: Message,
    },
    /// A request has been out for too long.
    Timeout {
        /// Who asked.
        node: usize,
        /// Number of its start.
        start: u32,
        /// The asker's number of the request.
        request: u64,
        /// Who was asked.
        peer: Peer,
    },
    /// A node notices that a connection is gone.
    Notice {
        /// Who notices.
        node: usize,
        /// Number of its start.
        start: u32,
        /// The other side.
        other: usize,
    },
}

/// What goes over a connection.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// A request, with the asker's number.
    Request(u64, Vec<u8>),
    /// An answer to the asker's request.
    Answer(u64, Vec<Vec<u8>>),
    /// A gossip message.
    Gossip(Vec<u8>),
}

/// The queue: first by time, then in the order in which things were added.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: BTreeMap<(u64, u64), Happening>,
    added: u64,
}

impl Queue {
    /// Adds something that happens at a time.
    pub(crate) fn add(&mut self, at: u64, happening: Happening) {
        self.added += 1;
        self.waiting.insert((at, self.added), happening);
    }

    /// The next thing to happen, with its time.
    pub(crate) fn next(&mut self) -> Option<(u64, Happening)> {
        self.waiting
            .pop_first()
            .map(|((at, _), happening)| (at, happening))
    }
}
