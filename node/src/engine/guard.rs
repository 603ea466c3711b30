//! The start guard, and what makes the own log read-only.

use std::collections::{BTreeMap, BTreeSet};

use liaison_authority::{GuardState, JUMP, Known, median};
use liaison_federation::Time;
use liaison_federation::api::{GuardAnswer, Input};
use liaison_federation::store::Witnessed;
use liaison_federation::transport::Peer;
use liaison_protocol::quorum::needed;
use liaison_protocol::tlog::{SignedCheckpoint, cosignature};
use liaison_protocol::{Code, Position};

use super::nodes::root_at;
use super::{Engine, EngineError, Told};

/// Authorities that must tell of a second process with this node's key, where so many are connected.
const TELLERS: usize = 2;
/// How long the word of one counts, in milliseconds: they are told again at every hello.
const TOLD_FOR: u64 = 5 * 60 * 1000;

impl Engine {
    // A peer says what it knows of the own log, and of what this node cosigned.
    pub(super) fn guard_answered(&mut self, answer: GuardAnswer, now: Time) -> Result<(), EngineError> {
        let marks = answer
            .own_cosignatures
            .iter()
            .filter_map(|head| self.own_mark(head));
        let marks: Vec<Witnessed> = marks.collect();
        self.keys.remember(&marks)?;
        self.guard.answer(answer, now);
        self.guard_due = true;
        Ok(())
    }

    // A cosignature of this node's own key that a peer remembers.
    fn own_mark(&self, head: &SignedCheckpoint) -> Option<Witnessed> {
        let name = self.own.origin().cosigner_name();
        let key = self.keys.cosigner_key();
        let position = head.checkpoint.position().ok()?;
        // Most are known, and verifying them again at every answer would take long.
        let known = self.keys.journal().witness(&position.origin);
        if known.is_some_and(|known| known.position.size >= position.size) {
            return None;
        }
        let time = cosignature::verify(&head.note, &name, key).ok()?;
        Some(Witnessed { position, time })
    }

    // A wall clock that was set while the node runs says nothing of the time before it, and one that others contradict
    // is not believed: a quorum is asked again.
    pub(super) fn watch_clock(&mut self, now: Time) {
        if self.clock.has_jumped(now) {
            tracing::warn!("the wall clock was set: nothing is sequenced until a quorum has told the time");
            self.guard.ask_again();
            self.clock = self.clock.beside_wall(now);
            self.guard_due = true;
        }
    }

    // After a plain restart nobody was asked, and clocks drift: what peers say in passing is enough to notice.
    pub(super) fn compare_clocks(&mut self, now: Time) {
        let (code, newest) = (self.own.origin().authority(), self.world().chain().newest());
        let witnesses: BTreeSet<&Code> = newest.witnesses_for(&code).collect();
        let heard = self.federation.clocks();
        // Authorities are counted, not nodes.
        let heard: BTreeMap<&Code, i64> = heard.filter(|(code, _)| witnesses.contains(code)).collect();
        let enough = !heard.is_empty() && heard.len() >= needed(witnesses.len());
        let off = median(now, heard.into_values()).abs_diff(self.clock.ahead());
        if enough && off > JUMP && self.guard_state == GuardState::Live {
            tracing::warn!(
                "the log's clock is {} s off: a quorum is asked for the time",
                off / 1000
            );
            self.guard.ask_again();
            self.guard_due = true;
        }
    }

    pub(super) fn judge_guard(&mut self, now: Time) -> Result<(), EngineError> {
        if !std::mem::take(&mut self.guard_due) {
            return Ok(());
        }
        let own = self.own_position();
        let stopped = self.keys.journal().read_only().or_else(|| self.strayed(&own));
        let state = match (stopped, self.beyond(&own)) {
            (Some(reason), _) => GuardState::ReadOnly { reason },
            (None, beyond) => match (self.judge_answers(&own), beyond) {
                (GuardState::Live | GuardState::Waiting { .. }, Some(seen)) => {
                    let size = self.own.size().min(own.size);
                    GuardState::Recovering { size, seen }
                }
                (state, _) => state,
            },
        };
        if let GuardState::ReadOnly { reason } = &state
            && self.keys.journal().read_only().is_none()
        {
            self.keys.set_read_only(&reason.clone())?;
        }
        if state == GuardState::Live
            && let Some(clock) =
                self.guard
                    .take_clock(self.federation.world(), &self.own.origin().authority(), now)
        {
            self.clock = clock;
        }
        if state != self.guard_state {
            self.guard_state = state.clone();
            self.tell(Input::OwnLogLive(state == GuardState::Live), now)?;
            self.told(Told::Guard(state));
        }
        Ok(())
    }

    fn judge_answers(&mut self, own: &Position) -> GuardState {
        self.guard.judge(&Known {
            world: self.federation.world(),
            own,
            prefix: self.federation.prefix(&own.origin),
            log_key: self.keys.log_key(),
            root_at: &|size| root_at(&*self.store, &own.origin, size),
            contradicts: &|head| self.federation.contradicts_own(head),
            has_quorum: &|head| self.federation.has_quorum(head),
            offered: &self.federation.offered_of_own(),
        })
    }

    // Up to where entries are missing that this node's own journal says it signed, or do not read.
    fn beyond(&self, own: &Position) -> Option<u64> {
        let signed = self.keys.journal().log();
        let signed = signed.filter(|signed| signed.origin == own.origin && signed.size > own.size);
        let damaged = (!self.is_read()).then_some(own.size);
        signed.map(|signed| signed.size).or(damaged)
    }

    // Why nothing may be added to the entries held: they are not those that this node's own journal says it signed.
    fn strayed(&self, own: &Position) -> Option<String> {
        let signed = self.keys.journal().log()?;
        if signed == *own || signed.origin != own.origin {
            return None;
        }
        let held = root_at(&*self.store, &own.origin, signed.size)?;
        let what = "entries of this log are held here than those that its key signed; the folders of data and state are \
                    of different times, or another node has the key";
        (held != signed.root).then(|| format!("other {} {what}", signed.size))
    }

    // One peer alone could silence every other log: two must tell, where there are two.
    pub(super) fn second_instance(
        &mut self,
        instance: &str,
        seen_by: Option<Peer>,
        now: Time,
    ) -> Result<(), EngineError> {
        let Some(teller) = seen_by.and_then(|peer| self.federation.authority_of(&peer)) else {
            return Ok(());
        };
        self.tellers.insert(teller, now.steady);
        self.tellers
            .retain(|_, told| now.steady.saturating_sub(*told) < TOLD_FOR);
        let report = self.federation.status();
        let connected = report.peers.iter().filter(|peer| peer.connected);
        let connected: BTreeSet<&Code> = connected.map(|peer| &peer.authority).collect();
        if self.tellers.len() < connected.len().min(TELLERS) {
            return Ok(());
        }
        let reason = format!("another live node uses this node's key (instance {instance})");
        self.stop_writing(&reason, now)
    }

    pub(super) fn stop_writing(&mut self, reason: &str, now: Time) -> Result<(), EngineError> {
        if self.keys.journal().read_only().is_none() {
            self.keys.set_read_only(reason)?;
        }
        self.guard_due = true;
        self.judge_guard(now)
    }
}
