//! Statements as a set that every node holds: compared by one digest an authority, completed from
//! any peer, and gossiped when new.

use std::collections::BTreeMap;

use liaison_protocol::dsse::Signed;
use liaison_protocol::proto;
use liaison_protocol::statement::{InsertError, Statement};
use liaison_protocol::{Code, Hash, World};

use crate::bucket::Bucket;
use crate::federation::{Cx, Federation};
use crate::limits::{GOSSIP_MAX, HOUR, Limit};
use crate::outbox::Durable;
use crate::requests::Purpose;
use crate::store::Write;
use crate::transport::{Command, Peer, Verdict};
use crate::wire::{self, Gossip, Request};

/// What is kept between comparisons.
#[derive(Debug, Default)]
pub(crate) struct StatementSync {
    digests: BTreeMap<Code, Hash>,
    rates: BTreeMap<Code, Bucket>,
}

impl StatementSync {
    /// Forgets the digests: the statements changed.
    pub(crate) fn clear(&mut self) {
        self.digests.clear();
    }

    /// The digest of every listed authority's statements.
    pub(crate) fn digests(&mut self, world: &World) -> &BTreeMap<Code, Hash> {
        if self.digests.is_empty() {
            let codes = world.chain().newest().authorities.keys();
            self.digests = codes
                .map(|code| (code.clone(), world.statements().digest(code)))
                .collect();
        }
        &self.digests
    }
}

impl Federation {
    /// Asks a peer for the statements of every authority where its digest differs from ours.
    pub(crate) fn compare_statements(
        &mut self,
        peer: Peer,
        theirs: &[proto::StatementDigest],
        cx: Cx<'_>,
    ) -> bool {
        let ours = self.statements.digests(&self.world);
        let differs = |digest: &&proto::StatementDigest| {
            let code: Option<Code> = digest.authority.parse().ok();
            code.is_some_and(|code| {
                ours.get(&code)
                    .is_some_and(|held| held.0[..] != digest.digest[..])
            })
        };
        let codes: Vec<Code> = theirs
            .iter()
            .filter(differs)
            .filter_map(|d| d.authority.parse().ok())
            .collect();
        for code in &codes {
            self.ask_statements(peer, code, cx);
        }
        !codes.is_empty()
    }

    /// Statements came.
    pub(crate) fn statements_answered(&mut self, peer: Peer, code: Code, list: proto::Envelopes, cx: Cx<'_>) {
        let mut new = false;
        let mut malformed = false;
        for envelope in list.envelopes {
            match Signed::<Statement>::from_envelope(envelope) {
                Ok(statement) if statement.authority == code => {
                    new |= self.keep_statement(statement) == Ok(true);
                }
                Ok(_) => {}
                Err(_) => malformed = true,
            }
        }
        if new {
            self.world_changed(cx);
        }
        if malformed {
            self.misbehaved(&peer, cx.now);
        } else if new && list.more {
            self.ask_statements(peer, &code, cx);
        }
    }

    /// A statement came from the operator.
    pub(crate) fn statement_from_operator(&mut self, statement: Signed<Statement>, cx: Cx<'_>) {
        if self.insert_statement(statement.clone(), cx) == Ok(true) {
            let message = wire::gossip(Gossip::Statement(statement.envelope().clone()));
            if message.len() <= GOSSIP_MAX {
                self.out.transport(Command::Publish(message));
            }
        }
    }

    /// A statement came by gossip: whether it is passed on.
    pub(crate) fn statement_from_gossip(&mut self, statement: Signed<Statement>, cx: Cx<'_>) -> Verdict {
        let code = statement.authority.clone();
        if self.world.statements().contains(&code, &statement.hash()) {
            return Verdict::Ignore;
        }
        let roots = self.world.chain().roots(&code);
        if roots.all().next().is_some() {
            let signer = roots
                .all()
                .find(|root| statement.signers().any(|id| id == root.id()));
            match signer.map(|root| statement.verify_single(root)) {
                Some(Ok(())) => {}
                Some(Err(_)) => return Verdict::Reject,
                // Perhaps by a root key of a charter version that is not here yet.
                None => return Verdict::Ignore,
            }
            let hourly = self.config.limits.statements_per_hour;
            let rate = self
                .statements
                .rates
                .entry(code.clone())
                .or_insert_with(|| Bucket::new(hourly, HOUR, cx.now));
            if !rate.take(1, cx.now) {
                self.held_up(code, Limit::StatementsPerHour);
                return Verdict::Ignore;
            }
        }
        match self.insert_statement(statement, cx) {
            Ok(true) => Verdict::Accept,
            Err(InsertError::OtherNetwork) => Verdict::Reject,
            Ok(false) | Err(InsertError::Unlisted(_) | InsertError::Unsigned(_) | InsertError::Full(_)) => {
                Verdict::Ignore
            }
        }
    }

    fn insert_statement(&mut self, statement: Signed<Statement>, cx: Cx<'_>) -> Result<bool, InsertError> {
        let new = self.keep_statement(statement)?;
        if new {
            self.world_changed(cx);
        }
        Ok(new)
    }

    // What follows from it is left to the caller: of many it follows once.
    fn keep_statement(&mut self, statement: Signed<Statement>) -> Result<bool, InsertError> {
        let (code, hash, bytes) = (
            statement.authority.clone(),
            statement.hash(),
            statement.to_bytes(),
        );
        let new = self.world.insert_statement(statement)?;
        if new {
            self.out
                .store(vec![Write::Statement { hash, bytes }], Durable::Statement(code));
        }
        Ok(new)
    }

    fn ask_statements(&mut self, peer: Peer, code: &Code, cx: Cx<'_>) {
        let mut have: Vec<Hash> = self.world.statements().of(code).map(Signed::hash).collect();
        have.sort_unstable();
        let request = proto::StatementsRequest {
            authority: code.to_string(),
            have: wire::write_hashes(have),
        };
        self.ask(
            peer,
            Purpose::Statements(code.clone()),
            Request::Statements(request),
            cx,
        );
    }
}
