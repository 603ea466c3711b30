//! Sequencing: submissions and what the own log carries by itself become entries.
//!
//! The order is that of guarantee 1: entries durable, then the signer's journal, then the signature.

use liaison_authority::GuardState;
use liaison_federation::Time;
use liaison_federation::api::Input;
use liaison_federation::store::{PayloadId, Write};
use liaison_protocol::charter::FORMAT_LEVEL;
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::{Verdict, Void};
use liaison_protocol::entry::{Content, LEAF_SIZE_MAX};
use liaison_protocol::origin::NameError;
use liaison_protocol::statement::Role;
use liaison_protocol::tlog::leaf_hash;
use liaison_protocol::update::{Action, Payload, Update, payload_digest};
use liaison_protocol::{Code, Hash, Origin, Position, World};

use super::{Engine, EngineError, EngineOutput};

/// Submissions that may wait for the start guard.
pub(crate) const QUEUE_MAX: usize = 1024;
/// How long an update waits for the start guard before it is refused, in milliseconds.
const PATIENCE: u64 = 10_000;
/// Entries sequenced as one group.
const GROUP_MAX: usize = 256;

/// An update that somebody submits, with the payloads of its puts in their order.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The signed update.
    pub update: Signed<Update>,
    /// One payload a put, in the order of the changes.
    pub payloads: Vec<Vec<u8>>,
}

/// The payloads of an entry, by the number of their change.
type Payloads = Vec<(u32, Vec<u8>)>;

/// Where an update was sequenced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The log.
    pub origin: Origin,
    /// The entry.
    pub index: u64,
    /// Its leaf hash.
    pub leaf_hash: Hash,
}

/// Why an update was not sequenced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// It would be void.
    #[error("{0}")]
    Void(Box<Void>),
    /// A payload does not match its change.
    #[error("{record}: {problem}")]
    Payload {
        /// Which record.
        record: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// The entry would be larger than 16 KiB.
    #[error("the update makes an entry of {0} bytes; at most {LEAF_SIZE_MAX} are allowed")]
    TooLarge(usize),
    /// The own log may not be written.
    #[error("the own log is read-only: {0}")]
    ReadOnly(String),
    /// The start guard waits for witnesses.
    #[error("the own log waits for {needed} more of {}: nothing is signed before they have answered", names(.waiting_for))]
    Waiting {
        /// Whose answer could help.
        waiting_for: Vec<Code>,
        /// How many more are needed.
        needed: usize,
    },
    /// The own log is fetched back from others first.
    #[error(
        "this node holds {size} of {seen} entries of its own log: nothing is signed before it has fetched the others back"
    )]
    Recovering {
        /// Entries here.
        size: u64,
        /// Entries that others have seen.
        seen: u64,
    },
    /// Too many submissions wait already.
    #[error("{QUEUE_MAX} updates wait for the start guard already; try again later")]
    Busy,
    /// The authority is not admitted, or its log has no entry yet.
    #[error("this authority's log is not open yet: {0}")]
    NotOpen(&'static str),
    /// What it would become could not be judged, or nobody would follow it.
    #[error("this authority's log cannot be written now: {0}")]
    Unwritable(&'static str),
    /// This release does not know the level that the charter sets.
    #[error("{0}")]
    Level(String),
}

/// The origin of the first log that an authority will have once it is admitted.
pub(super) fn first_origin(world: &World, code: &Code) -> Result<Origin, NameError> {
    Origin::new(&world.chain().newest().prefix, &world.chain().network(), code, 1)
}

impl Engine {
    /// Sequences what is due by itself, then what was submitted.
    pub(super) fn sequence(&mut self, now: Time) -> Result<(), EngineError> {
        self.refuse_overflow();
        let level = self.world().chain().newest().format_level;
        if level > FORMAT_LEVEL {
            let what = format!(
                "the charter sets format level {level}; this release knows up to {FORMAT_LEVEL}: upgrade it"
            );
            return self.refuse_all(&SubmitError::Level(what));
        }
        match &self.guard_state {
            GuardState::Live => {}
            GuardState::ReadOnly { reason } => {
                let error = SubmitError::ReadOnly(reason.clone());
                return self.refuse_all(&error);
            }
            GuardState::Waiting {
                waiting_for, needed, ..
            } => {
                let error = SubmitError::Waiting {
                    waiting_for: waiting_for.clone(),
                    needed: *needed,
                };
                return self.refuse_impatient(&error, now);
            }
            GuardState::Recovering { size, seen } => {
                let error = SubmitError::Recovering {
                    size: *size,
                    seen: *seen,
                };
                return self.refuse_impatient(&error, now);
            }
        }
        self.sign_again(now)?;
        let due = match std::mem::take(&mut self.own_due) {
            true => self.own.due(self.world(), self.keys.log_key()),
            false => Vec::new(),
        };
        if !due.is_empty() && !self.opens(&due, now) {
            self.own_waits = true;
        } else if !due.is_empty() {
            let leaf = |content| {
                (
                    self.own.leaf(content, self.clock.time(now)).to_bytes(),
                    Vec::new(),
                )
            };
            let leaves = due.into_iter().map(leaf).collect();
            self.append(leaves, now)?;
        }
        if self.submissions.is_empty() {
            return Ok(());
        }
        if self.own.size() == 0 {
            let error = SubmitError::NotOpen(match self.own.origin().epoch() {
                1 => "no charter in force mandates its log key",
                _ => "this release begins no log of a new epoch",
            });
            return self.refuse_all(&error);
        }
        self.sequence_submissions(now)
    }

    fn refuse_overflow(&mut self) {
        while self.submissions.len() > QUEUE_MAX {
            if let Some((ticket, ..)) = self.submissions.pop_back() {
                self.outputs.push(EngineOutput::Reply {
                    ticket,
                    result: Err(SubmitError::Busy),
                });
            }
        }
    }

    fn refuse_all(&mut self, error: &SubmitError) -> Result<(), EngineError> {
        for (ticket, ..) in std::mem::take(&mut self.submissions) {
            self.outputs.push(EngineOutput::Reply {
                ticket,
                result: Err(error.clone()),
            });
        }
        Ok(())
    }

    // They came in order of time: those at the front have waited longest.
    fn refuse_impatient(&mut self, error: &SubmitError, now: Time) -> Result<(), EngineError> {
        while self
            .submissions
            .front()
            .is_some_and(|(_, _, since)| since + PATIENCE <= now.steady)
        {
            if let Some((ticket, ..)) = self.submissions.pop_front() {
                self.outputs.push(EngineOutput::Reply {
                    ticket,
                    result: Err(error.clone()),
                });
            }
        }
        Ok(())
    }

    fn sequence_submissions(&mut self, now: Time) -> Result<(), EngineError> {
        while !self.submissions.is_empty() {
            self.fold_own(now)?;
            if self.knowledge.size(self.own.origin()) < self.own.size() {
                let error =
                    SubmitError::Unwritable("its entries cannot be folded, see `liaison node doctor`");
                return self.refuse_all(&error);
            }
            if !self.may_sign(now) {
                let error = SubmitError::Unwritable("the mandate of its log key has ended or was revoked");
                return self.refuse_all(&error);
            }
            let count = self.submissions.len().min(GROUP_MAX);
            let group: Vec<_> = self.submissions.drain(..count).collect();
            let mut leaves = Vec::new();
            let mut accepted = Vec::new();
            let mut refused = Vec::new();
            {
                let origin = self.own.origin().clone();
                let mut preview = self.knowledge.preview(&*self.index, &origin);
                for (ticket, submission, _) in group {
                    let tried = self.try_submission(&mut preview, *submission, now);
                    match tried {
                        Ok((leaf, payloads)) => {
                            accepted.push((ticket, leaf_hash(&leaf)));
                            leaves.push((leaf, payloads));
                        }
                        Err(error) => refused.push((ticket, error)),
                    }
                }
            }
            for (ticket, error) in refused {
                self.outputs.push(EngineOutput::Reply {
                    ticket,
                    result: Err(error),
                });
            }
            let start = self.own.size();
            if !leaves.is_empty() {
                self.append(leaves, now)?;
            }
            for ((ticket, leaf_hash), index) in accepted.into_iter().zip(start..) {
                let origin = self.own.origin().clone();
                let result = Ok(Accepted {
                    origin,
                    index,
                    leaf_hash,
                });
                self.outputs.push(EngineOutput::Reply { ticket, result });
            }
        }
        Ok(())
    }

    // Whether the log's head can be signed once these entries stand in it: by their own mandate, or by the one before.
    fn opens(&self, due: &[Content], now: Time) -> bool {
        let time = self.own.time(self.clock.time(now));
        let mandate = due.iter().rev().find_map(|content| match content {
            Content::Statement(statement) => statement.mandate(Role::Log),
            _ => None,
        });
        match mandate {
            Some(mandate) => (mandate.not_before..mandate.not_after).contains(&time),
            None => self.may_sign(now),
        }
    }

    // Whether a head that the log key signs now has the form of the log and is followed by others.
    fn may_sign(&self, now: Time) -> bool {
        let origin = self.own.origin();
        let prefix = self.federation.prefix(origin);
        let world = self.federation.world();
        let end = world
            .statements()
            .log_end(world.chain(), origin, self.keys.log_key().id());
        prefix.is_some_and(|prefix| prefix.may_sign(self.keys.log_key(), self.own.time(self.clock.time(now))))
            && end.is_none_or(|end| self.own.size() < end.size)
    }

    fn try_submission(
        &self,
        preview: &mut liaison_knowledge::Preview<'_>,
        submission: Submission,
        now: Time,
    ) -> Result<(Vec<u8>, Payloads), SubmitError> {
        let payloads = check_payloads(&submission)?;
        let leaf = self
            .own
            .leaf(Content::Update(submission.update), self.clock.time(now))
            .to_bytes();
        if leaf.len() > LEAF_SIZE_MAX {
            return Err(SubmitError::TooLarge(leaf.len()));
        }
        let verdict = preview
            .step(self.world(), &leaf)
            .map_err(|e| SubmitError::Level(e.to_string()))?;
        match verdict {
            Verdict::Void(void) => Err(SubmitError::Void(Box::new(void))),
            _ => Ok((leaf, payloads)),
        }
    }

    // Signs the own head again when the checkpoint that was signed for it is gone: the signer state names it, the
    // file waited to be written.
    fn sign_again(&mut self, now: Time) -> Result<(), EngineError> {
        if !std::mem::take(&mut self.own_head_unsigned) {
            return Ok(());
        }
        let position = self.own_position();
        let prefix = self.federation.prefix(&position.origin);
        let live = prefix.and_then(|prefix| prefix.log_key());
        // A head by a key that is not mandated yet would not be of the log's form.
        if live != Some(self.keys.log_key()) {
            return Ok(());
        }
        self.sign(&position, Vec::new(), now)
    }

    // Persists, signs, keeps and announces the head of the own log, whose entries are durable; the newest are
    // given.
    fn sign(&mut self, position: &Position, entries: Vec<Vec<u8>>, now: Time) -> Result<(), EngineError> {
        let head = self.keys.sign_head(position)?;
        self.store.commit(&[Write::Checkpoint {
            origin: position.origin.clone(),
            note: head.checkpoint().to_bytes(),
        }])?;
        let head = Box::new(head);
        self.tell(Input::OwnHead { head, entries }, now)
    }

    fn append(&mut self, leaves: Vec<(Vec<u8>, Payloads)>, now: Time) -> Result<(), EngineError> {
        let origin = self.own.origin().clone();
        let start = self.own.size();
        let mut entries = Vec::new();
        let mut hashes = Vec::new();
        let mut writes = Vec::new();
        let mut published = Vec::new();
        for ((leaf, payloads), index) in leaves.into_iter().zip(start..) {
            let hash = leaf_hash(&leaf);
            hashes.push(hash);
            entries.push(leaf);
            for (change, bytes) in payloads {
                let id = PayloadId {
                    origin: origin.clone(),
                    index,
                    change,
                };
                published.push(id.clone());
                writes.push(Write::Payload { id, bytes });
            }
        }
        let append = Write::Append {
            origin: origin.clone(),
            start,
            entries: entries.clone(),
            hashes: hashes.clone(),
        };
        writes.insert(0, append);
        self.store.commit(&writes)?;
        for (leaf, hash) in entries.iter().zip(hashes) {
            self.own.append(leaf, hash);
        }
        let position = Position {
            origin,
            size: self.own.size(),
            root: self.own.root(),
        };
        self.sign(&position, entries, now)?;
        published
            .into_iter()
            .try_for_each(|id| self.tell(Input::Watch(id), now))
    }
}

fn names(codes: &[Code]) -> String {
    codes.iter().map(Code::as_str).collect::<Vec<_>>().join(", ")
}

// One payload a put, of the digest and size that the change names.
fn check_payloads(submission: &Submission) -> Result<Payloads, SubmitError> {
    let mut given = submission.payloads.iter();
    let mut payloads = Vec::new();
    for (change, number) in submission.update.changes.iter().zip(0..) {
        let Action::Put { digest, size, .. } = change.action else {
            continue;
        };
        let fail = |problem| SubmitError::Payload {
            record: change.record.to_string(),
            problem,
        };
        let bytes = given.next().ok_or_else(|| fail("its payload is missing"))?;
        if bytes.len() as u64 != size || payload_digest(bytes) != digest {
            return Err(fail("the payload is not the one that was signed"));
        }
        Payload::from_bytes(bytes).map_err(|_| fail("the payload is malformed"))?;
        payloads.push((number, bytes.clone()));
    }
    match given.next() {
        Some(_) => Err(SubmitError::Payload {
            record: "update".to_owned(),
            problem: "more payloads than puts",
        }),
        None => Ok(payloads),
    }
}
