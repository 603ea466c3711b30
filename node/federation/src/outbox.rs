//! What the federation asks for while it handles an input, in order, and the numbers that it
//! gives to requests and writes.

use std::collections::BTreeMap;

use liaison_protocol::quorum::Quorum;
use liaison_protocol::{Code, Origin};

use crate::api::{Effect, Notice};
use crate::store::{PayloadId, Write};
use crate::transport::Command;

/// What follows when a write is durable.
#[derive(Debug)]
pub(crate) enum Durable {
    /// Entries of a log.
    Entries(Origin),
    /// A head with its quorum.
    Quorum(Origin, u64, Quorum),
    /// A payload.
    Payload(PayloadId),
    /// Charter versions or a choice between them; whether those in force changed.
    Charters(bool),
    /// Pending charter versions.
    Proposals,
    /// A statement.
    Statement(Code),
    /// A piece of evidence, to be told of.
    Evidence(Vec<u8>),
}

/// Effects on their way out.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    effects: Vec<Effect>,
    next_request: u64,
    next_ticket: u64,
    tickets: BTreeMap<u64, Durable>,
}

impl Outbox {
    /// Asks the transport for something.
    pub(crate) fn transport(&mut self, command: Command) {
        self.effects.push(Effect::Transport(command));
    }

    /// Lets the node know something.
    pub(crate) fn notify(&mut self, notice: Notice) {
        self.effects.push(Effect::Notify(notice));
    }

    /// Adds any other effect.
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Asks for a group of writes.
    pub(crate) fn store(&mut self, writes: Vec<Write>, durable: Durable) {
        self.next_ticket += 1;
        self.tickets.insert(self.next_ticket, durable);
        self.effects.push(Effect::Store {
            ticket: self.next_ticket,
            writes,
        });
    }

    /// What follows from a ticket.
    pub(crate) fn durable(&mut self, ticket: u64) -> Option<Durable> {
        self.tickets.remove(&ticket)
    }

    /// A number for a request.
    pub(crate) fn request(&mut self) -> u64 {
        self.next_request += 1;
        self.next_request
    }

    /// Everything asked for since the last time.
    pub(crate) fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
