//! The federation: everything that replication knows, and the one door to it.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::quorum::Quorum;
use liaison_protocol::tlog::{Nodes, SignedCheckpoint};
use liaison_protocol::{Code, Hash, Origin, World};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::anti_entropy::Rounds;
use crate::api::{Effect, Input, Notice, View};
use crate::charters::Charters;
use crate::config::{Config, Recovered};
use crate::cosign::Cosigning;
use crate::evidence::Evidences;
use crate::gossip::Deferred;
use crate::guard::Guard;
use crate::heal::Heals;
use crate::keys::Keys;
use crate::limits::Limit;
use crate::log::Log;
use crate::outbox::{Durable, Outbox};
use crate::peers::Peers;
use crate::proposals::Proposals;
use crate::requests::Requests;
use crate::statements::StatementSync;
use crate::store::{LogStore, StoreError};
use crate::time::Time;
use crate::transport::Event;
use crate::wants::Wants;

/// A wall clock that moved by more than this was set, in milliseconds.
const STEP: u64 = 1_000;

/// What may be looked at while an input is handled, and when that is.
#[derive(Clone, Copy)]
pub(crate) struct Cx<'a> {
    pub(crate) view: &'a View<'a>,
    /// By the steady clock.
    pub(crate) now: u64,
    /// By the wall clock.
    pub(crate) date: u64,
}

/// Replication of all logs between the nodes of a network.
pub struct Federation {
    pub(crate) config: Config,
    pub(crate) rng: StdRng,
    pub(crate) world: World,
    /// What all origins and cosigner names of this network begin with.
    pub(crate) name_prefix: String,
    own_origin: Option<Origin>,
    /// When the newest charter in force became known, in Unix milliseconds.
    pub(crate) charter_since: u64,
    /// What the wall clock was ahead of the steady one when it was last looked at, in milliseconds.
    pub(crate) ahead: i64,
    /// Whether the own log is written here; until then it is followed like any other.
    pub(crate) own_log_live: bool,
    pub(crate) out: Outbox,
    pub(crate) keys: Keys,
    pub(crate) peers: Peers,
    pub(crate) requests: Requests,
    pub(crate) logs: BTreeMap<Origin, Log>,
    /// Logs whose next step may be due.
    pub(crate) touched: BTreeSet<Origin>,
    pub(crate) next_session: u64,
    pub(crate) cosigning: Cosigning,
    pub(crate) deferred: Deferred,
    pub(crate) charters: Charters,
    pub(crate) proposals: Proposals,
    pub(crate) statements: StatementSync,
    pub(crate) wants: Wants,
    pub(crate) guard: Guard,
    pub(crate) heals: Heals,
    pub(crate) evidence: Evidences,
    pub(crate) rounds: Rounds,
    /// How often a limit held up something of an authority.
    pub(crate) held_up: BTreeMap<(Code, Limit), u64>,
    pub(crate) next_allow: u64,
}

impl Federation {
    /// Opens the federation over a store: rebuilds what it knows of each log by folding its
    /// entries, from snapshots where there are any. `world` holds the charter versions and the
    /// statements of the store; `seed` makes jitter and choices of peers reproducible.
    ///
    /// # Errors
    /// When the store cannot be read, or when entries do not lead to the root of their log.
    pub fn open(
        config: Config,
        world: World,
        recovered: Recovered,
        seed: u64,
        view: &View<'_>,
        now: impl Into<Time>,
    ) -> Result<Federation, StoreError> {
        let time = now.into();
        let Time { date, steady: now } = time;
        let bootstrap = config
            .bootstrap
            .iter()
            .map(|a| (config.records.peer_of(a), a.clone()))
            .collect();
        let mut federation = Federation {
            rng: StdRng::seed_from_u64(seed),
            name_prefix: name_prefix(&world),
            own_origin: world.chain().origin(&config.authority),
            charter_since: now,
            ahead: time.ahead(),
            own_log_live: false,
            out: Outbox::default(),
            keys: Keys::default(),
            peers: Peers::new(bootstrap),
            requests: Requests::default(),
            logs: BTreeMap::new(),
            touched: BTreeSet::new(),
            next_session: 0,
            cosigning: Cosigning::default(),
            deferred: Deferred::default(),
            charters: Charters::default(),
            proposals: Proposals::open(&view.store.proposals()?, &world),
            statements: StatementSync::default(),
            wants: Wants::default(),
            guard: Guard::default(),
            heals: Heals::default(),
            evidence: Evidences::open(&view.store.evidence()?, &world),
            rounds: Rounds::default(),
            held_up: BTreeMap::new(),
            next_allow: now,
            config,
            world,
        };
        federation.charters.refresh(&federation.world);
        federation.open_logs(&recovered, view.store)?;
        federation.recover_cosignatures(&recovered, view.store, Cx { view, now, date })?;
        federation.out.take();
        Ok(federation)
    }

    // A log that is damaged is left alone until peers have put it right, and the others go on.
    fn open_logs(&mut self, recovered: &Recovered, store: &dyn LogStore) -> Result<(), StoreError> {
        for origin in store.logs() {
            let snapshot = recovered.prefixes.get(&origin).map(Vec::as_slice);
            let log = match Log::open(&origin, &self.world, snapshot, store) {
                Err(StoreError::Damaged { .. }) => Log::damaged(&origin),
                log => log?,
            };
            self.logs.insert(origin, log);
        }
        self.list_logs();
        let damaged = |(origin, log): &(&Origin, &mut Log)| !log.is_damaged() && store.is_damaged(origin);
        for (origin, log) in self.logs.iter_mut().filter(damaged) {
            *log = Log::damaged(origin);
        }
        Ok(())
    }

    /// Handles one input at a time and says what is to be done about it, in
    /// order.
    pub fn handle(&mut self, input: Input, view: &View<'_>, now: impl Into<Time>) -> Vec<Effect> {
        let time = now.into();
        let Time { date, steady: now } = time;
        let cx = Cx { view, now, date };
        if time.ahead().abs_diff(self.ahead) > STEP {
            self.clock_was_set(time.ahead());
        }
        if self.next_allow <= now {
            self.refresh_allowed(cx);
        }
        match input {
            Input::Transport(event) => self.transport(event, cx),
            Input::Tick => self.tick(cx),
            Input::Meet(peer) => self.peers.meet(&peer, cx.now),
            Input::Committed(ticket) => self.committed(ticket, cx),
            Input::Cosigned {
                origin,
                size,
                root,
                cosignature,
            } => {
                self.cosigned(&origin, size, root, cosignature, cx);
            }
            Input::OwnHead { head, entries } => self.own_head(*head, entries, cx),
            Input::Charter(charter) => self.charter_from_operator(*charter, cx),
            Input::Statement(statement) => self.statement_from_operator(*statement, cx),
            Input::Resolve(hash) => self.resolve(hash, cx),
            Input::Want { id, info } => self.want(id, info, cx),
            Input::Unwant(id) => self.wants.remove(&id),
            Input::OwnLogLive(live) => self.own_log_live = live,
            Input::OwnRecord(record) => self.own_record(record),
            Input::Watch(id) => self.wants.watch(id),
            Input::Damaged { origin, bundle } => self.heal(&origin, bundle, cx),
            Input::Healed(origin) => self.healed(&origin, cx),
        }
        self.advance_logs(cx);
        self.out.take()
    }

    // The wall clock was set: a head that was ahead of it may not be any more.
    fn clock_was_set(&mut self, ahead: i64) {
        self.ahead = ahead;
        for (origin, log) in &mut self.logs {
            let later = log
                .candidates
                .values_mut()
                .filter(|candidate| candidate.retry_at != u64::MAX);
            later.for_each(|candidate| candidate.retry_at = 0);
            self.touched.insert(origin.clone());
        }
    }

    /// The charter versions and statements known.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The authority's own log, by the newest charter; none when it is not listed.
    pub fn own_origin(&self) -> Option<&Origin> {
        self.own_origin.as_ref()
    }

    /// A log's durable entries, folded to what the form of its checkpoints depends on.
    pub fn prefix(&self, origin: &Origin) -> Option<&liaison_protocol::form::Prefix> {
        self.logs.get(origin).map(|log| log.fold.prefix())
    }

    /// Whose node a listed peer is.
    pub fn authority_of(&self, peer: &crate::transport::Peer) -> Option<Code> {
        self.peers.authority(peer).cloned()
    }

    /// By how many milliseconds the clocks of authorities that are connected were ahead of the steady one here, when they
    /// last spoke.
    pub fn clocks(&self) -> impl Iterator<Item = (&Code, i64)> {
        let heard = |listed: &'_ crate::peers::Listed| listed.heard.as_ref().map(|heard| heard.steady_ahead);
        self.peers
            .ready()
            .filter_map(move |(_, listed)| Some((&listed.authority, heard(listed)?)))
    }

    /// A snapshot of a log's prefix for [`Federation::open`]; none for an unknown log.
    pub fn prefix_snapshot(&self, origin: &Origin) -> Option<Vec<u8>> {
        self.logs.get(origin)?.snapshot()
    }

    /// Logs that are left alone because something of them was damaged at the start.
    pub fn damaged(&self) -> impl Iterator<Item = &Origin> {
        let damaged = self.logs.iter().filter(|(_, log)| log.is_damaged());
        damaged.map(|(origin, _)| origin)
    }

    /// The newest committed head of a log, with all cosignatures known of it.
    pub fn best_head(&self, origin: &Origin) -> Option<SignedCheckpoint> {
        let log = self.logs.get(origin)?;
        let head = log.signed()?;
        Some(
            log.pool
                .head(head.checkpoint.size)
                .unwrap_or_else(|| head.clone()),
        )
    }

    /// The cosignatures known of the newest committed head against what it needs.
    pub fn quorum(&self, origin: &Origin) -> Option<Quorum> {
        let log = self.logs.get(origin)?;
        let head = log.signed()?;
        self.count(origin, head.checkpoint.size, &head.checkpoint.root)
    }

    /// How many other nodes hold a payload of the own log, as far as they were asked.
    pub fn copies(&self, id: &crate::store::PayloadId) -> usize {
        self.wants.copies(id)
    }

    fn transport(&mut self, event: Event, cx: Cx<'_>) {
        match event {
            Event::Connected {
                peer,
                address,
                outbound,
            } => self.connected(peer, address, outbound, cx),
            Event::Disconnected(peer) => self.disconnected(&peer, cx),
            Event::DialFailed { peer, cause: _ } => self.dial_failed(&peer, cx.now),
            Event::Asked { id, peer, body } => self.serve(id, peer, &body, cx),
            Event::Answered { id, peer: _, result } => self.answered(id, result, cx),
            Event::Gossip { message, from, data } => self.gossiped(message, from, &data, cx),
            Event::Listening(_) | Event::Refused { .. } => {}
        }
    }

    fn tick(&mut self, cx: Cx<'_>) {
        self.dial_peers(cx.now);
        self.leave_mute_peers(cx.now);
        self.send_hellos(cx);
        self.ask_guards(cx);
        self.send_all_requests(cx.now);
        self.expire_deferred(cx.now);
        self.retry_wants(cx);
        self.retry_heals(cx);
        self.count_copies(cx);
        let waiting = self.logs.iter().filter(|(_, log)| log.has_next());
        self.touched.extend(waiting.map(|(origin, _)| origin.clone()));
        self.advance_logs(cx);
        self.cosign(cx);
        self.publish_cosignatures();
    }

    fn committed(&mut self, ticket: u64, cx: Cx<'_>) {
        match self.out.durable(ticket) {
            Some(Durable::Entries(origin)) => self.entries_durable(&origin, cx),
            Some(Durable::Quorum(origin, size, quorum)) => {
                self.out.notify(Notice::Witnessed { origin, size, quorum });
            }
            Some(Durable::Payload(id)) => self.payload_durable(id),
            Some(Durable::Charters(true)) => self.out.notify(Notice::Charters),
            Some(Durable::Statement(code)) => self.out.notify(Notice::Statements(code)),
            Some(Durable::Evidence(bytes)) => self.out.notify(Notice::Evidence(bytes)),
            Some(Durable::Charters(false) | Durable::Proposals) | None => {}
        }
    }

    /// The charter in force or the statements changed: whatever follows from them is made anew.
    pub(crate) fn world_changed(&mut self, cx: Cx<'_>) {
        self.keys.clear();
        self.statements.clear();
        self.own_origin = self.world.chain().origin(&self.config.authority);
        if self.charters.refresh(&self.world) {
            self.charter_since = cx.now;
        }
        self.refresh_proposals();
        self.list_logs();
        self.refresh_allowed(cx);
        self.touched.extend(self.logs.keys().cloned());
        for log in self.logs.values_mut() {
            log.refused = None;
            log.candidates
                .values_mut()
                .for_each(|candidate| candidate.retry_at = 0);
        }
        self.recheck_cosignatures();
        for origin in self.logs.keys().cloned().collect::<Vec<_>>() {
            self.drop_ended_candidates(&origin);
            self.check_pins(&origin, cx);
            self.count_quorums(&origin);
        }
    }

    // Every listed authority has a log, known or not.
    fn list_logs(&mut self) {
        let origins = self
            .world
            .chain()
            .newest()
            .authorities
            .keys()
            .filter_map(|code| self.world.chain().origin(code));
        for origin in origins.collect::<Vec<_>>() {
            self.logs
                .entry(origin.clone())
                .or_insert_with(|| Log::new(&origin));
        }
    }
}

// `<prefix>/<32 hex of the network id>/`: both are the same in all charter versions.
fn name_prefix(world: &World) -> String {
    format!(
        "{}/{}/",
        world.chain().newest().prefix,
        world.chain().network().short()
    )
}

/// A log of a store as the nodes of its tree.
pub(crate) struct StoredTree<'a> {
    pub(crate) store: &'a dyn LogStore,
    pub(crate) origin: &'a Origin,
}

/// A node that a store cannot give.
#[derive(Debug)]
pub(crate) struct Unreadable;

impl Nodes for StoredTree<'_> {
    type Error = Unreadable;

    fn node(&self, level: u32, index: u64) -> Result<Hash, Unreadable> {
        self.store
            .node(self.origin, level, index)
            .ok()
            .flatten()
            .ok_or(Unreadable)
    }
}

#[cfg(test)]
mod tests;
