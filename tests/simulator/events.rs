//! The queue of what will happen, in the order of simulated time.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher};

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
    /// A node is stopped, and entries without effect are in its log when it starts again.
    Void(usize),
    /// An operator hands something in at a node.
    Govern {
        /// Which node.
        node: usize,
        /// What.
        what: Governed,
    },
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

/// What an operator hands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Governed {
    /// The statement.
    Statement,
    /// The third charter version.
    Charter,
    /// The pending version with the first signatures.
    ProposalHere,
    /// The same with others.
    ProposalThere,
}

/// What goes over a connection.
#[derive(Debug, Clone, Hash)]
pub(crate) enum Message {
    /// A request, with the asker's number.
    Request(u64, Vec<u8>),
    /// An answer to the asker's request.
    Answer(u64, Vec<Vec<u8>>),
    /// A gossip message.
    Gossip(Vec<u8>),
}

impl Happening {
    /// Adds what tells it from others to a trace.
    pub(crate) fn mark(&self, trace: &mut impl Hasher) {
        let (kind, numbers): (u8, [u64; 3]) = match self {
            Happening::Tick(node, start) => (0, [*node as u64, u64::from(*start), 0]),
            Happening::Publish { node, n } => (1, [*node as u64, *n as u64, 0]),
            Happening::Crash { node, down_for } => (2, [*node as u64, *down_for, 0]),
            Happening::Start(node) => (3, [*node as u64, 0, 0]),
            Happening::Void(node) => (11, [*node as u64, 0, 0]),
            Happening::Cut => (4, [0; 3]),
            Happening::Govern { node, what } => (10, [*node as u64, *what as u64, 0]),
            Happening::Tell { node, start, event } => {
                // Content is part of what arrived before.
                let kind = match event {
                    Event::Connected { outbound, .. } => u64::from(*outbound),
                    Event::Disconnected(_) => 2,
                    Event::DialFailed { .. } => 3,
                    Event::Asked { .. } => 4,
                    Event::Answered { result, .. } => 5 + u64::from(result.is_ok()),
                    Event::Gossip { .. } => 7,
                    Event::Listening(_) => 8,
                    Event::Refused { .. } => 9,
                };
                (5, [*node as u64, u64::from(*start), kind])
            }
            Happening::Dial { from, start, to } => (6, [*from as u64, u64::from(*start), *to as u64]),
            Happening::Arrive {
                connection,
                to,
                from,
                message,
            } => {
                message.hash(trace);
                (7, [*connection, *to as u64, *from as u64])
            }
            Happening::Timeout {
                node, request, peer, ..
            } => {
                trace.write(&peer.0);
                (8, [*node as u64, *request, 0])
            }
            Happening::Notice { node, start, other } => (9, [*node as u64, u64::from(*start), *other as u64]),
        };
        trace.write_u8(kind);
        numbers.into_iter().for_each(|number| trace.write_u64(number));
    }
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
